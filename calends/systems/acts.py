"""The acts on located rows, inside one transaction of the caller: all of them or none.

Rows are first changed (masked, marked, rectified), which frees them of links, then copied to an
archive, then taken out, children before parents. Each statement names rows by their key and
changes only what is not yet as ordered, so doing it twice does nothing twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from calends.systems.addressing import Key
from calends.systems.dataset import Collection, Datasets
from calends.systems.graph import Route
from calends.systems.leaving import copy_to_archive, erase, loosen
from calends.systems.planning import Plan, as_stored, leaves, leaving_order, new_values, planned
from calends.systems.protocol import Act, ActReport, Channel, Effect, Event, Order, Seeds
from calends.systems.rectifying import rectify
from calends.systems.rows import SqlStore, row_key
from calends.systems.table_rows import TableRows
from calends.systems.tables import Schema
from calends.systems.walk import walk


async def carry_out(
    connection: AsyncConnection, schema: Schema, datasets: Datasets, orders: Sequence[Order]
) -> ActReport:
    """Raises ActRefused, before or after changes that the caller's transaction then undoes."""
    plan = planned(schema, datasets, orders)
    done: Counter[str] = Counter()
    rectified: list[Effect] = []

    def rows(name: str) -> TableRows:
        return TableRows(connection, schema, datasets.collection(name))

    for (name, act), ordered in plan.items():
        if act == "rectify":
            effects = await rectify(rows(name), ordered)
            rectified += [effect for effect in effects if effect.outcome == "changed"]
            done[f"{name}:{act}"] += sum(effect.outcome == "changed" for effect in effects)
        elif not leaves(datasets, name, act):
            done[f"{name}:{act}"] += await _change(rows(name), act, _keys(ordered))
    leaving = leaving_order(schema, datasets, plan)
    for name, act in reversed(leaving):  # parents first: copies refer to each other too
        if act == "archive":
            await copy_to_archive(rows(name), _keys(plan[name, act]))
    await _untie(connection, schema, datasets, plan)
    for name, act in leaving:
        done[f"{name}:{act}"] += await erase(rows(name), _keys(plan[name, act]))
    wanted = sum(len(ordered) for ordered in plan.values())
    return ActReport(done=dict(+done), already=wanted - done.total(), rectified=rectified)


async def mark_all(
    connection: AsyncConnection,
    schema: Schema,
    route: Route,
    seeds: Seeds,
    store: SqlStore,
    event: Event,
    channels: Sequence[Channel],
) -> int:
    """Sets what the event declares on these rows; returns how many the person has there."""
    targets = [c.name for c in route.datasets if c.meta.marks(event, channels)]
    within = route.leading_to(targets)
    concerned: dict[str, list[Key]] = {}
    async with aclosing(walk(route, seeds, store, within)) as found:
        async for collection, row in found:
            if collection.name in targets:
                key = row_key(schema, collection, row.values)
                concerned.setdefault(collection.name, []).append(key)
    for name, keys in concerned.items():
        collection = route.datasets.collection(name)
        marks = as_stored(schema, collection, collection.meta.marks(event, channels))
        await TableRows(connection, schema, collection).change(keys, marks)
    return sum(len(keys) for keys in concerned.values())


async def _change(rows: TableRows, act: Act, keys: Sequence[Key]) -> int:
    """Rows that get the same values get them together."""
    alike: dict[str, tuple[Mapping[str, Any], list[Key]]] = {}
    for key in keys:
        values = new_values(rows.schema, rows.collection, act, key)
        alike.setdefault(repr(values), (values, []))[1].append(key)
    return sum([await rows.change(same, values) for values, same in alike.values()])


async def _untie(
    connection: AsyncConnection, schema: Schema, datasets: Datasets, plan: Plan
) -> None:
    """Tables that refer to each other in a circle have no first one: a link that stands against
    the order is emptied in the rows that go."""
    leaving = leaving_order(schema, datasets, plan)
    turn = {schema.places[name]: number for number, (name, _) in enumerate(leaving)}
    collections: dict[Any, Collection] = {
        schema.places[name]: datasets.collection(name) for name, _ in leaving
    }
    for link in schema.foreign_keys:
        against = turn.get(link.child, -1) > turn.get(link.parent, len(turn))
        if against:
            child = collections[link.child]
            keys = [
                key
                for act in ("erase", "archive")
                for key in _keys(plan.get((child.name, act), []))
            ]
            await loosen(TableRows(connection, schema, child), link, keys)


def _keys(orders: Sequence[Order]) -> list[Key]:
    return [order.key for order in orders]

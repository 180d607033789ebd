"""The dry run of acts: what would change, field by field, and what would be refused. Reads only."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import column as bare_column
from sqlalchemy import select
from sqlalchemy import table as bare_table
from sqlalchemy.ext.asyncio import AsyncConnection

from calends.systems.dataset import Collection, Datasets
from calends.systems.planning import Plan, leaves, leaving_order, new_values, planned
from calends.systems.protocol import Act, ActRefused, Change, Effect, Order
from calends.systems.records import json_safe
from calends.systems.rectifying import rectification
from calends.systems.rows import row_key
from calends.systems.table_rows import CHUNK, TableRows, named, unpadded
from calends.systems.tables import ForeignKey, Schema

Values = Mapping[str, Any]
KEPT = "a record that is kept still refers to one to be erased"
TAKEN_ALONG = "the database would erase rows of it that are kept"


async def preview(
    connection: AsyncConnection, schema: Schema, datasets: Datasets, orders: Sequence[Order]
) -> AsyncGenerator[Effect, None]:
    """One effect an order. Raises ActRefused for what the declaration does not foresee."""
    plan = planned(schema, datasets, orders)
    leaving = leaving_order(schema, datasets, plan)
    staying = [place for place in plan if place not in leaving]
    for name, act in [*staying, *leaving]:
        rows = TableRows(connection, schema, datasets.collection(name))
        ties = _ties(rows, plan, datasets) if (name, act) in leaving else []
        for start in range(0, len(plan[name, act]), CHUNK):
            chunk = plan[name, act][start : start + CHUNK]
            held = await rows.read([order.key for order in chunk])
            kept = await _held_back(rows, [order.key for order in chunk], ties)
            for order in chunk:
                yield _effect(rows, order, held, kept)


def _effect(
    rows: TableRows, order: Order, held: Mapping[str, Values], kept: Mapping[str, str]
) -> Effect:
    if order.act == "rectify":
        return rectification(rows, order, held)
    values = held.get(named(order.key))
    if values is None:
        return Effect(order, "already", {})
    if named(order.key) in kept:
        return Effect(order, "refused", {}, kept[named(order.key)])
    if order.act == "erase":
        gone = {name: Change(json_safe(values[name]), None) for name in rows.collection.columns}
        return Effect(order, "deleted", gone)
    try:
        wanted = new_values(rows.schema, rows.collection, order.act, order.key)
    except ActRefused as refused:
        return Effect(order, "refused", {}, refused.reason)
    changes = {
        name: Change(json_safe(values.get(name)), json_safe(value))
        for name, value in wanted.items()
        if json_safe(values.get(name)) != json_safe(value)
    }
    if order.act == "archive" and rows.collection.meta.archive_into:
        return Effect(order, "moved", changes)
    return Effect(order, "changed" if changes else "already", changes)


@dataclass(frozen=True)
class _Tie:
    """A link of another table to rows that leave; `freed`: its rows that let go of it."""

    link: ForeignKey
    child: Collection | None
    freed: set[str]


def _ties(rows: TableRows, plan: Plan, datasets: Datasets) -> list[_Tie]:
    names = {place: name for name, place in rows.schema.places.items()}
    ties = []
    for link in rows.schema.into(rows.collection):
        if link.on_delete not in ("SET NULL", "SET DEFAULT"):
            child = datasets.collection(names[link.child]) if link.child in names else None
            freed = _freed(rows.schema, child, link, plan, datasets) if child else set()
            ties.append(_Tie(link, child, freed))
    return ties


async def _held_back(
    rows: TableRows, keys: Sequence[Values], ties: Sequence[_Tie]
) -> dict[str, str]:
    """The rows that cannot go, because something that stays hangs on them: name -> why."""
    found: dict[str, str] = {}
    for tie in ties:
        async for parent, own in _children(rows, keys, tie.link, tie.child):
            if own not in tie.freed:
                what = ".".join(part for part in tie.link.child if part)
                why = TAKEN_ALONG if tie.link.on_delete == "CASCADE" else KEPT
                found.setdefault(parent, f"{what}: {why}")
    return found


def _freed(
    schema: Schema, child: Collection, link: ForeignKey, plan: Plan, datasets: Datasets
) -> set[str]:
    """The child's rows that let go of the link: they leave, or an act empties it."""
    freed: set[str] = set()
    acts: Sequence[Act] = ("erase", "archive", "anonymise", "restrict", "lift", "object")
    for act in acts:
        for order in plan.get((child.name, act), []):
            if leaves(datasets, child.name, act) or _empties(schema, child, act, order, link):
                freed.add(named(order.key))
    return freed


def _empties(schema: Schema, child: Collection, act: Act, order: Order, link: ForeignKey) -> bool:
    try:
        wanted = new_values(schema, child, act, order.key)
    except ActRefused:
        return False
    return any(name in wanted and wanted[name] is None for name in link.columns)


async def _children(
    rows: TableRows, keys: Sequence[Values], link: ForeignKey, child: Collection | None
) -> AsyncGenerator[tuple[str, str], None]:
    """(parent's name, child's name) of each pair that the link ties; the child's name is empty
    when its table is not declared or has no key."""
    own = rows.schema.key_names(child) if child else ()
    parent_names = rows.schema.key_names(rows.collection) or rows.collection.columns
    bare = bare_table(
        link.child[1],
        *(bare_column(name) for name in dict.fromkeys([*link.columns, *own])),
        schema=link.child[0] or None,
    ).alias()
    tied = [
        bare.c[name] == rows.table.c[other]
        for name, other in zip(link.columns, link.parent_columns, strict=True)
    ]
    for chunk in rows.chunks(keys):
        columns = [
            *(rows.table.c[name].label(f"p{n}") for n, name in enumerate(parent_names)),
            *(bare.c[name].label(f"c{n}") for n, name in enumerate(own)),
        ]
        question = select(*columns).where(*tied, rows.where(chunk)).distinct()
        for found in (await rows.connection.execute(question)).all():
            values = dict(zip(parent_names, found[: len(parent_names)], strict=True))
            parent = row_key(
                rows.schema, rows.collection, unpadded(rows.schema, rows.collection, values)
            )
            if child is None or not own:
                yield named(parent), ""
                continue
            mine = dict(zip(own, found[len(parent_names) :], strict=True))
            yield (
                named(parent),
                named(row_key(rows.schema, child, unpadded(rows.schema, child, mine))),
            )

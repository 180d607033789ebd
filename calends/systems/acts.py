"""The acts on located rows, inside one transaction of the caller: all of them or none.

Rows are first changed (masked, marked), which frees them of links, then deleted, children before
parents. Each statement names rows by their key and changes only what is not yet as ordered, so
doing it twice does nothing twice.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from typing import Any, cast

from sqlalchemy import CursorResult, and_, delete, literal, not_, or_, select, update
from sqlalchemy import column as bare_column
from sqlalchemy import table as bare_table
from sqlalchemy.ext.asyncio import AsyncConnection

from calends.systems.addressing import differs, is_row
from calends.systems.dataset import Collection, Datasets
from calends.systems.graph import Route, erasure_order
from calends.systems.masking import mask, personal_columns, personal_key
from calends.systems.protocol import Act, ActRefused, ActReport, Channel, Event, Order, Seeds
from calends.systems.rows import SqlStore, row_key
from calends.systems.tables import ForeignKey, Schema
from calends.systems.values import from_json
from calends.systems.walk import walk

Key = Mapping[str, Any]
Keys = list[Key]

CHUNK = 500
"""Rows deleted in one statement."""
CHUNK_OF_ONE_TREE = 10_000
"""… when rows of the table refer to each other: the database looks at the end of a statement."""


async def carry_out(
    connection: AsyncConnection, schema: Schema, datasets: Datasets, orders: Sequence[Order]
) -> ActReport:
    """Raises ActRefused, before or after changes that the caller's transaction then undoes."""
    plan = _plan(schema, datasets, orders)
    done: Counter[str] = Counter()
    for (name, act), keys in plan.items():
        if act != "erase":
            collection = datasets.collection(name)
            for key in keys:
                values = _new_values(schema, collection, act, key)
                done[f"{name}:{act}"] += await _change(connection, schema, collection, key, values)
    for name in erasure_order(datasets, schema.links(datasets)):
        keys = plan.get((name, "erase"), [])
        if keys:
            collection = datasets.collection(name)
            done[f"{name}:erase"] += await _erase(connection, schema, collection, keys)
    wanted = sum(len(keys) for keys in plan.values())
    return ActReport(done=dict(+done), already=wanted - done.total())


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
    concerned: list[tuple[Collection, Key]] = []
    async with aclosing(walk(route, seeds, store, within)) as found:
        async for collection, row in found:
            if collection.name in targets:
                concerned.append((collection, row_key(schema, collection, row.values)))
    for collection, key in concerned:
        marks = collection.meta.marks(event, channels)
        await _change(connection, schema, collection, key, _marks(schema, collection, marks))
    return len(concerned)


def _plan(
    schema: Schema, datasets: Datasets, orders: Sequence[Order]
) -> dict[tuple[str, Act], Keys]:
    """The orders by collection and act, each row once."""
    plan: dict[tuple[str, Act], Keys] = {}
    acts: dict[tuple[str, str], Act] = {}
    for order in orders:
        collection = datasets.collection(order.collection)
        row = (order.collection, json.dumps(order.key, sort_keys=True))
        if row in acts:
            if acts[row] != order.act:
                raise ActRefused(order.collection, "two different acts on one record")
            continue
        if (order.collection, order.act) not in plan:
            _refuse_undeclared(schema, collection, order.act)
        acts[row] = order.act
        plan.setdefault((order.collection, order.act), []).append(order.key)
    return plan


def _refuse_undeclared(schema: Schema, collection: Collection, act: Act) -> None:
    """What the declaration does not foresee is not done, whoever orders it."""
    meta = collection.meta
    if act not in ("erase", "anonymise", "archive"):
        raise ActRefused(collection.name, f"`{act}` cannot be done in a database yet")
    if act == "archive":
        if meta.on_archive is None and not meta.drop_on_archive:
            raise ActRefused(collection.name, "declares neither on_archive nor drop_on_archive")
        return
    if not collection.personal or meta.on_erasure is None:
        raise ActRefused(collection.name, "declares no on_erasure, or nothing personal")
    if act == "anonymise":
        if personal_key(schema, collection):
            raise ActRefused(collection.name, "its primary key says who it is")
        if not personal_columns(schema, collection):
            raise ActRefused(collection.name, "no field of it can be masked")


def _new_values(schema: Schema, collection: Collection, act: Act, key: Key) -> dict[str, Any]:
    if act == "anonymise":
        names: Sequence[str] = personal_columns(schema, collection)
        return {name: mask(schema, collection, name, key) for name in names}
    marks = collection.meta.on_archive.values if collection.meta.on_archive else {}
    dropped = [name for name in collection.meta.drop_on_archive if name not in marks]
    blanks = {name: mask(schema, collection, name, key) for name in dropped}
    return blanks | _marks(schema, collection, marks)


def _marks(schema: Schema, collection: Collection, marks: Mapping[str, Any]) -> dict[str, Any]:
    values = {}
    for name, value in marks.items():
        values[name] = from_json(value, schema.column(collection, name).type)
        if value is not None and values[name] is None:
            raise ActRefused(collection.name, f"`{name}` cannot hold its declared value")
    return values


async def _change(
    connection: AsyncConnection,
    schema: Schema,
    collection: Collection,
    key: Key,
    values: Mapping[str, Any],
) -> int:
    """Sets the fields of one row; 0 when they are so already or the row is gone."""
    table = schema.table(collection)
    different = or_(*(differs(schema.column(collection, n), value) for n, value in values.items()))
    statement = update(table).where(is_row(schema, collection, key), different).values(dict(values))
    return min(1, await _affected(connection, statement))


async def _erase(
    connection: AsyncConnection, schema: Schema, collection: Collection, keys: Keys
) -> int:
    """Deletes the rows; returns how many were still there."""
    parents = schema.into(collection)
    own = [key for key in parents if key.child == schema.places[collection.name]]
    size = CHUNK_OF_ONE_TREE if own else CHUNK
    if not schema.key_names(collection):
        size = 1  # identical rows fall together, and count as the one record they were found as
    deleted = 0
    for start in range(0, len(keys), size):
        chunk = keys[start : start + size]
        for foreign_key in parents:
            if foreign_key.on_delete == "CASCADE":
                await _refuse_cascade(connection, schema, collection, foreign_key, chunk)
        rows = or_(*(is_row(schema, collection, key) for key in chunk))
        statement = delete(schema.table(collection)).where(rows)
        deleted += min(len(chunk), await _affected(connection, statement))
    return deleted


async def _refuse_cascade(
    connection: AsyncConnection,
    schema: Schema,
    collection: Collection,
    foreign_key: ForeignKey,
    keys: Keys,
) -> None:
    """A cascade would take along rows that nobody ordered to erase, an invoice under legal duty
    perhaps. Ordered ones are gone by now, so whatever still hangs on these rows was not ordered."""
    parent = schema.table(collection)
    itself = foreign_key.child == schema.places[collection.name]
    bare = bare_table(
        foreign_key.child[1],
        *(bare_column(name) for name in foreign_key.columns),
        schema=foreign_key.child[0],
    )
    child = parent.alias() if itself else bare.alias()
    linked = [
        child.c[name] == parent.c[other]
        for name, other in zip(foreign_key.columns, foreign_key.parent_columns, strict=True)
    ]
    conditions = [*linked, or_(*(is_row(schema, collection, key) for key in keys))]
    if itself:
        conditions.append(not_(or_(*(is_row(schema, collection, key, child.c) for key in keys))))
    question = select(literal(1)).select_from(child, parent).where(and_(*conditions)).limit(1)
    if (await connection.execute(question)).first() is not None:
        raise ActRefused(
            ".".join(foreign_key.child), "the database would erase rows of it that are kept"
        )


async def _affected(connection: AsyncConnection, statement: Any) -> int:
    result = cast("CursorResult[Any]", await connection.execute(statement))
    return result.rowcount

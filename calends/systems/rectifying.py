"""Rectification (GDPR 16): a field that holds what was seen gets the right value, and no other.

Compare and set: who decided saw a value; when the field holds a third one by now, the decision is
not about it, and the whole is refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import not_, update
from sqlalchemy import types as sql

from calends.systems.addressing import differs
from calends.systems.dataset import Collection
from calends.systems.planning import as_stored
from calends.systems.protocol import ActRefused, Change, Effect, Order
from calends.systems.records import json_safe
from calends.systems.table_rows import TableRows, affected, named
from calends.systems.tables import Schema
from calends.systems.values import from_json


async def rectify(rows: TableRows, orders: Sequence[Order]) -> list[Effect]:
    """Sets the fields; returns what each record held before, to be sealed. Raises ActRefused."""
    held = await rows.read([order.key for order in orders], lock=True)
    effects = [rectification(rows, order, held) for order in orders]
    for effect in effects:
        if effect.outcome == "refused":
            raise ActRefused(effect.order.collection, effect.reason)
        if effect.outcome == "changed":
            await _set(rows, effect.order, list(effect.changes))
    return effects


def rectification(rows: TableRows, order: Order, held: Mapping[str, Mapping[str, Any]]) -> Effect:
    """What the order would do to the record as it is now."""
    collection = rows.collection
    try:
        wanted = _wanted(rows.schema, collection, order)
    except ActRefused as refused:
        return Effect(order, "refused", {}, refused.reason)
    values = held.get(named(order.key))
    if values is None:
        return Effect(order, "refused", {}, "the record is no longer there")
    changes = {}
    for name, change in (order.values or {}).items():
        if _same(values[name], change.after, wanted[name]):
            continue
        if not _same(values[name], change.before, _typed(rows.schema, collection, name, change)):
            return Effect(order, "refused", {}, f"`{name}` was changed since")
        changes[name] = Change(json_safe(values[name]), json_safe(wanted[name]))
    return Effect(order, "changed" if changes else "already", changes)


async def _set(rows: TableRows, order: Order, names: Sequence[str]) -> None:
    """The statement compares once more: not every database keeps a read row locked."""
    assert order.values is not None
    wanted = _wanted(rows.schema, rows.collection, order)
    conditions = [rows.where([order.key])]
    for name in names:
        column = rows.schema.column(rows.collection, name)
        before = _typed(rows.schema, rows.collection, name, order.values[name])
        if isinstance(column.type, sql.Float):
            continue  # what was read may be a rounding of what is stored
        conditions.append(not_(differs(column, before)))
    values = {name: wanted[name] for name in names}
    done = await affected(rows.connection, update(rows.table).where(*conditions).values(values))
    if done != 1:
        raise ActRefused(order.collection, f"`{names[0]}` was changed since")


def _wanted(schema: Schema, collection: Collection, order: Order) -> dict[str, Any]:
    """The new values as their columns hold them. Raises ActRefused for what is not to change."""
    assert order.values is not None
    if not order.values:
        raise ActRefused(collection.name, "a rectification that changes nothing")
    for name in order.values:
        why = _fixed(schema, collection, name)
        if why:
            raise ActRefused(collection.name, f"`{name}` {why}")
    after = {name: change.after for name, change in order.values.items()}
    return as_stored(schema, collection, after)


def _fixed(schema: Schema, collection: Collection, name: str) -> str:
    """Why a field cannot be rectified; empty when it can."""
    if (name,) not in collection.by_path:
        return "is no declared field"
    field = collection.by_path[(name,)]
    if name in schema.key_names(collection) or field.fides.primary_key:
        return "is the record's key"
    if field.fides.read_only:
        return "is read_only"
    if field.fides.references or name in schema.out_of(collection):
        return "is a link: changed, it would make another person's records theirs"
    if isinstance(schema.column(collection, name).type, sql.JSON | sql.ARRAY | sql.LargeBinary):
        return "holds a document, which is not rectified by field"
    return ""


def _typed(schema: Schema, collection: Collection, name: str, change: Change) -> Any:
    return from_json(change.before, schema.column(collection, name).type)


def _same(held: Any, said: Any, typed: Any) -> bool:
    """Whether the column holds what JSON said; 1.5 is 1.50 to a database."""
    if held is None or said is None:
        return held is None and said is None
    return bool(json_safe(held) == said or (typed is not None and held == typed))

"""Orders sorted into a plan, and refused when the declaration does not foresee them."""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

from calends.systems.dataset import Collection, Datasets
from calends.systems.graph import erasure_order
from calends.systems.masking import mask, personal_columns, personal_key
from calends.systems.protocol import Act, ActRefused, Event, Order
from calends.systems.tables import Schema
from calends.systems.values import from_json

Plan = dict[tuple[str, Act], list[Order]]
"""Orders by collection and act, each record once."""

MARKS: Mapping[Act, Event] = {"restrict": "restriction", "lift": "lift", "object": "objection"}
"""Acts that set what `on_<event>` declares: GDPR 18(1), its end, 21(1)."""


def planned(schema: Schema, datasets: Datasets, orders: Iterable[Order]) -> Plan:
    """Raises ActRefused for an order that no declaration foresees, and for two on one record."""
    plan: Plan = {}
    for order in orders:
        plan.setdefault((order.collection, order.act), []).append(order)
    known: dict[str, dict[Hashable, Order]] = {}
    for (name, act), ordered in plan.items():
        _refuse_undeclared(schema, datasets.collection(name), act)
        if any((order.values is None) == (act == "rectify") for order in ordered):
            raise ActRefused(name, "values belong to a rectification, and to it alone")
        once = {_record(order.key): order for order in ordered}
        same = len(once) == len(ordered) or all(
            once[_record(order.key)].values == order.values for order in ordered
        )
        if not same or known.setdefault(name, {}).keys() & once.keys():
            raise ActRefused(name, "two different acts on one record")
        known[name].update(once)
        plan[name, act] = list(once.values())
    return plan


def _record(key: Mapping[str, Any]) -> Hashable:
    """What makes two keys the same one. Said a hundred thousand times, so said briefly."""
    try:
        if len(key) == 1:
            (value,) = key.values()
            hash(value)
            return value  # type: ignore[no-any-return]
        record = frozenset(key.items())
        hash(record)
        return record
    except TypeError:  # a row without a primary key, known by a document in it
        return json.dumps(dict(key), sort_keys=True)


def leaves(datasets: Datasets, name: str, act: Act) -> bool:
    """Whether the act takes the record out of its table."""
    moved = act == "archive" and datasets.collection(name).meta.archive_into
    return act == "erase" or bool(moved)


def leaving_order(schema: Schema, datasets: Datasets, plan: Plan) -> list[tuple[str, Act]]:
    """What leaves its table, children before parents."""
    acts: Sequence[Act] = ("erase", "archive")
    return [
        (name, act)
        for name in erasure_order(datasets, schema.links(datasets))
        for act in acts
        if (name, act) in plan and leaves(datasets, name, act)
    ]


def new_values(
    schema: Schema, collection: Collection, act: Act, key: Mapping[str, Any]
) -> dict[str, Any]:
    """Column -> what an act other than `erase` and `rectify` sets it to."""
    if act == "anonymise":
        names: Sequence[str] = personal_columns(schema, collection)
        return {name: mask(schema, collection, name, key) for name in names}
    if act in MARKS:
        return as_stored(schema, collection, collection.meta.marks(MARKS[act]))
    marks = collection.meta.on_archive.values if collection.meta.on_archive else {}
    dropped = [name for name in collection.meta.drop_on_archive if name not in marks]
    blanks = {name: mask(schema, collection, name, key) for name in dropped}
    return blanks | as_stored(schema, collection, marks)


def as_stored(schema: Schema, collection: Collection, marks: Mapping[str, Any]) -> dict[str, Any]:
    """Declared values as their columns hold them. Raises ActRefused when one cannot."""
    values = {}
    for name, value in marks.items():
        column = schema.column(collection, name)
        values[name] = from_json(value, column.type)
        cannot = value is not None and values[name] is None
        too_long = isinstance(values[name], str) and longer(column.type, values[name])
        if cannot or too_long or (value is None and not column.nullable):
            raise ActRefused(collection.name, f"`{name}` cannot hold its new value")
    return values


def longer(kind: Any, text: str) -> bool:
    """Some databases cut what is too long without a word."""
    length = getattr(kind, "length", None)
    return isinstance(length, int) and len(text) > length


def _refuse_undeclared(schema: Schema, collection: Collection, act: Act) -> None:
    """What the declaration does not foresee is not done, whoever orders it."""
    meta, name = collection.meta, collection.name
    if act in MARKS:
        if not meta.marks(MARKS[act]):
            raise ActRefused(name, f"declares no on_{MARKS[act]}")
    elif act == "rectify":
        if meta.issued_document:
            # C. com. L123-22: « sans blanc ni altération »; a corrective document is issued.
            raise ActRefused(name, "an issued document is corrected by another, never altered")
    elif act == "archive":
        if not (meta.on_archive or meta.drop_on_archive or meta.archive_into):
            raise ActRefused(name, "declares none of on_archive, drop_on_archive, archive_into")
    elif not collection.personal or meta.on_erasure is None:
        raise ActRefused(name, "declares no on_erasure, or nothing personal")
    elif act == "anonymise":
        if personal_key(schema, collection):
            raise ActRefused(name, "its primary key says who it is")
        if not personal_columns(schema, collection):
            raise ActRefused(name, "no field of it can be masked")

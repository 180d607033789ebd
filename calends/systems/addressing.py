"""SQL conditions on single rows: this very row, and not yet as it should be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Column, ColumnElement, and_, literal
from sqlalchemy import types as sql

from calends.systems.dataset import Collection
from calends.systems.protocol import ActRefused
from calends.systems.tables import Schema
from calends.systems.values import bound_type, from_json, operand


def is_row(
    schema: Schema,
    collection: Collection,
    key: Mapping[str, Any],
    columns: Mapping[str, ColumnElement[Any]] | Any = None,
) -> ColumnElement[bool]:
    """The row of that key, and no other. Raises ActRefused when the key does not name one row:
    a condition with a part missing would match others."""
    names = schema.key_names(collection) or collection.columns
    if set(key) != set(names):
        raise ActRefused(collection.name, "a record is not named by its whole key")
    columns = schema.table(collection).c if columns is None else columns
    return and_(*(_equals(schema, collection, columns[name], key[name]) for name in names))


def differs(column: Column[Any], value: Any) -> ColumnElement[bool]:
    """Whether the column does not hold the value yet."""
    if value is None:
        return column.is_not(None)
    if isinstance(column.type, sql.JSON):
        return operand(column).is_distinct_from("{}")
    return operand(column).is_distinct_from(literal(value, bound_type(column.type)))


def _equals(
    schema: Schema, collection: Collection, column: ColumnElement[Any], value: Any
) -> ColumnElement[bool]:
    kind = column.type
    if not schema.key_names(collection) and isinstance(kind, sql.JSON | sql.ARRAY | sql.Float):
        # Such values do not compare exactly; "not equal" would pass for "already erased".
        raise ActRefused(collection.name, "without a primary key its rows cannot be told apart")
    if value is None:
        return column.is_(None)
    known = from_json(value, kind)
    if known is None:
        raise ActRefused(collection.name, "a record's key does not fit the table")
    return operand(column) == literal(known, bound_type(kind))

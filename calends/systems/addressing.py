"""SQL conditions on rows: these very rows, and not yet as they should be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    String,
    and_,
    any_,
    func,
    literal,
    or_,
    select,
    tuple_,
)
from sqlalchemy import types as sql
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from calends.systems.dataset import Collection
from calends.systems.protocol import ActRefused
from calends.systems.tables import Schema
from calends.systems.values import bound_type, from_json, is_text, operand

Key = Mapping[str, Any]
Columns = Mapping[str, ColumnElement[Any]] | Any


def rows_with(
    schema: Schema,
    collection: Collection,
    keys: Sequence[Key],
    columns: Columns = None,
    *,
    arrays: bool = False,
) -> ColumnElement[bool]:
    """The rows of those keys, and no other. `arrays`: the database takes a list as one value.

    Raises ActRefused when a key does not name one row: with a part missing it would match others.
    """
    names = schema.key_names(collection)
    if not names:
        return or_(*(is_row(schema, collection, key, columns) for key in keys))
    columns = schema.table(collection).c if columns is None else columns
    bound = [_known(schema, collection, keys, name) for name in names]
    kinds = [bound_type(columns[name].type) for name in names]
    places = [operand(columns[name]) for name in names]
    if arrays:
        lists = [literal(v, ARRAY(kind)) for v, kind in zip(bound, kinds, strict=True)]
        if len(names) == 1:
            return places[0] == any_(lists[0])
        return tuple_(*places).in_(select(*(func.unnest(each) for each in lists)))
    if len(names) == 1:
        return places[0].in_([literal(value, kinds[0]) for value in bound[0]])
    return tuple_(*places, types=kinds).in_(list(zip(*bound, strict=True)))


def is_row(
    schema: Schema, collection: Collection, key: Key, columns: Columns = None
) -> ColumnElement[bool]:
    """The row of that key, and no other. Raises ActRefused when the key does not name one row."""
    columns = schema.table(collection).c if columns is None else columns
    names = schema.key_names(collection) or collection.columns
    return and_(*(_equals(schema, collection, columns[name], key, name) for name in names))


def differs(column: Column[Any], value: Any) -> ColumnElement[bool]:
    """Whether the column does not hold exactly the value yet."""
    if value is None:
        return column.is_not(None)
    if isinstance(column.type, sql.JSON):
        return operand(column).is_distinct_from("{}")
    bound = literal(value, bound_type(column.type))
    if is_text(column.type):
        return exactly(operand(column)).is_distinct_from(exactly(bound))
    return operand(column).is_distinct_from(bound)


class exactly(FunctionElement[str]):
    """A text compared sign by sign, whatever the collation: to MySQL, "A" and "a " equal "a"."""

    type = String()
    inherit_cache = True


@compiles(exactly)
def _as_it_is(element: exactly, compiler: SQLCompiler, **options: Any) -> str:
    return str(compiler.process(element.clauses, **options))


@compiles(exactly, "mysql")
@compiles(exactly, "mariadb")
def _as_bytes(element: exactly, compiler: SQLCompiler, **options: Any) -> str:
    inner = compiler.process(element.clauses, **options)
    return f"CAST(CONVERT({inner} USING utf8mb4) AS BINARY)"


def _equals(
    schema: Schema, collection: Collection, column: ColumnElement[Any], key: Key, name: str
) -> ColumnElement[bool]:
    kind, has_key = column.type, bool(schema.key_names(collection))
    if not has_key and isinstance(kind, sql.JSON | sql.ARRAY | sql.Float):
        # Such values do not compare exactly; "not equal" would pass for "already erased".
        raise ActRefused(collection.name, "without a primary key its rows cannot be told apart")
    (known,) = _known(schema, collection, [key], name)
    if known is None:
        return column.is_(None)
    bound = literal(known, bound_type(kind))
    if not has_key and is_text(kind):
        return exactly(operand(column)) == exactly(bound)
    return operand(column) == bound


def _known(schema: Schema, collection: Collection, keys: Sequence[Key], name: str) -> list[Any]:
    """That part of the keys as the column compares it; None where a row without a key has null."""
    primary = schema.key_names(collection)
    names = set(primary or collection.columns)
    kind = schema.column(collection, name).type
    whole = isinstance(kind, sql.Integer)
    known = []
    for key in keys:
        if key.keys() != names:
            raise ActRefused(collection.name, "a record is not named by its whole key")
        value = key[name]
        if not (whole and type(value) is int and -(2**63) <= value < 2**63):
            # All others than the common case need a closer look.
            value = None if value is None else from_json(value, kind)
            if value is None and (primary or key[name] is not None):
                raise ActRefused(collection.name, "a record's key does not fit the table")
        known.append(value)
    return known

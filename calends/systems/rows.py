"""Finding declared rows in SQL tables: the walk's store, on one open connection."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any

from sqlalchemy import CHAR, ColumnElement, func, literal, or_, select
from sqlalchemy import types as sql
from sqlalchemy.ext.asyncio import AsyncConnection

from calends.systems.dataset import Collection, DeclaredField
from calends.systems.fideslang import FieldPath
from calends.systems.protocol import Failure, Record, SystemFailed
from calends.systems.tables import Schema
from calends.systems.values import bound_type, comparable, is_text, json_safe, operand, readable
from calends.systems.walk import Criterion, Row

BATCH = 500
"""Rows fetched from the server at a time."""


class SqlStore:
    """Answers the walk on one connection, and stops at `row_limit` rows: more is a mistake in the
    declaration or the data, not a person."""

    def __init__(self, connection: AsyncConnection, schema: Schema, row_limit: int) -> None:
        self._connection, self._schema = connection, schema
        self._rows_left = row_limit

    async def find(
        self, collection: Collection, criteria: Sequence[Criterion]
    ) -> AsyncGenerator[Row, None]:
        if not criteria:
            raise ValueError("a search without a criterion would match every row")
        conditions = list(self._conditions(collection, criteria))
        if not conditions:  # no value can stand in its column
            return
        result = await self._connection.stream(
            select(*self._selected(collection)).where(or_(*conditions))
        )
        async for batch in result.mappings().partitions(BATCH):
            for found in batch:
                self._rows_left -= 1
                if self._rows_left < 0:
                    raise SystemFailed(Failure.TOO_MANY, collection.name)
                yield self._row(collection, dict(found))

    def _conditions(
        self, collection: Collection, criteria: Sequence[Criterion]
    ) -> list[ColumnElement[bool]]:
        grouped: dict[tuple[FieldPath, bool], list[Any]] = {}
        for criterion in criteria:
            group = grouped.setdefault((criterion.path, criterion.ignore_case), [])
            group.append(criterion.value)
        conditions = []
        for (path, ignore_case), values in grouped.items():
            place = self._operand(collection, path)
            condition = _holds_one_of(place, values, ignore_case)
            if condition is not None:
                conditions.append(condition)
        return conditions

    def _operand(self, collection: Collection, path: FieldPath) -> ColumnElement[Any]:
        column = self._schema.column(collection, path[0])
        if len(path) == 1:
            return operand(column)
        if not isinstance(column.type, sql.JSON):
            name = f"{collection.name}.{path[0]}"
            raise SystemFailed(Failure.MAPPING, f"{name} holds no document")
        inner: ColumnElement[Any] = column[path[1:]].as_string()
        return inner

    def _selected(self, collection: Collection) -> list[ColumnElement[Any]]:
        names = dict.fromkeys([*collection.columns, *self._schema.key_names(collection)])
        columns = (self._schema.column(collection, name) for name in names)
        return [readable(column).label(column.name) for column in columns]

    def _row(self, collection: Collection, values: dict[str, Any]) -> Row:
        table = self._schema.table(collection)
        for name, value in values.items():
            if isinstance(table.c[name].type, CHAR) and isinstance(value, str):
                values[name] = value.rstrip(" ")  # CHAR(n) pads; the padding is nobody's datum
        key = json.dumps(row_key(self._schema, collection, values), sort_keys=True)
        return Row(key=key, values=values)


def _holds_one_of(
    place: ColumnElement[Any], values: Sequence[Any], ignore_case: bool
) -> ColumnElement[bool] | None:
    possible = [v for value in values if (v := comparable(value, place.type)) is not None]
    if not possible:
        return None
    kind = bound_type(place.type)
    if ignore_case and is_text(place.type):
        # Both sides in the database, so that both are lowered by the same rules.
        return func.lower(place).in_([func.lower(literal(value, kind)) for value in possible])
    return place.in_([literal(value, kind) for value in possible])


def row_key(schema: Schema, collection: Collection, values: Mapping[str, Any]) -> dict[str, Any]:
    """The primary key's values, JSON-safe; all declared ones when the table has none."""
    names = schema.key_names(collection) or collection.columns
    return {name: json_safe(values[name]) for name in names}


def record(schema: Schema, collection: Collection, row: Row) -> Record:
    return Record(
        collection=collection.name,
        key=row_key(schema, collection, row.values),
        values={
            name: json_safe(_declared_part(row.values[name], collection.within(name), (name,)))
            for name in collection.columns
        },
    )


def _declared_part(value: Any, fields: Sequence[DeclaredField], path: FieldPath) -> Any:
    """A document reduced to its declared parts; whole when it is declared without parts."""
    below = [field for field in fields if field.path[: len(path)] == path and field.path != path]
    if not below:
        return value
    if isinstance(value, list):
        return [_declared_part(member, fields, path) for member in value]
    if not isinstance(value, Mapping):
        return value
    names = dict.fromkeys(field.path[len(path)] for field in below)
    return {n: _declared_part(value[n], fields, (*path, n)) for n in names if n in value}

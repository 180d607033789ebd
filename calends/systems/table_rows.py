"""The rows of one declared table, addressed by their keys: read, changed, deleted in chunks.

Each statement changes only what is not yet as it should be, so doing it twice does nothing twice.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import CHAR, ColumnElement, CursorResult, Table, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from calends.systems.addressing import Key, differs, rows_with
from calends.systems.dataset import Collection
from calends.systems.rows import row_key
from calends.systems.tables import Schema
from calends.systems.values import readable

CHUNK = 1_000
CHUNK_OF_ARRAYS = 10_000
"""Rows named in one statement; where the database takes a list as one value, it may be long."""


@dataclass(frozen=True)
class TableRows:
    connection: AsyncConnection
    schema: Schema
    collection: Collection

    @property
    def table(self) -> Table:
        return self.schema.table(self.collection)

    @property
    def arrays(self) -> bool:
        return self.connection.dialect.name == "postgresql"

    def where(self, keys: Sequence[Key], columns: Any = None) -> ColumnElement[bool]:
        return rows_with(self.schema, self.collection, keys, columns, arrays=self.arrays)

    def chunks(self, keys: Sequence[Key], size: int = 0) -> Iterator[Sequence[Key]]:
        if not self.schema.key_names(self.collection):
            size = 1  # identical rows fall together, and count as the one record they were found as
        size = size or (CHUNK_OF_ARRAYS if self.arrays else CHUNK)
        for start in range(0, len(keys), size):
            yield keys[start : start + size]

    async def read(self, keys: Sequence[Key], *, lock: bool = False) -> dict[str, dict[str, Any]]:
        """The declared values and the key of the rows that are there, by `named(key)`. `lock`:
        nobody else changes them until the transaction ends."""
        names = dict.fromkeys([*self.collection.columns, *self.schema.key_names(self.collection)])
        columns = [self.schema.column(self.collection, name) for name in names]
        found: dict[str, dict[str, Any]] = {}
        for chunk in self.chunks(keys, CHUNK):
            question = select(*(readable(column).label(column.name) for column in columns))
            question = question.where(self.where(chunk))
            question = question.with_for_update() if lock else question
            for row in (await self.connection.execute(question)).mappings():
                values = unpadded(self.schema, self.collection, dict(row))
                found[named(row_key(self.schema, self.collection, values))] = values
        return found

    async def change(self, keys: Sequence[Key], values: Mapping[str, Any]) -> int:
        """Sets fields of the rows; returns how many were not so yet."""
        if not values:
            return 0
        different = or_(
            *(differs(self.schema.column(self.collection, n), value) for n, value in values.items())
        )
        changed = 0
        for chunk in self.chunks(keys):
            statement = update(self.table).where(self.where(chunk), different).values(dict(values))
            changed += min(len(chunk), await affected(self.connection, statement))
        return changed

    async def delete(self, keys: Sequence[Key]) -> int:
        """Deletes the rows; returns how many were still there."""
        statement = delete(self.table).where(self.where(keys))
        return min(len(keys), await affected(self.connection, statement))


def unpadded(schema: Schema, collection: Collection, values: Mapping[str, Any]) -> dict[str, Any]:
    """Without what CHAR(n) adds to a text: the padding is nobody's datum."""
    columns = schema.table(collection).c
    return {
        name: value.rstrip(" ")
        if isinstance(value, str) and isinstance(columns[name].type, CHAR)
        else value
        for name, value in values.items()
    }


def named(key: Key) -> str:
    """The key as a name: equal keys have equal names."""
    return json.dumps(dict(key), sort_keys=True)


async def affected(connection: AsyncConnection, statement: Any) -> int:
    result = cast("CursorResult[Any]", await connection.execute(statement))
    return result.rowcount

"""Finding declared rows in SQL tables: the walk's store, on one open connection."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from typing import Any, TypeVar

from sqlalchemy import (
    CHAR,
    Column,
    ColumnElement,
    Dialect,
    Select,
    Text,
    bindparam,
    cast,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy import types as sql
from sqlalchemy.ext.asyncio import AsyncConnection

from calends.systems.conditions import Group, Place, grouped, place_of
from calends.systems.dataset import Collection
from calends.systems.fideslang import FieldPath
from calends.systems.likeness import LOOKED_AT
from calends.systems.protocol import Failure, Record, SystemFailed
from calends.systems.records import json_safe, record_of
from calends.systems.tables import Schema
from calends.systems.values import operand, readable
from calends.systems.walk import Criterion, Row

BATCH = 50
"""Rows fetched from the server at a time: each may hold a document of many megabytes."""

_SIMPLE = (sql.Integer, sql.String, sql.Uuid, sql.Boolean, sql.LargeBinary)
"""Types whose every stored value Python can hold."""

T = TypeVar("T")


class Questions:
    """The statements of one store, each made once: they depend on fields, never on values."""

    def __init__(self, schema: Schema, dialect: Dialect) -> None:
        self.schema, self.dialect = schema, dialect
        self._places: dict[tuple[str, FieldPath], Place] = {}
        self._selects: dict[tuple[str, tuple[Group, ...], bool], Select[Any]] = {}

    def bound(
        self, collection: Collection, criteria: Sequence[Criterion]
    ) -> dict[Group, list[Any]]:
        """The values that can stand in their column at all; a group without one is left out."""
        groups = {}
        for group, values in grouped(criteria).items():
            if kept := self._place(collection, group[0]).possible(values):
                groups[group] = kept
        return groups

    def select(
        self, collection: Collection, groups: Sequence[Group], as_text: bool = False
    ) -> Select[Any]:
        """Rows that meet any group; the values of the n-th are bound as `n`."""
        key = (collection.name, tuple(groups), as_text)
        if key not in self._selects:
            met = [
                self._place(collection, path).holds(match, self.dialect, f"v{n}")
                for n, (path, match) in enumerate(groups)
            ]
            self._selects[key] = self.rows(collection, as_text).where(or_(*met))
        return self._selects[key]

    def rows(self, collection: Collection, as_text: bool = False) -> Select[Any]:
        """Every row; never asked as it is."""
        return select(*self._selected(collection, as_text))

    def select_part(
        self, collection: Collection, groups: Sequence[Group], number: int
    ) -> Select[Any]:
        """The same as one of several: its number, and the row as one value. Values are bound as
        `<number>v<n>`."""
        met = [
            self._place(collection, path).holds(match, self.dialect, f"q{number}v{n}")
            for n, (path, match) in enumerate(groups)
        ]
        # A row inside a row comes without the names of types that the database made up.
        plain = [
            cast(c, Text) if isinstance(c.type, sql.Enum) else readable(c)
            for c in self._columns(collection)
        ]
        chosen = select(literal_column(str(number)).label("q"), func.row(*plain).label("r"))
        return chosen.select_from(self.schema.table(collection)).where(or_(*met))

    def names(self, collection: Collection) -> list[str]:
        """What a row has, in its order."""
        return [column.name for column in self._columns(collection)]

    def _place(self, collection: Collection, path: FieldPath) -> Place:
        key = (collection.name, path)
        if key not in self._places:
            self._places[key] = place_of(self.schema, collection, path, self.dialect)
        return self._places[key]

    def _selected(self, collection: Collection, as_text: bool) -> list[ColumnElement[Any]]:
        return [
            (cast(c, Text) if as_text and not isinstance(c.type, _SIMPLE) else readable(c)).label(
                c.name
            )
            for c in self._columns(collection)
        ]

    def _columns(self, collection: Collection) -> list[Column[Any]]:
        names = dict.fromkeys([*collection.columns, *self.schema.key_names(collection)])
        return [self.schema.column(collection, name) for name in names]


class SqlStore:
    """Answers the walk on one connection, and stops at `row_limit` rows: more is a mistake in the
    declaration or the data, not a person. A statement or a batch that takes longer than the limit
    is a timeout, for databases that have none of their own."""

    def __init__(
        self, connection: AsyncConnection, schema: Schema, row_limit: int, timeout_seconds: int = 30
    ) -> None:
        self._connection, self._schema = connection, schema
        self._questions = Questions(schema, connection.dialect)
        self._rows_left, self._timeout_seconds = row_limit, timeout_seconds

    async def find(
        self, collection: Collection, criteria: Sequence[Criterion]
    ) -> AsyncGenerator[Row, None]:
        if not criteria:
            raise ValueError("a search without a criterion would match every row")
        groups = self._questions.bound(collection, criteria)
        if not groups:  # no value can stand in its column
            return
        make = row_maker(self._schema, collection)
        async with aclosing(self._rows(collection, groups)) as rows:
            async for found in rows:
                self._rows_left -= 1
                if self._rows_left < 0:
                    raise SystemFailed(Failure.TOO_MANY, collection.name)
                yield make(found)

    async def browse(
        self, collection: Collection, columns: Sequence[str], patterns: Sequence[str]
    ) -> AsyncGenerator[Record, None]:
        """Records of which one of these columns is like one of the patterns; a bounded number."""
        schema = self._schema
        if collection.name not in schema.tables:
            return
        like = [
            func.lower(operand(schema.column(collection, name))).like(bindparam(f"p{n}"))
            for name in columns
            for n in range(len(patterns))
        ]
        rows = self._questions.rows(collection).where(or_(*like)).limit(LOOKED_AT)
        make_row, make = row_maker(schema, collection), record_maker(schema, collection)
        bound = {f"p{n}": pattern for n, pattern in enumerate(patterns)}
        result = await self._in_time(self._connection.stream(rows, bound))
        batches = result.mappings().partitions(BATCH)
        while batch := await self._in_time(anext(batches, None)):
            for found in batch:
                yield make(make_row(dict(found)))

    async def _rows(
        self, collection: Collection, groups: Mapping[Group, list[Any]]
    ) -> AsyncGenerator[dict[str, Any], None]:
        """A stored value that Python cannot hold (a date of the year 12000) is read as text."""
        values = {f"v{n}": bound for n, bound in enumerate(groups.values())}
        given = False
        for as_text in (False, True):
            statement = self._questions.select(collection, list(groups), as_text)
            try:
                result = await self._in_time(self._connection.stream(statement, values))
                batches = result.mappings().partitions(BATCH)
                while batch := await self._in_time(anext(batches, None)):
                    for found in batch:
                        given = True
                        yield dict(found)
                return
            except (ValueError, ArithmeticError):
                if given or as_text:
                    raise

    async def _in_time(self, work: Awaitable[T]) -> T:
        if self._connection.dialect.name == "sqlite":
            return await self._interrupted(work)
        try:
            async with asyncio.timeout(self._timeout_seconds):
                return await work
        except TimeoutError:
            raise SystemFailed(Failure.TIMEOUT) from None

    async def _interrupted(self, work: Awaitable[T]) -> T:
        """SQLite runs in a thread, which whoever gives up has to wait for: it is told to stop."""
        raw = await self._connection.get_raw_connection()
        driver: Any = raw.driver_connection
        watch = asyncio.create_task(_after(self._timeout_seconds, driver.interrupt))
        try:
            return await work
        finally:
            watch.cancel()


async def _after(seconds: float, act: Callable[[], Awaitable[None]]) -> None:
    await asyncio.sleep(seconds)
    await act()


def row_maker(
    schema: Schema, collection: Collection, raw: bool = False
) -> Callable[[dict[str, Any]], Row]:
    """Rows with the key that makes each one row, of values as the driver gives them; `raw` when
    it gives documents as text."""
    table = schema.table(collection)
    documents = [c.name for c in table.c if raw and isinstance(c.type, sql.JSON)]
    documents += [name for name in collection.documents if name not in documents]
    padded = [c.name for c in table.c if isinstance(c.type, CHAR)]
    names = schema.key_names(collection)
    simple = names and all(isinstance(schema.column(collection, n).type, _SIMPLE) for n in names)

    def make(values: dict[str, Any]) -> Row:
        for name in padded:
            if isinstance(value := values.get(name), str):
                values[name] = value.rstrip(" ")  # CHAR(n) pads; the padding is nobody's datum
        for name in documents:
            values[name] = _document(values.get(name))
        if simple:
            return Row(key=tuple(values[name] for name in names), values=values)
        key = json.dumps(row_key(schema, collection, values), sort_keys=True)
        return Row(key=key, values=values)

    return make


def _document(value: Any) -> Any:
    """A document that the driver, or the table, has as text."""
    try:
        return json.loads(value) if isinstance(value, str) else value
    except (ValueError, RecursionError):
        return value


def row_key(schema: Schema, collection: Collection, values: Mapping[str, Any]) -> dict[str, Any]:
    """The primary key's values, JSON-safe; all declared ones when the table has none."""
    names = schema.key_names(collection) or collection.columns
    return {name: json_safe(values[name]) for name in names}


def record_maker(schema: Schema, collection: Collection) -> Callable[[Row], Record]:
    """Records of the collection's rows."""
    names = schema.key_names(collection) or collection.columns

    def make(row: Row) -> Record:
        return record_of(collection, {name: row.values[name] for name in names}, row.values)

    return make

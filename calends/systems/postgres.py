"""Searching a PostgreSQL database with its driver alone: the statements of the generic store, made
to text once, on connections that are kept for a while and used read-only.

A search is: one round trip that opens a read-only transaction with its time limit, one or two for
each statement, one that ends it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg

from calends.systems.conditions import Group
from calends.systems.dataset import Collection
from calends.systems.engines import CONNECT_SECONDS
from calends.systems.protocol import Failure, SystemFailed
from calends.systems.rows import BATCH, Questions, row_maker
from calends.systems.tables import Schema
from calends.systems.walk import Criterion, Row

IDLE_SECONDS = 30
"""After this a connection that nobody uses is given back to the database."""
MOST_CONNECTIONS = 4
SMALL_BATCH = 2
"""Rows fetched at a time where the table is known to hold large values."""

_BEGIN = (
    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;"
    " SET LOCAL statement_timeout = {ms}; SET LOCAL lock_timeout = {ms}"
)
_DIALECT = PGDialect_asyncpg(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]


class PostgresPool:
    """Read-only connections to one database. `dsn` as libpq has it."""

    def __init__(self, dsn: str, timeout_seconds: int) -> None:
        self._dsn, self._timeout_seconds = dsn, timeout_seconds
        self._begin = _BEGIN.format(ms=timeout_seconds * 1000)
        self._pool: asyncpg.Pool | None = None
        self._lock = asyncio.Lock()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[asyncpg.Connection]:
        """One transaction that can only read and sees one moment of the database throughout."""
        pool = await self._opened()
        try:
            connection = await pool.acquire(timeout=CONNECT_SECONDS + self._timeout_seconds)
        except TimeoutError:
            raise SystemFailed(Failure.UNREACHABLE) from None
        clean = False
        try:
            await connection.execute(self._begin)
            yield connection
            await connection.execute("ROLLBACK")
            clean = True
        finally:
            if not clean:  # broken off: whatever state it is in, nobody else gets it
                connection.terminate()
            await pool.release(connection)

    async def close(self) -> None:
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.terminate()

    async def _opened(self) -> asyncpg.Pool:
        async with self._lock:
            if self._pool is None:
                try:
                    self._pool = await self._new()
                except (TypeError, ValueError, OverflowError, asyncpg.InterfaceError):
                    raise SystemFailed(Failure.SETTINGS, "a part of the database URL") from None
        return self._pool

    async def _new(self) -> asyncpg.Pool:
        return await asyncpg.create_pool(
            self._dsn,
            min_size=0,
            max_size=MOST_CONNECTIONS,
            max_inactive_connection_lifetime=IDLE_SECONDS,
            timeout=CONNECT_SECONDS,
            reset=_nothing_to_reset,
            server_settings={"application_name": "calends", "default_transaction_read_only": "on"},
        )


async def _nothing_to_reset(connection: Any) -> None:
    """Every setting was local to the transaction; a broken one's connection is thrown away."""


class PostgresStore:
    """Answers the walk, as SqlStore does, in one of the pool's transactions."""

    def __init__(self, connection: asyncpg.Connection, questions: Texts, row_limit: int) -> None:
        self._connection, self._texts = connection, questions
        self._rows_left = row_limit

    async def find(
        self, collection: Collection, criteria: Sequence[Criterion]
    ) -> AsyncGenerator[Row, None]:
        if not criteria:
            raise ValueError("a search without a criterion would match every row")
        groups = self._texts.questions.bound(collection, criteria)
        if not groups:
            return
        make = row_maker(self._texts.questions.schema, collection, raw=True)
        given = False
        for as_text in (False, True):
            try:
                async for found in self._cursor(collection, groups, as_text):
                    self._rows_left -= 1
                    if self._rows_left < 0:
                        raise SystemFailed(Failure.TOO_MANY, collection.name)
                    given = True
                    yield make(dict(found))
                return
            except (ValueError, ArithmeticError):  # a stored value that Python cannot hold
                if given or as_text:
                    raise

    def _cursor(
        self, collection: Collection, groups: Mapping[Group, list[Any]], as_text: bool
    ) -> AsyncIterator[asyncpg.Record]:
        text, names = self._texts.text(collection, tuple(groups), as_text)
        bound = {f"v{n}": values for n, values in enumerate(groups.values())}
        batch = SMALL_BATCH if collection.name in self._texts.questions.schema.large else BATCH
        cursor: AsyncIterator[asyncpg.Record] = self._connection.cursor(
            text, *(bound.get(name, fixed) for name, fixed in names), prefetch=batch
        ).__aiter__()
        return cursor


Text = tuple[str, list[tuple[str, Any]]]
"""A statement, and its parameters in order: name, and the value of those that never change."""


class Texts:
    """The statements as text, each compiled once."""

    def __init__(self, schema: Schema) -> None:
        self.questions = Questions(schema, _DIALECT)
        self._texts: dict[tuple[str, tuple[Group, ...], bool], Text] = {}

    def text(self, collection: Collection, groups: tuple[Group, ...], as_text: bool) -> Text:
        key = (collection.name, groups, as_text)
        if key not in self._texts:
            statement = self.questions.select(collection, groups, as_text)
            compiled = statement.compile(dialect=_DIALECT)
            names = [(name, compiled.params[name]) for name in compiled.positiontup or ()]
            self._texts[key] = (str(compiled), names)
        return self._texts[key]

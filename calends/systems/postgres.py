"""Searching a PostgreSQL database with its driver alone: the statements of the generic store, made
to text once, on connections that are kept for a while and used read-only.

A search is: one round trip that opens a read-only transaction with its time limit, one for each
round of the walk, whatever the number of its collections, and one that ends it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager, suppress
from typing import Any

import asyncpg
from sqlalchemy import ARRAY, ClauseElement, Enum, union_all
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.sql.compiler import SQLCompiler

from calends.systems.conditions import Group
from calends.systems.dataset import Collection
from calends.systems.engines import CONNECT_SECONDS
from calends.systems.protocol import Failure, SystemFailed
from calends.systems.rows import Questions, row_maker
from calends.systems.tables import Schema
from calends.systems.walk import Criterion, Row

IDLE_SECONDS = 30
"""After this a connection that nobody uses is given back to the database."""
ANSWER_SECONDS = 5
"""After a statement's own time limit, for a server that has fallen silent."""
MOST_CONNECTIONS = 4
PAGE = 500
"""Rows that a round may have to come in one round trip; of more a cursor gives each collection's
batch by batch."""
MOST_SMALL = 500
"""Rows fetched at a time; PostgreSQL keeps none longer than 8 kB in the table itself."""
MOST_LARGE = 50
"""… where it keeps long values aside: as many as the longest of the last batch allows."""
BATCH_BYTES = 4_000_000

_BEGIN = (
    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;"
    " SET LOCAL statement_timeout = {ms}; SET LOCAL lock_timeout = {ms}"
)
_PLAN_ONCE = "; SET LOCAL plan_cache_mode = force_generic_plan"
"""Otherwise each statement is planned anew each time, for its few values: most of its cost."""
_GONE = (
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    ConnectionError,
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
        connection = await self._begun(pool)
        clean = False
        try:
            yield connection
            await connection.execute("ROLLBACK")
            clean = True
        except (asyncpg.InterfaceError, asyncpg.InternalClientError):
            if not connection.is_closed():
                raise
            raise SystemFailed(Failure.UNREACHABLE) from None
        finally:
            await _given_back(pool, connection, clean)

    async def _begun(self, pool: asyncpg.Pool) -> asyncpg.Connection:
        """A connection with its transaction begun; one that was kept and has died is not the
        system's failure, and the next is taken."""
        for _ in range(MOST_CONNECTIONS + 1):
            try:
                async with asyncio.timeout(CONNECT_SECONDS + self._timeout_seconds):
                    connection = await pool.acquire()
            except TimeoutError:
                raise SystemFailed(Failure.UNREACHABLE) from None
            try:
                plans = _PLAN_ONCE if connection.get_server_version() >= (12,) else ""
                await connection.execute(self._begin + plans)
            except BaseException as error:
                await _given_back(pool, connection, clean=False)
                if not isinstance(error, _GONE):
                    raise
            else:
                return connection
        raise SystemFailed(Failure.UNREACHABLE)

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
            command_timeout=self._timeout_seconds + ANSWER_SECONDS,
            reset=_nothing_to_reset,
            server_settings={"application_name": "calends", "default_transaction_read_only": "on"},
        )


async def _given_back(pool: asyncpg.Pool, connection: Any, clean: bool) -> None:
    """What was broken off is ended: whatever state it is in, nobody else gets it."""
    if not clean:
        with suppress(asyncpg.InterfaceError):  # the pool noticed first
            connection.terminate()
    await pool.release(connection)


async def _nothing_to_reset(connection: Any) -> None:
    """Every setting was local to the transaction; a broken one's connection is thrown away."""


class PostgresStore:
    """Answers the walk, as SqlStore does, in one of the pool's transactions."""

    def __init__(self, connection: asyncpg.Connection, texts: Texts, row_limit: int) -> None:
        self._connection, self._texts = connection, texts
        self._rows_left = row_limit

    async def find(
        self, collection: Collection, criteria: Sequence[Criterion]
    ) -> AsyncGenerator[Row, None]:
        if not criteria:
            raise ValueError("a search without a criterion would match every row")
        texts = self._texts
        groups = texts.questions.bound(collection, criteria)
        if not groups:
            return
        _, make = texts.maker(collection)
        given = False
        for as_text in (False, True):
            try:
                async with aclosing(self._cursor(collection, groups, as_text)) as rows:
                    async for found in rows:
                        self._count(collection)
                        given = True
                        yield make(dict(found))
                return
            except (ValueError, ArithmeticError):  # a stored value that Python cannot hold
                if given or as_text:
                    raise

    async def find_round(
        self, asked: Sequence[tuple[Collection, Sequence[Criterion]]]
    ) -> list[tuple[Collection, Row]] | None:
        """All in one round trip, where the rows are few and small."""
        texts = self._texts
        parts: list[Part] = []
        for collection, criteria in asked:
            if not texts.can_join(collection):
                return None
            if groups := texts.questions.bound(collection, criteria):
                parts.append((collection, groups))
        if not parts:
            return []
        text, order = texts.round(parts)
        values = {
            f"q{number}v{n}": bound
            for number, (_, groups) in enumerate(parts)
            for n, bound in enumerate(groups.values())
        }
        try:
            rows = await self._connection.fetch(text, *(values.get(n, f) for n, f in order))
        except (ValueError, ArithmeticError, RuntimeError):
            return None  # a value that Python cannot hold, or a type that only its table names
        if len(rows) > PAGE:
            return None
        found = []
        for number, row in rows:
            collection = parts[number][0]
            self._count(collection)
            names, make = texts.maker(collection)
            found.append((collection, make(dict(zip(names, row, strict=True)))))
        return found

    async def _cursor(
        self, collection: Collection, groups: Mapping[Group, list[Any]], as_text: bool
    ) -> AsyncGenerator[asyncpg.Record, None]:
        """Row by row, fetched in batches as large as their size allows."""
        text, order = self._texts.single(collection, tuple(groups), as_text)
        bound = {f"v{n}": values for n, values in enumerate(groups.values())}
        values = (bound.get(name, fixed) for name, fixed in order)
        large = collection.name in self._texts.questions.schema.large
        most, batch = (MOST_LARGE, 1) if large else (MOST_SMALL, MOST_SMALL)
        cursor = await self._connection.cursor(text, *values)
        while rows := await cursor.fetch(batch):
            for row in rows:
                yield row
            if large:
                size = max(sum(map(_size, row)) for row in rows)
                batch = max(1, min(most, 4 * batch, BATCH_BYTES // (size + 1)))

    def _count(self, collection: Collection) -> None:
        self._rows_left -= 1
        if self._rows_left < 0:
            raise SystemFailed(Failure.TOO_MANY, collection.name)


def _size(value: Any) -> int:
    return len(value) if isinstance(value, str | bytes) else 8


Part = tuple[Collection, dict[Group, list[Any]]]
Maker = tuple[list[str], Callable[[dict[str, Any]], Row]]
"""The names of a row's values in their order, and what makes a Row of them."""
Text = tuple[str, list[tuple[str, Any]]]
"""A statement, and its parameters in order: name, and the value of those that never change."""


class Texts:
    """The statements as text, each compiled once."""

    def __init__(self, schema: Schema) -> None:
        self.questions = Questions(schema, _DIALECT)
        self._texts: dict[object, Text] = {}
        self._makers: dict[str, Maker] = {}
        self._joins: dict[str, bool] = {}

    def maker(self, collection: Collection) -> Maker:
        if collection.name not in self._makers:
            made = row_maker(self.questions.schema, collection, raw=True)
            self._makers[collection.name] = self.questions.names(collection), made
        return self._makers[collection.name]

    def can_join(self, collection: Collection) -> bool:
        """Whether its rows can come as one value each: not when one may be large, or holds a list
        of a type that the database made up."""
        if collection.name not in self._joins:
            schema = self.questions.schema
            types = [column.type for column in schema.table(collection).c]
            made_up = any(isinstance(t, ARRAY) and isinstance(t.item_type, Enum) for t in types)
            self._joins[collection.name] = not made_up and collection.name not in schema.large
        return self._joins[collection.name]

    def single(self, collection: Collection, groups: tuple[Group, ...], as_text: bool) -> Text:
        key = (collection.name, groups, as_text)
        if key not in self._texts:
            self._texts[key] = _compiled(self.questions.select(collection, groups, as_text))
        return self._texts[key]

    def round(self, parts: Sequence[Part]) -> Text:
        """One statement for all parts, cut off one row after a page."""
        key = tuple((collection.name, tuple(groups)) for collection, groups in parts)
        if key not in self._texts:
            text, order = _compiled(
                union_all(
                    *(
                        self.questions.select_part(collection, tuple(groups), number)
                        for number, (collection, groups) in enumerate(parts)
                    )
                )
            )
            # Materialised, or the planner would bet on finding so few rows early in a whole scan.
            cut = f"WITH q AS MATERIALIZED ({text}) SELECT * FROM q LIMIT {PAGE + 1}"  # noqa: S608
            self._texts[key] = cut, order
        return self._texts[key]


def _compiled(statement: ClauseElement) -> Text:
    compiled = statement.compile(dialect=_DIALECT)
    assert isinstance(compiled, SQLCompiler)
    return str(compiled), [(name, compiled.params[name]) for name in compiled.positiontup or ()]

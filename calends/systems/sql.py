"""A system that is an SQL database: PostgreSQL, or whatever SQLAlchemy has an async driver for."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Sequence
from contextlib import aclosing, asynccontextmanager, contextmanager
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from calends.problems import Problem
from calends.systems.acts import carry_out, mark_all
from calends.systems.aging import aged
from calends.systems.dataset import Datasets
from calends.systems.engines import acting, engine_for, postgres_dsn, reading
from calends.systems.examine import examine
from calends.systems.failures import named
from calends.systems.graph import Route, erasure_order
from calends.systems.likeness import Key, candidates, mark, name_columns
from calends.systems.postgres import PostgresPool, PostgresStore, Texts
from calends.systems.preview import preview
from calends.systems.protocol import (
    ActReport,
    Candidate,
    Channel,
    CheckLine,
    Effect,
    Event,
    Order,
    Record,
    Seeds,
    SystemFailed,
)
from calends.systems.rows import SqlStore, record_maker
from calends.systems.tables import Schema, reflect
from calends.systems.walk import Row, Store, walk

ROW_LIMIT = 1_000_000
"""No person has more records than this in one system."""
ROUTES_KEPT = 64


class SqlSystem:
    """`url` is the role that only reads; `act_url` the role that may write, used for acts only."""

    def __init__(
        self,
        name: str,
        datasets: Datasets,
        url: str,
        act_url: str = "",
        timeout_seconds: int = 30,
        row_limit: int = ROW_LIMIT,
    ) -> None:
        """Raises Problem when a URL is not readable; connects to nothing yet."""
        self.name, self.datasets = name, datasets
        self._reader = engine_for(url)
        self._actor = engine_for(act_url) if act_url else None
        self._timeout_seconds, self._row_limit = timeout_seconds, row_limit
        dsn = postgres_dsn(url)
        self._pool = PostgresPool(dsn, timeout_seconds) if dsn else None
        self._schema: Schema | None = None
        self._searched: Schema | None = None
        self._texts: Texts | None = None
        self._makers: dict[str, Callable[[Row], Record]] = {}
        self._routes: dict[frozenset[str], Route] = {}

    async def locate(self, seeds: Seeds, reference: str = "") -> AsyncGenerator[Record, None]:
        route = self._route(seeds)
        with self._named():
            async with (
                self._reading() as (schema, store),
                aclosing(walk(route, seeds, store)) as found,
            ):
                async for collection, row in found:
                    if collection.name not in self._makers:
                        self._makers[collection.name] = record_maker(schema, collection)
                    yield self._makers[collection.name](row)

    def unreachable(self, seeds: Seeds) -> list[str]:
        return self._route(seeds).unreachable()

    async def carry_out(self, orders: Sequence[Order], reference: str = "") -> ActReport:
        with self._named():
            async with acting(self._acting_engine(), self._timeout_seconds) as connection:
                schema = await self._reflected(connection, anew=True)
                return await carry_out(connection, schema, self.datasets, orders)

    async def candidates(self, seeds: Seeds) -> AsyncGenerator[Candidate, None]:
        route = self._route(seeds)
        named_in = [c.name for c in self.datasets if name_columns(c)]
        with self._named():
            async with reading(self._reader, self._timeout_seconds) as connection:
                schema = await self._reflected(connection)
                store = SqlStore(connection, schema, self._row_limit, self._timeout_seconds)
                known: set[Key] = set()
                if any(kind != "name" and values for kind, values in seeds.items()):
                    within = route.leading_to(named_in)
                    async with aclosing(walk(route, seeds, store, within)) as found:
                        async for collection, row in found:
                            known.add(mark(record_maker(schema, collection)(row)))
                async for candidate in candidates(self.datasets, seeds, known, store.browse):
                    yield candidate

    async def preview(
        self, orders: Sequence[Order], reference: str = ""
    ) -> AsyncGenerator[Effect, None]:
        with self._named():
            async with reading(self._reader, self._timeout_seconds) as connection:
                schema = await self._reflected(connection, anew=True)
                async with aclosing(preview(connection, schema, self.datasets, orders)) as effects:
                    async for effect in effects:
                        yield effect

    async def aged(
        self, collection: str, fields: Sequence[str], before: date
    ) -> AsyncGenerator[Record, None]:
        """Every record of a collection whose dates all lie before or on that day, or are of a
        kind that only the caller can judge; streamed, changing nothing. Raises ValueError without
        a field: that would be every record there is."""
        if not fields:
            raise ValueError("records are found by their dates, and none is named")
        declared = self.datasets.collection(collection)
        with self._named():
            async with reading(self._reader, self._timeout_seconds) as connection:
                schema = await self._reflected(connection)
                found = aged(connection, schema, declared, fields, before)
                async with aclosing(found) as records:
                    async for record in records:
                        yield record

    async def leaving_order(self) -> list[str]:
        """The collections in the order in which records can leave: children before parents."""
        with self._named():
            async with reading(self._reader, self._timeout_seconds) as connection:
                schema = await self._reflected(connection)
        return erasure_order(self.datasets, schema.links(self.datasets))

    async def object_to_prospecting(self, seeds: Seeds) -> int:
        return await self.mark(seeds, "prospecting_objection")

    async def mark(self, seeds: Seeds, event: Event, channels: Sequence[Channel] = ()) -> int:
        route = self._route(seeds)
        with self._named():
            async with acting(self._acting_engine(), self._timeout_seconds) as connection:
                schema = await self._reflected(connection)
                store = SqlStore(connection, schema, self._row_limit, self._timeout_seconds)
                return await mark_all(connection, schema, route, seeds, store, event, channels)

    async def check(self, entries: Sequence[str] = ()) -> list[CheckLine]:
        return await examine(
            self.datasets, self._reader, self._actor, self._timeout_seconds, entries
        )

    async def close(self) -> None:
        await self._reader.dispose()
        if self._pool is not None:
            await self._pool.close()
        if self._actor is not None:
            await self._actor.dispose()

    @asynccontextmanager
    async def _reading(self) -> AsyncIterator[tuple[Schema, Store]]:
        """A store that can only read; PostgreSQL by its driver alone, which is the fast way."""
        if self._pool is None:
            async with reading(self._reader, self._timeout_seconds) as connection:
                if self._searched is None:
                    self._searched = await connection.run_sync(reflect, self.datasets, False)
                schema = self._searched
                yield schema, SqlStore(connection, schema, self._row_limit, self._timeout_seconds)
            return
        if self._texts is None:
            async with reading(self._reader, self._timeout_seconds) as connection:
                schema = await connection.run_sync(reflect, self.datasets, False)
                self._texts = Texts(schema)
        texts = self._texts
        async with self._pool.reading() as direct:
            yield texts.questions.schema, PostgresStore(direct, texts, self._row_limit)

    def _route(self, seeds: Seeds) -> Route:
        kinds = frozenset(kind for kind, values in seeds.items() if values)
        if kinds not in self._routes:
            if len(self._routes) >= ROUTES_KEPT:
                self._routes.clear()
            self._routes[kinds] = Route(self.datasets, kinds)
        return self._routes[kinds]

    @contextmanager
    def _named(self) -> Iterator[None]:
        try:
            with named(self.name):
                yield
        except SystemFailed:
            self._schema = self._searched = self._texts = None
            self._makers = {}
            raise

    def _acting_engine(self) -> AsyncEngine:
        if self._actor is None:
            raise Problem(f"system {self.name}: no `act_url`, nothing can be changed in it")
        return self._actor

    async def _reflected(self, connection: AsyncConnection, *, anew: bool = False) -> Schema:
        """The catalogue, read once and again after a failure: it may have changed since. `anew`:
        what destroys must know every link of today, for a cascade takes along what it does not."""
        if self._schema is None or anew:
            self._schema = await connection.run_sync(reflect, self.datasets)
        return self._schema

"""Databases on a bad day: each fault has its name, memory stays bounded, and the next search is
well again."""

from __future__ import annotations

import asyncio
import resource
import tracemalloc
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from pathlib import Path

import asyncpg
import pytest

from calends.systems.dataset import Datasets, load_datasets
from calends.systems.links import Links, search_all
from calends.systems.protocol import Failure, Record, Seeds, SystemFailed
from calends.systems.sql import ROW_LIMIT, SqlSystem
from tests.conftest import Postgres
from tests.systems.databases import empty, mariadb

__all__ = ["mariadb"]

ANN: Seeds = {"email": ["ann@b.example"]}
EVENT = (
    "dataset: [{fides_key: t, collections: [{name: event, fields: ["
    "{name: id, fides_meta: {primary_key: true}},"
    "{name: email, fides_meta: {identity: email}}, {name: body}]}]}]"
)
Make = Callable[..., SqlSystem]


@pytest.fixture
def event(tmp_path: Path) -> Datasets:
    path = tmp_path / "event.yml"
    path.write_text(EVENT)
    return load_datasets([path])


@pytest.fixture
def make(postgres: Postgres, database: str, event: Datasets) -> Make:
    def made(url: str = "", *, timeout_seconds: int = 30, row_limit: int = ROW_LIMIT) -> SqlSystem:
        place = url or postgres.url(database)
        return SqlSystem("shop", event, place, timeout_seconds=timeout_seconds, row_limit=row_limit)

    return made


async def located(system: SqlSystem) -> list[Record]:
    return [record async for record in system.locate(ANN)]


async def after_a_passing_failure(system: SqlSystem) -> list[Record]:
    """What is found now, or at the second try when the first says that it may pass."""
    try:
        return await located(system)
    except SystemFailed as failure:
        if not failure.passing:
            raise
    return await located(system)


async def failed(system: SqlSystem) -> SystemFailed:
    with pytest.raises(SystemFailed) as failure:
        await located(system)
    assert "ann" not in str(failure.value)
    return failure.value


ONE = "CREATE TABLE event AS SELECT 1 AS id, 'ann@b.example' AS email, 'x'::text AS body"


class Cut:
    """A wire to a database that can be cut, slowed, or fall silent."""

    def __init__(self, path: str) -> None:
        self._path = path
        self.bytes_left: int | None = None
        self.silent = False
        self._streams: list[asyncio.StreamWriter] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_unix_connection(self._path)
        self._streams += [writer, back]
        await asyncio.gather(self._pump(reader, back, False), self._pump(there, writer, True))

    async def _pump(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter, answers: bool
    ) -> None:
        try:
            while part := await source.read(4096):
                if answers and self.silent:
                    continue
                if answers and self.bytes_left is not None:
                    self.bytes_left -= len(part)
                    if self.bytes_left < 0:
                        break
                target.write(part)
                await target.drain()
        except OSError:
            pass
        finally:
            target.close()

    def close(self) -> None:
        for stream in self._streams:
            stream.close()


@asynccontextmanager
async def wire(postgres: Postgres, database: str) -> AsyncIterator[tuple[Cut, str]]:
    cut = Cut(f"{postgres.socket_dir}/.s.PGSQL.{postgres.port}")
    server = await asyncio.start_server(cut.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        yield cut, f"postgresql://postgres@127.0.0.1:{port}/{database}?sslmode=disable"
    finally:
        cut.close()
        server.close()


async def test_a_system_that_is_down_is_unreachable_and_passing(make: Make) -> None:
    failure = await failed(make("postgresql://u:word@127.0.0.1:1/none"))
    assert failure.reason is Failure.UNREACHABLE
    assert failure.passing


async def test_a_system_that_dies_half_way_is_unreachable_and_well_again_when_it_is_back(
    make: Make, postgres: Postgres, database: str, sql: asyncpg.Connection
) -> None:
    await sql.execute(
        "CREATE TABLE event AS SELECT n AS id, 'ann@b.example' AS email, repeat('x', 500) AS body"
        " FROM generate_series(1, 3000) n"
    )
    async with wire(postgres, database) as (cut, url):
        system = make(url)
        cut.bytes_left = 400_000
        failure = await failed(system)
        assert failure.reason is Failure.UNREACHABLE
        cut.bytes_left = None
        assert len(await located(system)) == 3_000
        await system.close()


async def test_a_kept_connection_that_the_server_ended_costs_at_most_one_passing_failure(
    make: Make, sql: asyncpg.Connection
) -> None:
    await sql.execute(ONE)
    system = make()
    assert len(await located(system)) == 1
    others = "datname = current_database() AND pid <> pg_backend_pid()"
    await sql.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")
    assert len(await after_a_passing_failure(system)) == 1
    await system.close()


async def test_a_server_that_falls_silent_is_a_timeout_or_unreachable_and_holds_nobody_up(
    make: Make, postgres: Postgres, database: str, sql: asyncpg.Connection
) -> None:
    await sql.execute(ONE)
    async with wire(postgres, database) as (cut, url):
        system = make(url, timeout_seconds=1)
        assert len(await located(system)) == 1
        cut.silent = True
        async with asyncio.timeout(30):
            failure = await failed(system)
        assert failure.passing
        await system.close()


async def test_a_lock_that_somebody_holds_is_a_passing_failure(
    make: Make, sql: asyncpg.Connection
) -> None:
    await sql.execute(ONE)
    system = make(timeout_seconds=1)
    assert len(await located(system)) == 1
    async with sql.transaction():
        await sql.execute("LOCK TABLE event IN ACCESS EXCLUSIVE MODE")
        assert (await failed(system)).passing
    await system.close()


async def test_a_wrong_password_is_denied_without_its_text(
    make: Make, postgres: Postgres, database: str, sql: asyncpg.Connection
) -> None:
    await sql.execute(f"CREATE ROLE r_{database} NOLOGIN PASSWORD 'right'")
    failure = await failed(make(postgres.url(database, user=f"r_{database}")))
    assert failure.reason is Failure.DENIED
    await sql.execute(f"DROP ROLE r_{database}")


async def test_a_wrong_password_of_mariadb_is_denied(
    request: pytest.FixtureRequest, tmp_path: Path, event: Datasets
) -> None:
    async for place in empty("mariadb", request, tmp_path):
        url = place.url.replace("root@", "nobody:secret-word@")
        failure = await failed(SqlSystem("shop", event, url))
        assert failure.reason is Failure.DENIED


async def test_a_changed_schema_fails_by_name_and_an_added_column_does_not(
    make: Make, sql: asyncpg.Connection
) -> None:
    await sql.execute(ONE)
    system = make()
    assert len(await located(system)) == 1
    await sql.execute("ALTER TABLE event ADD COLUMN more int, ALTER COLUMN id TYPE bigint")
    # A statement prepared for the old columns may fail once.
    assert len(await after_a_passing_failure(system)) == 1
    assert len(await located(system)) == 1
    await sql.execute("ALTER TABLE event RENAME COLUMN body TO text")
    reasons = {(await failed(system)).reason for _ in range(2)}
    assert Failure.MAPPING in reasons
    with pytest.raises(SystemFailed, match=r"t\.event\.body"):
        await located(system)
    await system.close()


async def test_a_row_that_cannot_be_decoded_is_read_as_text_and_its_neighbours_as_ever(
    postgres: Postgres, database: str, sql: asyncpg.Connection, tmp_path: Path
) -> None:
    await sql.execute(
        "CREATE TABLE event (id int primary key, email text, at date, seen timestamptz);"
        "INSERT INTO event VALUES (1, 'ann@b.example', '0044-03-15 BC', '2024-01-01 00:00Z'),"
        " (2, 'ann@b.example', '2024-02-03', 'infinity'),"
        " (3, 'ann@b.example', '2024-02-03', '294276-01-01 00:00Z')"
    )
    path = tmp_path / "event.yml"
    path.write_text(EVENT.replace("{name: body}", "{name: at}, {name: seen}"))
    system = SqlSystem("shop", load_datasets([path]), postgres.url(database))
    records = await located(system)
    await system.close()
    assert {r.key["id"]: r.values["at"] for r in records} == {
        1: "0044-03-15 BC",
        2: "2024-02-03",
        3: "2024-02-03",
    }


async def test_a_row_of_sqlite_that_is_not_what_its_column_says_is_read_as_text(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    path = tmp_path / "event.yml"
    path.write_text(EVENT.replace("{name: body}", "{name: at}, {name: n}"))
    async for place in empty("sqlite", request, tmp_path):
        await place.run(
            "CREATE TABLE event (id int primary key, email text, at date, n numeric)",
            "INSERT INTO event VALUES (1, 'ann@b.example', 'some day', 'many'),"
            " (2, 'ann@b.example', '2024-02-03', 1.5)",
        )
        system = SqlSystem("shop", load_datasets([path]), place.url)
        records = await located(system)
        await system.close()
        assert [(r.values["at"], r.values["n"]) for r in records] == [
            ("some day", "many"),
            ("2024-02-03", "1.5"),
        ]


async def test_ten_million_rows_for_one_person_are_streamed_to_the_limit_in_bounded_memory(
    make: Make, sql: asyncpg.Connection
) -> None:
    """The rows are made by the server as they are asked for."""
    await sql.execute(
        "CREATE VIEW event AS SELECT n AS id, 'ann@b.example'::text AS email, 'x'::text AS body"
        " FROM generate_series(1, 10000000) n"
    )
    system = make(row_limit=50_000, timeout_seconds=120)
    count = 0

    async def read() -> None:
        nonlocal count
        async with aclosing(system.locate(ANN)) as records:
            async for _ in records:
                count += 1

    tracemalloc.start()
    with pytest.raises(SystemFailed) as failure:
        await read()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    await system.close()
    assert failure.value.reason is Failure.TOO_MANY
    assert count == 50_000
    assert peak < 30_000_000


async def test_values_of_50_mb_pass_one_by_one(make: Make, sql: asyncpg.Connection) -> None:
    await sql.execute(
        "CREATE TABLE event (id int primary key, email text, body text);"
        "ALTER TABLE event ALTER COLUMN body SET STORAGE EXTERNAL;"
        "INSERT INTO event SELECT n, 'ann@b.example', repeat('x', 50000000)"
        " FROM generate_series(1, 8) n"
    )
    system = make(timeout_seconds=120)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    sizes = [len(record.values["body"]) async for record in system.locate(ANN)]
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    await system.close()
    assert sizes == [50_000_000] * 8
    assert grown < 400_000, "kilobytes; all eight at once would be twice that and more"


async def test_one_dead_system_leaves_the_others_their_answers(
    make: Make, sql: asyncpg.Connection, event: Datasets
) -> None:
    await sql.execute(ONE)
    systems = {"dead": make("postgresql://u@127.0.0.1:1/none"), "shop": make()}
    found = [
        (name, type(part).__name__)
        async for name, part in search_all(systems, Links(dict.fromkeys(systems, event)), ANN)
    ]
    for system in systems.values():
        await system.close()
    assert found == [("dead", "SystemFailed"), ("shop", "Record")]


MANY = {
    "mariadb": "CREATE VIEW event AS SELECT seq AS id, 'ann@b.example' AS email, 'x' AS body"
    " FROM seq_1_to_10000000",
    "sqlite": "CREATE VIEW event AS WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n"
    " WHERE n < 10000000) SELECT n AS id, 'ann@b.example' AS email, 'x' AS body FROM n",
}


@pytest.mark.parametrize("kind", MANY)
async def test_ten_million_rows_stay_bounded_in_other_databases_too(
    request: pytest.FixtureRequest, tmp_path: Path, event: Datasets, kind: str
) -> None:
    async for place in empty(kind, request, tmp_path):
        await place.run(MANY[kind])
        system = SqlSystem("shop", event, place.url, row_limit=20_000, timeout_seconds=60)
        tracemalloc.start()
        failure = await failed(system)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        await system.close()
        assert failure.reason is Failure.TOO_MANY
        assert peak < 60_000_000  # the test itself holds what came before the failure


SLOW = {
    "mariadb": "CREATE VIEW event AS SELECT seq AS id, CONCAT('a', SLEEP(1)) AS email, 'x' AS body"
    " FROM seq_1_to_100",
    "sqlite": "CREATE VIEW event AS WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n"
    " WHERE n < 3000000000) SELECT n AS id, 'nobody' || n AS email, 'x' AS body FROM n",
}


@pytest.mark.parametrize("kind", SLOW)
async def test_a_slow_search_is_cut_off_in_other_databases_too(
    request: pytest.FixtureRequest, tmp_path: Path, event: Datasets, kind: str
) -> None:
    async for place in empty(kind, request, tmp_path):
        await place.run(SLOW[kind])
        system = SqlSystem("shop", event, place.url, timeout_seconds=2)
        async with asyncio.timeout(40):
            failure = await failed(system)
            await system.close()
        assert failure.reason is Failure.TIMEOUT

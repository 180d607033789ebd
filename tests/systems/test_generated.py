"""Graphs and tables that Hypothesis makes up, in real databases, against a brute-force search."""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings

from calends.systems.sql import SqlSystem
from tests.conftest import Postgres
from tests.systems.test_walk import FIELDS, Link, Tables, brute_force, datasets_of, worlds

World = tuple[list[str], list[Link], set[str], Tables, list[str]]


def script(tables: Tables) -> str:
    """The tables and their rows; the values are a few plain letters."""
    lines = []
    for name, rows in tables.items():
        columns = ", ".join(f"{field} varchar(9)" for field in FIELDS)
        lines.append(f"CREATE TABLE {name} (n int primary key, {columns})")
        for number, row in enumerate(rows):
            values = ", ".join("NULL" if row[f] is None else f"'{row[f]}'" for f in FIELDS)
            lines.append(f"INSERT INTO {name} VALUES ({number}, {values})")
    return ";".join(lines)


async def found(world: World, url: str) -> list[tuple[str, int]]:
    names, links, entries, _, seeds = world
    system = SqlSystem("d", datasets_of(names, links, entries), url)
    try:
        return [
            (record.collection.split(".")[1], record.key["n"])
            async for record in system.locate({"person": seeds})
        ]
    finally:
        await system.close()


def check(world: World, rows: list[tuple[str, int]]) -> None:
    _, links, entries, tables, seeds = world
    assert len(rows) == len(set(rows))
    assert set(rows) == brute_force(tables, links, entries, seeds)


@settings(max_examples=40, deadline=None)
@given(worlds())
def test_sqlite_finds_what_a_brute_force_search_finds(world: World) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "d.sqlite"
        connection = sqlite3.connect(file)
        connection.executescript(script(world[3]))
        connection.close()
        check(world, asyncio.run(found(world, f"sqlite+aiosqlite:///{file}")))


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(worlds())
def test_postgresql_finds_what_a_brute_force_search_finds_round_by_round(
    postgres: Postgres, world: World
) -> None:
    async def tried() -> list[tuple[str, int]]:
        database = await postgres.new_database()
        try:
            await postgres.execute(script(world[3]), database)
            return await found(world, postgres.url(database))
        finally:
            await postgres.execute(f"DROP DATABASE {database} WITH (FORCE)")

    check(world, asyncio.run(tried()))

"""Whether the search has an index for every step, asked of the database's own planner."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import literal, select, text
from sqlalchemy import types as sql
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import TypeEngine

from calends.systems.conditions import Place, normalised, place_of
from calends.systems.dataset import Collection, Datasets
from calends.systems.fideslang import FieldPath
from calends.systems.graph import Route
from calends.systems.matching import Match
from calends.systems.protocol import CheckLine, SystemFailed
from calends.systems.tables import Schema
from calends.systems.values import is_text

SMALL = 1_000
"""Rows below which a whole scan costs nothing."""

_ROWS = text("SELECT reltuples::bigint FROM pg_class WHERE oid = to_regclass(:place)")


async def index_lines(
    connection: AsyncConnection, datasets: Datasets, schema: Schema
) -> list[CheckLine]:
    """A warning, with the statement that mends it, for each step that reads a whole table."""
    lines = []
    async for collection, path, match in _steps(connection, datasets, schema):
        try:
            place = place_of(schema, collection, path, connection.dialect)
        except SystemFailed:
            continue  # said elsewhere
        if place.members is None and not await _indexed(
            connection, schema, collection, place, match
        ):
            where = f"{collection.name}.{'.'.join(path)}"
            mend = _statement(connection, schema, collection, place, match)
            lines.append(CheckLine("warning", f"{where}: searched without an index", mend))
    return lines


async def _steps(
    connection: AsyncConnection, datasets: Datasets, schema: Schema
) -> AsyncIterator[tuple[Collection, FieldPath, Match]]:
    """Each field that the walk asks, and how; of tables that are there and not small."""
    large: dict[str, bool] = {}
    for name, path, match in dict.fromkeys(_asked(datasets)):
        if name not in schema.tables:
            continue
        if name not in large:
            large[name] = await _is_large(connection, schema, name)
        if large[name]:
            yield datasets.collection(name), path, match


def _asked(datasets: Datasets) -> Iterator[tuple[str, FieldPath, Match]]:
    route = Route(datasets, datasets.identities())
    for collection, field in route.entries:
        yield collection.name, field.path, field.match
    for collection in datasets:
        for edge in route.outgoing(collection.name):
            field = datasets.collection(edge.target).by_path[edge.target_path]
            yield edge.target, edge.target_path, field.meta.match or "exact"


async def _is_large(connection: AsyncConnection, schema: Schema, name: str) -> bool:
    if connection.dialect.name != "postgresql":
        return True
    quote = connection.dialect.identifier_preparer.quote_identifier
    place = ".".join(quote(part) for part in schema.places[name])
    rows = await connection.scalar(_ROWS, {"place": place})
    return rows is None or rows < 0 or rows >= SMALL  # below zero: never counted


async def _indexed(
    connection: AsyncConnection, schema: Schema, collection: Collection, place: Place, match: Match
) -> bool:
    sample = _sample(place.value.type)
    if sample is None:
        return True  # a kind of value that is not searched for
    condition = place.holds(match, connection.dialect, "v0")
    question = select(literal(1)).select_from(schema.table(collection)).where(condition)
    compiled = question.params(v0=[sample]).compile(
        dialect=connection.dialect, compile_kwargs={"literal_binds": True}
    )
    return await _planned(connection, str(compiled))


async def _planned(connection: AsyncConnection, question: str) -> bool:
    """The planner's word, told that a whole scan is dear."""
    dialect = connection.dialect.name
    if dialect == "postgresql":
        await connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        rows = await connection.exec_driver_sql(f"EXPLAIN {question}")
        return not any("Seq Scan" in str(row[0]) for row in rows)
    if dialect in ("mysql", "mariadb"):
        plans = (await connection.exec_driver_sql(f"EXPLAIN {question}")).mappings().all()
        return all(plan["possible_keys"] or plan["table"] is None for plan in plans)
    if dialect == "sqlite":
        rows = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {question}")
        return not any(str(row[-1]).startswith("SCAN") for row in rows)
    return True


def _statement(
    connection: AsyncConnection, schema: Schema, collection: Collection, place: Place, match: Match
) -> str:
    """What makes the index."""
    dialect = connection.dialect
    asked = normalised(place.value, match, dialect) if is_text(place.value.type) else place.value
    if dialect.name in ("mysql", "mariadb"):
        asked = place.column  # MariaDB has no index on an expression; its collation does the rest
    written = asked.compile(
        dialect=dialect, compile_kwargs={"literal_binds": True, "include_table": False}
    )
    quote = dialect.identifier_preparer.quote
    table = ".".join(quote(part) for part in schema.places[collection.name] if part)
    if dialect.name == "sqlite":
        table = quote(collection.table)
    if dialect.name == "postgresql":
        return f"CREATE INDEX CONCURRENTLY ON {table} (({written}))"
    name = quote(f"calends_{collection.table}_{place.column.name}")
    return f"CREATE INDEX {name} ON {table} ({written})"


_SAMPLES: list[tuple[type[Any], Any]] = [
    (sql.Integer, 1),
    (sql.Float, 1.0),
    (sql.Numeric, Decimal(1)),
    (sql.DateTime, datetime(2000, 1, 1, tzinfo=UTC)),
    (sql.Date, date(2000, 1, 1)),
    (sql.Uuid, UUID(int=1)),
]


def _sample(kind: TypeEngine[Any]) -> Any:
    """A value of that type that says nothing; None for types that nobody is searched by."""
    if is_text(kind):
        return "x"
    found = next((value for of, value in _SAMPLES if isinstance(kind, of)), None)
    if isinstance(found, datetime) and not getattr(kind, "timezone", False):
        return found.replace(tzinfo=None)
    return found

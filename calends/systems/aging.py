"""Records that may have left a phase: found by their dates, not by their person."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, literal, or_
from sqlalchemy import types as sql
from sqlalchemy.ext.asyncio import AsyncConnection

from calends.systems.dataset import Collection
from calends.systems.protocol import Record
from calends.systems.rows import Questions, record_maker, row_maker
from calends.systems.tables import Schema

BATCH = 500
ZONES = timedelta(days=2)
"""An instant's day depends on the zone: a little more is fetched, and judged by its day."""


async def aged(
    connection: AsyncConnection,
    schema: Schema,
    collection: Collection,
    fields: Sequence[str],
    before: date,
) -> AsyncGenerator[Record, None]:
    """The records in the order of the table; the caller names one field at least."""
    columns = [schema.column(collection, name) for name in fields]
    question = Questions(schema, connection.dialect).rows(collection)
    question = question.where(or_(*(column.is_not(None) for column in columns)))
    question = question.where(*(_not_after(column, before) for column in columns))
    make_row, make = row_maker(schema, collection), record_maker(schema, collection)
    result = await connection.stream(question)
    async for batch in result.mappings().partitions(BATCH):
        for found in batch:
            yield make(make_row(dict(found)))


def _not_after(column: Column[Any], day: date) -> ColumnElement[bool]:
    """The condition in the database; true for a type that it cannot compare as a date."""
    if isinstance(column.type, sql.DateTime):
        zone = UTC if column.type.timezone else None
        limit: Any = datetime.combine(min(day, date.max - ZONES) + ZONES, time(), zone)
    elif isinstance(column.type, sql.Date):
        limit = day
    else:
        return literal(True).is_(True)
    return or_(column.is_(None), column <= literal(limit, column.type))

"""`calends systems check`: is what is declared there, and can each role do what it must, only?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, inspect
from sqlalchemy.ext.asyncio import AsyncEngine

from calends.systems.dataset import Datasets
from calends.systems.engines import reading
from calends.systems.failures import named
from calends.systems.guessing import personal_looking
from calends.systems.indexes import index_lines
from calends.systems.masking import STRATEGIES, personal_columns, personal_key
from calends.systems.privileges import privilege_lines
from calends.systems.protocol import ActRefused, CheckLine, SystemFailed
from calends.systems.reach import reach_lines
from calends.systems.tables import Schema, reflect


async def examine(
    datasets: Datasets,
    reader: AsyncEngine,
    actor: AsyncEngine | None,
    timeout_seconds: int,
    entries: Sequence[str] = (),
) -> list[CheckLine]:
    """Everything found, errors and all; a database that does not answer is one error line."""
    lines = [*reach_lines(datasets, entries), *_acts_without_role(datasets, actor)]
    for role, engine in (("url", reader), ("act_url", actor)):
        if engine is None:
            continue
        try:
            with named(role):
                async with reading(engine, timeout_seconds) as connection:
                    schema = await connection.run_sync(reflect, datasets)
                    lines.append(CheckLine("ok", f"{role}: reachable"))
                    if role == "url":
                        lines += [*_shape(datasets, schema), *_masks(datasets, schema)]
                        lines += await connection.run_sync(_others, schema)
                        lines += await index_lines(connection, datasets, schema)
                    acts = engine is actor
                    lines += await privilege_lines(connection, datasets, schema, acts)
        except (SystemFailed, ActRefused) as failure:
            mend = "see that the database runs and that this URL's role may log in"
            lines.append(CheckLine("error", f"{role}: {failure}", mend))
    return lines


def _acts_without_role(datasets: Datasets, actor: AsyncEngine | None) -> Iterable[CheckLine]:
    acting = [collection.name for collection in datasets if collection.acts_declared]
    if acting and actor is None:
        mend = "give the system an `act_url` with a role that may write"
        yield CheckLine("error", f"{acting[0]}: declares acts, and no role may do them", mend)


def _shape(datasets: Datasets, schema: Schema) -> Iterable[CheckLine]:
    for collection in datasets:
        if collection.skipped:
            continue
        found = schema.tables.get(collection.name)
        if found is None:
            mend = "create it, let the role see it, or take it out of the dataset"
            yield CheckLine("error", f"{collection.name}: no such table", mend)
            continue
        for name in collection.columns:
            if name not in found.c:
                mend = "mend the dataset, or the table"
                yield CheckLine("error", f"{collection.name}.{name}: no such column", mend)
        for column in found.columns:
            if column.name not in collection.columns:
                mend = "declare it, or it is in no answer"
                text = f"{collection.name}.{column.name}: present and not declared"
                yield CheckLine("warning", text, mend)
        if not schema.key_names(collection) and collection.acts_declared:
            mend = "give the table a primary key"
            yield CheckLine("warning", f"{collection.name}: rows cannot be told apart", mend)


def _others(connection: Connection, schema: Schema) -> list[CheckLine]:
    """Tables that nobody declared; by the names of their columns, some look personal."""
    inspector, lines, plain = inspect(connection), [], []
    for place, table in schema.others:
        columns = [str(column["name"]) for column in inspector.get_columns(table, place)]
        looks, surely = personal_looking(columns)
        if looks:
            how = "looks personal" if surely else "may be personal"
            what = f"table {table}: present and not declared, {how} ({', '.join(looks)})"
            lines.append(CheckLine("warning", what, "declare it, or it is in no answer"))
        else:
            plain.append(table)
    if plain:
        what = f"present, not declared, and by their columns not personal: {', '.join(plain)}"
        lines.append(CheckLine("ok", what))
    return lines


def _masks(datasets: Datasets, schema: Schema) -> Iterable[CheckLine]:
    for collection in datasets:
        for field in collection.fields:
            if field.masking is not None and field.masking.strategy not in STRATEGIES:
                where = f"{collection.name}.{'.'.join(field.path)}"
                mend = f"use one of {', '.join(STRATEGIES)}; until then a random text is written"
                yield CheckLine("warning", f"{where}: unknown masking strategy", mend)
        if collection.meta.on_erasure != "anonymise" or collection.name not in schema.tables:
            continue
        for name in personal_key(schema, collection):
            mend = "declare `on_erasure: delete`, or give the table another key"
            yield CheckLine("error", f"{collection.name}.{name}: key that says who it is", mend)
        masked = personal_columns(schema, collection)
        for name in collection.columns:
            bound = name in schema.out_of(collection) and name not in masked
            if bound and any(field.personal for field in collection.within(name)):
                mend = "let the column be null, or anonymise what it refers to as well"
                text = f"{collection.name}.{name}: mandatory link that stays"
                yield CheckLine("warning", text, mend)

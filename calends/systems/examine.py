"""`calends systems check`: is what is declared there, and can each role do what it must, only?"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ARRAY, Text, bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from calends.systems.dataset import Collection, Datasets
from calends.systems.engines import reading
from calends.systems.failures import named
from calends.systems.graph import Route
from calends.systems.masking import STRATEGIES, personal_columns, personal_key
from calends.systems.protocol import ActRefused, CheckLine, SystemFailed
from calends.systems.tables import Schema, reflect


async def examine(
    datasets: Datasets, reader: AsyncEngine, actor: AsyncEngine | None, timeout_seconds: int
) -> list[CheckLine]:
    """Everything found, errors and all; a database that does not answer is one error line."""
    lines = [*_links(datasets), *_acts_without_role(datasets, actor)]
    schema = Schema()
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
                    lines += await _privileges(connection, datasets, schema, acts=engine is actor)
        except (SystemFailed, ActRefused) as failure:
            mend = "see that the database runs and that this URL's role may log in"
            lines.append(CheckLine("error", f"{role}: {failure}", mend))
    return lines


def _links(datasets: Datasets) -> Iterable[CheckLine]:
    route = Route(datasets, datasets.identities())
    for name in route.unreachable():
        mend = "declare an identity or a reference that leads to it"
        yield CheckLine("error", f"{name}: reached from no identity", mend)
    for edge in route.not_followed:
        here = f"{edge.source}.{'.'.join(edge.path)}"
        there = f"{edge.target}.{'.'.join(edge.target_path)}"
        mend = "declare its direction (from or to)"
        yield CheckLine("warning", f"{here} - {there}: not followed either way", mend)
    for here, there in datasets.elsewhere():
        mend = "declare an identity there, for a search stays within one system"
        yield CheckLine("warning", f"{here} refers to {there} of another dataset", mend)
    for collection in datasets:
        if collection.skipped:
            mend = "remove skip_processing, unless nothing personal is in it"
            yield CheckLine("warning", f"{collection.name}: is never searched", mend)


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
    for table in schema.others:
        mend = "declare it if it holds anything personal"
        yield CheckLine("warning", f"table {table}: present and not declared", mend)


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


_RIGHTS = text(
    "SELECT row_security_active(t.id) AS filtered,"
    " has_table_privilege(t.id, 'DELETE') AS deletes,"
    " has_table_privilege(t.id, 'INSERT') OR has_table_privilege(t.id, 'UPDATE')"
    " OR has_table_privilege(t.id, 'DELETE') OR has_table_privilege(t.id, 'TRUNCATE')"
    " OR has_any_column_privilege(t.id, 'UPDATE') AS writes,"
    " ARRAY(SELECT c FROM unnest(:columns) c WHERE NOT has_column_privilege(t.id, c, 'SELECT'))"
    " AS unread,"
    " ARRAY(SELECT c FROM unnest(:columns) c WHERE NOT has_column_privilege(t.id, c, 'UPDATE'))"
    " AS fixed"
    " FROM (SELECT to_regclass(:place)::oid AS id) t"
).bindparams(bindparam("columns", type_=ARRAY(Text)))


async def _privileges(
    connection: AsyncConnection, datasets: Datasets, schema: Schema, acts: bool
) -> list[CheckLine]:
    """What the role may do, asked of PostgreSQL; other databases do not tell in one way."""
    if connection.dialect.name != "postgresql":
        return []
    lines: list[CheckLine] = []
    quote = connection.dialect.identifier_preparer.quote_identifier
    for collection in datasets:
        if collection.name not in schema.tables:
            continue
        table = schema.tables[collection.name]
        columns = [column.name for column in table.columns if column.name in collection.columns]
        place = ".".join(quote(part) for part in schema.places[collection.name])
        rights = (await connection.execute(_RIGHTS, {"columns": columns, "place": place})).one()
        lines += _reading_rights(collection, rights.unread, rights.filtered)
        if acts:
            lines += _acting_rights(schema, collection, rights.deletes, rights.fixed)
        elif rights.writes:
            mend = "REVOKE INSERT, UPDATE, DELETE, TRUNCATE from the role of `url`"
            lines.append(CheckLine("warning", f"{collection.name}: `url` may write", mend))
    return lines


def _reading_rights(
    collection: Collection, unread: list[str], filtered: bool
) -> Iterable[CheckLine]:
    for name in unread:
        yield CheckLine("error", f"{collection.name}.{name}: not readable", "GRANT SELECT on it")
    if filtered:
        mend = "give the role BYPASSRLS, or a policy that shows it every row"
        yield CheckLine("error", f"{collection.name}: row security hides rows", mend)


def _acting_rights(
    schema: Schema, collection: Collection, deletes: bool, fixed: list[str]
) -> Iterable[CheckLine]:
    written = set(collection.meta.written_fields())
    if collection.meta.on_erasure == "delete" and not deletes:
        mend = "GRANT DELETE on it to the role of `act_url`"
        yield CheckLine("error", f"{collection.name}: `act_url` may not erase", mend)
    if collection.meta.on_erasure == "anonymise":
        written.update(personal_columns(schema, collection))
    for name in sorted(written.intersection(fixed)):
        mend = "GRANT UPDATE on it to the role of `act_url`"
        yield CheckLine("error", f"{collection.name}.{name}: `act_url` may not change it", mend)

"""Records that leave their table: erased, or moved to an archive of the same shape."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import (
    Column,
    MetaData,
    Table,
    and_,
    exists,
    insert,
    inspect,
    literal,
    not_,
    null,
    select,
    update,
)
from sqlalchemy import column as bare_column
from sqlalchemy import table as bare_table
from sqlalchemy.exc import NoSuchTableError

from calends.systems.addressing import Key
from calends.systems.planning import new_values
from calends.systems.protocol import ActRefused
from calends.systems.table_rows import TableRows
from calends.systems.tables import ForeignKey


async def erase(rows: TableRows, keys: Sequence[Key]) -> int:
    """Deletes the rows; returns how many were still there. Raises ActRefused."""
    parents = rows.schema.into(rows.collection)
    own = [key for key in parents if key.child == rows.schema.places[rows.collection.name]]
    if own and not rows.arrays:
        for link in own:
            await loosen(rows, link, keys)
    deleted = 0
    # Where rows of one table refer to each other, PostgreSQL looks at the end of a statement.
    for chunk in rows.chunks(keys, len(keys) if own and rows.arrays else 0):
        for foreign_key in parents:
            if foreign_key.on_delete == "CASCADE":
                await _refuse_cascade(rows, foreign_key, chunk)
        deleted += await rows.delete(chunk)
    return deleted


async def loosen(rows: TableRows, link: ForeignKey, keys: Sequence[Key]) -> None:
    """Empties a link of rows that are about to go, so that they can go in any order. A mandatory
    link stays: it decides the order, or the database refuses."""
    columns = [rows.table.c[name] for name in link.columns if name in rows.table.c]
    loose = [column for column in columns if column.nullable and not column.primary_key]
    if not loose or not rows.schema.key_names(rows.collection):
        return
    for chunk in rows.chunks(keys):
        statement = update(rows.table).where(rows.where(chunk), loose[0].is_not(None))
        await rows.connection.execute(statement.values({loose[0].name: null()}))


async def copy_to_archive(rows: TableRows, keys: Sequence[Key]) -> None:
    """Puts copies into the archive, without what no duty keeps. A row that is there stays."""
    collection = rows.collection
    archive = await _archive(rows)
    names = [column.name for column in rows.table.c]
    primary = rows.schema.key_names(collection)
    for key in keys:
        changed = new_values(rows.schema, collection, "archive", key)
        kept = [
            literal(changed[name], rows.table.c[name].type)
            if name in changed
            else rows.table.c[name]
            for name in names
        ]
        there = exists().where(and_(*(archive.c[name] == rows.table.c[name] for name in primary)))
        source = select(*kept).where(rows.where([key]), not_(there))
        await rows.connection.execute(insert(archive).from_select(names, source))


async def _archive(rows: TableRows) -> Table:
    """The archive table. Raises ActRefused when it is missing or lacks a column."""
    name = rows.collection.meta.archive_into
    if not rows.schema.key_names(rows.collection):
        raise ActRefused(rows.collection.name, "without a primary key its rows cannot be moved")
    place, _, table = name.rpartition(".")
    try:
        found = await rows.connection.run_sync(
            lambda connection: inspect(connection).get_columns(table, place or rows.table.schema)
        )
    except NoSuchTableError:
        raise ActRefused(rows.collection.name, f"no archive table `{name}`") from None
    missing = {column.name for column in rows.table.c} - {column["name"] for column in found}
    if missing:
        what = f"the archive table lacks `{min(missing)}`"
        raise ActRefused(rows.collection.name, what)
    columns = (Column(column.name, column.type) for column in rows.table.c)
    return Table(table, MetaData(), *columns, schema=place or rows.table.schema)


async def _refuse_cascade(rows: TableRows, foreign_key: ForeignKey, keys: Sequence[Key]) -> None:
    """A cascade would take along rows that nobody ordered to erase, an invoice under legal duty
    perhaps. Ordered ones are gone by now, so whatever still hangs on these rows was not ordered."""
    parent = rows.table
    itself = foreign_key.child == rows.schema.places[rows.collection.name]
    bare = bare_table(
        foreign_key.child[1],
        *(bare_column(name) for name in foreign_key.columns),
        schema=foreign_key.child[0] or None,
    )
    child = parent.alias() if itself else bare.alias()
    linked = [
        child.c[name] == parent.c[other]
        for name, other in zip(foreign_key.columns, foreign_key.parent_columns, strict=True)
    ]
    conditions = [*linked, rows.where(keys)]
    if itself:
        conditions.append(not_(rows.where(keys, child.c)))
    question = select(literal(1)).select_from(child, parent).where(and_(*conditions)).limit(1)
    if (await rows.connection.execute(question)).first() is not None:
        raise ActRefused(
            ".".join(foreign_key.child), "the database would erase rows of it that are kept"
        )

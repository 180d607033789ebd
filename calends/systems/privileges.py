"""What each role of a database may do, asked of the database: read what is declared, write only
where an act is declared; the role that searches should not be able to write at all."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sqlalchemy import ARRAY, Text, bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection

from calends.systems.dataset import Collection, Datasets
from calends.systems.masking import personal_columns
from calends.systems.protocol import CheckLine
from calends.systems.tables import Schema

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

REVOKE = "REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON it from the role of"


async def privilege_lines(
    connection: AsyncConnection, datasets: Datasets, schema: Schema, acts: bool
) -> list[CheckLine]:
    """For the role of this connection; `acts` when it is the one of `act_url`. SQLite has none."""
    if connection.dialect.name in ("mysql", "mariadb"):
        return [] if acts else await _grants(connection)
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
            if rights.writes and not collection.acts_declared:
                what = f"{collection.name}: `act_url` may write, and no act is declared"
                lines.append(CheckLine("warning", what, f"{REVOKE} `act_url`"))
        elif rights.writes:
            what = f"{collection.name}: `url` may write"
            lines.append(CheckLine("warning", what, f"{REVOKE} `url`"))
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


_WRITES = re.compile(r"^GRANT .*\b(ALL PRIVILEGES|INSERT|UPDATE|DELETE|DROP)\b.* ON ", re.I)


async def _grants(connection: AsyncConnection) -> list[CheckLine]:
    grants = await connection.exec_driver_sql("SHOW GRANTS FOR CURRENT_USER")
    if any(_WRITES.match(str(row[0])) for row in grants):
        return [CheckLine("warning", "`url` may write", "GRANT SELECT alone to the role of `url`")]
    return []

"""A first declaration of a database, from its catalogue alone, for a human to correct.

Names, types and foreign keys are facts; what a column means is guessed from its name. No row is
read. In doubt the guess is cautious: an unknown column of a person's table says something of them.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml
from sqlalchemy import Connection, inspect, text
from sqlalchemy import types as sql

from calends.systems.engines import engine_for, reading
from calends.systems.failures import named
from calends.systems.guessing import IDENTITIES, category_of, personal_looking
from calends.systems.tables import ForeignKey, every_foreign_key, quiet_reflection

TIMEOUT_SECONDS = 30

_TYPES: list[tuple[type[Any], str]] = [
    (sql.JSON, "object"),
    (sql.Boolean, "boolean"),
    (sql.Integer, "integer"),
    (sql.Numeric, "float"),
    (sql.Float, "float"),
    (sql.String, "string"),
]
_HEADER = """\
# A draft of {name}, made from the names in its catalogue; no row was read. To correct:
# - data_categories and identities are guessed from the names of columns
# - under `meta` of each collection, yours to decide (docs/systems.md has all of it):
#     title: {{fr: "…", en: "…"}}  what letters call it
#     purpose: ID, retention: ID  rows of the company file
#     start: FIELD               the field from which the retention period counts
#     on_erasure: delete         or anonymise, where a record that must stay refers to it
#     on_prospecting_objection: {{set: {{FIELD: VALUE}}}}
"""


@dataclass
class Table:
    place: tuple[str, str]
    columns: list[dict[str, Any]]
    key: list[str]
    identities: dict[str, str] = field(default_factory=dict)
    """Column -> kind of identity."""


async def draft(url: str) -> str:
    """Dataset YAML that `load_datasets` reads. Raises Problem for the URL, SystemFailed for the
    database."""
    engine = engine_for(url)
    try:
        with named("the database"):
            async with reading(engine, TIMEOUT_SECONDS) as connection:
                return await connection.run_sync(_drafted)
    finally:
        await engine.dispose()


def _drafted(connection: Connection) -> str:
    with quiet_reflection():
        inspector = inspect(connection)
        default = inspector.default_schema_name or ""
        schemas = [
            s for s in inspector.get_schema_names() if not re.match(r"pg_|information_schema", s)
        ]
        if connection.dialect.name != "postgresql":
            schemas = [default]
        tables = {
            (schema, name): Table(
                (schema, name),
                [dict(column) for column in inspector.get_columns(name, schema or None)],
                inspector.get_pk_constraint(name, schema or None)["constrained_columns"],
            )
            for schema in schemas
            for name in inspector.get_table_names(schema or None)
        }
        keys = [k for k in every_foreign_key(inspector) if k.child in tables and k.parent in tables]
    for table in tables.values():
        table.identities = _identities(table)
    steps = _steps(tables, keys)
    database = _database(connection)
    names = {schema: _key(database, schema, default) for schema in schemas}
    datasets = [
        _dataset(schema, default, names, [t for p, t in tables.items() if p in steps], keys, steps)
        for schema in schemas
        if any(place[0] == schema for place in steps)
    ]
    left = sorted(_shown(place, default) for place in tables if place not in steps)
    written = _HEADER.format(name=names.get(default, "the database"))
    if left:
        written += f"# - left out, nothing of a person leads there: {', '.join(left)}\n"
    if not datasets:
        return written + "# nothing looks personal\ndataset: []\n"
    return written + yaml.safe_dump(
        {"dataset": datasets},
        sort_keys=False,
        allow_unicode=True,
        width=100,
        default_flow_style=None,  # a field's facts on one line
    )


def _identities(table: Table) -> dict[str, str]:
    return {
        column["name"]: kind
        for column in table.columns
        if isinstance(column["type"], sql.String)
        and (kind := IDENTITIES.get(category_of(column["name"]) or "")) is not None
    }


def _steps(
    tables: dict[tuple[str, str], Table], keys: Sequence[ForeignKey]
) -> dict[tuple[str, str], int]:
    """Foreign keys from the nearest table with an identity; personal ones without any come too."""
    steps = {place: 0 for place, table in tables.items() if table.identities}
    waiting = deque(steps)
    while waiting:
        here = waiting.popleft()
        for key in keys:
            for one, other in ((key.child, key.parent), (key.parent, key.child)):
                if one == here and other not in steps:
                    steps[other] = steps[here] + 1
                    waiting.append(other)
    for place, table in tables.items():
        if place not in steps and personal_looking([c["name"] for c in table.columns])[1]:
            steps[place] = -1
    return steps


def _dataset(
    schema: str,
    default: str,
    names: dict[str, str],
    tables: Sequence[Table],
    keys: Sequence[ForeignKey],
    steps: dict[tuple[str, str], int],
) -> dict[str, Any]:
    made: dict[str, Any] = {"fides_key": names[schema], "name": names[schema]}
    if schema != default:
        made["fides_meta"] = {"namespace": {"schema": schema}}
    made["collections"] = [
        _collection(table, names, keys, steps) for table in tables if table.place[0] == schema
    ]
    return made


def _collection(
    table: Table,
    names: dict[str, str],
    keys: Sequence[ForeignKey],
    steps: dict[tuple[str, str], int],
) -> dict[str, Any]:
    made: dict[str, Any] = {"name": table.place[1]}
    if steps[table.place] < 0:
        made["description"] = "Looks personal, and no identity or foreign key leads here"
    made["meta"] = {"retention": "UNSET"}
    made["fields"] = [_field(table, column, names, keys, steps) for column in table.columns]
    return made


def _field(
    table: Table,
    column: dict[str, Any],
    names: dict[str, str],
    keys: Sequence[ForeignKey],
    steps: dict[tuple[str, str], int],
) -> dict[str, Any]:
    name = str(column["name"])
    links = [
        (key, key.parent_columns[0])
        for key in keys
        if key.child == table.place and key.columns == (name,) and key.parent in steps
    ]
    category = category_of(name)
    if category is None:
        category = "system.operations" if links or name in table.key else "user"
    made: dict[str, Any] = {"name": name, "data_categories": [category]}
    if fides := _fides_meta(table, column, links, names, steps):
        made["fides_meta"] = fides
    if category == "user.content":
        made["meta"] = {"third_party": True}
    return made


def _fides_meta(
    table: Table,
    column: dict[str, Any],
    links: Sequence[tuple[ForeignKey, str]],
    names: dict[str, str],
    steps: dict[tuple[str, str], int],
) -> dict[str, Any]:
    made: dict[str, Any] = {}
    if column["name"] in table.key:
        made["primary_key"] = True
    if kind := table.identities.get(column["name"]):
        made["identity"] = kind
    if data_type := _data_type(column["type"]):
        made["data_type"] = data_type
    length = getattr(column["type"], "length", None)
    if data_type == "string" and isinstance(length, int) and length > 0:
        made["length"] = length
    if links:
        made["references"] = [
            {
                "dataset": names[key.parent[0]],
                "field": f"{key.parent[1]}.{other}",
                **_direction(steps[table.place], steps[key.parent]),
            }
            for key, other in links
            if "." not in key.parent[1] + other
        ]
    return made


def _direction(here: int, there: int) -> dict[str, str]:
    """Values flow away from the person. Equally near: a human decides."""
    if here == there or min(here, there) < 0:
        return {}
    return {"direction": "from" if there < here else "to"}


def _data_type(kind: Any) -> str:
    if isinstance(kind, sql.ARRAY):
        inner = _data_type(kind.item_type)
        return f"{inner}[]" if inner else ""
    return next((name for of, name in _TYPES if isinstance(kind, of)), "")


def _database(connection: Connection) -> str:
    """PostgreSQL is asked: its driver may have read the URL by itself."""
    if connection.dialect.name == "postgresql":
        return str(connection.scalar(text("SELECT current_database()")))
    database = re.split(r"[/\\]", str(connection.engine.url.database or "database"))[-1]
    return re.sub(r"\.\w+$", "", database.split("?")[0])


def _key(database: str, schema: str, default: str) -> str:
    whole = database if schema == default or not schema else f"{database}_{schema}"
    return re.sub(r"[^A-Za-z0-9_-]+", "_", whole).strip("_") or "database"


def _shown(place: tuple[str, str], default: str) -> str:
    name = place[1] if place[0] == default else ".".join(place)
    return name if name.isprintable() else ascii(name)

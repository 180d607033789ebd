"""What the database really holds: columns, primary keys, unique columns, foreign keys."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import Column, Connection, MetaData, Table, inspect, text
from sqlalchemy.engine.reflection import Inspector, ObjectKind
from sqlalchemy.exc import SAWarning

from calends.systems.dataset import Collection, Datasets
from calends.systems.protocol import Failure, SystemFailed

Place = tuple[str, str]
"""Schema and table, both by their real names."""


@dataclass(frozen=True)
class ForeignKey:
    child: Place
    columns: tuple[str, ...]
    parent: Place
    parent_columns: tuple[str, ...]
    on_delete: str
    """In capitals: CASCADE, SET NULL, …; empty: the database refuses."""


@dataclass
class Schema:
    """The declared collections' tables, and every foreign key of the database."""

    tables: dict[str, Table] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    unique: dict[str, set[str]] = field(default_factory=dict)
    """Collection -> columns that are part of some unique index."""
    foreign_keys: list[ForeignKey] = field(default_factory=list)
    large: set[str] = field(default_factory=set)
    """Collections of which a few rows may fill the memory: fetched by twos."""
    others: list[Place] = field(default_factory=list)
    """Tables beside the declared ones, in the same schemas."""

    def table(self, collection: Collection) -> Table:
        """Raises SystemFailed when the database has no such table."""
        try:
            return self.tables[collection.name]
        except KeyError:
            raise SystemFailed(Failure.MAPPING, f"no table for {collection.name}") from None

    def column(self, collection: Collection, name: str) -> Column[object]:
        """Raises SystemFailed when the table has no such column."""
        table = self.table(collection)
        if name not in table.c:
            raise SystemFailed(Failure.MAPPING, f"no column for {collection.name}.{name}")
        return table.c[name]

    def key_names(self, collection: Collection) -> tuple[str, ...]:
        """The real primary key; empty when the table has none."""
        return tuple(column.name for column in self.table(collection).primary_key.columns)

    def links(self, datasets: Datasets) -> list[tuple[str, str]]:
        """(child, parent) collections of the foreign keys between declared tables."""
        names = {self.places[c.name]: c.name for c in datasets if c.name in self.places}
        return [
            (names[key.child], names[key.parent])
            for key in self.foreign_keys
            if key.child in names and key.parent in names and key.child != key.parent
        ]

    def into(self, collection: Collection) -> list[ForeignKey]:
        """Foreign keys of any table that point to this one."""
        place = self.places[collection.name]
        return [key for key in self.foreign_keys if key.parent == place]

    def out_of(self, collection: Collection) -> set[str]:
        """Columns of the table that are part of a foreign key."""
        place = self.places[collection.name]
        return {c for key in self.foreign_keys if key.child == place for c in key.columns}


def reflect(connection: Connection, datasets: Datasets, to_act: bool = True) -> Schema:
    """Reads the catalogue of the database; no table is touched. Without `to_act`, no foreign keys
    and no other tables: a search needs none, and a large database has many thousands."""
    with quiet_reflection():
        return _reflected(connection, datasets, to_act)


@contextmanager
def quiet_reflection() -> Iterator[None]:
    """A column of an unknown type is read as text (values.readable); an index on an expression is
    asked of the planner (indexes.py)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)
        yield


def _reflected(connection: Connection, datasets: Datasets, to_act: bool) -> Schema:
    inspector = inspect(connection)
    schema = Schema()
    wanted = [c for c in datasets if not c.skipped]
    for name in dict.fromkeys(c.schema for c in wanted):
        _reflect_tables(inspector, name, [c for c in wanted if c.schema == name], schema)
    for collection in wanted:
        if collection.name in schema.tables:
            schema.places[collection.name] = _place(connection, inspector, collection)
    if connection.dialect.name == "postgresql":
        schema.large = _large(connection, schema)
    if not to_act:
        return schema
    taken = set(schema.places.values())
    for name in dict.fromkeys(place[0] for place in taken):
        there = ((name, table) for table in inspector.get_table_names(name or None))
        schema.others += [place for place in there if place not in taken]
    schema.foreign_keys = every_foreign_key(inspector)
    return schema


LARGE_BYTES = 4_000_000

_ASIDE = text(
    "SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
    " WHERE c.reltoastrelid <> 0 AND pg_relation_size(c.reltoastrelid) > :bytes"
)


def _large(connection: Connection, schema: Schema) -> set[str]:
    """What PostgreSQL keeps of a table aside, because the values are long."""
    places = {tuple(row) for row in connection.execute(_ASIDE, {"bytes": LARGE_BYTES})}
    return {name for name, place in schema.places.items() if place in places}


def _reflect_tables(
    inspector: Inspector, name: str | None, wanted: list[Collection], schema: Schema
) -> None:
    names = [collection.table for collection in wanted]
    columns = inspector.get_multi_columns(name, filter_names=names, kind=ObjectKind.ANY)
    keys = inspector.get_multi_pk_constraint(name, filter_names=names, kind=ObjectKind.ANY)
    indexes = inspector.get_multi_indexes(name, filter_names=names, kind=ObjectKind.ANY)
    for collection in wanted:
        key = (name, collection.table)
        if not columns.get(key):
            continue
        primary = keys[key]["constrained_columns"] if key in keys else []
        schema.tables[collection.name] = Table(
            collection.table,
            MetaData(),
            *(
                Column(
                    c["name"], c["type"], nullable=c["nullable"], primary_key=c["name"] in primary
                )
                for c in columns[key]
            ),
            schema=name,
        )
        schema.unique[collection.name] = {
            column
            for index in indexes.get(key, [])
            if index["unique"]
            for column in index["column_names"]
            if column
        }


def _place(connection: Connection, inspector: Inspector, collection: Collection) -> Place:
    """Where a table really is: without a schema, PostgreSQL takes the first on the search path."""
    if collection.schema:
        return collection.schema, collection.table
    found = None
    if connection.dialect.name == "postgresql":
        quoted = connection.dialect.identifier_preparer.quote_identifier(collection.table)
        question = text(
            "SELECT n.nspname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE c.oid = to_regclass(:name)"
        )
        found = connection.scalar(question, {"name": quoted})
    return found or inspector.default_schema_name or "", collection.table


def every_foreign_key(inspector: Inspector) -> list[ForeignKey]:
    """Every schema is read: a foreign key of an undeclared table elsewhere still decides whether
    a row can go, and what goes with it."""
    default = inspector.default_schema_name or ""
    return [
        ForeignKey(
            child=(name, table),
            columns=tuple(key["constrained_columns"]),
            parent=(key["referred_schema"] or default, key["referred_table"]),
            parent_columns=tuple(key["referred_columns"]),
            on_delete=str(key.get("options", {}).get("ondelete") or "").upper(),
        )
        for name in inspector.get_schema_names()
        if name != "information_schema" and not name.startswith("pg_")
        for (_, table), keys in inspector.get_multi_foreign_keys(name).items()
        for key in keys
    ]

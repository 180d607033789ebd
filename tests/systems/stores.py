"""One small shop in each kind of database: the same tables, the same rows, the same declaration."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from tests.conftest import Postgres
from tests.mariadb import MariaDb, mariadb_server

KINDS = ("postgresql", "mysql", "sqlite")


@dataclass
class Store:
    """A database of its own for one test."""

    kind: str
    url: str

    async def run(self, *statements: str) -> list[dict[str, Any]]:
        """Runs statements as the owner, independently of the project; the last one's rows."""
        engine = create_async_engine(self.url, poolclass=NullPool)
        rows: list[dict[str, Any]] = []
        async with engine.begin() as connection:
            for statement in statements:
                result = await connection.execute(text(statement))
                rows = [dict(row) for row in result.mappings()] if result.returns_rows else []
        await engine.dispose()
        return rows

    async def script(self, sql: str) -> None:
        await self.run(*(part for part in sql.split(";") if part.strip()))

    async def everything(self, *tables: str) -> dict[str, list[dict[str, Any]]]:
        """All rows of the tables, in an order of their own."""
        return {
            table: sorted(await self.run(f"SELECT * FROM {table}"), key=repr) for table in tables
        }


@pytest.fixture(scope="session")
def mariadb() -> Iterator[MariaDb]:
    with mariadb_server() as server:
        yield server


@pytest.fixture(params=KINDS)
async def store(
    request: pytest.FixtureRequest, postgres: Postgres, tmp_path: Path
) -> AsyncIterator[Store]:
    kind: str = request.param
    if kind == "sqlite":
        sqlite3.connect(tmp_path / "shop.db").close()
        yield Store(kind, f"sqlite+aiosqlite:///{tmp_path / 'shop.db'}")
    elif kind == "mysql":
        server: MariaDb = request.getfixturevalue("mariadb")
        name = await server.new_database()
        yield Store(kind, server.url(name))
        await server.execute(f"DROP DATABASE {name}")
    else:
        name = await postgres.new_database()
        yield Store(kind, postgres.url(name))
        await postgres.execute(f"DROP DATABASE {name} WITH (FORCE)")


TABLES = """
CREATE TABLE person (id int PRIMARY KEY, email varchar(80) NOT NULL UNIQUE, name varchar(40),
  nickname varchar(12) NOT NULL UNIQUE, city varchar(20) NOT NULL, born date, score int NOT NULL,
  balance numeric(10,2), state varchar(10), mails int, best_friend int REFERENCES person (id));
CREATE TABLE bill (number varchar(10) PRIMARY KEY, person_id int NOT NULL, total numeric(10,2),
  note varchar(40), kept int, FOREIGN KEY (person_id) REFERENCES person (id));
CREATE TABLE line (bill varchar(10) NOT NULL, position int NOT NULL, what varchar(40),
  PRIMARY KEY (bill, position), FOREIGN KEY (bill) REFERENCES bill (number));
CREATE TABLE bill_archive (number varchar(10) PRIMARY KEY, person_id int NOT NULL,
  total numeric(10,2), note varchar(40), kept int);
CREATE TABLE line_archive (bill varchar(10) NOT NULL, position int NOT NULL, what varchar(40),
  PRIMARY KEY (bill, position), FOREIGN KEY (bill) REFERENCES bill_archive (number));
INSERT INTO person VALUES
  (1, 'ann@b.example', 'Ann', 'ann', 'Nantes', '1990-01-02', 5, 12.50, 'open', 1, NULL),
  (2, 'carl@d.example', 'Carl', 'carl', 'Lyon', '1980-03-04', 6, 0, 'open', 1, 1),
  (3, 'dora@e.example', 'Dora', 'dora', 'Brest', NULL, 7, NULL, 'open', 1, 2);
INSERT INTO bill VALUES ('b1', 1, 10.00, 'blue', 0), ('b2', 1, 20.00, NULL, 0),
  ('b3', 2, 30.00, 'red', 0);
INSERT INTO line VALUES ('b1', 1, 'pen'), ('b1', 2, 'ink'), ('b2', 1, 'cup'), ('b3', 1, 'hat')
"""

DATASET = """
dataset:
  - fides_key: s
    collections:
      - name: person
        meta:
          on_erasure: delete
          on_archive: {set: {state: archived}}
          drop_on_archive: [name, nickname]
          on_restriction: {set: {state: restricted, mails: 0}}
          on_lift: {set: {state: open}}
          on_objection: {set: {score: 0}}
          on_prospecting_objection: {set: {mails: 0}}
        fields:
          - {name: id, data_categories: [user.unique_id], fides_meta: {primary_key: true}}
          - {name: email, data_categories: [user.contact.email], fides_meta: {identity: email}}
          - {name: name, data_categories: [user.name]}
          - {name: nickname, data_categories: [user.name]}
          - {name: city, data_categories: [user.contact.address.city]}
          - {name: born, data_categories: [user.demographic]}
          - {name: score, data_categories: [user.behavior]}
          - {name: balance, data_categories: [user.financial]}
          - {name: state}
          - {name: mails}
          - {name: best_friend, fides_meta: {read_only: true}}
      - name: bill
        meta:
          issued_document: true
          on_erasure: delete
          archive_into: bill_archive
          drop_on_archive: [note]
          on_archive: {set: {kept: 1}}
        fields:
          - {name: number, fides_meta: {primary_key: true}}
          - {name: person_id, data_categories: [user.unique_id],
             fides_meta: {references: [{dataset: s, field: person.id, direction: from}]}}
          - {name: total, data_categories: [user.financial]}
          - {name: note, data_categories: [user.content]}
          - {name: kept}
      - name: line
        meta: {on_erasure: delete, archive_into: line_archive}
        fields:
          - {name: bill, data_categories: [user.financial],
             fides_meta: {references: [{dataset: s, field: bill.number, direction: from}]}}
          - {name: position}
          - {name: what, data_categories: [user.financial]}
"""

"""A small shop in a PostgreSQL database of its own, and the company file that says how long."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import yaml

from tests.conftest import Postgres

TEXT = {"fr": "texte", "en": "text"}
TODAY = date.today()  # noqa: DTZ011 - margins are of weeks, the zone does not matter

TABLES = """
CREATE TABLE contact (id int PRIMARY KEY, email text, phone text, status text NOT NULL,
  bought_on date, logged_in_at timestamptz, opened_mail_on date);
CREATE TABLE quote (id int PRIMARY KEY, contact_id int NOT NULL REFERENCES contact (id),
  title text, issued_on date);
CREATE TABLE invoice (number text PRIMARY KEY, contact_id int REFERENCES contact (id),
  total numeric(10,2), note text, issued_on date NOT NULL);
CREATE TABLE invoice_archive (number text PRIMARY KEY, contact_id int, total numeric(10,2),
  note text, issued_on date NOT NULL);
CREATE TABLE survey (id int PRIMARY KEY, contact_id int, words text, answered_on date)
"""

DATASET = """
dataset:
  - fides_key: shop
    collections:
      - name: contact
        meta:
          purpose: sales
          retention: customer
          on_erasure: delete
          on_archive: {set: {status: archived}}
          drop_on_archive: [phone]
          events:
            purchase: bought_on
            login: logged_in_at
            mail_opened: opened_mail_on
        fields:
          - {name: id, data_categories: [user.unique_id], fides_meta: {primary_key: true}}
          - {name: email, data_categories: [user.contact.email], fides_meta: {identity: email}}
          - {name: phone, data_categories: [user.contact.phone_number]}
          - {name: status}
          - {name: bought_on}
          - {name: logged_in_at}
          - {name: opened_mail_on}
      - name: quote
        meta: {purpose: sales, retention: quotes, start: issued_on, on_erasure: anonymise}
        fields:
          - {name: id, fides_meta: {primary_key: true}}
          - {name: contact_id, fides_meta: {read_only: true,
             references: [{dataset: shop, field: contact.id, direction: from}]}}
          - {name: title, data_categories: [user.content],
             fides_meta: {masking_strategy_override: {strategy: null_rewrite}}}
          - {name: issued_on}
      - name: invoice
        meta:
          purpose: sales
          retention: invoices
          statute: accounting
          start: issued_on
          on_erasure: delete
          archive_into: invoice_archive
          drop_on_archive: [note]
        fields:
          - {name: number, fides_meta: {primary_key: true}}
          - {name: contact_id, data_categories: [user.unique_id],
             fides_meta: {references: [{dataset: shop, field: contact.id, direction: from}]}}
          - {name: total, data_categories: [user.financial]}
          - {name: note, data_categories: [user.content]}
          - {name: issued_on}
      - name: survey
        meta: {purpose: sales, retention: UNSET, start: answered_on, on_erasure: delete}
        fields:
          - {name: id, fides_meta: {primary_key: true}}
          - {name: contact_id, data_categories: [user.unique_id]}
          - {name: words, data_categories: [user.content]}
          - {name: answered_on}
"""


def company_of(url: str, **more: Any) -> dict[str, Any]:
    row = {"title": TEXT, "start": TEXT}
    return {
        "controller": {
            "name": "Test",
            "address": ["1 rue"],
            "email": "contact@test.example",
            "dpo_email": "dpo@test.example",
        },
        "purposes": [
            {
                "id": "sales",
                "title": TEXT,
                "categories": TEXT,
                "basis": "contract",
                "retention": "UNSET",
            }
        ],
        "retention": [
            row
            | {
                "id": "customer",
                "active": "P3Y",
                "archive": "P5Y",
                "start_event": "end_of_relationship",
                "source": "policy, row 2",
            },
            row | {"id": "quotes", "active": "P1Y", "source": "policy, row 4"},
            row | {"id": "invoices", "active": "P1Y", "source": "policy, row 5"},
        ],
        "systems": [
            {
                "id": "shop",
                "name": "Shop",
                "kind": "sql",
                "dataset": "shop.yml",
                "url": url,
                "act_url": url,
            },
            {"id": "paper", "name": "Paper", "kind": "manual", "holder": "The archivist"},
        ],
    } | more


def years_ago(years: float) -> date:
    return TODAY - timedelta(days=int(365.25 * years))


class Shop:
    def __init__(self, postgres: Postgres, name: str, folder: Path) -> None:
        self.postgres, self.name, self.folder = postgres, name, folder

    def write(self, **more: Any) -> Path:
        """The company file, with what a test changes in it."""
        (self.folder / "shop.yml").write_text(DATASET)
        file = self.folder / "company.yml"
        file.write_text(yaml.safe_dump(company_of(self.postgres.url(self.name), **more)))
        return file

    async def ask(self, question: str, *values: Any) -> list[tuple[Any, ...]]:
        connection = await asyncpg.connect(
            host=self.postgres.socket_dir,
            port=self.postgres.port,
            user="postgres",
            database=self.name,
        )
        try:
            return [tuple(row) for row in await connection.fetch(question, *values)]
        finally:
            await connection.close()

    async def contact(self, number: int, name: str, bought: date | None, **more: Any) -> None:
        await self.ask(
            "INSERT INTO contact VALUES ($1, $2, '0240', 'open', $3, $4, $5)",
            number,
            f"{name}@b.example",
            bought,
            more.get("logged_in"),
            more.get("opened"),
        )

    async def invoice(self, number: str, contact: int | None, issued: date) -> None:
        question = "INSERT INTO invoice VALUES ($1, $2, 10, 'blue', $3)"
        await self.ask(question, number, contact, issued)

    async def quote(self, number: int, contact: int, issued: date) -> None:
        await self.ask("INSERT INTO quote VALUES ($1, $2, 'roof', $3)", number, contact, issued)

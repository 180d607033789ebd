"""The company of the benchmark: five SQL systems, everything released without a human eye."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import asyncpg
import yaml

SYSTEMS = 5
PEOPLE = 1000

_SCHEMA = f"""
CREATE TABLE address (id int PRIMARY KEY, street text, city text);
CREATE TABLE customer (id int PRIMARY KEY, email text, name text, address_id int);
CREATE TABLE orders (id int PRIMARY KEY, customer_id int, placed_on date, total numeric);
CREATE TABLE order_item (id int PRIMARY KEY, order_id int, label text, quantity int);
INSERT INTO address SELECT n, 'rue ' || n, 'Nantes' FROM generate_series(1, {PEOPLE}) n;
INSERT INTO customer SELECT n, 'p' || n || '@bench.example', 'Person ' || n, n
  FROM generate_series(1, {PEOPLE}) n;
INSERT INTO orders SELECT n, 1 + n % {PEOPLE}, '2026-01-01', n FROM generate_series(1, 3000) n;
INSERT INTO order_item SELECT n, 1 + n % 3000, 'item', 1 FROM generate_series(1, 9000) n;
CREATE INDEX ON customer (lower(email));
CREATE INDEX ON orders (customer_id);
CREATE INDEX ON order_item (order_id);
ANALYZE;
"""


def address_of(person: int) -> str:
    return f"p{person}@bench.example"


async def make_systems(database_url: str, folder: Path) -> Path:
    """Five databases and a company file that declares them; returns the file."""
    admin = database_url.replace("+asyncpg", "")
    connection = await asyncpg.connect(admin)
    for number in range(SYSTEMS):
        await connection.execute(f"CREATE DATABASE bench_{number}")
    await connection.close()
    for number in range(SYSTEMS):
        own = await asyncpg.connect(admin.replace("/calends?", f"/bench_{number}?"))
        await own.execute(_SCHEMA)
        await own.close()
        dataset = {"dataset": [_dataset(f"bench_{number}")]}
        (folder / f"bench_{number}.yml").write_text(yaml.safe_dump(dataset))
    file = folder / "company.yml"
    file.write_text(yaml.safe_dump(_company(database_url)))
    return file


def _company(database_url: str) -> dict[str, object]:
    return bench_company(
        [
            {
                "id": f"bench-{number}",
                "name": f"System {number}",
                "kind": "sql",
                "url": database_url.replace("/calends?", f"/bench_{number}?"),
                "dataset": f"bench_{number}.yml",
                "auto_release": True,
            }
            for number in range(SYSTEMS)
        ]
    )


def bench_company(systems: Sequence[Mapping[str, object]]) -> dict[str, object]:
    """A company file with these systems and one purpose, `sales`."""
    text = {"fr": "texte", "en": "text"}
    return {
        "controller": {
            "name": "Bench",
            "address": ["1 rue du Banc"],
            "email": "contact@bench.example",
            "dpo_email": "dpo@bench.example",
        },
        "mail": {"letters_per_minute": 0, "bounce_hours": 0},
        "purposes": [
            {
                "id": "sales",
                "title": text,
                "basis": "contract",
                "categories": text,
                "retention": "UNSET",
            }
        ],
        "systems": list(systems),
    }


def _dataset(key: str) -> dict[str, object]:
    def field(name: str, category: str, **meta: object) -> dict[str, object]:
        return {"name": name, "data_categories": [category], "fides_meta": meta}

    def reference(to: str, direction: str) -> dict[str, object]:
        return {"references": [{"dataset": key, "field": to, "direction": direction}]}

    ours = {"purpose": "sales"}
    return {
        "fides_key": key,
        "collections": [
            {
                "name": "customer",
                "meta": ours,
                "fields": [
                    field("id", "user.unique_id", primary_key=True),
                    field("email", "user.contact.email", identity="email"),
                    field("name", "user.name"),
                    field("address_id", "system.operations", **reference("address.id", "to")),
                ],
            },
            {
                "name": "address",
                "meta": ours,
                "fields": [
                    field("id", "system.operations", primary_key=True),
                    field("street", "user.contact.address.street"),
                    field("city", "user.contact.address.city"),
                ],
            },
            {
                "name": "orders",
                "meta": ours,
                "fields": [
                    field("id", "system.operations", primary_key=True),
                    field("customer_id", "user.unique_id", **reference("customer.id", "from")),
                    field("placed_on", "user.behavior"),
                    field("total", "user.financial"),
                ],
            },
            {
                "name": "order_item",
                "meta": ours,
                "fields": [
                    field("id", "system.operations", primary_key=True),
                    field("order_id", "system.operations", **reference("orders.id", "from")),
                    field("label", "user.behavior"),
                    field("quantity", "user.behavior"),
                ],
            },
        ],
    }

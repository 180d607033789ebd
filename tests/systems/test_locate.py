"""What `locate` finds, compared with joins written by hand."""

from __future__ import annotations

import tracemalloc
from collections import Counter
from contextlib import aclosing
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from calends.problems import Problem
from calends.systems.dataset import load_datasets
from calends.systems.protocol import Failure, Record, Seeds, SystemFailed
from calends.systems.sql import SqlSystem
from tests.conftest import Postgres

KEY = "postgres_example_test_dataset"
PEOPLE = [
    "customer-1@example.com",
    "customer-2@example.com",
    "employee-1@example.com",
    "employee-2@example.com",
    "jane@example.com",
]

MINE = """
customers AS (SELECT * FROM customer WHERE lower(email) = lower($1)),
employees AS (SELECT * FROM employee WHERE lower(email) = lower($1)),
my_orders AS (SELECT o.* FROM orders o JOIN customers c ON o.customer_id = c.id),
items AS (SELECT i.* FROM order_item i JOIN my_orders o ON i.order_id = o.id),
cards AS (SELECT p.* FROM payment_card p JOIN customers c ON p.customer_id = c.id)
"""
BY_HAND = {
    "customer": "SELECT id::text FROM customers",
    "employee": "SELECT id::text FROM employees",
    "orders": "SELECT id FROM my_orders",
    "order_item": "SELECT order_id || ':' || item_no FROM items",
    "payment_card": "SELECT id FROM cards",
    "product": "SELECT id::text FROM product WHERE id IN (SELECT product_id FROM items)",
    "login": "SELECT l.id::text FROM login l JOIN customers c ON l.customer_id = c.id",
    "address": "SELECT id::text FROM address WHERE id IN (SELECT address_id FROM customers"
    " UNION SELECT address_id FROM employees UNION SELECT shipping_address_id FROM my_orders"
    " UNION SELECT billing_address_id FROM cards)",
    "visit": "SELECT email || ':' || to_char(last_visit, 'YYYY-MM-DD\"T\"HH24:MI:SS')"
    " FROM visit WHERE lower(email) = lower($1)",
    "report": "SELECT id::text FROM report WHERE lower(email) = lower($1)",
    "service_request": "SELECT id FROM service_request WHERE lower(email) = lower($1)"
    " OR lower(alt_email) = lower($1) OR employee_id IN (SELECT id FROM employees)",
}


async def by_hand(sql: asyncpg.Connection, email: str) -> dict[str, list[str]]:
    found = {}
    for table, question in BY_HAND.items():
        # The first part keeps $1 in every question.
        text = f"WITH asked AS (SELECT $1::text), {MINE} {question}"
        rows = [row[0] for row in await sql.fetch(text, email)]
        if rows:
            found[f"{KEY}.{table}"] = sorted(rows)
    return found


async def collect(system: SqlSystem, seeds: Seeds) -> list[Record]:
    try:
        return [record async for record in system.locate(seeds)]
    finally:
        await system.close()


def keys_of(records: list[Record]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for record in records:
        key = ":".join(str(part) for part in record.key.values())
        found.setdefault(record.collection, []).append(key)
    return {name: sorted(keys) for name, keys in found.items()}


def system_of(postgres: Postgres, database: str, *datasets: Path, **more: Any) -> SqlSystem:
    return SqlSystem("shop", load_datasets(datasets), postgres.url(database), **more)


async def test_every_person_of_the_sample_is_found_as_joins_by_hand_find_them(
    postgres: Postgres, fides_shop: str, fides_dataset: Path, fides_sql: asyncpg.Connection
) -> None:
    rows = await fides_sql.fetch("SELECT email FROM customer UNION SELECT email FROM employee")
    assert sorted(row[0] for row in rows) == PEOPLE
    for email in PEOPLE:
        system = system_of(postgres, fides_shop, fides_dataset)
        assert keys_of(await collect(system, {"email": [email]})) == await by_hand(fides_sql, email)


async def test_the_alternative_address_and_another_case_find_the_same_person(
    postgres: Postgres, fides_shop: str, fides_dataset: Path, fides_sql: asyncpg.Connection
) -> None:
    for email in ("customer-1-ALT@example.com", "CUSTOMER-1@EXAMPLE.COM"):
        system = system_of(postgres, fides_shop, fides_dataset)
        found = keys_of(await collect(system, {"email": [email]}))
        assert found == await by_hand(fides_sql, email)
        assert found


async def test_a_row_found_by_two_ways_is_one_finding(
    postgres: Postgres, fides_shop: str, fides_dataset: Path
) -> None:
    emails = ["customer-1@example.com", "customer-1-alt@example.com", "customer-1@EXAMPLE.com"]
    records = await collect(
        system_of(postgres, fides_shop, fides_dataset), {"email": [*emails, *emails]}
    )
    counted = Counter((r.collection, tuple(r.key.items())) for r in records)
    assert set(counted.values()) == {1}


async def test_a_record_holds_its_declared_fields_and_the_real_primary_key(
    postgres: Postgres, fides_shop: str, fides_dataset: Path
) -> None:
    system = system_of(postgres, fides_shop, fides_dataset)
    records = await collect(system, {"email": ["customer-1@example.com"]})
    item = next(r for r in records if r.collection == f"{KEY}.order_item")
    assert set(item.key) == {"order_id", "item_no"}
    assert set(item.values) == {"order_id", "product_id", "quantity"}
    product = next(r for r in records if r.collection == f"{KEY}.product")
    assert product.values["price"] == "$20.00"
    customer = next(r for r in records if r.collection == f"{KEY}.customer")
    assert customer.values["created"] == "2020-04-01T11:47:42"


async def test_another_identity_reaches_another_dataset_of_the_same_database(
    postgres: Postgres, fides_shop: str, fides_dataset: Path, shared: Path
) -> None:
    extended = shared / "fides/postgres_example_test_extended_dataset.yml"
    system = system_of(postgres, fides_shop, fides_dataset, extended)
    seeds = {"loyalty_id": ["CH-1"]}
    assert f"{KEY}.customer" in system.unreachable(seeds)
    records = await collect(system, seeds)
    assert [r.values["name"] for r in records] == ["Jane Customer"]


@pytest.mark.parametrize(
    "value",
    ["' OR 1=1--", "%", "_", "customer-_@example.com", "a\0b", "x" * 10_000, "\ud800", "NULL", "*"],
    ids=["quote", "percent", "underscore", "pattern", "nul", "long", "surrogate", "null", "star"],
)
async def test_a_hostile_identity_finds_nobody(
    postgres: Postgres, fides_shop: str, fides_dataset: Path, value: str
) -> None:
    system = system_of(postgres, fides_shop, fides_dataset)
    assert await collect(system, {"email": [value]}) == []


@pytest.mark.parametrize("seeds", [{}, {"email": []}, {"email": [""]}, {"email": ["  ", "\t"]}])
async def test_no_identity_is_refused_and_never_means_everybody(
    postgres: Postgres, fides_shop: str, fides_dataset: Path, seeds: Seeds
) -> None:
    with pytest.raises(Problem, match="no identity"):
        await collect(system_of(postgres, fides_shop, fides_dataset), seeds)


TYPED = """
dataset:
  - fides_key: typed
    collections:
      - name: things
        fields:
"""
COLUMNS = {
    "a_int": ("integer", "7", ["x", "7.5", "007", "99999999999999999999999", "3000000000", "٧"]),
    "a_small": ("smallint", "7", ["x", "70000"]),
    "a_big": ("bigint", "3000000000", ["x", "9223372036854775808"]),
    "a_numeric": ("numeric(6,2)", "1.50", ["x", "1.504", "NaN", "1e999999999", "Infinity"]),
    "a_float": ("double precision", "2.5", ["x", "nan", "1e9999"]),
    "a_bool": ("boolean", None, ["true", "x"]),
    "a_date": ("date", "2024-02-29", ["x", "2024-02-30", "0000-00-00"]),
    "a_stamp": ("timestamptz", "2024-02-29T10:00:00+00:00", ["x", "2024-02-29T10:00:00"]),
    "a_uuid": ("uuid", "8c1f4b6e-6d1c-4a51-9d0a-1f3e5f1f0a11", ["x", "%"]),
    "a_bytes": ("bytea", None, ["x", "\\x00"]),
    "a_enum": ("mood", "calm", ["x"]),
    "a_money": ("money", "$7.00", ["x", "7"]),
    "a_json": ("jsonb", None, ["x", "{}"]),
    "a_list": ("text[]", None, ["x", "{}"]),
    "a_char": ("char(9)", "pad", ["x", "pad%"]),
    "a_net": ("inet", "10.0.0.1/32", ["x", "10.0.0.0/8"]),
    "a_span": ("interval", "1 day", ["x"]),
}
VALUES = {
    "a_bool": "true",
    "a_bytes": "'\\xdead'",
    "a_json": """'{"n": [1, null]}'""",
    "a_list": "'{p,q}'",
}


@pytest.fixture
async def typed(sql: asyncpg.Connection, tmp_path: Path) -> Path:
    await sql.execute("CREATE TYPE mood AS ENUM ('calm', 'angry')")
    columns = ", ".join(f"{name} {kind}" for name, (kind, _, _) in COLUMNS.items())
    await sql.execute(f"CREATE TABLE things (id serial primary key, {columns})")
    values = ", ".join(VALUES.get(name, f"'{value}'") for name, (_, value, _) in COLUMNS.items())
    await sql.execute(f"INSERT INTO things VALUES (1, {values})")
    await sql.execute("INSERT INTO things (id) VALUES (2)")
    lines = [
        f"          - name: {name}\n            fides_meta: {{identity: {name}}}"
        for name in COLUMNS
    ]
    path = tmp_path / "typed.yml"
    path.write_text(TYPED + "\n".join(lines))
    return path


async def test_a_value_of_another_type_matches_nothing_and_is_no_error(
    postgres: Postgres, database: str, typed: Path
) -> None:
    for name, (_, _, wrong) in COLUMNS.items():
        assert await collect(system_of(postgres, database, typed), {name: wrong}) == [], name


async def test_a_value_of_the_right_type_finds_its_row_whatever_the_type(
    postgres: Postgres, database: str, typed: Path
) -> None:
    for name, (_, right, _) in COLUMNS.items():
        if right is not None:
            found = await collect(system_of(postgres, database, typed), {name: [right]})
            assert [record.key for record in found] == [{"id": 1}], name


async def test_values_of_any_type_are_json_safe(
    postgres: Postgres, database: str, typed: Path
) -> None:
    (found,) = await collect(system_of(postgres, database, typed), {"a_int": ["7"]})
    assert found.values == {
        "a_int": 7,
        "a_small": 7,
        "a_big": 3_000_000_000,
        "a_numeric": "1.50",
        "a_float": 2.5,
        "a_bool": True,
        "a_date": "2024-02-29",
        "a_stamp": "2024-02-29T10:00:00+00:00",
        "a_uuid": "8c1f4b6e-6d1c-4a51-9d0a-1f3e5f1f0a11",
        "a_bytes": "3q0=",
        "a_enum": "calm",
        "a_money": "$7.00",
        "a_json": {"n": [1, None]},
        "a_list": ["p", "q"],
        "a_char": "pad",
        "a_net": "10.0.0.1/32",
        "a_span": "1 day",
    }


async def test_a_write_through_the_searching_connection_fails(
    postgres: Postgres, fides_shop: str, fides_sql: asyncpg.Connection, tmp_path: Path
) -> None:
    """Even as superuser, and even when what is read is a view that writes."""
    await fides_sql.execute(
        "CREATE FUNCTION strike() RETURNS text LANGUAGE sql VOLATILE AS"
        " $$ DELETE FROM login; SELECT 'a@b.example'::text $$;"
        "CREATE VIEW trap AS SELECT strike() AS email FROM customer"
    )
    path = tmp_path / "trap.yml"
    path.write_text(
        "dataset: [{fides_key: t, collections: [{name: trap, fields:"
        " [{name: email, fides_meta: {identity: email}}]}]}]"
    )
    with pytest.raises(SystemFailed) as failure:
        await collect(system_of(postgres, fides_shop, path), {"email": ["a@b.example"]})
    assert failure.value.reason is Failure.DENIED
    assert await fides_sql.fetchval("SELECT count(*) FROM login") == 8


async def test_a_slow_search_is_cut_off_and_named_a_timeout(
    postgres: Postgres, database: str, sql: asyncpg.Connection, tmp_path: Path
) -> None:
    await sql.execute("CREATE VIEW slow AS SELECT pg_sleep(60)::text AS email")
    path = tmp_path / "slow.yml"
    path.write_text(
        "dataset: [{fides_key: t, collections: [{name: slow, fields:"
        " [{name: email, fides_meta: {identity: email}}]}]}]"
    )
    with pytest.raises(SystemFailed) as failure:
        await collect(
            system_of(postgres, database, path, timeout_seconds=1), {"email": ["a@b.example"]}
        )
    assert failure.value.reason is Failure.TIMEOUT


async def test_more_rows_than_a_person_can_have_is_a_failure(
    postgres: Postgres, fides_shop: str, fides_dataset: Path
) -> None:
    with pytest.raises(SystemFailed) as failure:
        await collect(
            system_of(postgres, fides_shop, fides_dataset, row_limit=5),
            {"email": ["customer-1@example.com"]},
        )
    assert failure.value.reason is Failure.TOO_MANY


async def test_a_declared_column_that_is_not_there_fails_by_name(
    postgres: Postgres, fides_shop: str, shared: Path
) -> None:
    dataset = shared / "fides/example_field_masking_override_test_dataset.yml"
    with pytest.raises(SystemFailed, match=r"mapping: .*customer\.address") as failure:
        await collect(system_of(postgres, fides_shop, dataset), {"email": [PEOPLE[0]]})
    assert failure.value.reason is Failure.MAPPING


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:secret-word@127.0.0.1:1/none",
        "postgresql+asyncpg://u:secret-word@127.0.0.1:1/none",
        "postgres://u:secret-word@no-such-host.invalid/none?sslmode=require",
    ],
)
async def test_a_database_that_does_not_answer_is_unreachable_without_its_password(
    fides_dataset: Path, url: str
) -> None:
    with pytest.raises(SystemFailed) as failure:
        await collect(SqlSystem("shop", load_datasets([fides_dataset]), url), {"email": ["a@b.c"]})
    assert failure.value.reason is Failure.UNREACHABLE
    assert "secret-word" not in str(failure.value)
    assert failure.value.__suppress_context__


async def test_a_document_is_searched_inside_and_reduced_to_its_declared_parts(
    postgres: Postgres, database: str, sql: asyncpg.Connection, tmp_path: Path
) -> None:
    await sql.execute("CREATE TABLE profile (id int primary key, doc jsonb)")
    await sql.execute("CREATE TABLE note (id int primary key, profile_id int)")
    await sql.execute(
        """INSERT INTO profile VALUES (1, '{"mail": "A@b.example", "secret": 1,
           "notes": [{"id": 10, "x": 1}, {"id": 11}]}'), (2, '{"mail": "c@d.example"}')"""
    )
    await sql.execute("INSERT INTO note VALUES (10, 1), (11, 1), (12, 2)")
    path = tmp_path / "nested.yml"
    path.write_text(
        """
dataset:
  - fides_key: n
    collections:
      - name: profile
        fields:
          - {name: id}
          - name: doc
            fields:
              - {name: mail, fides_meta: {identity: email}}
              - name: notes
                fields:
                  - {name: id, fides_meta: {references: [
                      {dataset: n, field: note.id, direction: to}]}}
      - name: note
        fields: [{name: id}]
"""
    )
    records = await collect(system_of(postgres, database, path), {"email": ["a@b.example"]})
    assert records[0].values == {
        "id": 1,
        "doc": {"mail": "A@b.example", "notes": [{"id": 10}, {"id": 11}]},
    }
    assert sorted(record.key["id"] for record in records[1:]) == [10, 11]


async def test_many_rows_are_streamed_and_a_reader_who_stops_early_leaves_no_connection(
    postgres: Postgres, database: str, sql: asyncpg.Connection, tmp_path: Path
) -> None:
    """Twenty megabytes of rows pass through a few."""
    await sql.execute(
        "CREATE TABLE event AS SELECT n AS id, 'a@b.example'::text AS email, repeat('x', 4000) AS"
        " text FROM generate_series(1, 5000) n; ALTER TABLE event ADD PRIMARY KEY (id)"
    )
    path = tmp_path / "event.yml"
    path.write_text(
        "dataset: [{fides_key: t, collections: [{name: event, fields: [{name: text},"
        " {name: email, fides_meta: {identity: email}}]}]}]"
    )
    system = system_of(postgres, database, path)
    seeds = {"email": ["a@b.example"]}
    tracemalloc.start()
    try:
        count = 0
        async for _ in system.locate(seeds):
            count += 1
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert count == 5_000
    assert peak < 10_000_000
    async with aclosing(system.locate(seeds)) as records:
        assert (await anext(records)).collection == "t.event"
    others = "datname = current_database() AND pid <> pg_backend_pid()"
    for _ in range(500):  # the server notices a closed socket by itself, a little later
        left = await sql.fetchval(f"SELECT count(*) FROM pg_stat_activity WHERE {others}")
        if not left:
            break
    assert left == 0
    await system.close()

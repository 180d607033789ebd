"""Acts on records: all or none, children first, twice is once, nothing kept is lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import asyncpg
import pytest

from calends.problems import Problem
from calends.systems.dataset import Datasets
from calends.systems.protocol import Act, ActRefused, Failure, Order, Record, SystemFailed
from calends.systems.sql import SqlSystem
from tests.conftest import Postgres
from tests.systems.conftest import connect

DATASET = """
dataset:
  - fides_key: s
    collections:
      - name: person
        meta: {on_erasure: delete, on_archive: {set: {state: archived}},
               drop_on_archive: [phone, nickname],
               on_prospecting_objection: {set: {mailing: false}}}
        fields:
          - {name: id, data_categories: [user.unique_id], fides_meta: {primary_key: true}}
          - {name: email, data_categories: [user.contact.email], fides_meta: {identity: email}}
          - {name: phone, data_categories: [user.contact.phone_number]}
          - {name: nickname, data_categories: [user.name], fides_meta: {length: 8}}
          - {name: state}
          - {name: mailing}
      - name: bill
        meta: {on_erasure: delete, on_archive: {set: {kept: true}}}
        fields:
          - {name: number, fides_meta: {primary_key: true}}
          - {name: person_id, data_categories: [user.unique_id],
             fides_meta: {references: [{dataset: s, field: person.id, direction: from}]}}
          - {name: kept}
      - name: line
        meta: {on_erasure: delete}
        fields:
          - {name: bill, data_categories: [user.financial],
             fides_meta: {references: [{dataset: s, field: bill.number, direction: from}]}}
          - {name: position}
      - name: answer
        meta: {on_erasure: anonymise}
        fields:
          - {name: id, fides_meta: {primary_key: true}}
          - {name: person_id, data_categories: [user.unique_id],
             fides_meta: {references: [{dataset: s, field: person.id, direction: from}]}}
          - {name: alias, data_categories: [user.name]}
          - name: words
            data_categories: [user.content]
            fides_meta: {masking_strategy_override: {strategy: string_rewrite, configuration: {
              rewrite_value: gone, format_preservation: {suffix: "!"}}}}
          - {name: score}
      - name: page
        meta: {on_erasure: delete}
        fields:
          - {name: id, fides_meta: {primary_key: true}}
          - {name: above}
          - {name: person_id, data_categories: [user.unique_id],
             fides_meta: {references: [{dataset: s, field: person.id, direction: from}]}}
      - name: shelf
        fields:
          - {name: code, fides_meta: {references: [{dataset: s, field: bill.number}]}}
"""
TABLES = """
CREATE TABLE person (id int PRIMARY KEY, email text UNIQUE, phone text,
  nickname varchar(12) NOT NULL UNIQUE, state text, mailing boolean);
CREATE TABLE bill (number text PRIMARY KEY, person_id int REFERENCES person, kept boolean);
CREATE TABLE line (bill text REFERENCES bill, position int, PRIMARY KEY (bill, position));
CREATE TABLE answer (id int PRIMARY KEY, person_id int REFERENCES person,
  alias text NOT NULL UNIQUE, words text NOT NULL, score int);
CREATE TABLE page (id int PRIMARY KEY, above int REFERENCES page, person_id int REFERENCES person);
CREATE TABLE shelf (code text PRIMARY KEY);
INSERT INTO person VALUES (1, 'a@b.example', '06', 'ann', 'open', true),
                          (2, 'c@d.example', '07', 'carl', 'open', true);
INSERT INTO bill VALUES ('b1', 1, false), ('b2', 1, false), ('b3', 2, false);
INSERT INTO line VALUES ('b1', 1), ('b1', 2), ('b2', 1), ('b3', 1);
INSERT INTO answer VALUES (1, 1, 'x', 'nice', 5), (2, 1, 'y', 'bad', 1), (3, 2, 'z', 'so', 3);
INSERT INTO page VALUES (1, NULL, 1), (2, 1, 1), (3, 2, 1);
INSERT INTO shelf VALUES ('b1');
"""
HERS = {"email": ["A@b.example"]}
Load = Callable[[str], Datasets]


@pytest.fixture
async def system(
    postgres: Postgres, database: str, sql: asyncpg.Connection, declared: Load
) -> AsyncIterator[SqlSystem]:
    await sql.execute(TABLES)
    opened = SqlSystem("s", declared(DATASET), postgres.url(database), postgres.url(database))
    yield opened
    await opened.close()


async def located(system: SqlSystem) -> list[Record]:
    return [record async for record in system.locate(HERS)]


def orders(records: list[Record], **acts: Act) -> list[Order]:
    return [
        Order(record.collection, record.key, acts[name])
        for record in records
        if (name := record.collection.removeprefix("s.")) in acts
    ]


async def everything(system: SqlSystem) -> list[Order]:
    return orders(
        await located(system),
        person="erase",
        bill="erase",
        line="erase",
        answer="anonymise",
        page="erase",
    )


async def count(sql: asyncpg.Connection) -> dict[str, int]:
    names = ("person", "bill", "line", "answer", "page")
    return {name: await sql.fetchval(f"SELECT count(*) FROM {name}") for name in names}


BEFORE = {"person": 2, "bill": 3, "line": 4, "answer": 3, "page": 3}
AFTER = {"person": 1, "bill": 1, "line": 1, "answer": 3, "page": 0}


async def test_erasure_takes_children_before_parents_and_leaves_others_alone(
    system: SqlSystem, sql: asyncpg.Connection
) -> None:
    report = await system.carry_out(await everything(system))
    assert await count(sql) == AFTER
    assert report.done == {
        "s.person:erase": 1,
        "s.bill:erase": 2,
        "s.line:erase": 3,
        "s.answer:anonymise": 2,
        "s.page:erase": 3,
    }
    assert report.already == 0
    assert await located(system) == []
    assert await sql.fetchval("SELECT email FROM person") == "c@d.example"


async def test_a_second_run_changes_nothing_and_says_so(
    system: SqlSystem, sql: asyncpg.Connection
) -> None:
    plan = await everything(system)
    await system.carry_out([*plan, *plan])
    rows = await sql.fetch("SELECT * FROM answer ORDER BY id")
    report = await system.carry_out(plan)
    assert (report.done, report.already) == ({}, len(plan))
    assert await sql.fetch("SELECT * FROM answer ORDER BY id") == rows


async def test_a_connection_lost_in_the_middle_leaves_all_as_it_was_and_the_next_run_ends_it(
    postgres: Postgres, database: str, system: SqlSystem, sql: asyncpg.Connection
) -> None:
    """A lock on the person holds the erasure after its children are gone; then it is killed."""
    plan = await everything(system)
    holder = await connect(postgres, database)
    lock = holder.transaction()
    await lock.start()
    await holder.execute("SELECT 1 FROM person WHERE id = 1 FOR UPDATE")
    running = asyncio.create_task(system.carry_out(plan))
    blocked = None
    while blocked is None:
        assert not running.done(), running
        blocked = await sql.fetchval(
            "SELECT pid FROM pg_stat_activity WHERE cardinality(pg_blocking_pids(pid)) > 0"
            " AND query LIKE 'DELETE FROM person%' AND datname = current_database()"
        )
    await sql.execute(f"SELECT pg_terminate_backend({blocked})")
    with pytest.raises(SystemFailed) as failure:
        await running
    assert failure.value.reason is Failure.UNREACHABLE
    await lock.rollback()
    await holder.close()
    assert await count(sql) == BEFORE
    await system.carry_out(plan)
    assert await count(sql) == AFTER


async def test_two_workers_who_act_at_once_do_it_once(
    system: SqlSystem, sql: asyncpg.Connection
) -> None:
    plan = await everything(system)
    reports = await asyncio.gather(*(system.carry_out(plan) for _ in range(3)))
    assert sum(sum(report.done.values()) for report in reports) == len(plan)
    assert await count(sql) == AFTER


async def test_a_kept_child_refuses_the_whole_and_is_named_by_its_table_alone(
    system: SqlSystem, sql: asyncpg.Connection
) -> None:
    plan = orders(await located(system), person="erase", line="erase", answer="anonymise")
    with pytest.raises(ActRefused) as refusal:
        await system.carry_out(plan)
    assert refusal.value.table in ("bill", "page")
    assert "example" not in str(refusal.value)
    assert await count(sql) == BEFORE
    assert await sql.fetchval("SELECT words FROM answer WHERE id = 1") == "nice"


@pytest.mark.parametrize("schema", ["public", "elsewhere"])
async def test_a_cascade_that_would_take_a_row_nobody_ordered_is_refused(
    system: SqlSystem, sql: asyncpg.Connection, schema: str
) -> None:
    await sql.execute(
        f"CREATE SCHEMA IF NOT EXISTS {schema}; CREATE TABLE {schema}.voucher"
        " (id int PRIMARY KEY, person int REFERENCES public.person ON DELETE CASCADE);"
        f"INSERT INTO {schema}.voucher VALUES (1, 2)"
    )
    plan = await everything(system)
    await system.carry_out(plan)  # the voucher is another person's
    await sql.execute(
        "INSERT INTO person VALUES (1, 'a@b.example', '', 'ann');"
        f"UPDATE {schema}.voucher SET person = 1"
    )
    with pytest.raises(ActRefused) as refusal:
        await system.carry_out(plan)
    assert refusal.value.table == f"{schema}.voucher"
    assert await sql.fetchval(f"SELECT count(*) FROM {schema}.voucher") == 1


async def test_a_cascade_that_was_added_since_the_last_act_is_refused_too(
    system: SqlSystem, sql: asyncpg.Connection
) -> None:
    plan = await everything(system)
    await system.carry_out(plan)
    await sql.execute(
        "CREATE TABLE coupon (id int PRIMARY KEY, person int REFERENCES person ON DELETE CASCADE);"
        "INSERT INTO person VALUES (1, 'a@b.example', '', 'ann'); INSERT INTO coupon VALUES (1, 1)"
    )
    with pytest.raises(ActRefused) as refusal:
        await system.carry_out(plan)
    assert "coupon" in refusal.value.table
    assert await sql.fetchval("SELECT count(*) FROM coupon") == 1


async def test_a_cascade_inside_one_table_takes_no_row_nobody_ordered(
    system: SqlSystem, sql: asyncpg.Connection
) -> None:
    await sql.execute(
        "ALTER TABLE page DROP CONSTRAINT page_above_fkey,"
        " ADD FOREIGN KEY (above) REFERENCES page ON DELETE CASCADE"
    )
    plan = orders(await located(system), page="erase")
    with pytest.raises(ActRefused):
        await system.carry_out([order for order in plan if order.key["id"] != 3])
    assert await sql.fetchval("SELECT count(*) FROM page") == 3
    await system.carry_out(plan)
    assert await sql.fetchval("SELECT count(*) FROM page") == 0


async def test_masks_fit_their_columns_and_never_collide(
    system: SqlSystem, sql: asyncpg.Connection
) -> None:
    await system.carry_out(orders(await located(system), answer="anonymise"))
    rows = await sql.fetch("SELECT * FROM answer WHERE id < 3 ORDER BY id")
    assert [row["person_id"] for row in rows] == [None, None]
    assert [row["words"] for row in rows] == ["gone!", "gone!"]
    assert [row["score"] for row in rows] == [5, 1]
    aliases = {row["alias"] for row in rows}
    assert len(aliases) == 2
    assert not aliases & {"x", "y"}


async def test_archiving_marks_the_record_and_drops_what_no_duty_keeps(
    system: SqlSystem, sql: asyncpg.Connection
) -> None:
    plan = orders(await located(system), person="archive", bill="archive")
    report = await system.carry_out(plan)
    assert report.done == {"s.person:archive": 1, "s.bill:archive": 2}
    person = await sql.fetchrow("SELECT * FROM person WHERE id = 1")
    assert (person["state"], person["phone"], person["email"]) == ("archived", None, "a@b.example")
    assert person["nickname"] != "ann"
    assert len(person["nickname"]) == 8
    assert await sql.fetchval("SELECT count(*) FROM bill WHERE kept") == 2
    assert (await system.carry_out(plan)).already == 3


async def test_an_objection_to_prospecting_marks_the_persons_rows_only_however_often(
    system: SqlSystem, sql: asyncpg.Connection
) -> None:
    assert await system.object_to_prospecting(HERS) == 1
    assert await system.object_to_prospecting(HERS) == 1
    assert await system.object_to_prospecting({"email": ["nobody@b.example"]}) == 0
    rows = await sql.fetch("SELECT id, mailing FROM person ORDER BY id")
    assert [tuple(row) for row in rows] == [(1, False), (2, True)]


async def test_an_objection_without_an_identity_marks_nobody(
    system: SqlSystem, sql: asyncpg.Connection
) -> None:
    with pytest.raises(Problem):
        await system.object_to_prospecting({"email": [" "]})
    assert await sql.fetchval("SELECT count(*) FROM person WHERE mailing") == 2


@pytest.mark.parametrize(
    "order",
    [
        Order("s.person", {}, "erase"),
        Order("s.line", {"bill": "b1"}, "erase"),
        Order("s.person", {"id": 1, "email": "a@b.example"}, "erase"),
        Order("s.person", {"id": "1 OR 1=1"}, "erase"),
        Order("s.shelf", {"code": "b1"}, "erase"),
        Order("s.shelf", {"code": "b1"}, "archive"),
        Order("s.line", {"bill": "b1", "position": 1}, "archive"),
        Order("s.line", {"bill": "b1", "position": 1}, "anonymise"),
    ],
    ids=["empty", "part", "more", "injection", "catalogue", "no-mark", "no-archive", "no-mask"],
)
async def test_an_order_that_is_not_exactly_foreseen_is_refused(
    system: SqlSystem, sql: asyncpg.Connection, order: Order
) -> None:
    with pytest.raises(ActRefused):
        await system.carry_out([order])
    assert await count(sql) == BEFORE


async def test_two_different_acts_on_one_record_are_refused(system: SqlSystem) -> None:
    one = Order("s.person", {"id": 1}, "erase")
    with pytest.raises(ActRefused, match="two different acts"):
        await system.carry_out([one, replace(one, act="archive")])


async def test_without_an_act_url_nothing_can_be_changed(
    postgres: Postgres, database: str, declared: Load
) -> None:
    system = SqlSystem("s", declared(DATASET), postgres.url(database))
    with pytest.raises(Problem, match="act_url"):
        await system.carry_out([Order("s.person", {"id": 1}, "erase")])
    await system.close()


async def test_a_table_without_a_primary_key_is_erased_by_all_its_declared_values(
    postgres: Postgres, database: str, sql: asyncpg.Connection, declared: Load
) -> None:
    await sql.execute("CREATE TABLE visit (email text, at timestamp, amount numeric, code char(5))")
    await sql.execute(
        "INSERT INTO visit VALUES ('a@b.example', '2024-01-01 10:00:00.000001', 1.50, 'x'),"
        " ('a@b.example', NULL, NULL, NULL), ('A@b.example', NULL, NULL, NULL),"
        " ('c@d.example', NULL, NULL, NULL)"
    )
    datasets = declared(
        "dataset: [{fides_key: s, collections: [{name: visit, meta: {on_erasure: delete},"
        " fields: [{name: email, fides_meta: {identity: email}}, {name: at}, {name: amount},"
        " {name: code}]}]}]"
    )
    system = SqlSystem("s", datasets, postgres.url(database), postgres.url(database))
    plan = orders(await located(system), visit="erase")
    assert (await system.carry_out(plan)).done == {"s.visit:erase": 3}
    assert (await system.carry_out(plan)).already == 3
    assert await sql.fetchval("SELECT string_agg(email, ',') FROM visit") == "c@d.example"
    await system.close()


@pytest.mark.parametrize("act", ["restrict", "lift", "rectify", "object"])
async def test_an_act_that_is_not_built_is_refused_and_never_taken_for_another(
    system: SqlSystem, sql: asyncpg.Connection, act: Act
) -> None:
    before = await sql.fetch("SELECT * FROM person ORDER BY id")
    with pytest.raises(ActRefused):
        await system.carry_out([Order("s.person", {"id": 1}, act)])
    assert await sql.fetch("SELECT * FROM person ORDER BY id") == before

"""The acts in every kind of database, on the same shop: as ordered, once, and nothing else."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from decimal import Decimal
from typing import Any

import pytest

from calends.systems.dataset import Datasets
from calends.systems.protocol import Act, ActRefused, Change, Effect, Order
from calends.systems.sql import SqlSystem
from tests.systems.stores import DATASET, TABLES, Store

Load = Callable[[str], Datasets]
ALL = ("person", "bill", "line", "bill_archive", "line_archive")
ANN = {"email": ["Ann@b.example"]}


@pytest.fixture
async def shop(store: Store, declared: Load) -> AsyncIterator[SqlSystem]:
    await store.script(TABLES)
    system = SqlSystem("s", declared(DATASET), store.url, store.url)
    yield system
    await system.close()


def person(act: Act, number: int = 1, **values: tuple[Any, Any]) -> Order:
    changes = {name: Change(*pair) for name, pair in values.items()} if values else None
    return Order("s.person", {"id": number}, act, changes)


def bills(act: Act) -> list[Order]:
    lines = [("b1", 1), ("b1", 2), ("b2", 1)]
    return [
        *(Order("s.bill", {"number": number}, act) for number in ("b1", "b2")),
        *(Order("s.line", {"bill": bill, "position": place}, act) for bill, place in lines),
    ]


async def effects(system: SqlSystem, orders: list[Order]) -> list[Effect]:
    return [effect async for effect in system.preview(orders)]


async def test_a_restriction_marks_the_record_and_is_lifted_again(
    shop: SqlSystem,
    store: Store,
) -> None:
    before = (await store.everything("person"))["person"]
    assert (await shop.carry_out([person("restrict")])).done == {"s.person:restrict": 1}
    assert (await shop.carry_out([person("restrict")])).was_done
    ann, *others = (await store.everything("person"))["person"]
    assert (ann["state"], ann["mails"]) == ("restricted", 0)
    assert others == before[1:]
    await shop.carry_out([person("lift")])
    assert (await store.everything("person"))["person"][0]["state"] == "open"


async def test_an_objection_sets_what_is_declared_for_it(shop: SqlSystem, store: Store) -> None:
    await shop.carry_out([person("object")])
    rows = await store.run("SELECT id, score FROM person ORDER BY id")
    assert [row["score"] for row in rows] == [0, 6, 7]


async def test_an_act_that_is_not_declared_is_refused(shop: SqlSystem) -> None:
    with pytest.raises(ActRefused, match="on_restriction"):
        await shop.carry_out([Order("s.line", {"bill": "b1", "position": 1}, "restrict")])


async def test_a_rectification_sets_the_fields_and_returns_what_was_there(
    shop: SqlSystem,
    store: Store,
) -> None:
    order = person(
        "rectify",
        email=("ann@b.example", "ann@new.example"),
        balance=("12.50", "13.5"),
        born=("1990-01-02", "1990-02-01"),
    )
    report = await shop.carry_out([order])
    assert report.done == {"s.person:rectify": 1}
    (effect,) = report.rectified
    assert effect.changes["email"] == Change("ann@b.example", "ann@new.example")
    assert effect.changes["born"] == Change("1990-01-02", "1990-02-01")
    (row,) = await store.run("SELECT * FROM person WHERE id = 1")
    assert (row["email"], str(row["born"])) == ("ann@new.example", "1990-02-01")
    assert Decimal(str(row["balance"])) == Decimal("13.50")
    again = await shop.carry_out([order])
    assert again.was_done
    assert again.rectified == []


async def test_a_value_that_changed_since_is_refused_by_name_and_nothing_changes(
    shop: SqlSystem,
    store: Store,
) -> None:
    before = await store.everything(*ALL)
    fine = person("rectify", 2, name=("Carl", "Karl"))
    stale = person("rectify", 1, name=("Ann", "Anna"), city=("Paris", "Rennes"))
    with pytest.raises(ActRefused, match="`city` was changed since"):
        await shop.carry_out([fine, stale])
    assert await store.everything(*ALL) == before


async def test_a_value_that_differs_only_in_case_or_accent_is_another_value(
    shop: SqlSystem,
    store: Store,
) -> None:
    """To a database that takes "é" and "E" for equal, too."""
    with pytest.raises(ActRefused, match="`name` was changed since"):
        await shop.carry_out([person("rectify", name=("ANN", "Anna"))])
    await shop.carry_out([person("rectify", name=("Ann", "ÂNN"))])
    await shop.carry_out([person("rectify", name=("ÂNN", "ânn"))])
    assert (await store.run("SELECT name FROM person WHERE id = 1"))[0]["name"] == "ânn"


@pytest.mark.parametrize(
    ("order", "why"),
    [
        (Order("s.bill", {"number": "b1"}, "rectify", {"total": Change("10.00", "9")}), "issued"),
        (person("rectify", id=(1, 9)), "key"),
        (person("rectify", best_friend=(None, 3)), "read_only"),
        (person("rectify", nothing=(5, 9)), "no declared field"),
        (person("rectify", name=("Ann", "x" * 41)), "cannot hold"),
        (person("rectify", name=("Ann", "a\0b")), "cannot hold"),
        (person("rectify", email=("ann@b.example", None)), "cannot hold"),
        (person("rectify", born=("1990-01-02", "soon")), "cannot hold"),
        (person("rectify", 99, name=("Ann", "Anna")), "no longer there"),
        (Order("s.line", {"bill": "b1", "position": 1}, "rectify", {"bill": Change(1, 2)}), "key"),
        (Order("s.person", {"id": 1}, "rectify"), "values belong"),
        (Order("s.person", {"id": 1}, "erase", {"name": Change(1, 2)}), "values belong"),
        (Order("s.person", {"id": 1}, "rectify", {}), "changes nothing"),
    ],
)
async def test_what_must_not_be_rectified_is_refused(
    shop: SqlSystem,
    store: Store,
    order: Order,
    why: str,
) -> None:
    before = await store.everything(*ALL)
    with pytest.raises(ActRefused, match=why):
        await shop.carry_out([order])
    assert await store.everything(*ALL) == before


async def test_a_link_to_another_record_is_not_rectified(
    shop: SqlSystem,
    declared: Load,
    store: Store,
) -> None:
    orders = [Order("s.bill", {"number": "b1"}, "rectify", {"person_id": Change(1, 2)})]
    open_bills = DATASET.replace("issued_document: true", "issued_document: false")
    system = SqlSystem("s", declared(open_bills), store.url, store.url)
    with pytest.raises(ActRefused, match="is a link"):
        await system.carry_out(orders)
    await system.close()


async def test_kept_records_move_to_the_archive_without_what_no_duty_keeps(
    shop: SqlSystem,
    store: Store,
) -> None:
    report = await shop.carry_out([*bills("archive"), person("erase", 3)])
    assert report.done == {"s.bill:archive": 2, "s.line:archive": 3, "s.person:erase": 1}
    after = await store.everything(*ALL)
    assert [row["number"] for row in after["bill"]] == ["b3"]
    assert [row["what"] for row in after["line"]] == ["hat"]
    assert [(row["number"], row["note"], row["kept"]) for row in after["bill_archive"]] == [
        ("b1", None, 1),
        ("b2", None, 1),
    ]
    assert len(after["line_archive"]) == 3
    assert (await shop.carry_out([*bills("archive"), person("erase", 3)])).was_done
    assert await store.everything(*ALL) == after


async def test_a_record_restored_beside_its_archive_moves_again_and_is_there_once(
    shop: SqlSystem,
    store: Store,
) -> None:
    await shop.carry_out(bills("archive"))
    after = await store.everything(*ALL)
    await store.run("INSERT INTO bill VALUES ('b1', 1, 10.00, 'blue', 0)")
    assert (await shop.carry_out(bills("archive"))).done == {"s.bill:archive": 1}
    assert await store.everything(*ALL) == after


@pytest.mark.parametrize(
    ("damage", "why"),
    [("DROP TABLE line_archive", "no archive table"), ("ALTER", "lacks `what`")],
)
async def test_an_archive_that_cannot_hold_all_is_refused(
    shop: SqlSystem,
    store: Store,
    damage: str,
    why: str,
) -> None:
    if damage == "ALTER":
        damage = "ALTER TABLE line_archive DROP COLUMN what"
    await store.run(damage)
    before = await store.everything(*ALL[:4])
    with pytest.raises(ActRefused, match=why):
        await shop.carry_out(bills("archive"))
    assert await store.everything(*ALL[:4]) == before


async def test_rows_that_refer_to_each_other_go_together(shop: SqlSystem, store: Store) -> None:
    report = await shop.carry_out(
        [*bills("erase"), *(person("erase", n) for n in (1, 2, 3)), *third()]
    )
    assert report.done["s.person:erase"] == 3
    assert (await store.everything("person", "bill", "line")) == {
        "person": [],
        "bill": [],
        "line": [],
    }


def third() -> list[Order]:
    line = Order("s.line", {"bill": "b3", "position": 1}, "erase")
    return [Order("s.bill", {"number": "b3"}, "erase"), line]


async def test_rows_of_others_stay_when_one_that_they_refer_to_is_to_go(
    shop: SqlSystem,
    store: Store,
) -> None:
    """Person 2 calls person 1 their best friend, and is not ordered."""
    before = await store.everything(*ALL)
    with pytest.raises(ActRefused):
        await shop.carry_out([*bills("erase"), person("erase", 1)])
    assert await store.everything(*ALL) == before


async def test_tables_that_refer_to_each_other_in_a_circle_are_erased(
    store: Store,
    declared: Load,
) -> None:
    await store.script(
        "CREATE TABLE a (id int PRIMARY KEY, email varchar(80), b int);"
        "CREATE TABLE b (id int PRIMARY KEY, a int, FOREIGN KEY (a) REFERENCES a (id));"
        "INSERT INTO a VALUES (1, 'ann@b.example', 1);INSERT INTO b VALUES (1, 1)"
    )
    if store.kind != "sqlite":  # cannot add a foreign key later
        await store.run("ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b (id)")
    datasets = declared(
        "dataset: [{fides_key: s, collections: ["
        "{name: a, meta: {on_erasure: delete}, fields: [{name: id}, {name: b},"
        " {name: email, fides_meta: {identity: email}}]},"
        "{name: b, meta: {on_erasure: delete}, data_categories: [user], fields: [{name: id},"
        " {name: a, fides_meta: {references: [{dataset: s, field: a.id, direction: from}]}}]}]}]"
    )
    system = SqlSystem("s", datasets, store.url, store.url)
    orders = [Order("s.a", {"id": 1}, "erase"), Order("s.b", {"id": 1}, "erase")]
    assert (await system.carry_out(orders)).done == {"s.a:erase": 1, "s.b:erase": 1}
    await system.close()


MIXED = [
    person("restrict", 1),
    person("rectify", 2, name=("Carl", "Karl"), city=("Lyon", "Paris")),
    person("erase", 3),
    *bills("archive"),
]


async def test_the_dry_run_says_exactly_what_then_happens(shop: SqlSystem, store: Store) -> None:
    before = await store.everything(*ALL)
    told = await effects(shop, MIXED)
    assert await store.everything(*ALL) == before
    assert len(told) == len(MIXED)
    assert {effect.outcome for effect in told} == {"changed", "moved", "deleted"}
    await shop.carry_out(MIXED)
    after = {
        (table, *_key(row)): row
        for table, rows in (await store.everything(*ALL)).items()
        for row in rows
    }
    for effect in told:
        table = effect.order.collection.removeprefix("s.")
        row = after.get((table, *effect.order.key.values()))
        if effect.outcome in ("deleted", "moved"):
            assert row is None
            table, row = (
                f"{table}_archive",
                after.get((f"{table}_archive", *effect.order.key.values())),
            )
        if row is not None:
            for name, change in effect.changes.items():
                assert row[name] == change.after
    assert {effect.outcome for effect in await effects(shop, MIXED)} == {"already"}


def _key(row: dict[str, Any]) -> tuple[Any, ...]:
    return (row["bill"], row["position"]) if "bill" in row else (row.get("number", row.get("id")),)


async def test_the_dry_run_shows_each_field_of_a_record_to_be_deleted(shop: SqlSystem) -> None:
    (effect,) = await effects(shop, [person("erase", 3)])
    assert effect.changes["email"] == Change("dora@e.example", None)
    assert effect.changes["score"] == Change(7, None)


async def test_the_dry_run_names_what_holds_a_record_back(shop: SqlSystem) -> None:
    told = await effects(
        shop, [person("erase", 1), person("rectify", 2, name=("X", "Y")), *bills("erase")[1:]]
    )
    refused = {
        effect.order.key.get("id"): effect.reason for effect in told if effect.outcome == "refused"
    }
    assert set(refused) == {1, 2}
    assert "bill" in refused[1] or "person" in refused[1]
    assert refused[2] == "`name` was changed since"


async def test_an_erasure_without_its_children_is_refused_in_fact_as_in_the_dry_run(
    shop: SqlSystem,
    store: Store,
) -> None:
    orders = [Order("s.bill", {"number": "b1"}, "erase")]
    (effect,) = await effects(shop, orders)
    assert effect.outcome == "refused"
    assert "line" in effect.reason
    with pytest.raises(ActRefused, match="still refers"):
        await shop.carry_out(orders)
    assert len((await store.everything("line"))["line"]) == 4


async def test_a_prospecting_objection_marks_by_identity(shop: SqlSystem, store: Store) -> None:
    assert await shop.mark(ANN, "prospecting_objection") == 1
    assert await shop.mark(ANN, "prospecting_objection") == 1
    rows = await store.run("SELECT mails FROM person ORDER BY id")
    assert [row["mails"] for row in rows] == [0, 1, 1]

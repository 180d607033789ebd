"""PostgreSQL, MariaDB and SQLite: one declaration, the same people found, nothing changed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from calends.systems.dataset import Datasets, load_datasets
from calends.systems.matching import normal
from calends.systems.protocol import Failure, Order, Record, Seeds, System, SystemFailed
from calends.systems.sql import SqlSystem
from calends.systems.testkit import acts_once, prove
from tests.systems import test_matching
from tests.systems.databases import KINDS, Place, empty, mariadb

__all__ = ["mariadb"]

ANN: Seeds = {"email": ["ann@b.example"]}
DATASET = """
dataset:
  - fides_key: s
    collections:
      - name: person
        meta:
          on_erasure: delete
          on_prospecting_objection: {set: {mailing: false}}
        fields:
          - {name: id, data_categories: [user.unique_id], fides_meta: {primary_key: true}}
          - {name: email, data_categories: [user.contact.email], fides_meta: {identity: email}}
          - {name: phone, fides_meta: {identity: phone_number}}
          - {name: name, fides_meta: {identity: name}, meta: {match: fold}}
          - {name: born}
          - {name: mailing}
          - {name: score}
          - name: doc
            fields: [{name: city}, {name: refs, fields: [{name: bill, fides_meta: {references: [
                {dataset: s, field: bill.number, direction: to}]}}]}]
      - name: bill
        meta: {on_erasure: delete}
        fields:
          - {name: number, data_categories: [user.financial], fides_meta: {primary_key: true}}
          - name: person_id
            fides_meta: {references: [{dataset: s, field: person.id, direction: from}]}
          - {name: total}
"""
TABLES = (
    "CREATE TABLE person (id int primary key, email varchar(80), phone varchar(40),"
    " name varchar(80), born date, mailing boolean, score numeric(6,2), doc json)",
    "CREATE TABLE bill (number varchar(20) primary key, person_id int, total numeric(8,2))",
)
ROWS = (
    "INSERT INTO person VALUES (1, 'Ann@b.example', '06 12 34 56 78', 'Ève Œuvrard', '1990-02-28',"
    ' true, 1.50, \'{"city": "Lyon", "secret": 1, "refs": [{"bill": "F-9"}]}\'),'
    " (2, 'ánn@b.example', '06 99 99 99 99', 'Eva Ouvrard', NULL, true, NULL, NULL),"
    " (3, '', '', '', NULL, true, NULL, '{}')",
    "INSERT INTO bill VALUES ('F-1', 1, 10), ('F-2', 2, 20), ('f-1', 3, 30), ('F-9', 2, 9)",
)


@pytest.fixture(params=KINDS)
async def place(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Place]:
    async for made in empty(request.param, request, tmp_path):
        yield made


@pytest.fixture
async def shop(place: Place) -> Place:
    tables = TABLES
    if place.kind == "mariadb":  # or F-1 and f-1 would be one key
        tables = (TABLES[0], TABLES[1].replace("varchar(20)", "varchar(20) COLLATE utf8mb4_bin"))
    await place.run(*tables, *ROWS)
    return place


@pytest.fixture
def datasets(tmp_path: Path) -> Datasets:
    path = tmp_path / "s.yml"
    path.write_text(DATASET)
    return load_datasets([path])


async def located(system: System, seeds: Seeds) -> list[Record]:
    try:
        return [record async for record in system.locate(seeds)]
    finally:
        await system.close()


async def test_a_database_keeps_the_rules_of_every_kind(shop: Place, datasets: Datasets) -> None:
    async def made() -> System:
        return SqlSystem("s", datasets, shop.url)

    async def content() -> object:
        people = await shop.rows("SELECT id, email, mailing FROM person ORDER BY id")
        return people, await shop.rows("SELECT number, total FROM bill ORDER BY number")

    records = await prove(made, ANN, content)
    assert sorted((r.collection, *r.key.values()) for r in records) == [
        ("s.bill", "F-1"),
        ("s.bill", "F-9"),
        ("s.person", 1),
    ]
    (person,) = [r for r in records if r.collection == "s.person"]
    assert person.values == {
        "id": 1,
        "email": "Ann@b.example",
        "phone": "06 12 34 56 78",
        "name": "Ève Œuvrard",
        "born": "1990-02-28",
        "mailing": True,
        "score": "1.50",
        "doc": {"city": "Lyon", "refs": [{"bill": "F-9"}]},
    } | ({"mailing": 1} if shop.kind == "mariadb" else {})


@pytest.mark.parametrize(
    "seeds", [{"phone_number": ["+33612345678"]}, {"name": ["EVE OEUVRARD"]}], ids=["phone", "name"]
)
async def test_other_ways_of_writing_find_the_same_person(
    shop: Place, datasets: Datasets, seeds: Seeds
) -> None:
    found = await located(SqlSystem("s", datasets, shop.url), seeds)
    assert [r.key for r in found if r.collection == "s.person"] == [{"id": 1}]


async def test_every_database_compares_as_python_does(place: Place, tmp_path: Path) -> None:
    cases = [*test_matching.SAME, *test_matching.OTHER]
    text = "text" if place.kind != "mariadb" else "varchar(200)"
    await place.run(f"CREATE TABLE person (id int primary key, value {text})")
    for number, (_, _, stored) in enumerate(cases):
        await place.run(f"INSERT INTO person VALUES ({number}, '{stored}')")
    await test_matching.check_cases(cases, place.url, tmp_path)
    assert normal("exact", "a") == "a"


async def test_acts_are_done_once_and_the_others_are_left(shop: Place, datasets: Datasets) -> None:
    async def made() -> System:
        return SqlSystem("s", datasets, shop.url, shop.url)

    async def content() -> object:
        return await shop.rows("SELECT id, mailing FROM person ORDER BY id")

    orders = [Order("s.bill", {"number": "F-1"}, "erase"), Order("s.person", {"id": 1}, "erase")]
    system = await made()
    assert await system.object_to_prospecting({"email": ["ánn@b.example"]}) == 1
    assert await system.object_to_prospecting({"email": ["ánn@b.example"]}) == 1
    await system.close()
    await acts_once(made, orders, content)
    left = await shop.rows("SELECT id, mailing FROM person ORDER BY id")
    assert [tuple(row) for row in left] == [(2, False), (3, True)]
    assert await shop.rows("SELECT number FROM bill ORDER BY number") == [
        ("F-2",),
        ("F-9",),
        ("f-1",),
    ]


async def test_a_write_through_the_searching_connection_fails(
    shop: Place, datasets: Datasets
) -> None:
    from calends.systems.engines import engine_for, reading
    from calends.systems.failures import named

    engine = engine_for(shop.url)
    with pytest.raises(SystemFailed) as failure, named("s"):
        async with reading(engine, 5) as connection:
            await connection.exec_driver_sql("DELETE FROM bill")
    await engine.dispose()
    assert failure.value.reason is Failure.DENIED
    assert len(await shop.rows("SELECT * FROM bill")) == 4


async def test_a_table_that_is_not_there_fails_by_name(place: Place, datasets: Datasets) -> None:
    with pytest.raises(SystemFailed, match=r"s\.person") as failure:
        await located(SqlSystem("s", datasets, place.url), ANN)
    assert failure.value.reason is Failure.MAPPING


async def test_a_sqlite_file_that_is_not_there_is_unreachable_and_not_made(
    tmp_path: Path, datasets: Datasets
) -> None:
    file = tmp_path / "none.sqlite"
    with pytest.raises(SystemFailed) as failure:
        await located(SqlSystem("s", datasets, f"sqlite+aiosqlite:///{file}"), ANN)
    assert failure.value.reason is Failure.UNREACHABLE
    assert not file.exists()


async def test_check_passes_on_every_database(shop: Place, datasets: Datasets) -> None:
    system = SqlSystem("s", datasets, shop.url, shop.url)
    levels = [(line.level, line.text) for line in await system.check() if line.level == "error"]
    await system.close()
    assert levels == []

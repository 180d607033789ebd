"""`calends systems draft`: a declaration that reads back, made of no row."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
import yaml

from calends.cli import command_line
from calends.systems.dataset import Datasets, load_datasets
from calends.systems.drafting import draft
from calends.systems.sql import SqlSystem
from tests.conftest import Postgres
from tests.systems.databases import KINDS, Place, empty, mariadb

__all__ = ["mariadb"]


@pytest.fixture(params=KINDS)
async def place(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Place]:
    async for made in empty(request.param, request, tmp_path):
        yield made


def read_back(text: str, folder: Path) -> Datasets:
    path = folder / "draft.yml"
    path.write_text(text, encoding="utf-8")
    return load_datasets([path])


SHOP = (
    "CREATE TABLE city (id int primary key, name varchar(50))",
    "CREATE TABLE customer (id int primary key, email varchar(80), prenom varchar(40),"
    " city_id int references city (id), points int, remarks text)",
    "CREATE TABLE bill (number varchar(20) primary key, customer_id int references customer (id),"
    " total numeric(8,2))",
    "CREATE TABLE setting (name varchar(10), value varchar(10))",
    "CREATE TABLE applicant (first_name varchar(10), iban varchar(40))",
    "INSERT INTO customer VALUES (1, 'canary@b.example', 'Canary', NULL, 1, 'Canary sings')",
)


async def test_a_draft_has_names_types_keys_and_guesses_and_no_row(
    place: Place, tmp_path: Path
) -> None:
    await place.run(*SHOP)
    text = await draft(place.url)
    assert "canary" not in text.lower()
    assert "left out, nothing of a person leads there: setting" in text
    datasets = read_back(text, tmp_path)
    assert sorted(c.table for c in datasets) == ["applicant", "bill", "city", "customer"]
    customer = datasets.collection(f"{datasets.keys[0]}.customer")
    email = customer.by_path[("email",)]
    assert (email.fides.identity, email.data_categories, email.fides.length) == (
        "email",
        ("user.contact.email",),
        80,
    )
    assert customer.by_path[("prenom",)].data_categories == ("user.name.first",)
    assert customer.by_path[("points",)].data_categories == ("user",)
    assert customer.by_path[("remarks",)].third_party
    assert customer.by_path[("id",)].fides.primary_key
    (to_city,) = customer.by_path[("city_id",)].fides.references
    assert (to_city.field, to_city.direction) == ("city.id", "to")
    bill = datasets.collection(f"{datasets.keys[0]}.bill")
    (from_customer,) = bill.by_path[("customer_id",)].fides.references
    assert (from_customer.field, from_customer.direction) == ("customer.id", "from")

    system = SqlSystem("s", datasets, place.url)
    found = [r async for r in system.locate({"email": ["canary@b.example"]})]
    lines = [line.text for line in await system.check() if line.level == "error"]
    await system.close()
    assert [r.collection.split(".")[1] for r in found] == ["customer"]
    assert lines == [f"{datasets.keys[0]}.applicant: reached from no identity"]


async def test_a_draft_of_the_sample_of_fides_finds_the_people_that_its_own_dataset_finds(
    postgres: Postgres, fides_shop: str, tmp_path: Path, shared: Path
) -> None:
    datasets = read_back(await draft(postgres.url(fides_shop)), tmp_path)
    own = load_datasets([shared / "fides/postgres_example_test_dataset.yml"])
    counts = []
    for declared in (datasets, own):
        system = SqlSystem("s", declared, postgres.url(fides_shop))
        found = [r async for r in system.locate({"email": ["customer-1@example.com"]})]
        counts.append({r.collection.split(".")[1] for r in found})
        await system.close()
    assert {"customer", "visit"} <= counts[0] & counts[1]


async def test_schemas_beside_the_default_one_are_datasets_of_their_own(
    postgres: Postgres, database: str, sql: asyncpg.Connection, tmp_path: Path
) -> None:
    await sql.execute(
        'CREATE SCHEMA "other one"; CREATE TABLE person (id int primary key, email text);'
        'CREATE TABLE "other one".note (id int, person_id int references person (id), body text)'
    )
    datasets = read_back(await draft(postgres.url(database)), tmp_path)
    assert len(datasets.keys) == 2
    note = next(c for c in datasets if c.table == "note")
    assert note.schema == "other one"
    assert note.by_path[("person_id",)].fides.references[0].direction == "from"


async def test_names_that_would_break_yaml_are_written_safely(
    postgres: Postgres, database: str, sql: asyncpg.Connection, tmp_path: Path
) -> None:
    await sql.execute(
        'CREATE TABLE "a: [b]" (id int primary key, "e mail: x" text, "- #" text, "null" text);'
        'CREATE TABLE "line\nbreak" (n int)'
    )
    text = await draft(postgres.url(database))
    assert yaml.safe_load(text)["dataset"][0]["collections"][0]["name"] == "a: [b]"
    (collection,) = read_back(text, tmp_path)
    assert collection.columns == ("id", "e mail: x", "- #", "null")


def test_the_command_writes_a_new_file_and_replaces_none(
    postgres: Postgres,
    database: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("DRAFT_URL", postgres.url(database))
    file = tmp_path / "d.yml"
    for wanted in (0, 2):
        with pytest.raises(SystemExit) as ended:
            command_line(["systems", "draft", "${DRAFT_URL}", "-o", str(file)])
        assert (ended.value.code or 0) == wanted
    assert "nothing looks personal" in file.read_text()
    assert "replaces nothing" in capsys.readouterr().err

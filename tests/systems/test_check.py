"""`calends systems check`: what is wrong, in one line each, with the statement that mends it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from calends.company import Company
from calends.systems.checking import check_entry
from calends.systems.dataset import load_datasets
from calends.systems.guessing import category_of, personal_looking
from calends.systems.protocol import CheckLine
from calends.systems.sql import SqlSystem
from tests.systems.databases import KINDS, Place, empty, mariadb

__all__ = ["mariadb"]

DATASET = """
dataset:
  - fides_key: s
    collections:
      - name: person
        fields:
          - {name: id, fides_meta: {primary_key: true}}
          - {name: email, fides_meta: {identity: email}}
          - {name: phone, fides_meta: {identity: phone_number}}
      - name: bill
        fields:
          - {name: number, fides_meta: {primary_key: true}}
          - name: person_id
            fides_meta: {references: [{dataset: s, field: person.id, direction: from}]}
"""


@pytest.fixture(params=KINDS)
async def place(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Place]:
    async for made in empty(request.param, request, tmp_path):
        yield made


@pytest.fixture
async def pg(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Place]:
    async for made in empty("postgresql", request, tmp_path):
        yield made


async def checked(place: Place, folder: Path, dataset: str = DATASET) -> list[CheckLine]:
    path = folder / "s.yml"
    path.write_text(dataset)
    system = SqlSystem("s", load_datasets([path]), place.url)
    try:
        return await system.check()
    finally:
        await system.close()


async def test_a_step_without_an_index_is_named_with_the_statement_that_makes_it(
    place: Place, tmp_path: Path
) -> None:
    await place.run(
        "CREATE TABLE person (id int primary key, email varchar(80), phone varchar(40))",
        "CREATE TABLE bill (number varchar(20) primary key, person_id int)",
    )
    if place.kind == "postgresql":
        await place.run("ANALYZE")
        assert not await _without_index(place, tmp_path)  # too small to matter
        rows = "SELECT n, n || '@b.example', '' FROM generate_series(1, 2000) n"
        await place.run(f"INSERT INTO person {rows}")
        await place.run("INSERT INTO bill SELECT n, n FROM generate_series(1, 2000) n")
        await place.run("ANALYZE")
    lines = await _without_index(place, tmp_path)
    assert [line.text for line in lines if "phone" not in line.text] == [
        "s.person.email: searched without an index",
        "s.bill.person_id: searched without an index",
    ]
    # MariaDB has no index on an expression: the number is found by reading all of the table.
    made = [line.mend for line in lines if place.kind != "mariadb" or "phone" not in line.text]
    for statement in made:
        await place.run(statement.replace("CONCURRENTLY ", ""))
    left = await _without_index(place, tmp_path)
    assert [line.text for line in left] == (
        ["s.person.phone: searched without an index"] if place.kind == "mariadb" else []
    )


async def _without_index(place: Place, folder: Path) -> list[CheckLine]:
    return [line for line in await checked(place, folder) if "without an index" in line.text]


async def test_undeclared_tables_are_told_apart_by_the_names_of_their_columns(
    pg: Place, tmp_path: Path
) -> None:
    await pg.run(
        "CREATE TABLE person (id int primary key, email text, phone text)",
        "CREATE TABLE bill (number text primary key, person_id int)",
        "CREATE TABLE prospects (mail text, gsm text)",
        "CREATE TABLE product (name text, price int)",
        "CREATE TABLE schema_versions (version int)",
    )
    lines = {(line.level, line.text) for line in await checked(pg, tmp_path)}
    there = "present and not declared"
    assert ("warning", f"table prospects: {there}, looks personal (mail, gsm)") in lines
    assert ("warning", f"table product: {there}, may be personal (name)") in lines
    assert (
        "ok",
        "present, not declared, and by their columns not personal: schema_versions",
    ) in lines


async def test_an_unreachable_collection_is_an_error_unless_a_reason_is_given(
    pg: Place, tmp_path: Path
) -> None:
    await pg.run("CREATE TABLE log (line text)")
    bare = "dataset: [{fides_key: s, collections: [{name: log, fields: [{name: line}]%s}]}]"
    lines = await checked(pg, tmp_path, bare % "")
    assert [line.text for line in lines if line.level == "error"] == [
        "s.log: reached from no identity"
    ]
    waived = bare % ", meta: {unreachable_because: it names nobody}"
    lines = await checked(pg, tmp_path, waived)
    assert [line for line in lines if line.level == "error"] == []
    assert "s.log: reached from no identity, because it names nobody" in [
        line.text for line in lines
    ]


async def test_a_role_that_acts_may_write_only_where_an_act_is_declared(
    pg: Place, tmp_path: Path
) -> None:
    await pg.run(
        "CREATE TABLE person (id int primary key, email text, phone text)",
        "CREATE TABLE bill (number text primary key, person_id int)",
    )
    path = tmp_path / "s.yml"
    path.write_text(
        DATASET.replace(
            "- name: person\n", "- name: person\n        meta: {on_erasure: delete}\n", 1
        )
    )
    system = SqlSystem("s", load_datasets([path]), pg.url, pg.url)
    texts = [line.text for line in await system.check()]
    await system.close()
    assert "s.bill: `act_url` may write, and no act is declared" in texts
    assert "s.person: `act_url` may write, and no act is declared" not in texts


async def test_a_searching_role_that_may_write_is_a_warning_in_mariadb_too(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    async for place in empty("mariadb", request, tmp_path):
        await place.run("CREATE TABLE person (id int primary key, email text, phone text)")
        await place.run("CREATE TABLE bill (number int primary key, person_id int)")
        reader = f"r{place.database[-20:]}"
        await place.run(f"CREATE USER {reader}", f"GRANT SELECT ON {place.database}.* TO {reader}")
        assert "`url` may write" in [line.text for line in await checked(place, tmp_path)]
        place.url = place.url.replace("root@", f"{reader}@")
        assert "`url` may write" not in [line.text for line in await checked(place, tmp_path)]
        await place.run(f"DROP USER {reader}")


async def test_a_link_of_another_system_reaches_and_one_to_nowhere_is_named(
    pg: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await pg.run(
        "CREATE TABLE person (id int primary key, email text, number text)",
        "CREATE TABLE account (number text primary key, old text)",
    )
    (tmp_path / "crm.yml").write_text(
        "dataset: [{fides_key: crm, collections: [{name: person, fields: [{name: id},"
        " {name: email, fides_meta: {identity: email}}, {name: number}]}]}]"
    )
    (tmp_path / "erp.yml").write_text(
        "dataset: [{fides_key: erp, collections: [{name: account, fields: ["
        "{name: number, fides_meta: {references: [{dataset: crm, field: person.number,"
        " direction: from}]}}, {name: old, fides_meta: {references:"
        " [{dataset: as400, field: client.number}]}}]}]}]"
    )
    monkeypatch.setenv("PLACE_URL", pg.url)
    company = Company.model_validate(
        {
            "controller": {
                "name": "C",
                "address": ["1"],
                "email": "c@c.example",
                "dpo_email": "d@c.example",
            },
            "purposes": [
                {
                    "id": "p",
                    "title": {"fr": "p", "en": "p"},
                    "basis": "consent",
                    "categories": {"fr": "c", "en": "c"},
                    "retention": "UNSET",
                }
            ],
            "systems": [
                {"id": n, "name": n, "kind": "sql", "url": "${PLACE_URL}", "dataset": f"{n}.yml"}
                for n in ("crm", "erp")
            ],
        }
    ).model_copy(update={"base": tmp_path})
    lines = await check_entry(company, company.system("erp"))
    assert [line.text for line in lines if line.level == "error"] == []
    assert "erp.account.old refers to as400.client.number, which no system declares" in [
        line.text for line in lines
    ]


@pytest.mark.parametrize(
    ("column", "category"),
    [
        ("eMail", "user.contact.email"),
        ("adresse_mail", "user.contact.email"),
        ("CustomerFirstName", "user.name.first"),
        ("prénom", "user.name.first"),
        ("nom_famille", "user.name.last"),
        ("tel_portable", "user.contact.phone_number"),
        ("date_naissance", "user.demographic.date_of_birth"),
        ("IBAN", "user.financial.bank_account"),
        ("code_postal", "user.contact.address.postal_code"),
        ("ip", "user.device.ip_address"),
        ("ship_date", None),
        ("tip", None),
        ("quantity", None),
        ("email_template_id", "user.contact.email"),
    ],
)
def test_a_columns_name_speaks_for_its_category(column: str, category: str | None) -> None:
    assert category_of(column) == category


def test_a_name_alone_may_be_a_products() -> None:
    assert personal_looking(["id", "name", "price"]) == (["name"], False)
    assert personal_looking(["id", "name", "email"]) == (["name", "email"], True)

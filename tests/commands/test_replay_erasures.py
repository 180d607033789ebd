"""A restored backup brings erased people back; one command erases them again, and proves it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import aclosing
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest
import yaml

from calends.company import load_company
from calends.register.database import Register
from calends.register.erasures import remember_erasures
from calends.register.ledger import events
from calends.systems.opening import open_system
from calends.systems.protocol import Act, Order
from calends.vault.keys import Keyring
from calends.vault.master import load_master_key
from tests.commands.conftest import Calends
from tests.commands.sample import put_case
from tests.conftest import Postgres
from tests.systems.conftest import connect
from tests.systems.stores import DATASET, TABLES

TEXT = {"fr": "texte", "en": "text"}
ANN = {"email": ["ann@b.example"]}


class Crm:
    """A database with a backup of its own: a snapshot that can be put back in its place."""

    def __init__(self, postgres: Postgres, name: str) -> None:
        self.postgres, self.name = postgres, name

    async def ask(self, question: str) -> list[asyncpg.Record]:
        connection = await connect(self.postgres, self.name)
        try:
            found: list[asyncpg.Record] = await connection.fetch(question)
            return found
        finally:
            await connection.close()

    async def backup(self) -> None:
        await self.postgres.execute(f"CREATE DATABASE {self.name}_backup TEMPLATE {self.name}")

    async def restore(self) -> None:
        await self.postgres.execute(f"DROP DATABASE {self.name} WITH (FORCE)")
        await self.postgres.execute(f"CREATE DATABASE {self.name} TEMPLATE {self.name}_backup")


@pytest.fixture
async def crm(
    postgres: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, calends: Calends
) -> AsyncIterator[Crm]:
    """A company whose only system is this database."""
    database = Crm(postgres, await postgres.new_database())
    await postgres.execute(TABLES, database.name)
    (tmp_path / "crm.yml").write_text(DATASET)
    purpose = {"id": "sales", "title": TEXT, "categories": TEXT}
    company = {
        "controller": {
            "name": "Test",
            "address": ["1 rue"],
            "email": "contact@test.example",
            "dpo_email": "dpo@test.example",
        },
        "purposes": [purpose | {"basis": "contract", "retention": "UNSET"}],
        "systems": [
            {
                "id": "crm",
                "name": "CRM",
                "kind": "sql",
                "dataset": "crm.yml",
                "url": postgres.url(database.name),
                "act_url": postgres.url(database.name),
            }
        ],
    }
    (tmp_path / "company.yml").write_text(yaml.safe_dump(company))
    monkeypatch.setenv("CALENDS_COMPANY_FILE", str(tmp_path / "company.yml"))
    monkeypatch.setenv("CALENDS_MASTER_KEY_FILE", str(tmp_path / "master.key"))
    yield database
    for name in (database.name, f"{database.name}_backup"):
        await postgres.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


async def erase_ann(register: Register, tmp_path: Path) -> str:
    """What an approved erasure does: all of Ann but her bills, which go to the archive."""
    case = await put_case(register, 1)
    company = load_company(tmp_path / "company.yml")
    system = open_system(company.system("crm"), company, for_acts=True)
    acts: dict[str, Act] = {"s.person": "anonymise", "s.bill": "archive", "s.line": "archive"}
    async with aclosing(system.locate(ANN)) as found:
        records = [record async for record in found]
    orders = [Order(record.collection, record.key, acts[record.collection]) for record in records]
    assert (await system.carry_out(orders)).already == 0
    await system.close()

    async def erased() -> AsyncIterator[tuple[Order, dict[str, object]]]:
        for order, record in zip(orders, records, strict=True):
            yield order, dict(record.values)

    keyring = Keyring(register, load_master_key(tmp_path / "master.key"))
    async with register.session() as session:
        await remember_erasures(
            session,
            keyring,
            case_id=case.id,
            system="crm",
            at=datetime.now(UTC),
            erased=erased(),
        )
        await session.commit()
    return case.id


async def test_what_a_backup_brings_back_is_erased_again_and_proved(
    calends: Calends, register: Register, crm: Crm, tmp_path: Path
) -> None:
    await crm.backup()
    case_id = await erase_ann(register, tmp_path)
    after = await crm.ask("SELECT * FROM person ORDER BY id")
    quiet = await calends("systems", "replay-erasures")
    assert (quiet.code, quiet.out) == (
        0,
        "crm: 6 erasures remembered, 0 records are back, 0 erased again, 0 left\n",
    )
    await crm.restore()
    assert (await crm.ask("SELECT email FROM person WHERE id = 1"))[0][0] == "ann@b.example"

    looked = await calends("systems", "replay-erasures", "--dry-run")
    assert (looked.code, looked.out) == (
        1,
        "crm: 6 erasures remembered, 6 records are back, 6 to erase\n",
    )
    assert (await crm.ask("SELECT email FROM person WHERE id = 1"))[0][0] == "ann@b.example"

    done = await calends("systems", "replay-erasures", "--system", "crm", "--json")
    assert done.code == 0, done.err
    assert json.loads(done.out) == {
        "system": "crm",
        "remembered": 6,
        "back": 6,
        "done": 6,
        "left": 0,
        "others": 0,
        "failure": "",
        "proved": True,
    }
    assert await crm.ask("SELECT * FROM person ORDER BY id") == after
    assert [row["number"] for row in await crm.ask("SELECT number FROM bill")] == ["b3"]
    assert (await calends("systems", "replay-erasures")).code == 0
    async with register.session() as session:
        told = [event async for event in events(session, case_id)]
    assert [(event.kind, event.facts) for event in told[1:]] == [
        ("erasure_replayed", {"system": "crm", "done": 6, "left": 0})
    ]


async def test_a_number_given_again_after_the_restore_is_another_person_and_stays(
    calends: Calends, register: Register, crm: Crm, tmp_path: Path
) -> None:
    await crm.backup()
    await erase_ann(register, tmp_path)
    await crm.restore()
    await crm.ask("DELETE FROM line WHERE bill IN ('b1', 'b2')")
    await crm.ask("DELETE FROM bill WHERE person_id = 1")
    await crm.ask(
        "UPDATE person SET email = 'zoe@z.example', name = 'Zoë', nickname = 'zoe',"
        " city = 'Toulouse', born = '2001-01-01', balance = 99.99 WHERE id = 1"
    )
    ran = await calends("systems", "replay-erasures")
    assert ran.code == 1
    assert "1 under a key given again, left alone" in ran.out
    assert (await crm.ask("SELECT email FROM person WHERE id = 1"))[0][0] == "zoe@z.example"


async def test_a_record_that_holds_an_erased_one_back_is_told_and_nothing_is_half_done(
    calends: Calends, register: Register, crm: Crm, tmp_path: Path
) -> None:
    await crm.ask("INSERT INTO line VALUES ('b1', 9, 'deleted before the erasure')")
    await crm.backup()
    await crm.ask("DELETE FROM line WHERE position = 9")
    await erase_ann(register, tmp_path)
    await crm.restore()
    ran = await calends("systems", "replay-erasures")
    assert ran.code == 1
    assert "failed" in ran.out
    assert "line" in ran.out
    assert (await crm.ask("SELECT email FROM person WHERE id = 1"))[0][0] == "ann@b.example"


async def test_only_erasures_after_the_backup_are_applied_when_its_age_is_given(
    calends: Calends, register: Register, crm: Crm, tmp_path: Path
) -> None:
    await crm.backup()
    await erase_ann(register, tmp_path)
    await crm.restore()
    later = await calends("systems", "replay-erasures", "--since", "2099-01-01T00:00")
    assert (later.code, later.out) == (0, "no erasure is remembered\n")
    wrong = await calends("systems", "replay-erasures", "--since", "yesterday")
    assert (wrong.code, wrong.err.count("\n")) == (2, 1)


async def test_a_system_that_does_not_answer_is_told(
    calends: Calends, register: Register, crm: Crm, tmp_path: Path
) -> None:
    await erase_ann(register, tmp_path)
    await crm.postgres.execute(f"DROP DATABASE {crm.name} WITH (FORCE)")
    ran = await calends("systems", "replay-erasures")
    assert ran.code == 1
    assert "crm: 0 erasures remembered" in ran.out
    assert "failed (unreachable" in ran.out


async def test_an_unknown_system_is_one_clear_line(
    calends: Calends, register: Register, crm: Crm
) -> None:
    ran = await calends("systems", "replay-erasures", "--system", "nosuch")
    assert (ran.code, ran.err) == (2, "calends: no system `nosuch` in the company file\n")

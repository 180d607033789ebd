"""`calends hold`: what must stay for a claim or an inquiry."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from calends.evidence.chain import check_chain
from calends.register.database import Register
from calends.register.holds import marked_holds, person_marks
from calends.register.house_chain import HOUSE
from calends.register.keeping_rows import HoldMarkRow, HoldRow
from calends.register.ledger import events
from calends.register.models import KeyRow
from calends.vault.keys import Keyring
from calends.vault.master import load_master_key
from tests.commands.conftest import Calends

ANN = "ann@b.example"


@pytest.fixture
def keyring(register: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Keyring:
    monkeypatch.setenv("CALENDS_MASTER_KEY_FILE", str(tmp_path / "master.key"))
    return Keyring(register, load_master_key(tmp_path / "master.key"))


async def test_a_hold_names_nobody_in_the_register_and_is_in_the_houses_chain(
    calends: Calends, register: Register, keyring: Keyring
) -> None:
    added = await calends("hold", "add", "--email", f"Ann <{ANN}>", "--reason", "claim of Ann")
    assert added.code == 0, added.err
    hold_id = added.out.split(":")[0]
    async with register.session() as session:
        row = await session.get_one(HoldRow, hold_id)
        dump = repr((await session.execute(text("SELECT * FROM holds"))).all())
        told = [event async for event in events(session, HOUSE)]
        marks = person_marks(keyring, {"email": [ANN]})
        assert [found.id for found in await marked_holds(session, marks)] == [hold_id]
    assert (row.kind, row.of_person) == ("litigation", True)
    assert "ann" not in dump.casefold()
    assert [event.kind for event in told] == ["hold_added"]
    check_chain(told)
    listed = await calends("hold", "list", "--json")
    assert json.loads(listed.out)["hold"] == hold_id
    assert ANN not in listed.out


async def test_a_lifted_hold_holds_nobody_and_forgets_whom_it_held(
    calends: Calends, register: Register, keyring: Keyring
) -> None:
    added = await calends("hold", "add", "--email", ANN, "--reason", "a claim")
    hold_id = added.out.split(":")[0]
    lifted = await calends("hold", "lift", hold_id)
    assert (lifted.code, lifted.out) == (0, f"{hold_id}: lifted\n")
    async with register.session() as session:
        row = await session.get_one(HoldRow, hold_id)
        key = await session.get_one(KeyRow, hold_id)
        assert (row.sealed_person, key.wrapped) == (None, None)
        assert await session.scalar(select(func.count()).select_from(HoldMarkRow)) == 0
    again = await calends("hold", "lift", hold_id)
    assert (again.code, again.err.count("\n")) == (2, 1)
    assert (await calends("hold", "list")).out == "nothing is held\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["--reason", "a claim"],
        ["--reason", " ", "--email", ANN],
        ["--reason", "a claim", "--email", "no address"],
        ["--reason", "a claim", "--collection", "crm.nosuch"],
        ["--reason", "a claim", "--system", "nosuch"],
        ["--reason", "a claim", "--email", ANN, "--review-on", "soon"],
        ["--reason", "a claim", "--case", "2026-99999-XX"],
    ],
)
async def test_a_hold_that_would_hold_nothing_is_one_clear_line(
    calends: Calends, register: Register, keyring: Keyring, arguments: list[str]
) -> None:
    ran = await calends("hold", "add", *arguments)
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    async with register.session() as session:
        assert await session.scalar(select(func.count()).select_from(HoldRow)) == 0


async def test_a_collection_is_held_as_it_is_declared(
    calends: Calends, register: Register, keyring: Keyring
) -> None:
    ran = await calends(
        "hold", "add", "--kind", "authority", "--collection", "crm.quote", "--reason", "inquiry"
    )
    assert ran.code == 0, ran.err
    assert "crm.quote held (authority)" in ran.out

"""`calends user`: the first account and what becomes of accounts."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from calends.register.database import Register
from calends.vault.master import load_master_key
from tests.commands.conftest import Calends

LINK = re.compile(r"http://127\.0\.0\.1:8080/desk/set-up/[\w-]{43}")


@pytest.fixture(autouse=True)
def master_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "keys" / "master.key"
    load_master_key(path)
    monkeypatch.setenv("CALENDS_MASTER_KEY_FILE", str(path))
    return path


async def test_adding_an_account_prints_a_link_and_no_password(
    calends: Calends, register: Register
) -> None:
    ran = await calends("user", "add", "--role", "dpo", "Claire Dupont")
    assert ran.code == 0
    assert LINK.fullmatch(ran.out.splitlines()[0])
    assert "72 hours" in ran.out


async def test_the_list_names_roles_systems_and_state(calends: Calends, register: Register) -> None:
    assert "calends user add --role dpo" in (await calends("user", "list")).out
    await calends("user", "add", "--role", "dpo", "Claire Dupont", "--email", "c@impro.example")
    await calends("user", "add", "--role", "system_owner", "--system", "archive_papier", "Ahmed")
    told = (await calends("user", "list")).out.splitlines()
    assert [line.split()[:2] for line in told] == [["invited", "Ahmed"], ["invited", "Claire"]]
    assert told[0].endswith("system_owner of archive_papier")
    facts = json.loads((await calends("user", "list", "--json")).out.splitlines()[1])
    assert facts["email"] == "c@impro.example"
    assert facts["roles"] == ["dpo"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--role", "admin", "--role", "dpo", "A"), "cannot be combined"),
        (("--role", "system_owner", "A"), "name at least one"),
        (("--role", "system_owner", "--system", "nowhere", "A"), "no system `nowhere`"),
        (("--role", "king", "A"), "'king' is not one of"),
        (("A",), "Missing option '--role'"),
        (("--role", "dpo", "A\nB"), "printable"),
        (("--role", "dpo", "--email", "nobody", "A"), "not a mail address"),
    ],
)
async def test_a_wrong_account_is_one_line_and_none_is_made(
    calends: Calends, register: Register, arguments: tuple[str, ...], said: str
) -> None:
    ran = await calends("user", "add", *arguments)
    assert ran.code == 2
    assert said in ran.err
    assert len(ran.err.splitlines()) == 1
    assert "no account yet" in (await calends("user", "list")).out


async def test_a_name_is_had_once_whatever_its_capitals(
    calends: Calends, register: Register
) -> None:
    await calends("user", "add", "--role", "dpo", "Claire Dupont")
    again = await calends("user", "add", "--role", "admin", "claire  DUPONT")
    assert (again.code, again.err) == (2, "calends: there is an account of that name\n")


async def test_roles_disable_and_reset_change_an_account(
    calends: Calends, register: Register
) -> None:
    await calends("user", "add", "--role", "dpo", "Claire")
    assert (await calends("user", "roles", "Claire", "--role", "auditor")).code == 0
    assert "auditor" in (await calends("user", "list")).out
    assert (await calends("user", "disable", "claire")).code == 0
    assert (await calends("user", "list")).out.startswith("disabled")
    back = await calends("user", "reset", "Claire")
    assert LINK.fullmatch(back.out.splitlines()[0])
    assert (await calends("user", "list")).out.startswith("invited")


@pytest.mark.parametrize("command", [("disable",), ("reset",), ("roles", "--role", "dpo")])
async def test_an_unknown_account_is_one_line(
    calends: Calends, register: Register, command: tuple[str, ...]
) -> None:
    ran = await calends("user", *command, "Nobody")
    assert ran.code == 2
    assert ran.err == "calends: no account of that name; `calends user list` shows them\n"


async def test_another_master_key_is_one_line_with_its_mend(
    calends: Calends, register: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await calends("user", "add", "--role", "dpo", "Claire")
    other = tmp_path / "other.key"
    load_master_key(other)
    monkeypatch.setenv("CALENDS_MASTER_KEY_FILE", str(other))
    ran = await calends("user", "list")
    assert ran.code == 2
    assert "set CALENDS_MASTER_KEY_FILE" in ran.err
    assert len(ran.err.splitlines()) == 1

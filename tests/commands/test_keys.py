"""`calends keys`: the master key's age and its rotation."""

from __future__ import annotations

from pathlib import Path

import pytest

from calends.register.database import Register
from calends.vault.keys import Keyring
from calends.vault.master import load_master_key
from tests.commands.conftest import Calends


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    file = tmp_path / "master.key"
    monkeypatch.setenv("CALENDS_MASTER_KEY_FILE", str(file))
    return file


async def test_status_rotation_and_its_end_say_what_they_did(
    calends: Calends, register: Register, path: Path
) -> None:
    keyring = Keyring(register, load_master_key(path))
    async with register.session() as session:
        await keyring.make(session, "case-" + "a" * 32)
        await session.commit()
    assert "1 by it, 0 by the former one" in (await calends("keys", "status")).out
    assert "1 keys wrapped anew" in (await calends("keys", "rotate")).out
    assert "mend: calends keys finish" in (await calends("keys", "status")).out
    assert (await calends("keys", "rotate")).code == 2
    assert "the former master key is forgotten" in (await calends("keys", "finish")).out
    again = await calends("keys", "finish")
    assert (again.code, again.err) == (2, "calends: no rotation is under way\n")


async def test_keys_that_the_master_key_cannot_open_are_counted_and_exit_1(
    calends: Calends, register: Register, path: Path, tmp_path: Path
) -> None:
    load_master_key(path)
    other = Keyring(register, load_master_key(tmp_path / "other.key"))
    async with register.session() as session:
        await other.make(session, "case-" + "b" * 32)
        await session.commit()
    ran = await calends("keys", "status")
    assert ran.code == 1
    assert "1 by a master key that is not in the file" in ran.out


async def test_without_a_master_key_nothing_is_made(calends: Calends, path: Path) -> None:
    ran = await calends("keys", "rotate")
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert not path.exists()

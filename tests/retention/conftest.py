from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from calends.register.database import Register
from calends.vault.keys import Keyring
from calends.vault.master import load_master_key
from tests.commands.conftest import Calends, calends, register
from tests.conftest import Postgres
from tests.retention.shop import TABLES, Shop

__all__ = ["calends", "register"]


@pytest.fixture
async def shop(
    postgres: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, calends: Calends
) -> AsyncIterator[Shop]:
    """A company whose only database is this shop; nothing is in it yet."""
    opened = Shop(postgres, await postgres.new_database(), tmp_path)
    await postgres.execute(TABLES, opened.name)
    monkeypatch.setenv("CALENDS_COMPANY_FILE", str(opened.write()))
    monkeypatch.setenv("CALENDS_MASTER_KEY_FILE", str(tmp_path / "master.key"))
    monkeypatch.setenv("CALENDS_SIGNING_KEY_FILE", str(tmp_path / "signing.key"))
    yield opened
    await postgres.execute(f"DROP DATABASE IF EXISTS {opened.name} WITH (FORCE)")


@pytest.fixture
def keyring(register: Register, shop: Shop, tmp_path: Path) -> Keyring:
    return Keyring(register, load_master_key(tmp_path / "master.key"))

"""The command as a user calls it, on a real register and, where cases run, a real office."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from calends.cli import command_line
from calends.register.database import Register
from calends.register.migrate import migrate
from tests.conftest import Postgres
from tests.office import SAMPLE, Office, open_office


@dataclass(frozen=True)
class Ran:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str


Calends = Callable[..., Awaitable[Ran]]


@pytest.fixture
def calends(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Calends:
    """Runs the command in a thread, because it makes an event loop of its own."""
    monkeypatch.setenv("CALENDS_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("CALENDS_COMPANY_FILE", str(SAMPLE / "company.yml"))

    def called(*arguments: str) -> Ran:
        with pytest.raises(SystemExit) as stop:
            command_line(list(arguments))
        out, err = capsys.readouterr()
        assert isinstance(stop.value.code, int)
        return Ran(stop.value.code, out, err)

    async def run(*arguments: str) -> Ran:
        return await asyncio.to_thread(called, *arguments)

    return run


@pytest.fixture
async def register(
    postgres: Postgres, database: str, monkeypatch: pytest.MonkeyPatch, calends: Calends
) -> AsyncIterator[Register]:
    """A migrated register that the command finds; no engine is running."""
    url = postgres.url(database)
    await migrate(url)
    monkeypatch.setenv("CALENDS_DATABASE_URL", url)
    monkeypatch.setenv("CALENDS_TEMPORAL_ADDRESS", "127.0.0.1:1")
    opened = Register(url)
    yield opened
    await opened.close()


@pytest.fixture(scope="package")
async def an_office(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Office]:
    async with open_office(tmp_path_factory.mktemp("office") / "var") as opened:
        yield opened


@pytest.fixture
def office(an_office: Office, monkeypatch: pytest.MonkeyPatch, calends: Calends) -> Office:
    """An office at work, which the command finds."""
    for name, value in an_office.engine.env.items():
        monkeypatch.setenv(name, value)
    return an_office

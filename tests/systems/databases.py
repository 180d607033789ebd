"""The same question to every database that is tested for real: PostgreSQL, MariaDB, SQLite."""

from __future__ import annotations

import shutil
import socket
import sqlite3
import subprocess
import tempfile
import time
import uuid
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import asyncmy
import pytest

from tests.conftest import Postgres

KINDS = ("postgresql", "mariadb", "sqlite")


@dataclass
class Place:
    """An empty database of one kind."""

    kind: str
    url: str
    postgres: Postgres | None = None
    database: str = ""
    socket: str = ""

    async def run(self, *statements: str) -> None:
        """As its owner, each for itself."""
        if self.kind == "postgresql":
            assert self.postgres is not None
            await self.postgres.execute(";".join(statements), self.database)
        elif self.kind == "sqlite":
            with sqlite3.connect(self.database) as connection:
                for statement in statements:
                    connection.execute(statement)
            connection.close()
        else:
            await _on_mariadb(self.socket, self.database, statements)

    async def rows(self, question: str) -> Sequence[tuple[object, ...]]:
        """By a way of its own, independent of the project."""
        if self.kind == "sqlite":
            connection = sqlite3.connect(self.database)
            try:
                return connection.execute(question).fetchall()
            finally:
                connection.close()
        if self.kind == "mariadb":
            return await _on_mariadb(self.socket, self.database, [question])
        from tests.systems.conftest import connect

        assert self.postgres is not None
        direct = await connect(self.postgres, self.database)
        try:
            return [tuple(row) for row in await direct.fetch(question)]
        finally:
            await direct.close()


async def _on_mariadb(
    path: str, database: str, statements: Sequence[str]
) -> Sequence[tuple[object, ...]]:
    connection = await asyncmy.connect(
        unix_socket=path, user="root", database=database or None, autocommit=True
    )
    try:
        async with connection.cursor() as cursor:
            for statement in statements:
                await cursor.execute(statement)
            return list(await cursor.fetchall()) if cursor.description else []
    finally:
        connection.close()


@pytest.fixture(scope="session")
def mariadb() -> Iterator[str]:
    """The socket of a MariaDB server of this session; skips where Debian's package is not."""
    server, install = shutil.which("mariadbd"), shutil.which("mariadb-install-db")
    if server is None or install is None:
        pytest.skip("mariadb-server is not installed (tests/debian-packages)")
    home = Path(tempfile.mkdtemp(prefix="calends-my-", dir="/tmp"))
    options = ["--no-defaults", f"--datadir={home}/data", "--user=root"]
    made = [install, *options, "--auth-root-authentication-method=normal", "--skip-test-db"]
    subprocess.run(made, check=True, capture_output=True, timeout=120)
    path = f"{home}/s"
    more = [f"--socket={path}", "--skip-networking", f"--pid-file={home}/pid"]
    fast = ["--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=32M"]
    with open(home / "log", "wb") as log:
        process = subprocess.Popen([server, *options, *more, *fast], stdout=log, stderr=log)
    try:
        _wait_for(path, process)
        yield path
    finally:
        process.terminate()
        process.wait(60)
        shutil.rmtree(home)


def _wait_for(path: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(path)
                return
            except OSError:
                assert process.poll() is None, "mariadbd ended by itself"
                time.sleep(0.05)
    raise AssertionError("mariadbd does not answer")


async def empty(kind: str, request: pytest.FixtureRequest, folder: Path) -> AsyncIterator[Place]:
    name = f"t_{uuid.uuid4().hex}"
    if kind == "sqlite":
        file = folder / f"{name}.sqlite"
        sqlite3.connect(file).close()
        yield Place(kind, f"sqlite+aiosqlite:///{file}", database=str(file))
    elif kind == "mariadb":
        path = request.getfixturevalue("mariadb")
        await _on_mariadb(path, "", [f"CREATE DATABASE {name} CHARACTER SET utf8mb4"])
        url = f"mysql+asyncmy://root@localhost/{name}?unix_socket={path}"
        yield Place(kind, url, database=name, socket=path)
        await _on_mariadb(path, "", [f"DROP DATABASE {name}"])
    else:
        postgres: Postgres = request.getfixturevalue("postgres")
        made = await postgres.new_database()
        yield Place(kind, postgres.url(made), postgres=postgres, database=made)
        await postgres.execute(f"DROP DATABASE {made} WITH (FORCE)")

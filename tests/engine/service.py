"""Runs `calends up` (with stand-ins) as a child process and looks at it from outside."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Self

import psutil
import pytest

from calends.engine.ports import free_ports

ROOT = Path(__file__).resolve().parents[2]

COMPANY = """
controller: {name: Sample, address: [1 rue du Test], email: a@sample.test, dpo_email: d@sample.test}
purposes:
  - {id: orders, title: {fr: Commandes, en: Orders}, basis: contract,
     categories: {fr: identité, en: identity}, retention: UNSET}
systems:
  - {id: paper, name: Paper, kind: manual}
"""


def until(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    """Waits until the condition holds; fails after so many seconds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not become true in time"
        time.sleep(0.05)


MEMORY = Path("/dev/shm")


@contextmanager
def own_directory() -> Iterator[Path]:
    """A directory outside pytest's tmp_path: as root, PostgreSQL runs as a system user, and each
    pytest session that starts closes the directory above to all but root. In memory when there is
    room: a killed process loses nothing there either, and fsync costs nothing."""
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > 2_000_000_000
    home = Path(tempfile.mkdtemp(prefix="calends-engine-", dir=MEMORY if roomy else None))
    try:
        yield home
    finally:
        shutil.rmtree(home)


@dataclass(frozen=True)
class Account:
    """As whom a service runs (None: as we do), with which interpreter."""

    user: str | None
    python: Path


def ordinary_account(home: Path) -> Account:
    """An account that is not root's, owner of `home`; skips when root has none to lend.

    Our interpreter may lie where only root may look; then the system's of the same version runs
    in an environment of its own that borrows our packages.
    """
    if os.geteuid() != 0:
        return Account(None, Path(sys.executable))
    user = "nobody"
    shutil.chown(home, user)
    name = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for candidate in (sys.executable, f"/usr/bin/{name}", f"/usr/local/bin/{name}"):
        if not Path(candidate).exists() or not _runs(candidate, user):
            continue
        if candidate == sys.executable:
            return Account(user, Path(candidate))
        return Account(user, _borrowing(home / "venv", Path(candidate), name))
    pytest.skip(f"{user} can run no {name} on this machine")


def _runs(python: str, user: str) -> bool:
    try:
        return subprocess.run([python, "-c", "import ssl"], user=user, cwd="/").returncode == 0
    except PermissionError:
        return False


def _borrowing(venv: Path, python: Path, name: str) -> Path:
    packages = venv / "lib" / name / "site-packages"
    packages.mkdir(parents=True)
    borrowed = f"{sysconfig.get_path('purelib')}\n{ROOT}\n"
    (packages / "borrowed.pth").write_text(borrowed, encoding="utf-8")
    (venv / "pyvenv.cfg").write_text(f"home = {python.parent}\n", encoding="utf-8")
    (venv / "bin").mkdir()
    (venv / "bin" / "python").symlink_to(python)
    (venv / "bin" / "temporal").symlink_to(Path(sys.executable).parent / "temporal")
    return venv / "bin" / "python"


def _read(stream: IO[str], lines: list[str]) -> None:
    with stream:
        lines.extend(line.rstrip("\n") for line in stream)


class Service:
    """One `calends up` on the state directory `home/var`."""

    def __init__(
        self, home: Path, *, account: Account | None = None, stand_ins: str = "web"
    ) -> None:
        self.home, self.account = home, account or Account(None, Path(sys.executable))
        self.var = home / "var"
        web, mail = free_ports(2)
        company = home / "company.yml"
        company.write_text(COMPANY, encoding="utf-8")
        inherited = {n: v for n, v in os.environ.items() if not n.startswith("CALENDS_")}
        self.environment = inherited | {
            "CALENDS_VAR": str(self.var),
            "CALENDS_WEB_PORT": str(web),
            "CALENDS_LISTEN_PORT": str(mail),
            "CALENDS_COMPANY_FILE": str(company),
            "STAND_INS": stand_ins,
        }
        self.lines: list[str] = []
        self.errors: list[str] = []
        self.process: subprocess.Popen[str] | None = None
        self._readers: list[threading.Thread] = []

    def start(self) -> None:
        """Starts it and waits until it says that all is up."""
        self.launch()
        until(lambda: self.said("Ctrl-C stops") or not self.running(), 60)
        assert self.said("Ctrl-C stops"), (self.lines, self.errors)

    def launch(self) -> None:
        self.lines, self.errors = [], []
        self.process = subprocess.Popen(
            [str(self.account.python), str(ROOT / "tests/engine/stand_ins.py")],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            text=True,
            env=self.environment,
            cwd=ROOT,
            user=self.account.user,
            group=self.account.user and pwd.getpwnam(self.account.user).pw_gid,
            extra_groups=[] if self.account.user else None,
        )
        streams = ((self.process.stdout, self.lines), (self.process.stderr, self.errors))
        self._readers = [threading.Thread(target=_read, args=pair) for pair in streams]
        for reader in self._readers:
            reader.start()

    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def said(self, text: str) -> bool:
        return any(text in line for line in self.lines)

    def ended(self, seconds: float = 60) -> int:
        """Waits for its end; returns the exit code."""
        assert self.process is not None
        code = self.process.wait(seconds)
        for reader in self._readers:
            reader.join(seconds)
        return code

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        return self.ended()

    def parts(self) -> dict[str, psutil.Process]:
        """The living parts by their pid files."""
        found = {}
        for file in (self.var / "run").glob("*.json"):
            pid = json.loads(file.read_text(encoding="utf-8"))["pid"]
            if psutil.pid_exists(pid):
                found[file.stem] = psutil.Process(pid)
        return found

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        """Leaves nothing running, whatever the test did."""
        if self.running():
            self.stop()
        for process in self.parts().values():
            process.kill()

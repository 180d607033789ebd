"""What stands where under the state directory (`var/`), and the environment of our processes.

engine.env   addresses and key files, for every process and command on this machine
engine.lock  held by the one supervisor
keys/        the master and signing keys
postgres/    data directory and, when its path is short enough, the socket
temporal/    SQLite file, version stamp, ports
run/         one file a running part: pid, start time, command
logs/        one file a part
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from calends.engine.files import private_directory, write_atomically
from calends.problems import Problem

MARK_VAR = "CALENDS_VAR"
MARK_PART = "CALENDS_PART"
"""Set in every child's environment: which part of which engine it is."""


class Layout:
    """The paths of one state directory, all absolute."""

    def __init__(self, var: Path) -> None:
        self.var = var.expanduser().resolve()
        self.env_file = self.var / "engine.env"
        self.lock_file = self.var / "engine.lock"
        self.keys = self.var / "keys"
        self.postgres = self.var / "postgres"
        self.temporal = self.var / "temporal"
        self.run = self.var / "run"
        self.logs = self.var / "logs"

    def prepare(self) -> None:
        """Makes the directories. Raises Problem when the state directory cannot be ours."""
        _require_plain(str(self.var))
        try:
            # 0711: as root, PostgreSQL's system user must pass through to its own directory.
            self.var.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise Problem(f"state directory {self.var}: {error.strerror}") from error
        if not os.access(self.var, os.W_OK | os.X_OK):
            raise Problem(
                f"state directory {self.var}: not writable by this user; set CALENDS_VAR to another"
            )
        for directory in (self.keys, self.temporal, self.run, self.logs):
            private_directory(directory)

    def log(self, part: str) -> Path:
        return self.logs / f"{part}.log"

    def write_env(self, env: Mapping[str, str]) -> None:
        """Writes engine.env (0600), read by calends.settings. Raises Problem for a value that
        the format cannot hold."""
        for value in env.values():
            _require_plain(value)
        lines = [f"{name}='{value}'\n" for name, value in sorted(env.items())]
        write_atomically(self.env_file, "".join(lines))

    def last_env(self) -> dict[str, str]:
        """What the last start wrote into engine.env; empty before the first. Raises Problem when
        it cannot be read."""
        try:
            text = self.env_file.read_text(encoding="utf-8")
        except FileNotFoundError:
            return {}
        except (OSError, UnicodeDecodeError) as error:
            raise Problem(f"{self.env_file} cannot be read; set CALENDS_VAR to another") from error
        pairs = (line.partition("=") for line in text.splitlines())
        return {name: value.strip("'") for name, separator, value in pairs if separator}


def _require_plain(value: str) -> None:
    """engine.env is read by shells and by python-dotenv, which expands `${…}` even in quotes."""
    if any(character in "'\"\\$`" or not character.isprintable() for character in value):
        raise Problem(f"{value!r}: a path or address with quotes, $, \\ or control characters")

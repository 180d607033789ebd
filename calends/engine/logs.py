"""One log file a part: appended to by the part itself, kept bounded by the supervisor."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

LIMIT_BYTES = 8_000_000


def open_log(file: Path) -> int:
    """A descriptor that appends. O_APPEND lets the file be cut while its writer goes on."""
    return os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)


def rotate(file: Path, limit_bytes: int = LIMIT_BYTES) -> None:
    """Moves a log over its limit to `<name>.1`, replacing the one before.

    The writer holds the file open, so it is copied and cut; a line written in between is lost,
    which a log may bear and the ledger, which is not here, could not.
    """
    try:
        if file.stat().st_size <= limit_bytes:
            return
    except FileNotFoundError:
        return
    older = file.with_name(f"{file.name}.1")
    shutil.copyfile(file, older)
    older.chmod(0o600)
    os.truncate(file, 0)


def last_place(file: Path) -> str:
    """`path:line` of the last line: where to look, without quoting what may be personal."""
    try:
        with file.open("rb") as stream:
            return f"{file}:{sum(1 for _ in stream)}"
    except FileNotFoundError:
        return str(file)

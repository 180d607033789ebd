"""Files and directories of the state directory: written whole or not at all, closed to others."""

from __future__ import annotations

import os
from pathlib import Path

from calends.problems import Problem


def write_atomically(file: Path, text: str, mode: int = 0o600) -> None:
    """Replaces `file` in one step: after a crash it holds the old text or the new, never half."""
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, mode)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(draft, file)
    sync_directory(file.parent)


def sync_directory(directory: Path) -> None:
    """Makes what was renamed or linked in the directory outlive a loss of power."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def private_directory(directory: Path) -> Path:
    """Makes the directory, or closes an existing one, to all but its owner (0700).

    Raises Problem when it cannot be made, or is another user's.
    """
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        directory.chmod(0o700)
    except OSError as error:
        raise Problem(f"directory {directory}: {error.strerror}") from error
    return directory

"""One supervisor for one state directory."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from calends.problems import Problem


@contextmanager
def only_one(file: Path) -> Iterator[None]:
    """Holds the lock of `file`, which names the holder's pid.

    The kernel lets go of it when the holder dies, however it dies; children do not inherit it.
    Raises Problem that names the holder when another process has it.
    """
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.read(descriptor, 32).decode("ascii", "replace").strip() or "unknown"
            raise Problem(
                f"the engine already runs on {file.parent} (pid {holder}); stop that one first"
            ) from error
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield
        os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)

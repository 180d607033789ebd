"""The master key: one file, mode 0600, made on first start. It wraps every case's key."""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

from calends.problems import Problem

KEY_BYTES = 32


def write_secret_once(path: Path, secret: bytes) -> None:
    """Writes a file that only we can read; when it already exists, leaves it as it is."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Linked into place whole: a crash leaves no file or a complete one, and of two processes
    # that start at once one wins.
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(secret)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            return
    finally:
        draft.unlink()


def read_secret(path: Path) -> bytes:
    """Reads a secret file. Raises Problem when it is missing or others can read it."""
    try:
        mode = path.stat().st_mode
        if mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise Problem(f"{path} can be read by others; mend: chmod 600 {path}")
        return path.read_bytes()
    except OSError as error:
        raise Problem(f"{path}: {error.strerror}") from error


def load_master_key(path: Path) -> bytes:
    """The 32-byte master key, made when there is none. Raises Problem on a wrong file."""
    if not path.exists():
        write_secret_once(path, secrets.token_bytes(KEY_BYTES))
    key = read_secret(path)
    if len(key) != KEY_BYTES:
        raise Problem(f"{path} is not a master key ({KEY_BYTES} bytes expected)")
    return key

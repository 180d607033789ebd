"""The master key: one file, mode 0600, made on first start. It wraps every case's key.

The file of a first start is 32 random bytes. A rotation writes three parts of 32 bytes: the index
key, which stays what it was (marks of addresses cannot be made anew from what they mark), the new
key, and the former one until no case's key is wrapped by it any more.
"""

from __future__ import annotations

import os
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from calends.engine.files import sync_directory
from calends.problems import Problem

KEY_BYTES = 32
NONCE_BYTES = 12


def derive(secret: bytes, use: str) -> bytes:
    """A 32-byte key for one use, so that no key serves two purposes."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"calends {use}".encode()).derive(
        secret
    )


@dataclass(frozen=True)
class MasterKey:
    """What a master key file says."""

    index: bytes
    """Key of the blind indexes."""
    wrapping: tuple[bytes, ...]
    """The newest first; a second one only while a rotation is under way."""

    @classmethod
    def parse(cls, content: bytes) -> Self:
        """Raises ValueError when it is no master key."""
        parts = [content[at : at + KEY_BYTES] for at in range(0, len(content), KEY_BYTES)]
        if len(content) not in (KEY_BYTES, 2 * KEY_BYTES, 3 * KEY_BYTES):
            raise ValueError("not a master key")
        if len(parts) == 1:
            return cls(derive(content, "index"), (content,))
        return cls(parts[0], tuple(parts[1:]))

    @property
    def content(self) -> bytes:
        """The file of this key, once it was rotated."""
        return b"".join((self.index, *self.wrapping))

    @property
    def fingerprint(self) -> str:
        """Tells one newest key from another and says nothing of either."""
        return derive(self.wrapping[0], "fingerprint").hex()[:16]

    def wrap(self, secret: bytes, about: str) -> bytes:
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + _cipher(self.wrapping[0]).encrypt(nonce, secret, about.encode())

    def unwrap(self, wrapped: bytes, about: str) -> tuple[bytes, bool]:
        """The secret, and whether the newest key wrapped it. Raises InvalidTag when none did."""
        nonce, cipher = wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:]
        for age, key in enumerate(self.wrapping):
            try:
                return _cipher(key).decrypt(nonce, cipher, about.encode()), age == 0
            except InvalidTag:
                continue
        raise InvalidTag


class KeyFile:
    """The master key as its file says it now: a rotation by another process is seen at once."""

    def __init__(self, path: Path) -> None:
        """Raises Problem when the file is missing, is no master key, or others can read it."""
        self._path = path
        self._seen = _state_of(path)
        self._key = _read(path)

    def __call__(self) -> MasterKey:
        """Raises Problem as above."""
        state = _state_of(self._path)
        if state != self._seen:
            self._key = _read(self._path)
            self._seen = state
        return self._key


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


def replace_secret(path: Path, secret: bytes) -> None:
    """Puts a secret file in the place of another in one step: never half of it, never none."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        write_secret_once(draft, secret)
        os.replace(draft, path)
        sync_directory(path.parent)
    finally:
        draft.unlink(missing_ok=True)


def load_master_key(path: Path) -> KeyFile:
    """The master key, made when there is none. Raises Problem on a wrong file."""
    if not path.exists():
        write_secret_once(path, secrets.token_bytes(KEY_BYTES))
    return KeyFile(path)


def _state_of(path: Path) -> tuple[int, int, int]:
    """Differs whenever another file was put in its place."""
    try:
        found = path.stat()
    except OSError as error:
        raise Problem(f"{path}: {error.strerror}") from error
    return found.st_ino, found.st_mtime_ns, found.st_mode


def _read(path: Path) -> MasterKey:
    try:
        return MasterKey.parse(read_secret(path))
    except ValueError as error:
        raise Problem(f"{path} is not a master key") from error


def _cipher(key: bytes) -> AESGCM:
    return AESGCM(derive(key, "wrap"))

"""Rows put aside for a second reading: a little in memory, the rest on disk under a passing key."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from types import TracebackType
from typing import Self

from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext, algorithms, modes

IN_MEMORY = 1_000_000
"""Bytes kept in memory before the spool goes to disk."""
_CHUNK = 65_536


class SealedSpool:
    """Lines written once, then read once.

    What reaches the disk is AES-256-CTR under a key that lives in this object only, in a file
    without a name: after a crash nobody can read it. Bytes are trusted to come back as written.
    """

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
        self._cipher = Cipher(algorithms.AES256(os.urandom(32)), modes.CTR(os.urandom(16)))
        self._sealing: CipherContext = self._cipher.encryptor()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def write(self, line: bytes) -> None:
        """Adds a line; it must not hold a line break."""
        self._file.write(self._sealing.update(line + b"\n"))

    def lines(self) -> Iterator[bytes]:
        """Every line, in order."""
        self._file.seek(0)
        opening = self._cipher.decryptor()
        rest = b""
        while chunk := self._file.read(_CHUNK):
            *whole, rest = (rest + opening.update(chunk)).split(b"\n")
            yield from whole

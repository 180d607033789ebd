"""Records put aside by data set, to be read once for each file format.

Little is kept in memory, the rest lies on disk under a passing key: what reaches the disk is
AES-256-GCM in a file without a name, so after a crash nobody can read it.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from types import TracebackType
from typing import IO, Any, Self

import orjson
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from calends.exports.plain import json_line
from calends.letters.names import safe_part

BLOCK_BYTES = 1 << 16
"""A data set keeps that much in memory before it goes to disk."""
MANY_SHAPES = 500


@dataclass
class Table:
    """The records of one data set, as JSON lines."""

    system: str
    collection: str
    path: str
    """`<system>/<collection>` inside the archive, of harmless signs."""
    count: int = 0
    size: int = 0
    """Bytes of all lines."""
    longest: int = 0
    """Bytes of the longest line."""
    _shelf: Shelf = field(kw_only=True)
    _pending: list[bytes] = field(default_factory=list)
    _pending_bytes: int = 0
    _extents: list[tuple[int, int]] = field(default_factory=list)
    _shapes: dict[tuple[tuple[str, ...], tuple[type, ...]], None] = field(default_factory=dict)
    _kinds: dict[str, set[type]] = field(default_factory=dict)

    def add(self, row: Mapping[str, Any]) -> None:
        line, row = json_line(row)
        if len(line) > BLOCK_BYTES:
            self._flush()  # a huge value has a block of its own
        self.count += 1
        self.size += len(line)
        self.longest = max(self.longest, len(line))
        # The shape of a row is one look-up; columns and their kinds are drawn from it later.
        self._shapes[tuple(row), tuple(map(type, row.values()))] = None
        if len(self._shapes) > MANY_SHAPES:
            self._fold()
        self._pending.append(line)
        self._pending_bytes += len(line) + 1
        if self._pending_bytes >= BLOCK_BYTES:
            self._flush()

    def _flush(self) -> None:
        if self._pending:
            self._extents.append(self._shelf.put(b"\n".join(self._pending)))
            self._pending, self._pending_bytes = [], 0

    @property
    def columns(self) -> list[str]:
        """Every field that some record has, in the order of appearance."""
        return list(self.kinds)

    @property
    def kinds(self) -> Mapping[str, set[type]]:
        """Column -> the types of value seen in it."""
        self._fold()
        return self._kinds

    @property
    def large(self) -> bool:
        """Whether it outgrew the memory that a data set may keep."""
        return bool(self._extents)

    def blocks(self) -> Iterator[bytes]:
        """All lines, many at once, without a line break at the end of a block."""
        for extent in self._extents:
            yield self._shelf.get(extent)
        if self._pending:
            yield b"\n".join(self._pending)

    def rows(self) -> Iterator[dict[str, Any]]:
        for block in self.blocks():
            if len(block) > 4 * BLOCK_BYTES:  # a huge value: one row after the other
                for line in block.split(b"\n") if b"\n" in block else (block,):
                    yield orjson.loads(line)
            else:
                yield from orjson.loads(b"[" + block.replace(b"\n", b",") + b"]")

    def _fold(self) -> None:
        for names, types in self._shapes:
            for name, kind in zip(names, types, strict=True):
                self._kinds.setdefault(str(name), set()).add(kind)
        self._shapes.clear()


class Shelf:
    """The disk behind all tables of one archive. A context: leaving it forgets everything."""

    def __init__(self) -> None:
        self._tables: dict[tuple[str, str], Table] = {}
        self._paths: set[str] = set()
        self._file: IO[bytes] | None = None
        self._cipher = AESGCM(os.urandom(32))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._file is not None:
            self._file.close()

    def table(self, system: str, collection: str) -> Table:
        """The table of a data set, made when it is asked for first."""
        known = self._tables.get((system, collection))
        if known is None:
            path = _free_path(f"{safe_part(system)}/{safe_part(collection)}", self._paths)
            known = self._tables[system, collection] = Table(system, collection, path, _shelf=self)
        return known

    @property
    def tables(self) -> list[Table]:
        return list(self._tables.values())

    def put(self, plain: bytes) -> tuple[int, int]:
        """Seals a block on disk; its place (offset, length) is also its nonce, used once."""
        if self._file is None:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115
        offset = self._file.seek(0, os.SEEK_END)
        length = self._file.write(self._cipher.encrypt(_nonce(offset), plain, None))
        return offset, length

    def get(self, extent: tuple[int, int]) -> bytes:
        assert self._file is not None
        offset, length = extent
        self._file.seek(offset)
        return self._cipher.decrypt(_nonce(offset), self._file.read(length), None)


def _nonce(offset: int) -> bytes:
    return offset.to_bytes(12, "big")


def _free_path(path: str, paths: set[str]) -> str:
    """The path, numbered when another data set has it (on disks that ignore case as well)."""
    numbered = (f"{path}-{number}" for number in range(2, len(paths) + 3))
    free = next(one for one in chain([path], numbered) if one.lower() not in paths)
    paths.add(free.lower())
    return free

"""The copy of the data (GDPR 15(3), 20(1)): a zip that is written while the records are read.

Records come grouped by system and collection and are read once. Each group becomes
`data/<system>/<collection>.json`, written as it is read; its rows are put aside in a sealed spool
to become the CSV beside it, whose heading needs all column names. So memory stays bounded
whatever the amount, and the disk never sees more than one collection, encrypted. One JSON file a
collection, not one for all: it opens in ordinary programs even when the whole is large.
"""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain, groupby
from typing import Any

import orjson
from stream_zip import ZIP_64, Method, stream_zip

from calends.letters.csv_rows import csv_lines
from calends.letters.inputs import SystemOutcome
from calends.letters.names import safe_file_name, safe_part
from calends.letters.render import Rendered
from calends.letters.spool import SealedSpool
from calends.problems import Problem

Record = tuple[str, str, Mapping[str, Any]]
"""System id, collection, raw values."""
Upload = tuple[str, Iterable[bytes]]
"""The name that the uploader gave, and the content in pieces."""
_Member = tuple[str, datetime, int, Method, Iterable[bytes]]
_MODE = stat.S_IFREG | 0o600
_YEARS = range(1980, 2108)  # the calendar of zip files


@dataclass
class ReplyArchive:
    """The archive as an iterable of bytes, to be read once; afterwards `digests` is complete.

    When reading it raises, what was written so far is no archive and must be thrown away.
    """

    readme: Rendered
    records: Iterable[Record]
    outcomes: Sequence[SystemOutcome]
    modified: datetime
    uploads: Iterable[Upload] = ()
    digests: dict[str, str] = field(default_factory=dict, init=False)
    """SHA-256 (hex) of each file in the archive, `digests.sha256` apart."""
    counts: dict[str, int] = field(default_factory=dict, init=False)
    """Records written, by `<system>/<collection>` of the paths."""
    _started: bool = field(default=False, init=False)

    def __iter__(self) -> Iterator[bytes]:
        if self._started:
            raise RuntimeError("an archive is read once")
        self._started = True
        # Without extended time stamps: these would depend on the zone of this machine.
        return iter(stream_zip(self._members(), extended_timestamps=False))

    def _members(self) -> Iterator[_Member]:
        readme = f"{self.readme.subject}\n\n{self.readme.text}"
        yield self._member("README.txt", [readme.encode()])
        yield from self._collections()
        for number, (name, content) in enumerate(self.uploads, 1):
            yield self._member(f"uploads/{number:04}-{safe_file_name(name)}", content)
        outcomes = [outcome.model_dump(mode="json") for outcome in self.outcomes]
        yield self._member("completeness.json", [orjson.dumps(outcomes, option=_PRETTY)])
        lines = [f"{digest}  {path}\n" for path, digest in self.digests.items()]
        yield self._zipped("digests.sha256", ["".join(lines).encode()])

    def _collections(self) -> Iterator[_Member]:
        taken: set[tuple[str, str]] = set()
        paths: set[str] = set()
        for (system, collection), group in groupby(self.records, key=lambda r: (r[0], r[1])):
            if (system, collection) in taken:
                raise ValueError("the records of one collection must follow one another")
            taken.add((system, collection))
            path = _free_path(f"{safe_part(system)}/{safe_part(collection)}", paths)
            with SealedSpool() as spool:
                columns: dict[str, None] = {}
                rows = (values for _, _, values in group)
                json = self._json(path, rows, spool, columns)
                yield self._member(f"data/{path}.json", json)
                again = (orjson.loads(line) for line in spool.lines())
                lines = csv_lines(columns, again, self.readme.language)
                yield self._member(f"csv/{path}.csv", lines)

    def _json(
        self,
        path: str,
        rows: Iterable[Mapping[str, Any]],
        spool: SealedSpool,
        columns: dict[str, None],
    ) -> Iterator[bytes]:
        before = b"[\n"
        for row in rows:
            line = _as_json(row)
            spool.write(line)
            columns.update(dict.fromkeys(str(name) for name in row))
            self.counts[path] = self.counts.get(path, 0) + 1
            yield before + line
            before = b",\n"
        yield b"\n]\n"

    def _member(self, path: str, content: Iterable[bytes]) -> _Member:
        return self._zipped(path, self._digested(path, content))

    def _zipped(self, path: str, content: Iterable[bytes]) -> _Member:
        return (path, self.modified, _MODE, ZIP_64, content)

    def _digested(self, path: str, content: Iterable[bytes]) -> Iterator[bytes]:
        digest = hashlib.sha256()
        for chunk in content:
            digest.update(chunk)
            yield chunk
        self.digests[path] = digest.hexdigest()


def write_reply_archive(
    readme: Rendered,
    records: Iterable[Record],
    outcomes: Sequence[SystemOutcome],
    *,
    modified: datetime,
    uploads: Iterable[Upload] = (),
) -> ReplyArchive:
    """The archive of one reply, to be iterated once; equal inputs give equal bytes.

    `readme`: the letter `archive_readme`; its language is also that of the CSV. `records`: grouped
    by system and collection. `modified`: the time written on every file, as its own clock reads.
    Raises Problem for a year that a zip cannot hold. Iterating raises ValueError when a collection
    comes twice, and whatever `records` and `uploads` raise.
    """
    if modified.year not in _YEARS:
        raise Problem(f"a zip holds no year {modified.year}")
    return ReplyArchive(readme, records, outcomes, modified, uploads)


_PRETTY = orjson.OPT_INDENT_2
_RAW = orjson.OPT_NON_STR_KEYS | orjson.OPT_PASSTHROUGH_SUBCLASS


def _as_json(row: Mapping[str, Any]) -> bytes:
    try:
        return orjson.dumps(dict(row), default=_plain, option=_RAW)
    except (TypeError, ValueError, UnicodeError):
        # An integer beyond 64 bits or a lone surrogate: given as text rather than not at all.
        return orjson.dumps(_as_text(row), default=_plain, option=_RAW)


def _plain(value: Any) -> Any:
    """Bytes in hexadecimal, containers as lists; the rest, decimals too, as its text."""
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, list | tuple | set | frozenset):
        return list(value)
    return str(value)


def _as_text(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(_as_text(key)): _as_text(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_as_text(one) for one in value]
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, int) and not -(2**63) <= value < 2**64:
        return str(value)
    return value


def _free_path(path: str, paths: set[str]) -> str:
    """The path, numbered when another collection has it (on disks that ignore case as well)."""
    numbered = (f"{path}-{number}" for number in range(2, len(paths) + 3))
    free = next(one for one in chain([path], numbered) if one.lower() not in paths)
    paths.add(free.lower())
    return free

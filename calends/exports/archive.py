"""The copy of the data (GDPR 15(3), 20(1)): a zip that is written as it is read.

Records come in any order and are put aside by data set, sealed; then each format is written from
there. So memory stays bounded whatever the amount. One JSON and one CSV file a data set: they
open in ordinary programs even when the whole is large. The workbook and the page are for reading
and leave out what would make them unusable, saying where it is.
"""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from stream_zip import ZIP_64, Method, stream_zip

from calends.exports.ahead import ahead
from calends.exports.csv_rows import csv_lines
from calends.exports.deflate import compressor
from calends.exports.manifest import FORMATS, Entry, Format, manifest_file
from calends.exports.page import Page
from calends.exports.schema import DataSetFacts, schema_file
from calends.exports.shelf import Shelf, Table
from calends.exports.xlsx import Sheet, workbook
from calends.exports.xlsx_cells import MAX_CELL, parts_needed
from calends.letters.inputs import SystemOutcome
from calends.letters.names import safe_file_name
from calends.letters.render import Rendered
from calends.problems import Problem

Record = tuple[str, str, Mapping[str, Any]]
"""System id, collection, raw values."""
Upload = tuple[str, Iterable[bytes]]
"""The name that the uploader gave, and the content in pieces."""
WORKBOOK_BYTES = 50_000_000
"""Of data in the workbook; larger data sets are too much for a spreadsheet."""
_Member = tuple[str, datetime, int, Method, Iterable[bytes]]
_MODE = stat.S_IFREG | 0o600
_YEARS = range(1980, 2108)  # the calendar of zip files
_PRETTY = orjson.OPT_INDENT_2


@dataclass
class ReplyArchive:
    """The archive as an iterable of bytes, to be read once; afterwards `entries`, `digests` and
    `counts` are complete.

    When reading it raises, what was written so far is no archive and must be thrown away.
    """

    readme: Rendered
    records: Iterable[Record]
    outcomes: Sequence[SystemOutcome]
    modified: datetime
    uploads: Iterable[Upload] = ()
    facts: Mapping[tuple[str, str], DataSetFacts] = field(default_factory=dict)
    masked: Callable[[], Sequence[str]] = tuple
    formats: frozenset[Format] = FORMATS
    notes: Callable[[], Mapping[str, Any]] = dict
    """File name -> content of further JSON files."""
    entries: list[Entry] = field(default_factory=list, init=False)
    """Every file of the archive but the two that list them."""
    counts: dict[str, int] = field(default_factory=dict, init=False)
    """Records written, by `<system>/<collection>` of the paths."""
    _started: bool = field(default=False, init=False)

    @property
    def digests(self) -> dict[str, str]:
        """SHA-256 (hex) of each file in the archive, `digests.sha256` apart."""
        return {entry.path: entry.sha256 for entry in self.entries}

    def __iter__(self) -> Iterator[bytes]:
        if self._started:
            raise RuntimeError("an archive is read once")
        self._started = True
        # Without extended time stamps: these would depend on the zone of this machine.
        return iter(
            stream_zip(
                self._members(),
                chunk_size=1 << 18,
                extended_timestamps=False,
                get_compressobj=compressor,
            )
        )

    def _members(self) -> Iterator[_Member]:
        with Shelf() as shelf:
            for system, collection, values in self.records:
                shelf.table(system, collection).add(values)
            self.counts = {table.path: table.count for table in shelf.tables}
            yield self._member("README.txt", [self._readme()])
            yield from self._readable(shelf.tables)
            for table in shelf.tables:
                yield from self._files_of(table)
        for number, (name, content) in enumerate(self.uploads, 1):
            yield self._member(f"uploads/{number:04}-{safe_file_name(name)}", content)
        outcomes = [outcome.model_dump(mode="json") for outcome in self.outcomes]
        for name, note in {"completeness.json": outcomes, **self.notes()}.items():
            yield self._member(name, [orjson.dumps(note, option=_PRETTY)])
        yield self._member("manifest.json", self._manifest())
        lines = [f"{digest}  {path}\n" for path, digest in self.digests.items()]
        yield self._zipped("digests.sha256", ["".join(lines).encode()])

    def _readme(self) -> bytes:
        return f"{self.readme.subject}\n\n{self.readme.text}".encode()

    def _readable(self, tables: Sequence[Table]) -> Iterator[_Member]:
        described = [(table, self._facts(table)) for table in tables]
        language = self.readme.language
        if Format.HTML in self.formats:
            page = Page(language, self.readme.subject, described, self.outcomes, self.masked())
            yield self._member("index.html", page.pieces())
        sheets = [_sheet(table, facts) for table, facts in _within_workbook(described)]
        if Format.XLSX in self.formats and sheets:
            yield self._member("data.xlsx", workbook(sheets, self.modified))

    def _files_of(self, table: Table) -> Iterator[_Member]:
        facts = self._facts(table)
        made = ahead if table.large else iter  # a thread costs more than a few rows
        yield self._member(f"data/{table.path}.json", made(_json_array(table)), table)
        if Format.CSV in self.formats:
            lines = csv_lines(table.columns, table.rows(), self.readme.language)
            yield self._member(f"csv/{table.path}.csv", made(lines), table)
        yield self._member(f"schema/{table.path}.schema.json", [schema_file(table, facts)])

    def _facts(self, table: Table) -> DataSetFacts:
        known = self.facts.get((table.system, table.collection))
        return known or DataSetFacts(system=table.system)

    def _manifest(self) -> Iterator[bytes]:
        yield manifest_file(self.entries, self.readme, self.modified)

    def _member(self, path: str, content: Iterable[bytes], table: Table | None = None) -> _Member:
        return self._zipped(path, self._digested(path, content, table))

    def _zipped(self, path: str, content: Iterable[bytes]) -> _Member:
        return (path, self.modified, _MODE, ZIP_64, content)

    def _digested(
        self, path: str, content: Iterable[bytes], table: Table | None
    ) -> Iterator[bytes]:
        digest, size = hashlib.sha256(), 0
        for chunk in content:
            digest.update(chunk)
            size += len(chunk)
            yield chunk
        self.entries.append(Entry.of(path, size, digest.hexdigest(), table))


def write_reply_archive(
    readme: Rendered,
    records: Iterable[Record],
    outcomes: Sequence[SystemOutcome],
    *,
    modified: datetime,
    uploads: Iterable[Upload] = (),
    facts: Mapping[tuple[str, str], DataSetFacts] | None = None,
    masked: Callable[[], Sequence[str]] = tuple,
    formats: frozenset[Format] = FORMATS,
    notes: Callable[[], Mapping[str, Any]] = dict,
) -> ReplyArchive:
    """The archive of one reply, to be iterated once; equal inputs give equal bytes (on one kind of
    machine; the files in it are equal on all).

    `readme`: the letter `archive_readme`; its language is also that of the page and the CSV.
    `modified`: the time written on every file, as its own clock reads. `facts`: by system id and
    collection. `masked`: what was masked and why, a line each, and `notes`: further JSON files;
    both are asked when all records have been read. Raises Problem for a year that a zip cannot
    hold. Iterating raises whatever `records` and `uploads` raise.
    """
    if modified.year not in _YEARS:
        raise Problem(f"a zip holds no year {modified.year}")
    return ReplyArchive(
        readme, records, outcomes, modified, uploads, facts or {}, masked, formats, notes
    )


def _json_array(table: Table) -> Iterator[bytes]:
    before = b"[\n"
    for block in table.blocks():
        yield before
        yield block.replace(b"\n", b",\n")
        before = b",\n"
    yield b"\n]\n"


def _within_workbook(
    tables: Sequence[tuple[Table, DataSetFacts]],
) -> Iterator[tuple[Table, DataSetFacts]]:
    left = WORKBOOK_BYTES
    for table, facts in tables:
        if table.size <= left:
            left -= table.size
            yield table, facts


def _sheet(table: Table, facts: DataSetFacts) -> Sheet:
    long = table.longest > MAX_CELL // 2
    return Sheet(
        title=facts.title or table.collection.rpartition(".")[2],
        columns=table.columns,
        rows=table.rows(),
        count=table.count,
        parts=parts_needed(table.rows()) if long else {},
    )

"""A workbook in which every text is a text: written as a stream, never on disk.

The writing libraries of PyPI keep sheets in memory or as plain files on disk; a person's data may
be in neither. Cells are inline strings, which no spreadsheet computes; the style `quotePrefix`
keeps them texts when somebody edits them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from stream_zip import ZIP_32, stream_zip

from calends.exports import xlsx_frame as frame
from calends.exports.deflate import compressor
from calends.exports.xlsx_cells import cells, column_names, heading

MAX_ROWS = 1_048_576
"""Rows of a sheet, its heading included."""
MAX_COLUMNS = 16_384
MAX_SHEET_NAME = 31
PIECE = 1 << 18
_MODE = 0o600
_NOT_IN_A_NAME = re.compile("[][:*?/\\\\'\"\0-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Sheet:
    """One data set."""

    title: str
    columns: Sequence[str]
    rows: Iterable[Mapping[str, object]]
    count: int
    """Number of rows."""
    parts: Mapping[str, int]
    """Column -> cells that its longest text needs, when that is more than one."""


def workbook(sheets: Sequence[Sheet], modified: datetime) -> Iterator[bytes]:
    """The file in pieces. A data set longer than a sheet goes on in the next one."""
    tabs: dict[str, Iterator[str]] = {}
    for sheet in sheets:
        rows = iter(sheet.rows)  # shared by the tabs of this data set, which are written in turn
        for _ in range(max(1, -(-sheet.count // (MAX_ROWS - 1)))):
            tabs[_tab_name(sheet.title, tabs)] = _xml(sheet, islice(rows, MAX_ROWS - 1))
    members = [(path, iter([text])) for path, text in frame.files(list(tabs))]
    members += [(frame.sheet_path(n), content) for n, content in enumerate(tabs.values(), 1)]
    return iter(
        stream_zip(
            ((path, modified, _MODE, ZIP_32, _encoded(content)) for path, content in members),
            extended_timestamps=False,
            get_compressobj=compressor,
        )
    )


def _encoded(content: Iterable[str]) -> Iterator[bytes]:
    pending: list[str] = []
    size = 0
    for text in content:
        pending.append(text)
        size += len(text)
        if size >= PIECE:
            yield "".join(pending).encode()
            pending, size = [], 0
    yield "".join(pending).encode()


def _xml(sheet: Sheet, rows: Iterable[Mapping[str, object]]) -> Iterator[str]:
    columns = list(sheet.columns)[:MAX_COLUMNS]
    room = MAX_COLUMNS - len(columns)
    parts = {}
    for name in columns:
        parts[name] = 1 + min(sheet.parts.get(name, 1) - 1, room)
        room -= parts[name] - 1
    letters = column_names(sum(parts.values()))
    yield frame.SHEET_BEGINS
    yield heading(parts, letters)
    for number, row in enumerate(rows, 2):
        yield cells(row, parts, letters, number)
    yield frame.SHEET_ENDS


def _tab_name(title: str, taken: Iterable[str]) -> str:
    """A name that spreadsheets take: short, without their own signs, different from the others."""
    clean = " ".join(_NOT_IN_A_NAME.sub(" ", title).split()) or "data"
    used = {name.casefold() for name in taken}
    for number in range(1, len(used) + 3):
        end = f" ({number})" if number > 1 else ""
        name = _cut(clean, MAX_SHEET_NAME - len(end)) + end
        if name.casefold() not in used and name.casefold() != "history":
            return name
    raise AssertionError("more names than sheets were tried")


def _cut(text: str, units: int) -> str:
    """The beginning of the text that takes at most so many UTF-16 units."""
    return text.encode("utf-16-le")[: 2 * units].decode("utf-16-le", "ignore").strip()

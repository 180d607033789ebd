"""Rows of single files: CSV, Excel workbooks, JSON lines; each read as a stream, and bounded.

Files come from people: any encoding, any delimiter, damaged ones. What cannot be read at all is
Unreadable; a byte that is no letter becomes the replacement character, and its row is kept.
"""

from __future__ import annotations

import codecs
import csv
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from charset_normalizer import from_bytes
from openpyxl.utils.exceptions import InvalidFileException

from calends.kinds import FilesSettings

TableRow = Mapping[str, Any]
Reader = Callable[[Path, str, FilesSettings], Iterator[TableRow]]

LONGEST_VALUE = 100_000_000
LONGEST_LINE = 200_000_000
LARGEST_WORKBOOK = 500_000_000
"""Bytes that a workbook may unpack to; a small file can stand for an enormous one."""
_SAMPLE = 65_536
_DELIMITERS = ",;\t|"


class Unreadable(Exception):
    """The file is not what its name says, or too large. Says nothing of what is in it."""


def csv_rows(path: Path, sheet: str, settings: FilesSettings) -> Iterator[TableRow]:
    csv.field_size_limit(LONGEST_VALUE)
    encoding = settings.encoding or _encoding(path)
    try:
        with path.open(encoding=encoding, errors="replace", newline="") as file:
            sample = file.read(_SAMPLE)
            file.seek(0)
            delimiter = settings.delimiter or _delimiter(sample)
            yield from _under_header(csv.reader(file, delimiter=delimiter))
    except (csv.Error, LookupError):
        raise Unreadable from None


def json_rows(path: Path, sheet: str, settings: FilesSettings) -> Iterator[TableRow]:
    with path.open("rb") as file:
        while line := file.readline(LONGEST_LINE):
            if len(line) == LONGEST_LINE:
                raise Unreadable
            if not line.strip():
                continue
            try:
                row = json.loads(line.decode("utf-8-sig", errors="replace"))
            except (ValueError, RecursionError):
                raise Unreadable from None
            if not isinstance(row, dict):
                raise Unreadable
            yield row


def workbook_rows(path: Path, sheet: str, settings: FilesSettings) -> Iterator[TableRow]:
    with closing(_workbook(path)) as book:
        table = book[sheet] if sheet else book.worksheets[0]
        try:
            yield from _under_header(table.iter_rows(values_only=True))
        except (ParseError, ValueError, KeyError, zipfile.BadZipFile):
            raise Unreadable from None


READERS: dict[str, Reader] = {
    ".csv": csv_rows,
    ".tsv": csv_rows,
    ".xlsx": workbook_rows,
    ".jsonl": json_rows,
    ".ndjson": json_rows,
}


def sheet_names(path: Path) -> list[str]:
    """The sheets of a workbook; none when it is not readable."""
    try:
        with closing(_workbook(path)) as book:
            return [str(name) for name in book.sheetnames]
    except Unreadable:
        return []


def _workbook(path: Path) -> Any:
    try:
        with zipfile.ZipFile(path) as packed:
            if sum(part.file_size for part in packed.infolist()) > LARGEST_WORKBOOK:
                raise Unreadable
        return openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, ParseError, KeyError, ValueError, TypeError):
        raise Unreadable from None


def _under_header(rows: Any) -> Iterator[TableRow]:
    """Rows as mappings by the first row that holds anything; short rows lack their last fields,
    what stands beyond the header is nobody's field."""
    header: list[str] | None = None
    for row in rows:
        if not any(value not in (None, "") for value in row):
            continue
        if header is None:
            header = [str(name).strip() if name is not None else "" for name in row]
            continue
        padded = [*row, *[None] * (len(header) - len(row))]
        yield {name: value for name, value in zip(header, padded, strict=False) if name}


def _encoding(path: Path) -> str:
    """UTF-8 unless its first part is not; then what it most likely is."""
    with path.open("rb") as file:
        sample = file.read(_SAMPLE)
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)  # the last letter may be cut in two
        return "utf-8-sig"
    except UnicodeDecodeError:
        best = from_bytes(sample, cp_isolation=["cp1252", "cp1250", "mac_roman"]).best()
        return best.encoding if best is not None else "cp1252"


def _delimiter(sample: str) -> str:
    first = next((line for line in sample.splitlines() if line.strip()), "")
    return max(_DELIMITERS, key=first.count)

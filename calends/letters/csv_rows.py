"""Rows as CSV for a spreadsheet, in which no value runs as a formula (OWASP, "CSV injection")."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson

from calends.rules.vocabulary import Language

DELIMITERS = {Language.FR: ";", Language.EN: ","}
"""What a spreadsheet of that language takes for the end of a field."""
# The full-width forms are formulas in spreadsheets of East Asia.
_STARTS_FORMULA = tuple("=+-@\t\r\n\0＝＋－＠")
BYTE_ORDER_MARK = "\ufeff".encode()
"""Without it Excel takes the file for the local 8-bit encoding."""


def neutral(value: Any) -> str:
    """The value as the text of a cell: a text that a spreadsheet could run gets a leading `'`.

    Numbers stay numbers, so -5 stays -5; nested values are written as JSON.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    dangerous = text.startswith(_STARTS_FORMULA) or text.lstrip().startswith(_STARTS_FORMULA)
    text = text.replace("\0", "")
    return f"'{text}" if dangerous else text


def csv_lines(
    columns: Iterable[str], rows: Iterable[Mapping[str, Any]], language: Language
) -> Iterator[bytes]:
    """The file in pieces: a heading, then a line a row; every field is quoted."""
    names = list(columns)
    buffer = io.StringIO()
    writer = csv.writer(
        buffer, delimiter=DELIMITERS[language], quoting=csv.QUOTE_ALL, lineterminator="\r\n"
    )
    yield BYTE_ORDER_MARK
    writer.writerow([neutral(name) for name in names])
    for row in rows:
        yield _taken(buffer)
        writer.writerow([neutral(row.get(name)) for name in names])
    yield _taken(buffer)


def _taken(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()

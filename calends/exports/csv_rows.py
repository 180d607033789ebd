"""Rows as CSV for a spreadsheet, in which no value runs as a formula (OWASP, "CSV injection")."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson

from calends.rules.vocabulary import Language

DELIMITERS = {Language.FR: ";", Language.EN: ","}
"""What a spreadsheet of that language takes for the end of a field."""
BYTE_ORDER_MARK = "\ufeff".encode()
"""Without it Excel takes the file for the local 8-bit encoding."""
PIECE = 1 << 18
"""Characters written before a piece goes out."""

# The full-width forms are formulas in spreadsheets of East Asia. Signs that are not seen (blanks,
# controls, direction and joining marks) are passed over, as some spreadsheets do.
_BLANK = (
    "\0-\x08\x0b\x0c\x0e-\x20\x7f-\xa0\xad\u1680\u2000-\u200f\u2028-\u202f\u205f-\u2069\u3000\ufeff"
)
_FORMULA = re.compile(f"[\t\r\n\0]|[{_BLANK}\t\r\n]*[=+\\-@＝＋－＠]")
# A spreadsheet told of another delimiter cuts inside a field, and the rest begins a cell: there a
# formula gets its `'` too. A mere minus does not (a list in a note), only one with a call in it.
_AFTER_A_CUT = re.compile(
    f"(?<=[,;\t\r\n])([{_BLANK}\"']*)(?=[=@＝＠]|[+\\-＋－][^,;\t\r\n]*[(|!])"
)


def neutral(value: Any) -> str:
    """The value as the text of a cell: a text that a spreadsheet could run gets a `'` before it.

    Numbers stay numbers, so -5 stays -5; nested values are written as JSON.
    """
    if type(value) is str:
        text = value
    elif value is None:
        return ""
    elif isinstance(value, bool):
        return "true" if value else "false"
    elif isinstance(value, int | float):
        return str(value)
    else:
        text = value if isinstance(value, str) else orjson.dumps(value).decode()
    dangerous = _FORMULA.match(text) is not None
    if "=" in text or "@" in text or "-" in text or "+" in text or not text.isascii():
        text = _AFTER_A_CUT.sub(r"\1'", text)
    if "\0" in text:
        text = text.replace("\0", "")
    return f"'{text}" if dangerous else text


def csv_lines(
    columns: Iterable[str], rows: Iterable[Mapping[str, Any]], language: Language
) -> Iterator[bytes]:
    """The file in pieces: a heading, then a line a row; every field is quoted (RFC 4180).

    Written here and not by the standard library, which takes six times as long for long texts.
    """
    names = list(columns)
    between, size = f'"{DELIMITERS[language]}"', 0
    lines = [_line(map(neutral, names), between)]
    yield BYTE_ORDER_MARK
    for row in rows:
        line = _line([neutral(row.get(name)) for name in names], between)
        lines.append(line)
        size += len(line)
        if size >= PIECE:
            yield "".join(lines).encode()
            lines, size = [], 0
    yield "".join(lines).encode()


def _line(cells: Iterable[str], between: str) -> str:
    return f'"{between.join([cell.replace(_QUOTE, _QUOTES) for cell in cells])}"\r\n'


_QUOTE, _QUOTES = '"', '""'

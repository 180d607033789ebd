"""Cells of a sheet: texts, numbers, booleans (ECMA-376 part 1, 18.3.1.4)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from xml.sax.saxutils import escape

import orjson

MAX_CELL = 32_767
"""UTF-16 units in a cell."""
MAX_PARTS = 40
"""Cells that one long text may fill; what is longer stands whole in the JSON file."""
CUT = " […]"
_EXACT = 2**53
"""A spreadsheet counts in floating point: longer numbers are given as text."""
_TEXT, _HEADING = 1, 2
"""Styles, as `xlsx_frame` numbers them."""

# What XML 1.0 cannot hold, and what would be read as the escape of such a sign (22.9.2.19).
_NOT_XML = re.compile("[\0-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")


def column_names(count: int) -> list[str]:
    """A, B, …, Z, AA, …"""
    names = []
    for number in range(count):
        name = ""
        number += 1
        while number:
            number, rest = divmod(number - 1, 26)
            name = chr(65 + rest) + name
        names.append(name)
    return names


def heading(parts: Mapping[str, int], letters: Sequence[str]) -> str:
    """The first row. A column of several cells says which part of the text each holds."""
    names = [
        f"{name} ({part}/{count})" if count > 1 else name
        for name, count in parts.items()
        for part in range(1, count + 1)
    ]
    line = "".join(
        _text(pieces(name, 1)[0], f"{letter}1", _HEADING)
        for name, letter in zip(names, letters, strict=True)
    )
    return f'<row r="1">{line}</row>'


def cells(
    row: Mapping[str, object], parts: Mapping[str, int], letters: Sequence[str], number: int
) -> str:
    """One row; nulls leave their cells empty."""
    line: list[str] = []
    place = 0
    for name, count in parts.items():
        value = row.get(name)
        if value is not None:
            line.extend(_cell(value, count, letters[place : place + count], number))
        place += count
    return f'<row r="{number}">{"".join(line)}</row>'


def parts_needed(rows: Iterable[Mapping[str, object]]) -> dict[str, int]:
    """Column -> cells that its longest text needs, for those that need more than one."""
    needed: dict[str, int] = {}
    for row in rows:
        for name, value in row.items():
            text = _said(value)
            if text is not None and len(text) > MAX_CELL // 2:
                count = len(pieces(text, MAX_PARTS))
                needed[name] = max(needed.get(name, 1), count)
    return {name: count for name, count in needed.items() if count > 1}


def pieces(text: str, most: int) -> list[str]:
    """The text cut into cells; of what does not fit, only that it was cut is told."""
    size = MAX_CELL if len(text) <= MAX_CELL // 2 or max(text) <= "\uffff" else MAX_CELL // 2
    whole = min(len(text), most * size)
    found = [text[start : start + size] for start in range(0, whole, size)] or [""]
    if len(text) > whole:
        found[-1] = found[-1][: size - len(CUT)] + CUT
    return found


def _cell(value: object, count: int, letters: Sequence[str], number: int) -> Iterable[str]:
    text = _said(value)
    if text is None:
        if isinstance(value, bool):
            return (f'<c r="{letters[0]}{number}" t="b"><v>{int(value)}</v></c>',)
        return (f'<c r="{letters[0]}{number}"><v>{value!r}</v></c>',)
    if len(text) <= MAX_CELL // 2:
        return (_text(text, f"{letters[0]}{number}", _TEXT),)
    return [
        _text(piece, f"{letter}{number}", _TEXT)
        for piece, letter in zip(pieces(text, count), letters, strict=False)
    ]


def _said(value: object) -> str | None:
    """The value as text; None for what is given as a number or a boolean."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool | float):
        return None
    if isinstance(value, int):
        return None if -_EXACT < value < _EXACT else str(value)
    return orjson.dumps(value).decode()


def _text(text: str, place: str, style: int) -> str:
    clean = escape(_NOT_XML.sub(_named, text))
    return (
        f'<c r="{place}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{clean}</t></is></c>'
    )


def _named(sign: re.Match[str]) -> str:
    return f"_x{ord(sign[0]):04X}_"

"""The workbook: texts stay texts, nothing is computed, long texts and long lists go on."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from xml.etree import ElementTree as ET

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calends.exports import xlsx
from calends.exports.xlsx import Sheet, workbook
from calends.exports.xlsx_cells import MAX_CELL, MAX_PARTS, column_names, parts_needed, pieces

AT = datetime(2026, 12, 15, 9, 30)  # noqa: DTZ001
Rows = list[dict[str, Any]]


def sheet(rows: Rows, title: str = "notes", columns: Iterable[str] | None = None) -> Sheet:
    names = dict.fromkeys(name for row in rows for name in row)
    return Sheet(title, list(columns or names), rows, len(rows), parts_needed(rows))


def opened(*sheets: Sheet) -> Any:
    content = b"".join(workbook(sheets, AT))
    assert zipfile.ZipFile(io.BytesIO(content)).testzip() is None
    return openpyxl.load_workbook(io.BytesIO(content))


def table(page: Any) -> list[list[Any]]:
    return [[cell.value for cell in row] for row in page.iter_rows()]


def test_every_kind_of_value_is_a_cell_of_its_kind() -> None:
    row = {"t": "a<b>&\n\tc", "n": -5, "f": 1.5, "b": True, "none": None, "list": ["a", {"b": 1}]}
    page = opened(sheet([row])).active
    assert table(page) == [list(row), ["a<b>&\n\tc", -5, 1.5, True, None, '["a",{"b":1}]']]
    assert [cell.data_type for cell in page[2]] == ["s", "n", "n", "b", "n", "s"]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "  =1", "=cmd|' /C'!A1"])
def test_a_formula_is_a_text_also_when_somebody_edits_it(text: str) -> None:
    cell = opened(sheet([{"v": text}])).active["A2"]
    assert (cell.value, cell.data_type) == (text, "s")
    assert cell.quotePrefix  # what the apostrophe is in a spreadsheet
    assert cell.number_format == "@"


def test_a_number_that_a_spreadsheet_would_round_is_a_text() -> None:
    page = opened(sheet([{"v": 2**53}, {"v": -(2**63)}, {"v": 2**53 - 1}])).active
    assert [row[0] for row in table(page)[1:]] == [str(2**53), str(-(2**63)), 2**53 - 1]


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_text_comes_back_as_it_was(text: str) -> None:
    clean = text.encode("utf-8", "backslashreplace").decode()
    content = b"".join(workbook([sheet([{"v": clean}])], AT))
    xml = zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml")
    (_, cell) = ET.fromstring(xml).findall(".//{*}t")
    assert unescaped(cell.text or "") == clean


def unescaped(text: str) -> str:
    """What a spreadsheet makes of `_xHHHH_` (ECMA-376 part 1, 22.9.2.19)."""
    import re

    return re.sub("_x([0-9A-F]{4})_", lambda sign: chr(int(sign[1], 16)), text)


def test_a_long_text_goes_on_in_cells_beside_it() -> None:
    long = "é" * MAX_CELL + "end"
    page = opened(sheet([{"id": 1, "v": long, "w": "x"}, {"id": 2, "v": "short", "w": "y"}])).active
    assert table(page) == [
        ["id", "v (1/2)", "v (2/2)", "w"],
        [1, "é" * MAX_CELL, "end", "x"],
        [2, "short", None, "y"],
    ]


def test_no_cell_is_longer_than_a_spreadsheet_takes_nor_cut_in_a_sign() -> None:
    for text in ("😀" * 40_000, "a" + "😀" * 40_000, "é" * 70_000):
        parts = pieces(text, MAX_PARTS)
        assert "".join(parts) == text
        assert all(len(part.encode("utf-16-le")) // 2 <= MAX_CELL for part in parts)


def test_a_huge_text_says_that_it_was_cut() -> None:
    parts = pieces("x" * 50_000_000, MAX_PARTS)
    assert len(parts) == MAX_PARTS
    assert parts[-1].endswith("[…]")
    assert len(parts[-1]) == MAX_CELL


def test_more_rows_than_a_sheet_holds_go_on_in_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "MAX_ROWS", 4)
    book = opened(sheet([{"v": n} for n in range(7)]), sheet([{"v": "other"}], "next"))
    assert book.sheetnames == ["notes", "notes (2)", "notes (3)", "next"]
    values = [table(page) for page in book]
    assert values[:3] == [[["v"], [0], [1], [2]], [["v"], [3], [4], [5]], [["v"], [6]]]


@pytest.mark.parametrize(
    "titles",
    [
        ("a/b:c", "A B C", "a?b*c"),
        ("x" * 40, "x" * 50, "x" * 31),
        ("", "[]", "'"),
        ("History", "données", "数据😀" * 9),
        ("a\ud800b", "\0", "\ufffe"),
    ],
)
def test_names_of_sheets_are_short_different_and_taken_by_spreadsheets(titles: list[str]) -> None:
    names = opened(*(sheet([{"v": 1}], title) for title in titles)).sheetnames
    assert len({name.casefold() for name in names}) == 3
    for name in names:
        assert 1 <= len(name.encode("utf-16-le")) // 2 <= 31
        assert not set(name) & set("[]:*?/\\'\"\0")
        assert name.casefold() != "history"


def test_columns_are_named_as_spreadsheets_do() -> None:
    names = column_names(16_384)
    assert [names[n] for n in (0, 25, 26, 701, 702, 16_383)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]


def test_a_record_wider_than_a_sheet_loses_its_last_fields_only() -> None:
    wide: Mapping[str, Any] = {f"c{n}": n for n in range(16_390)}
    assert opened(sheet([dict(wide)])).active.max_column == 16_384


def test_the_same_rows_give_the_same_bytes() -> None:
    one, two = (b"".join(workbook([sheet([{"v": 1}])], AT)) for _ in range(2))
    assert one == two

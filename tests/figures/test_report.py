"""The yearly report: PDF that can be archived and read aloud, CSV without formulas."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pypdf
import pytest

from calends.figures.counting import Count, Figures, Open
from calends.figures.listing import Listed
from calends.figures.pdf import MOST_LISTED, report_pdf
from calends.figures.tables import figures_csv, list_csv
from calends.figures.words import COLUMNS, LIST_COLUMNS, MONTHS, RIGHTS, STATES, TEXTS
from calends.rules.vocabulary import Language, Right

AT = datetime(2026, 11, 24, 10, tzinfo=ZoneInfo("Europe/Paris"))
SOME = Count(9, 7, 6, 1, 2, 1, 1, 2, 11.5)
FIGURES = Figures(
    2026,
    SOME,
    8,
    {Right.ACCESS: SOME, Right.ERASURE: Count()},
    {month: SOME if month == 3 else Count() for month in range(1, 13)},
    {(Right.ACCESS, 3): SOME},
    Open("2026-00042-K7", Right.ACCESS, date(2026, 9, 1), date(2026, 9, 30)),
)
LINE = Listed("2026-00042-K7", "post", Right.ACCESS, date(2026, 3, 2), date(2026, 4, 2), None,
              date(2026, 3, 20), "answered", "IA1")  # fmt: skip


def pdf(language: Language = Language.EN, listed: list[Listed] | None = None) -> pypdf.PdfReader:
    made = report_pdf(
        FIGURES, company="Impro <b>#eval</b>", language=language, at=AT, listed=listed
    )
    return pypdf.PdfReader(io.BytesIO(made))


def words(reader: pypdf.PdfReader) -> str:
    return " ".join(page.extract_text() for page in reader.pages)


@pytest.mark.parametrize("language", list(Language))
def test_the_report_says_the_figures_in_the_readers_language(language: Language) -> None:
    said = words(pdf(language))
    for text in (TEXTS["for_management"][language], RIGHTS[Right.ACCESS][language], "86 %",
                 "2026-00042-K7"):  # fmt: skip
        assert text in said
    assert ("11,5" if language is Language.FR else "11.5") in said


def test_only_an_inspection_gets_the_list() -> None:
    assert len(pdf(listed=[LINE]).pages) == len(pdf().pages) + 1
    assert "2026-03-20" in words(pdf(listed=[LINE]))
    assert "2026-03-20" not in words(pdf())


def test_the_pdf_is_tagged_archivable_and_the_same_bytes_again() -> None:
    reader = pdf()
    catalog: Any = reader.trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"]
    assert catalog["/Lang"] == "en"
    metadata = catalog["/Metadata"].get_data().decode()
    assert "pdfaid" in metadata
    assert "pdfuaid" in metadata
    one, two = (report_pdf(FIGURES, company="X", language=Language.EN, at=AT) for _ in range(2))
    assert one == two


def test_a_company_named_like_markup_is_printed_as_it_is() -> None:
    assert "Impro <b>#eval</b>" in words(pdf())


def test_a_long_list_is_cut_in_the_pdf_and_says_so_and_whole_in_the_csv() -> None:
    many = [LINE] * (MOST_LISTED + 5)
    assert f"The first {MOST_LISTED} of {MOST_LISTED + 5}" in words(pdf(listed=many))
    assert b"".join(list_csv(many, Language.EN)).count(b"\r\n") == len(many) + 1


def test_the_csv_has_a_line_a_right_and_month_and_totals() -> None:
    made = b"".join(figures_csv(FIGURES, Language.FR)).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(made), delimiter=";"))
    assert len(rows) == 1 + 2 + 12 + 1
    total = rows[-1]
    assert (total["Droit"], total["Mois"], total["Reçues"]) == ("Total", "Total", "9")


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1+cmd|'/C calc'!A0", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_of_a_list_is_a_formula(cell: str) -> None:
    """What a column holds comes from the register: a wrong hand there runs nothing here."""
    hostile = replace(LINE, reference=cell, channel=cell, state=cell, assurance=cell)
    made = b"".join(list_csv([hostile], Language.EN)).decode("utf-8-sig")
    [row] = list(csv.reader(io.StringIO(made, newline="")))[1:]
    assert not any(value[:1] in "=+-@\t\r" for value in row if value)


def test_every_word_is_there_in_both_languages() -> None:
    for table in (COLUMNS, LIST_COLUMNS, STATES, TEXTS, RIGHTS):
        for text in table.values():
            assert set(text) == set(Language)
            assert all(said.strip() == said != "" for said in text.values())
    assert {len(months) for months in MONTHS.values()} == {12}
    assert set(RIGHTS) == set(Right)

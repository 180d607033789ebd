"""The yearly report as PDF: archivable, readable by screen readers, the same bytes again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
import typst

from calends.figures.counting import Count, Figures
from calends.figures.listing import Listed
from calends.figures.tables import (
    COUNTED,
    list_line,
    month_chart,
    month_rows,
    right_chart,
    right_rows,
)
from calends.figures.words import COLUMNS, LIST_COLUMNS, TEXTS, number
from calends.letters.fonts import families, fonts
from calends.letters.words import day_in_words
from calends.problems import Problem
from calends.rules.vocabulary import Language

LAYOUTS = Path(__file__).parent / "layouts"
MOST_LISTED = 2000
"""Lines of the list in the PDF; the CSV has all."""

DEFINITIONS = ("definition_unit", "definition_time", "definition_answer", "definition_names")


def report_pdf(
    figures: Figures,
    *,
    company: str,
    language: Language,
    at: datetime,
    listed: Sequence[Listed] | None = None,
) -> bytes:
    """`listed`: the cases, for an inspection; without them it is the report for management.

    `at` dates it (aware, in the controller's zone). Raises Problem when it cannot be set.
    """
    data = _data(figures, company, language, at, listed)
    try:
        made = typst.Compiler(
            LAYOUTS / "report.typ",
            root=LAYOUTS,
            font_paths=fonts(),
            sys_inputs={"report": orjson.dumps(data).decode()},
        ).compile(format="pdf", pdf_standards=["a-2a", "ua-1"], timestamp=int(at.timestamp()))
    except typst.TypstError as error:
        raise Problem("the report could not be set as a PDF") from error
    assert isinstance(made, bytes)
    return made


def _data(
    figures: Figures,
    company: str,
    language: Language,
    at: datetime,
    listed: Sequence[Listed] | None,
) -> dict[str, Any]:
    def words(key: str, **values: Any) -> str:
        return TEXTS[key][language].format(**values)

    total, rows = figures.total, list(listed or ())[:MOST_LISTED]
    percent = total.percent_in_time
    cut = len(listed or ()) > MOST_LISTED
    parts = ("year", "month", "day", "hour", "minute", "second")
    return {
        "fonts": list(families()),
        "language": str(language),
        "company": company,
        "title": words("title", year=figures.year),
        "kind": words("for_management" if listed is None else "for_inspection"),
        "as_of": words("as_of", day=day_in_words(at.date(), language)),
        "date": {part: getattr(at, part) for part in parts},
        "key": [
            [words("cases"), str(figures.cases)],
            [COLUMNS["received"][language], str(total.received)],
            [COLUMNS["answered"][language], str(total.answered)],
            [words("percent_in_time"), "–" if percent is None else f"{percent} %"],
            [words("median"), number(total.median_days, language)],
        ],
        "oldest": [words("oldest"), _oldest(figures, language)],
        "columns": ["", *(COLUMNS[name][language] for name in COUNTED)],
        "by_month": {
            "title": words("by_month"),
            "alt": words("chart_month"),
            "chart": month_chart(figures, language),
            "rows": [_row(*row, language) for row in month_rows(figures, language)],
        },
        "by_right": {
            "title": words("by_right"),
            "alt": words("chart_right"),
            "chart": right_chart(figures, language),
            "rows": [_row(*row, language) for row in right_rows(figures, language)],
        },
        "definitions": {
            "title": words("definitions"),
            "texts": [words(key) for key in DEFINITIONS],
        },
        "list": {
            "title": words("list"),
            "cut": words("list_cut", shown=MOST_LISTED, all=len(listed or ())) if cut else "",
            "columns": [heading[language] for heading in LIST_COLUMNS.values()],
            "rows": [list_line(one, language) for one in rows],
        },
    }


def _oldest(figures: Figures, language: Language) -> str:
    oldest = figures.oldest_open
    if oldest is None:
        return TEXTS["none_open"][language]
    return TEXTS["oldest_line"][language].format(
        reference=oldest.reference,
        received=day_in_words(oldest.received, language),
        due=day_in_words(oldest.answer_by, language),
    )


def _row(label: str, count: Count, language: Language) -> list[str]:
    return [label, *(number(getattr(count, name), language) for name in COUNTED)]

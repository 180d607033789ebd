"""Figures as rows, for pages, PDF and CSV alike: numbers only, and words of ours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import date
from typing import Any

from calends.exports.csv_rows import csv_lines
from calends.figures.charts import Bar, columns, lines
from calends.figures.counting import Count, Figures
from calends.figures.listing import Listed
from calends.figures.words import COLUMNS, LIST_COLUMNS, MONTHS, RIGHTS, STATES, TEXTS
from calends.rules.vocabulary import Language

COUNTED = tuple(name for name in COLUMNS if name not in ("right", "month"))


def month_rows(figures: Figures, language: Language) -> list[tuple[str, Count]]:
    """A row for each month, and the total."""
    rows = [(MONTHS[language][month - 1], count) for month, count in figures.by_month.items()]
    return [*rows, (TEXTS["all"][language], figures.total)]


def right_rows(figures: Figures, language: Language) -> list[tuple[str, Count]]:
    rows = [(RIGHTS[right][language], count) for right, count in figures.by_right.items()]
    return [*rows, (TEXTS["all"][language], figures.total)]


def month_chart(figures: Figures, language: Language) -> str:
    """SVG of the months: in time, late, open and not yet due."""
    bars = [
        Bar(
            MONTHS[language][month - 1],
            (
                ("in_time", count.in_time),
                ("late", count.late),
                ("open", count.received - count.in_time - count.late),
            ),
        )
        for month, count in figures.by_month.items()
    ]
    legend = [(name, COLUMNS[name][language]) for name in ("in_time", "late", "open")]
    return columns(TEXTS["chart_month"][language], bars, legend=legend)


def right_chart(figures: Figures, language: Language) -> str:
    bars = [(RIGHTS[right][language], count.received) for right, count in figures.by_right.items()]
    return lines(TEXTS["chart_right"][language], bars)


def figures_csv(figures: Figures, language: Language) -> Iterator[bytes]:
    """By right and month, with totals: one line each."""
    headings = [COLUMNS[name][language] for name in COLUMNS]
    everything = TEXTS["all"][language]

    def lines_of() -> Iterator[dict[str, Any]]:
        for (right, month), count in sorted(figures.by_right_and_month.items()):
            yield _line(RIGHTS[right][language], MONTHS[language][month - 1], count, language)
        for right, count in figures.by_right.items():
            yield _line(RIGHTS[right][language], everything, count, language)
        for month, count in figures.by_month.items():
            yield _line(everything, MONTHS[language][month - 1], count, language)
        yield _line(everything, everything, figures.total, language)

    return csv_lines(headings, lines_of(), language)


def list_csv(listed: Iterable[Listed], language: Language) -> Iterator[bytes]:
    """For an inspection: a line a demand."""
    headings = [words[language] for words in LIST_COLUMNS.values()]
    rows = (dict(zip(headings, list_line(one, language), strict=True)) for one in listed)
    return csv_lines(headings, rows, language)


def list_line(one: Listed, language: Language) -> list[str]:
    values = asdict(one) | {
        "right": RIGHTS[one.right][language],
        "state": STATES.get(one.state, {}).get(language, one.state),
    }
    return [
        value.isoformat() if isinstance(value, date) else str(value or "")
        for value in (values[name] for name in LIST_COLUMNS)
    ]


def _line(right: str, month: str, count: Count, language: Language) -> dict[str, Any]:
    values = {"right": right, "month": month} | {name: getattr(count, name) for name in COUNTED}
    return {COLUMNS[name][language]: values[name] for name in COLUMNS}

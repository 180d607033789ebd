"""Counts of one year's demands, by right and month. Nothing here names anybody.

A demand belongs to the year and month in which it was received, in the controller's zone. It is in
time when it was answered by its legal date (GDPR 12(3)): the first one, or the extended one when a
notice of extension was sent by the first. A refusal with reasons is an answer (GDPR 12(4)); so is
the answer that the person could not be identified (GDPR 12(6)).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from calends.rules.rights import in_order
from calends.rules.vocabulary import Right


@dataclass(frozen=True)
class Count:
    """Demands received in some time, and what became of them."""

    received: int = 0
    answered: int = 0
    in_time: int = 0
    late: int = 0
    """Answered after the legal date, or open past it."""
    extended: int = 0
    refused: int = 0
    not_identified: int = 0
    open: int = 0
    median_days: float | None = None
    """From the day of receipt to the day of the answer; None while none was answered."""

    @property
    def percent_in_time(self) -> int | None:
        """Of those whose date is over or that were answered; None when there are none."""
        due = self.in_time + self.late
        return round(100 * self.in_time / due) if due else None


@dataclass(frozen=True)
class Open:
    """The demand that has been open for longest."""

    reference: str
    right: Right
    received: date
    answer_by: date


@dataclass(frozen=True)
class Figures:
    year: int
    total: Count
    cases: int
    by_right: dict[Right, Count]
    by_month: dict[int, Count]
    """1 to 12, every month of the year."""
    by_right_and_month: dict[tuple[Right, int], Count] = field(default_factory=dict)
    oldest_open: Open | None = None
    """Of all years."""


_DEMANDS = """
    SELECT d."right" AS "right", d.state, c.id, c.closed_at,
           (d.received_at AT TIME ZONE :tz)::date AS received,
           (d.answered_at AT TIME ZONE :tz)::date AS answered,
           e.day AS extended,
           CASE WHEN e.day <= c.legal_due THEN (c.clock->>'extended_legal_due')::date
                ELSE c.legal_due END AS due
    FROM demands d
    JOIN cases c ON c.id = d.case_id
    LEFT JOIN (
        SELECT case_id, min((sent_at AT TIME ZONE :tz)::date) AS day FROM outbox
        WHERE state = 'sent' AND purpose IN ('extension', 'partial') GROUP BY case_id
    ) e ON e.case_id = c.id
    WHERE d.received_at >= (CAST(:first AS date)::timestamp AT TIME ZONE :tz)
      AND d.received_at < (CAST(:after AS date)::timestamp AT TIME ZONE :tz)
      AND d."right" <> 'AUTHORITY_INQUIRY'
"""

_COUNTS = f"""
    SELECT "right", extract(month FROM received)::int AS month,
           grouping("right") AS all_rights,
           grouping(extract(month FROM received)::int) AS all_months,
           count(*) AS received,
           count(*) FILTER (WHERE state <> 'open') AS answered,
           count(*) FILTER (WHERE answered <= due) AS in_time,
           count(*) FILTER (WHERE answered > due OR (state = 'open' AND :today > due)) AS late,
           count(*) FILTER (WHERE extended IS NOT NULL) AS extended,
           count(*) FILTER (WHERE state = 'refused') AS refused,
           count(*) FILTER (WHERE state = 'not_identified') AS not_identified,
           count(*) FILTER (WHERE state = 'open') AS open,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY answered - received) AS median_days,
           count(DISTINCT id) AS cases
    FROM ({_DEMANDS}) AS one
    GROUP BY GROUPING SETS (
        ("right", extract(month FROM received)::int), ("right"),
        (extract(month FROM received)::int), ())
"""  # noqa: S608  no value stands in it

_OLDEST = text("""
    SELECT c.reference, d."right", (d.received_at AT TIME ZONE :tz)::date AS received, c.answer_by
    FROM demands d JOIN cases c ON c.id = d.case_id
    WHERE c.closed_at IS NULL AND d.state = 'open' AND d."right" <> 'AUTHORITY_INQUIRY'
    ORDER BY d.received_at, c.number LIMIT 1
""")


async def figures_of(session: AsyncSession, year: int, *, tz: str, today: date) -> Figures:
    """The figures of a year as the register has them; `today`: the controller's day."""
    times = {"first": date(year, 1, 1), "after": date(year + 1, 1, 1), "tz": tz}
    rows = (await session.execute(text(_COUNTS), {**times, "today": today})).mappings().all()
    oldest = (await session.execute(_OLDEST, {"tz": tz})).mappings().first()
    total = next(row for row in rows if row["all_rights"] and row["all_months"])
    by_month = {row["month"]: _count(row) for row in _only(rows, rights=False, months=True)}
    by_right = {Right(row["right"]): _count(row) for row in _only(rows, rights=True, months=False)}
    return Figures(
        year=year,
        total=_count(total),
        cases=total["cases"],
        by_right={right: by_right[right] for right in in_order(by_right)},
        by_month={month: by_month.get(month, Count()) for month in range(1, 13)},
        by_right_and_month={
            (Right(row["right"]), row["month"]): _count(row)
            for row in _only(rows, rights=True, months=True)
        },
        oldest_open=None
        if oldest is None
        else Open(
            oldest["reference"], Right(oldest["right"]), oldest["received"], oldest["answer_by"]
        ),
    )


async def years(session: AsyncSession, tz: str) -> list[int]:
    """Those in which a demand was received, the latest first."""
    found = await session.execute(
        text(
            "SELECT DISTINCT extract(year FROM received_at AT TIME ZONE :tz)::int FROM demands"
            " ORDER BY 1 DESC"
        ),
        {"tz": tz},
    )
    return [year for (year,) in found]


def _only(rows: Iterable[Any], *, rights: bool, months: bool) -> list[Any]:
    return [
        row
        for row in rows
        if bool(row["all_rights"]) != rights and bool(row["all_months"]) != months
    ]


def _count(row: Any) -> Count:
    names = ("received", "answered", "in_time", "late", "extended", "refused", "not_identified",
             "open")  # fmt: skip
    median = row["median_days"]
    return Count(
        **{name: row[name] for name in names},
        median_days=None if median is None else round(float(median), 1),
    )

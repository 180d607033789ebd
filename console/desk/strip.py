"""The deadline strip: received, paused, today, last call, legal date, on one line of time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from calends.register.models import CaseRow, LedgerRow
from calends.rules.calendar import is_working_day
from calends.rules.zones import local_day
from console.desk.dates import Dates
from console.desk.language import Words

ROOM = 0.04
"""Of the whole length, left free at both ends so that nothing is cut."""
CLOSE = 15.0
"""Per cent: two labels nearer than this stand on two rows."""


@dataclass(frozen=True)
class Point:
    """A day on the strip; `at` is its place in per cent, `row` where its label stands."""

    key: str
    day: date
    at: float
    words: str
    row: int = 0
    anchor: str = "middle"


@dataclass(frozen=True)
class Strip:
    points: list[Point]
    past: float
    """Per cent up to today."""
    paused: tuple[float, float] | None
    """Per cent from and to which the clock stood still, or still stands."""
    start: float
    end: float
    late: bool
    said: str
    """The whole in one sentence, for who does not see it."""


@dataclass(frozen=True)
class Why:
    """One date of the clock with its reasons."""

    title: str
    value: str
    words: str
    source: str


async def paused_on(session: AsyncSession, case: CaseRow) -> date | None:
    """The day on which the clock was stopped (decree 2019-536 art. 77); None when it never was."""
    if not case.clock.get("paused_days"):
        return None
    asked: str | None = await session.scalar(
        select(LedgerRow.facts["asked"].astext)
        .where(LedgerRow.case_id == case.id, LedgerRow.kind == "pause_begun")
        .order_by(LedgerRow.seq)
        .limit(1)
    )
    return local_day(datetime.fromisoformat(asked), case.clock["tz"]) if asked else None


def strip_of(
    case: CaseRow, extended: bool, paused: date | None, words: Words, dates: Dates
) -> Strip:
    """The strip of a case; an extended one shows the extended dates. `paused`: since when."""
    chosen = _days(case, extended, dates)
    if paused is not None:
        chosen["paused"] = paused
    first, last = min(chosen.values()), max(chosen.values())
    length = max((last - first).days, 1)

    def place(day: date) -> float:
        share = (day - first).days / length
        return round(100 * (ROOM + share * (1 - 2 * ROOM)), 2)

    points: list[Point] = []
    for day in sorted(set(chosen.values())):
        keys = sorted((key for key in chosen if chosen[key] == day), key=ORDER.index)
        at = place(day)
        taken = {point.row for point in points if abs(point.at - at) < CLOSE}
        row = next(row for row in range(len(ORDER)) if row not in taken)
        anchor = "start" if at < CLOSE / 2 else "end" if at > 100 - CLOSE / 2 else "middle"
        said = ", ".join(words[f"strip_{key}"] for key in keys)
        points.append(Point(keys[-1], day, at, said, row, anchor))
    in_words = "; ".join(f"{point.words}: {dates.day(point.day)}" for point in points)
    return Strip(
        points,
        past=place(min(max(dates.today, first), last)),
        paused=_still(case, paused, place) if paused is not None else None,
        start=place(first),
        end=place(last),
        late=dates.today > case.answer_by and case.closed_at is None,
        said=in_words,
    )


def _still(case: CaseRow, since: date, place: Callable[[date], float]) -> tuple[float, float]:
    """Whole days stand between the day of asking and that of the answer."""
    until = since + timedelta(days=case.clock["paused_days"] + 1)
    return place(since), place(until)


ORDER = ("received", "paused", "legal", "last_call", "safe", "today")
"""Of what falls on one day the last one gives the point its look."""


def _days(case: CaseRow, extended: bool, dates: Dates) -> dict[str, date]:
    clock = case.clock
    last_call = case.milestones.get("extended_last_call" if extended else "last_call")
    days = {
        "received": date.fromisoformat(clock["received_local"]),
        "safe": case.answer_by,
        "legal": date.fromisoformat(clock["extended_legal_due"]) if extended else case.legal_due,
    }
    if last_call:
        days["last_call"] = dates.local(datetime.fromisoformat(last_call))
    if case.closed_at is None:
        horizon = max(days.values()) + timedelta(days=20)
        days["today"] = min(dates.today, horizon)
    return days


def why(clock: dict[str, Any], words: Words, dates: Dates) -> list[Why]:
    """Each date of the clock in the reader's words, with its law. In English the words are the
    clock's own, as they stand in the evidence."""
    told = []
    for step in clock["trace"]:
        title = words.get(f"clock_{step['name']}", step["name"])
        value = step["value"]
        day = date.fromisoformat(value[:10])
        told.append(Why(title, dates.day(day), _reason(step, clock, words, dates), step["source"]))
    return told


def _reason(step: dict[str, str], clock: dict[str, Any], words: Words, dates: Dates) -> str:
    name = step["name"]
    if words.language == "en" or f"why_{name}" not in words:
        return step["words"]
    reason = words(f"why_{name}", zone=clock["tz"])
    before = BEFORE.get(name)
    if before is None or before not in clock:
        return reason
    start, end = date.fromisoformat(clock[before]), date.fromisoformat(step["value"][:10])
    return f"{reason} {_rolled(start, end, clock['region'], words, dates)}"


BEFORE = {"legal_due": "nominal", "safe_due": "nominal"}
"""Dates that are another one, rolled to a working day."""


def _rolled(start: date, end: date, region: str, words: Words, dates: Dates) -> str:
    if is_working_day(start, region):
        return words("rolled_not", day=dates.day(start))
    kind = {5: "saturday", 6: "sunday"}.get(start.weekday(), "holiday")
    way = "next" if end > start else "previous"
    return words(
        "rolled", day=dates.day(start), kind=words[f"day_{kind}"], way=words[f"roll_{way}"]
    )

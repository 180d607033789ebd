"""The dates of a request, counted a second time: Gauss's Easter, lists of days, day by day.

No library of holidays and no code of ours, so that two mistakes would have to agree.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

_FIXED = {(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)}
_ABOLITION = {
    "FR-971": (5, 27),
    "FR-972": (5, 22),
    "FR-973": (6, 10),
    "FR-974": (12, 20),
    "FR-976": (4, 27),
    "FR-BL": (10, 9),
    "FR-MF": (5, 28),
}
_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Dates:
    nominal: date
    legal_due: date
    safe_due: date
    extended_legal_due: date
    extended_safe_due: date


def count(
    received: datetime, tz: str, region: str, *, local: bool = False, paused_days: int = 0
) -> Dates:
    day = received.astimezone(ZoneInfo(tz)).date()
    law = region if local else "FR"
    stop = _DAY * paused_days
    month, quarter = _one_month(day), _one_month(_one_month(_one_month(day), day.day), day.day)
    chained = _one_month(_one_month(month), month.day)
    return Dates(
        nominal=month + stop,
        legal_due=_roll(month + stop, law, _DAY),
        safe_due=_roll(month + stop, region, -_DAY),
        extended_legal_due=_roll(quarter + stop, law, _DAY),
        extended_safe_due=_roll(min(quarter, chained) + stop, region, -_DAY),
    )


def works(day: date, region: str) -> bool:
    off = {(day.month, day.day)} & (_FIXED | {_ABOLITION.get(region, (0, 0))})
    moving = {1, 39, 50}
    if region in ("FR-57", "FR-67", "FR-68"):
        moving = moving | {-2}
        off |= {(12, 26)} & {(day.month, day.day)}
    return not (off or (day - _easter(day.year)).days in moving or day.isoweekday() > 5)


def _easter(year: int) -> date:
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    k = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * k) // 451
    month, day = divmod(h + k - 7 * m + 114, 31)
    return date(year, month, day + 1)


def _one_month(day: date, wanted: int | None = None) -> date:
    """Walks to the first of the next month, then to the wanted day or the month's last."""
    first = day
    while first.month == day.month:
        first += _DAY
    leap = first.year % 4 == 0 and (first.year % 100 != 0 or first.year % 400 == 0)
    last = 29 if first.month == 2 and leap else _LENGTHS[first.month - 1]
    return first + _DAY * (min(wanted or day.day, last) - 1)


def _roll(day: date, region: str, step: timedelta) -> date:
    while not works(day, region):
        day += step
    return day

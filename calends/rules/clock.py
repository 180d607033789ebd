"""The month to answer: from a receipt instant to every date that follows, each with its why.

`nominal` is the same date next month; `legal_due` is it rolled forward to a working day, for
evidence only; `safe_due` is it rolled back, and drives everything that is planned.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from calends.rules.calendar import (
    NATIONAL,
    is_working_day,
    next_working_day,
    previous_working_day,
    require_year,
)
from calends.rules.periods import add_months
from calends.rules.zones import end_of_day, local_day

RULES_VERSION = "2026.1"
VALID_FROM = date(2018, 5, 25)
"""GDPR 99(2): the law applies from this day; earlier receipts are counted the same way."""

_MONTH = "GDPR 12(3); Reg. 1182/71 art. 3(1), 3(2)(c)"
_ROLL_FORWARD = "Reg. 1182/71 art. 2, 3(4); C. trav. L3133-1"
_PRUDENCE = "house rule: art. 3(4) of Reg. 1182/71 is never planned on"


@dataclass(frozen=True)
class Step:
    """Why one date of the clock is what it is."""

    name: str
    value: str
    """ISO 8601: a local date, or a UTC instant for `legal_due_expires`."""
    source: str
    words: str


@dataclass(frozen=True)
class Clock:
    """The dates of one case, computed once, at receipt. Dates are local days in `tz`."""

    received: datetime
    """UTC instant of arrival at any channel of the controller."""
    tz: str
    region: str
    count_local_holidays: bool
    received_local: date
    nominal: date
    legal_due: date
    safe_due: date
    extended_legal_due: date
    extended_safe_due: date
    legal_due_expires: datetime
    """UTC instant at which the local day `legal_due` is over."""
    trace: tuple[Step, ...]
    rules_version: str = RULES_VERSION
    valid_from: date = VALID_FROM


def compute_clock(
    received: datetime, *, tz: str, region: str, count_local_holidays: bool = False
) -> Clock:
    """The clock of a request received at that instant.

    `tz` and `region` are the controller's. Local holidays move `legal_due` forward only when
    `count_local_holidays`; plans (`safe_due`) step back over them always, as nobody is at work.
    Raises ValueError for a naive instant, an unknown zone or region, a year out of reach.
    """
    instant = _as_utc(received)
    day = local_day(instant, tz)
    legal_region = region if count_local_holidays else NATIONAL
    nominal = add_months(day, 1)
    extended = add_months(day, 3)
    # Two readings of "extended by two further months": one period of three months from receipt,
    # or one month and then two. They differ after a short month; plans take the earlier.
    chained = add_months(nominal, 2)
    legal_due = next_working_day(nominal, legal_region)
    safe_due = previous_working_day(nominal, region)
    extended_legal_due = next_working_day(extended, legal_region)
    extended_safe_due = previous_working_day(min(extended, chained), region)
    expires = end_of_day(legal_due, tz)
    trace = (
        Step("received_local", f"{day}", "GDPR 12(3)", f"day of arrival in {tz}, read or not"),
        Step("nominal", f"{nominal}", _MONTH, _month_words(day, nominal)),
        Step("legal_due", f"{legal_due}", _ROLL_FORWARD, _rolled(nominal, legal_due, legal_region)),
        Step("legal_due_expires", _instant(expires), "Reg. 1182/71 art. 3(2)", _last_hour(tz)),
        Step("safe_due", f"{safe_due}", _PRUDENCE, _rolled(nominal, safe_due, region)),
        Step(
            "extended_legal_due",
            f"{extended_legal_due}",
            f"{_MONTH}; {_ROLL_FORWARD}",
            f"three months from receipt as one period: {extended}; "
            + _rolled(extended, extended_legal_due, legal_region),
        ),
        Step(
            "extended_safe_due",
            f"{extended_safe_due}",
            _PRUDENCE,
            f"earlier of {extended} (three months from receipt) and {chained} (one month, then "
            f"two): " + _rolled(min(extended, chained), extended_safe_due, region),
        ),
    )
    return Clock(
        received=instant,
        tz=tz,
        region=region,
        count_local_holidays=count_local_holidays,
        received_local=day,
        nominal=nominal,
        legal_due=legal_due,
        safe_due=safe_due,
        extended_legal_due=extended_legal_due,
        extended_safe_due=extended_safe_due,
        legal_due_expires=expires,
        trace=trace,
    )


def _as_utc(received: datetime) -> datetime:
    if received.utcoffset() is None:
        raise ValueError("the receipt instant has no UTC offset")
    require_year(received.year)  # before any arithmetic that could overflow
    return received.astimezone(UTC)


def _instant(value: datetime) -> str:
    return value.strftime("%Y-%m-%dT%H:%M:%SZ")


def _last_hour(tz: str) -> str:
    return f"the period ends with the last hour of its last day in {tz}"


def _month_words(day: date, nominal: date) -> str:
    if day.day == nominal.day:
        return f"one month from {day}, that day not counted: the same date of the next month"
    return f"one month from {day}: the next month has no {day.day}, so its last day"


def _rolled(day: date, rolled: date, region: str) -> str:
    """Says whether and why a day was moved to a working day of the region."""
    if is_working_day(day, region):
        return f"{day} is a working day ({region})"
    kind = f"a {day:%A}" if day.weekday() >= 5 else "a public holiday"
    way = "next" if rolled > day else "previous"
    return f"{day} is {kind} ({region}): the {way} working day"

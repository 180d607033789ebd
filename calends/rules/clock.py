"""The month to answer: from a receipt instant to every date that follows, each with its why.

`nominal` is the same date next month; `legal_due` is it rolled forward to a working day, for
evidence only; `safe_due` is it rolled back, and drives everything that is planned.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from calends.rules.calendar import (
    NATIONAL,
    holiday_law,
    is_working_day,
    next_working_day,
    previous_working_day,
    require_year,
)
from calends.rules.periods import add_months
from calends.rules.trace import Step
from calends.rules.zones import end_of_day, local_day

RULES_VERSION = "2026.1"
VALID_FROM = date(2018, 5, 25)
"""GDPR 99(2): the law applies from this day; earlier receipts are counted the same way."""

_MONTH = "GDPR 12(3); Reg. 1182/71 art. 3(1), 3(2)(c)"
_PRUDENCE = "house rule: art. 3(4) of Reg. 1182/71 is never planned on"


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
    legal_due = next_working_day(nominal, legal_region)
    one_period, month_then_two = _extended(day)
    clock = Clock(
        received=instant,
        tz=tz,
        region=region,
        count_local_holidays=count_local_holidays,
        received_local=day,
        nominal=nominal,
        legal_due=legal_due,
        safe_due=previous_working_day(nominal, region),
        extended_legal_due=next_working_day(one_period, legal_region),
        extended_safe_due=previous_working_day(min(one_period, month_then_two), region),
        legal_due_expires=end_of_day(legal_due, tz),
        trace=(),
    )
    return replace(clock, trace=_why(clock, legal_region))


def _extended(day: date) -> tuple[date, date]:
    """Both readings of "extended by two further months" (GDPR 12(3)), before any rolling.

    One period of three months from receipt, or one month and then two: they differ after a short
    month, and plans take the earlier.
    """
    return add_months(day, 3), add_months(add_months(day, 1), 2)


def _why(clock: Clock, legal_region: str) -> tuple[Step, ...]:
    day, nominal, tz = clock.received_local, clock.nominal, clock.tz
    one_period, month_then_two = _extended(day)
    roll_forward = f"Reg. 1182/71 art. 2, 3(4); {holiday_law(legal_region)}"

    def law(name: str, value: date, before: date, source: str, words: str = "") -> Step:
        return Step(name, f"{value}", source, words + _rolled(before, value, legal_region))

    def plan(name: str, value: date, before: date, words: str = "") -> Step:
        return Step(name, f"{value}", _PRUDENCE, words + _rolled(before, value, clock.region))

    return (
        Step("received_local", f"{day}", "GDPR 12(3)", f"day of arrival in {tz}, read or not"),
        Step("nominal", f"{nominal}", _MONTH, _month_words(day, nominal)),
        law("legal_due", clock.legal_due, nominal, roll_forward),
        Step(
            "legal_due_expires",
            f"{clock.legal_due_expires:%Y-%m-%dT%H:%M:%SZ}",
            "Reg. 1182/71 art. 3(2)",
            f"the period ends with the last hour of its last day in {tz}",
        ),
        plan("safe_due", clock.safe_due, nominal),
        law(
            "extended_legal_due",
            clock.extended_legal_due,
            one_period,
            f"{_MONTH}; {roll_forward}",
            f"three months from receipt as one period, {one_period}: ",
        ),
        plan(
            "extended_safe_due",
            clock.extended_safe_due,
            min(one_period, month_then_two),
            f"the earlier of three months from receipt, {one_period}, and one month and then two, "
            f"{month_then_two}: ",
        ),
    )


def _as_utc(received: datetime) -> datetime:
    if received.utcoffset() is None:
        raise ValueError("the receipt instant has no UTC offset")
    require_year(received.year)  # before any arithmetic that could overflow
    return received.astimezone(UTC)


def _month_words(day: date, nominal: date) -> str:
    if day.day == nominal.day:
        return f"one month from {day}, that day not counted: the same date of the next month"
    return f"one month from {day}: the next month has no {day.day}, so its last day"


def _rolled(day: date, rolled: date, region: str) -> str:
    """Says whether and why a day was moved to a working day of the region."""
    if is_working_day(day, region):
        return f"{day} is a working day ({region})"
    kind = {5: "a Saturday", 6: "a Sunday"}.get(day.weekday(), "a public holiday")
    way = "next" if rolled > day else "previous"
    return f"{day} is {kind} ({region}): the {way} working day"

"""The month to answer: from a receipt instant to every date that follows, each with its why.

`nominal` is the same date next month; `legal_due` is it rolled forward to a working day, for
evidence only; `safe_due` is it rolled back, and drives everything that is planned.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from calends.rules.calendar import (
    NATIONAL,
    holiday_law,
    is_working_day,
    next_working_day,
    previous_working_day,
    require_year,
)
from calends.rules.editions import Edition, edition_on
from calends.rules.periods import add_months
from calends.rules.trace import Step
from calends.rules.zones import end_of_day, local_day

_MONTH = "GDPR 12(3); Reg. 1182/71 art. 3(1), 3(2)(c)"
PAUSE_LAW = "décret 2019-536 art. 77; EDPB 01/2022 §159"
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
    rules_version: str = "2026.1"
    """The edition that the case was born under (`editions.edition_named`)."""
    valid_from: date = date(2018, 5, 25)
    paused_days: int = 0
    """Whole days for which the clock stood still (`pause`); they are in every date above."""


def compute_clock(
    received: datetime,
    *,
    tz: str,
    region: str,
    count_local_holidays: bool = False,
    edition: Edition | None = None,
    paused_days: int = 0,
) -> Clock:
    """The clock of a request received at that instant.

    `tz` and `region` are the controller's. Local holidays move `legal_due` forward only when
    `count_local_holidays`; plans (`safe_due`) step back over them always, as nobody is at work.
    `edition` None: the law in force on the day of receipt. `paused_days`: see `pause`.
    Raises ValueError for a naive instant, an unknown zone or region, a year out of reach.
    """
    instant = _as_utc(received)
    day = local_day(instant, tz)
    law = edition or edition_on(day)
    legal_region = region if count_local_holidays else NATIONAL
    nominal = add_months(day, law.answer_months) + timedelta(days=paused_days)
    legal_due = next_working_day(nominal, legal_region)
    one_period, month_then_two = _extended(day, law, paused_days)
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
        rules_version=law.name,
        valid_from=law.valid_from,
        paused_days=paused_days,
    )
    return replace(clock, trace=_why(clock, law, legal_region))


def _extended(day: date, law: Edition, paused_days: int) -> tuple[date, date]:
    """Both readings of "extended by two further months" (GDPR 12(3)), before any rolling.

    One period of three months from receipt, or one month and then two: they differ after a short
    month, and plans take the earlier.
    """
    pause = timedelta(days=paused_days)
    one_period = add_months(day, law.whole)
    month_then_two = add_months(add_months(day, law.answer_months), law.extension_months)
    return one_period + pause, month_then_two + pause


def _why(clock: Clock, edition: Edition, legal_region: str) -> tuple[Step, ...]:
    day, nominal, tz = clock.received_local, clock.nominal, clock.tz
    one_period, month_then_two = _extended(day, edition, clock.paused_days)
    two, three = _months(edition.extension_months), _months(edition.whole)
    roll_forward = f"Reg. 1182/71 art. 2, 3(4); {holiday_law(legal_region)}"

    def law(name: str, value: date, before: date, source: str, words: str = "") -> Step:
        return Step(name, f"{value}", source, words + _rolled(before, value, legal_region))

    def plan(name: str, value: date, before: date, words: str = "") -> Step:
        return Step(name, f"{value}", _PRUDENCE, words + _rolled(before, value, clock.region))

    return (
        Step("received_local", f"{day}", "GDPR 12(3)", f"day of arrival in {tz}, read or not"),
        _nominal_step(clock, edition),
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
            f"{three} from receipt as one period{_paused(clock)}, {one_period}: ",
        ),
        plan(
            "extended_safe_due",
            clock.extended_safe_due,
            min(one_period, month_then_two),
            f"the earlier of {three} from receipt, {one_period}, and of "
            f"{_months(edition.answer_months)} and then {two}, {month_then_two}: ",
        ),
    )


def _as_utc(received: datetime) -> datetime:
    if received.utcoffset() is None:
        raise ValueError("the receipt instant has no UTC offset")
    require_year(received.year)  # before any arithmetic that could overflow
    return received.astimezone(UTC)


def _nominal_step(clock: Clock, edition: Edition) -> Step:
    day, same = clock.received_local, add_months(clock.received_local, edition.answer_months)
    words = f"{_months(edition.answer_months)} from {day}, "
    if same.day == day.day:
        words += "that day not counted: the same date of that month"
    else:
        words += f"whose last month has no {day.day}: its last day"
    if not clock.paused_days:
        return Step("nominal", f"{clock.nominal}", _MONTH, words)
    words = f"{words}, {same}; {clock.paused_days} whole days of pause are added"
    return Step("nominal", f"{clock.nominal}", f"{_MONTH}; {PAUSE_LAW}", words)


def _months(count: int) -> str:
    return "one month" if count == 1 else f"{count} months"


def _paused(clock: Clock) -> str:
    return f" and {clock.paused_days} days of pause" if clock.paused_days else ""


def _rolled(day: date, rolled: date, region: str) -> str:
    """Says whether and why a day was moved to a working day of the region."""
    if is_working_day(day, region):
        return f"{day} is a working day ({region})"
    kind = {5: "a Saturday", 6: "a Sunday"}.get(day.weekday(), "a public holiday")
    way = "next" if rolled > day else "previous"
    return f"{day} is {kind} ({region}): the {way} working day"

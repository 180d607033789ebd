"""The identity pause of French law: off by default, approved by a human, stop-the-clock.

Décret 2019-536 art. 77 suspends the time limits of GDPR 12(3) while the controller waits for the
information that it needs to identify the person; EDPB 01/2022 §159 adds "without undue delay".
The GDPR itself is silent, and a decree that narrows 12(3) is open to attack: hence the strict
conditions, and the conservative count (rule book §2.4).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from calends.rules.clock import PAUSE_LAW, Clock, compute_clock
from calends.rules.editions import edition_named
from calends.rules.rights import rule_for
from calends.rules.trace import Step
from calends.rules.vocabulary import Right
from calends.rules.zones import at_local, local_day

HARD_ASK_DELAY_DAYS = 7
"""No setting goes beyond it: later is not "without undue delay" any more."""
_REMINDER_DAYS, _CLOSE_DAYS = (7, 14), 30
_HOUSE = "house rule: the strictest reading of a contested text"


class PauseMode(StrEnum):
    """The setting of the contested point (rule book §2.5)."""

    NONE = "none"
    FR_DECREE_77 = "fr_decree_77_stop_clock"


@dataclass(frozen=True)
class IdentityAsk:
    """The one question by which the person is asked to say who they are."""

    asked: datetime
    """UTC instant of sending."""
    doubt: str
    """The reasonable doubt, as the human recorded it (GDPR 12(6))."""
    approved: bool
    """By a human, for this case."""
    asked_before: bool = False
    proportionate: bool = True


@dataclass(frozen=True)
class PauseDecision:
    """Whether the clock may stand still; every reason against it, or the text that allows it."""

    allowed: bool
    why: tuple[Step, ...]


def may_pause(
    clock: Clock,
    right: Right,
    ask: IdentityAsk,
    *,
    mode: PauseMode = PauseMode.NONE,
    max_ask_delay_days: int = HARD_ASK_DELAY_DAYS,
) -> PauseDecision:
    """Whether an identity question stops the clock of this demand (rule book §2.4).

    `clock`: the demand's own. A demand that waits for no identity is never paused, whatever the
    other demands of its case are.
    """
    delay = (local_day(ask.asked, clock.tz) - clock.received_local).days
    limit = min(max_ask_delay_days, HARD_ASK_DELAY_DAYS)
    rule = rule_for(right)
    against = [
        (mode is PauseMode.NONE, "the pause is off", "house rule: GDPR 12(3) knows no pause"),
        (not rule.waits_for_identity, f"{right} asks nobody who they are", rule.article),
        (not ask.doubt.strip(), "no reasonable doubt is recorded", "GDPR 12(6)"),
        (not ask.approved, "no human approved it", _HOUSE),
        (ask.asked_before, "it was asked before: once only", _HOUSE),
        (not ask.proportionate, "more was asked than is needed", "GDPR 5(1)(c), 12(6)"),
        (delay > limit, f"asked after {delay} days, {limit} at most", "EDPB 01/2022 §159"),
        (delay < 0, "asked before receipt", _HOUSE),
    ]
    refused = tuple(Step("pause", "refused", src, words) for found, words, src in against if found)
    if refused:
        return PauseDecision(False, refused)
    words = "the clock stands still between asking and answering; it does not start again"
    return PauseDecision(True, (Step("pause", "allowed", PAUSE_LAW, words),))


def days_paused(asked: date, answered: date) -> int:
    """Whole local days strictly between asking and answering; no text fixes another count."""
    return max(0, (answered - asked).days - 1)


def paused_clock(clock: Clock, asked: datetime, answered: datetime) -> Clock:
    """The clock with an allowed pause in it: every due date later by the whole days paused.

    Always counted from receipt, so that doing it twice changes nothing.
    """
    days = days_paused(local_day(asked, clock.tz), local_day(answered, clock.tz))
    return compute_clock(
        clock.received,
        tz=clock.tz,
        region=clock.region,
        count_local_holidays=clock.count_local_holidays,
        edition=edition_named(clock.rules_version),
        paused_days=days,
    )


@dataclass(frozen=True)
class OpenPause:
    """While nobody answers: UTC instants at 09:00 in the controller's zone."""

    reminders: tuple[datetime, ...]
    close: datetime
    """Closed as not identified, with the letter of GDPR 11(2), 12(4), 12(6); reopenable."""
    why: tuple[Step, ...]


def open_pause(asked: datetime, tz: str) -> OpenPause:
    """What happens while a pause lasts. No text sets a maximum; the house's is 30 days."""
    day = local_day(asked, tz)

    def after(days: int) -> datetime:
        return at_local(day + timedelta(days=days), 9, tz)

    reminders, close = tuple(after(days) for days in _REMINDER_DAYS), after(_CLOSE_DAYS)
    why = [_pause_step("identity_reminder", at, "the person is reminded") for at in reminders]
    why.append(_pause_step("identity_close", close, "not identified, reopenable"))
    return OpenPause(reminders, close, tuple(why))


def _pause_step(name: str, at: datetime, words: str) -> Step:
    source = "GDPR 11(2), 12(6); house rule: no text sets a maximum"
    return Step(name, f"{at:%Y-%m-%dT%H:%M:%SZ}", source, words)

"""The three phases of a record: active, intermediate archive, deleted or anonymised.

The policy's table (rule book §3.1) as scheduled changes, each with its day. Holds stop them; what
is `UNSET` waits for a human. Days are local, and the last day of a phase is still inside it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Literal

from calends.rules.erasure import Holds
from calends.rules.retention import RetentionRule
from calends.rules.trace import Step


class Phase(StrEnum):
    ACTIVE = "active"
    INTERMEDIATE_ARCHIVE = "intermediate_archive"
    OVER = "over"  # to be deleted or anonymised
    UNKNOWN = "unknown"  # UNSET: a human decides


class Change(StrEnum):
    """What upkeep does to a record that is found in the wrong phase."""

    NOTHING = "nothing"
    ARCHIVE = "archive"  # move, or mark: named roles, logged access, no everyday search
    DELETE = "delete"
    ANONYMISE = "anonymise"
    ASK_HUMAN = "ask_human"


class Activity(StrEnum):
    """What happened to a record or its person, by the events that retention rules name."""

    CONSENT_GIVEN = "consent_given"
    ACTIVE_RESPONSE = "active_response"
    MAIL_OPENED = "mail_opened"  # never activity: programs open mail by themselves
    PURCHASE = "purchase"
    SERVICE = "service"
    LOGIN = "login"
    CONTRACT_ENDED = "contract_ended"
    FIRST_DEPOSIT = "first_deposit"
    DOCUMENT_DATED = "document_dated"


# Start event of a rule -> what starts it again (the policy's table; CNIL, SAN-2020-008).
RESETS: dict[str, frozenset[Activity]] = {
    "last_active_response": frozenset({Activity.CONSENT_GIVEN, Activity.ACTIVE_RESPONSE}),
    "end_of_relationship": frozenset(
        {Activity.CONTRACT_ENDED, Activity.PURCHASE, Activity.SERVICE, Activity.LOGIN}
    ),
    "first_deposit": frozenset(),
    "document_date": frozenset(),
}
_STARTS: dict[str, Activity] = {
    "first_deposit": Activity.FIRST_DEPOSIT,
    "document_date": Activity.DOCUMENT_DATED,
}


def counting(start_event: str) -> frozenset[Activity]:
    """What a period with this start event counts from: what starts it again, or starts it once.
    Raises ValueError for an unknown start event."""
    if start_event not in RESETS:
        raise ValueError(f"no start event {start_event[:40]!r}: one of {', '.join(RESETS)}")
    return RESETS[start_event] or frozenset({_STARTS[start_event]})


def start_of(start_event: str, happened: Iterable[tuple[Activity, date]]) -> date | None:
    """The day from which a period counts: the last event that starts it again, or the one event
    that starts it for good. None when nothing has started it. Raises ValueError for an unknown
    start event."""
    counted = counting(start_event)
    days = [day for activity, day in happened if activity in counted]
    latest = bool(RESETS[start_event])
    return (max if latest else min)(days, default=None)


@dataclass(frozen=True)
class Kept:
    """One rule that a record is kept under, and the day from which it counts.

    `start` None: its period has not begun (the contract runs).
    """

    rule: RetentionRule
    start: date | None


@dataclass(frozen=True)
class PhaseOfRecord:
    """Where a record should be today, and when that changes."""

    phase: Phase
    next_change: date | None
    """First local day of the next phase; None when no date follows from the rules."""
    held_by: tuple[str, ...]
    """Holds that stop the change that is due."""
    why: Step


def phase_of(kept: Sequence[Kept], today: date, *, holds: Holds | None = None) -> PhaseOfRecord:
    """The phase of a record that these rules keep, all of them together: the longest prevails.

    A record without any rule, or with an unset one, is UNKNOWN: nothing is done to it.
    """
    if not kept or any(one.rule.unset() for one in kept):
        return _phase(Phase.UNKNOWN, None, (), "GDPR 5(1)(e)", "no duration is set")
    running = next((one for one in kept if one.start is None or one.start > today), None)
    if running is not None:
        words = "its period has not begun"
        return _phase(Phase.ACTIVE, None, (), running.rule.source, words)
    active = max(kept, key=_active_until)
    longest = max(kept, key=_kept_until)
    if today <= _active_until(active):
        change = _day_after(_active_until(active))
        return _phase(Phase.ACTIVE, change, (), active.rule.source, f"active by {active.rule.id}")
    if today <= _kept_until(longest):
        held = _named(holds, stops_archiving=True)
        words = f"archived by {longest.rule.id}"
        change = _day_after(_kept_until(longest))
        return _phase(Phase.INTERMEDIATE_ARCHIVE, change, held, longest.rule.source, words)
    held = _named(holds, stops_archiving=False)
    return _phase(Phase.OVER, None, held, longest.rule.source, f"{longest.rule.id} is over")


def latest_start_due(rules: Sequence[RetentionRule], today: date) -> date | None:
    """The latest start of a record that has left its active phase by `today` under all of these
    rules: whatever started later has nothing due. None when nothing can have."""

    def still_active(ordinal: int) -> bool:
        start = date.fromordinal(ordinal)
        return any(rule.active_until(start) >= today for rule in rules)

    first = bisect_left(range(1, today.toordinal() + 1), True, key=still_active) + 1
    return date.fromordinal(first - 1) if first > 1 else None


def change_due(
    found: PhaseOfRecord, *, archived: bool, at_end: Literal["delete", "anonymise"] | None
) -> Change:
    """What upkeep does now; doing it again later changes nothing more.

    `archived`: the record already is in the archive; `at_end`: how its collection declares the
    end, None when it does not.
    """
    if found.phase is Phase.UNKNOWN:
        return Change.ASK_HUMAN
    if found.held_by or found.phase is Phase.ACTIVE:
        return Change.NOTHING
    if found.phase is Phase.INTERMEDIATE_ARCHIVE:
        return Change.NOTHING if archived else Change.ARCHIVE
    if at_end is None:
        return Change.ASK_HUMAN
    return Change.DELETE if at_end == "delete" else Change.ANONYMISE


def _active_until(kept: Kept) -> date:
    return kept.rule.active_until(kept.start or date.max)


def _kept_until(kept: Kept) -> date:
    return kept.rule.kept_until(kept.start or date.max)


def _day_after(day: date) -> date | None:
    return None if day == date.max else day + timedelta(days=1)


def _named(holds: Holds | None, *, stops_archiving: bool) -> tuple[str, ...]:
    """The holds that stop a change: all of them a deletion, two of them the move to the archive,
    because a restriction forbids any change and a located record must stay where it was found."""
    if holds is None:
        return ()
    names = {
        "restricted": holds.restricted,
        "other_demand_open": holds.other_demand_open,
        "litigation": holds.litigation and not stops_archiving,
        "authority": holds.authority and not stops_archiving,
    }
    return tuple(name for name, held in names.items() if held)


def _phase(
    phase: Phase, change: date | None, held: tuple[str, ...], source: str, words: str
) -> PhaseOfRecord:
    return PhaseOfRecord(phase, change, held, Step("phase", str(phase), source, words))

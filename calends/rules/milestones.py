"""When each stage of a case should be done: UTC instants drawn from its clock (rule book §2.3).

Everything is planned on `safe_due`. Planning days are 09:00 in the controller's zone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from calends.rules.calendar import add_working_days, previous_working_day
from calends.rules.clock import Clock
from calends.rules.zones import at_local, end_of_day

_HOUR = 9
_REMINDER_DAYS = (7, 14)
_COLLECTION_DAY, _DRAFT_DAY, _APPROVAL_DAY = 10, 18, 22


@dataclass(frozen=True)
class Milestones:
    """UTC instants. None of the planned ones comes after `last_call`."""

    triage: datetime
    acknowledge: datetime
    identity_ask: datetime
    identity_reminders: tuple[datetime, ...]
    collection: datetime
    draft: datetime
    approval: datetime
    extension_decision: datetime
    last_call: datetime
    """From here the case decides by itself (design, "Milestones")."""
    safe_due_end: datetime
    extended_last_call: datetime
    extended_safe_due_end: datetime
    legal_due_expires: datetime
    """After it the answer is late in law."""


def compute_milestones(
    clock: Clock,
    *,
    last_call_working_days_before: int = 2,
    extension_decision_working_days_before: int = 5,
    acknowledgment_working_days: int = 2,
    triage_working_days: int = 1,
    identity_ask_working_days: int = 3,
) -> Milestones:
    """The milestones of a clock; options count working days of the clock's region.

    Raises ValueError when a day falls in a year whose holidays are not known.
    """
    region, day = clock.region, clock.received_local
    last_call = add_working_days(clock.safe_due, -last_call_working_days_before, region)
    extended_last_call = add_working_days(
        clock.extended_safe_due, -last_call_working_days_before, region
    )

    def on(planned: date) -> datetime:
        return at_local(min(planned, last_call), _HOUR, clock.tz)

    def working(days: int) -> datetime:
        return on(add_working_days(day, days, region))

    def by(days: int) -> datetime:
        return on(previous_working_day(day + timedelta(days=days), region))

    return Milestones(
        triage=working(triage_working_days),
        acknowledge=working(acknowledgment_working_days),
        identity_ask=working(identity_ask_working_days),
        identity_reminders=tuple(on(day + timedelta(days=days)) for days in _REMINDER_DAYS),
        collection=by(_COLLECTION_DAY),
        draft=by(_DRAFT_DAY),
        approval=by(_APPROVAL_DAY),
        extension_decision=on(
            add_working_days(clock.safe_due, -extension_decision_working_days_before, region)
        ),
        last_call=on(last_call),
        safe_due_end=end_of_day(clock.safe_due, clock.tz),
        extended_last_call=at_local(extended_last_call, _HOUR, clock.tz),
        extended_safe_due_end=end_of_day(clock.extended_safe_due, clock.tz),
        legal_due_expires=clock.legal_due_expires,
    )

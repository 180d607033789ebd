"""When each stage of a case should be done: UTC instants drawn from its clock (rule book §2.3).

Everything is planned on `safe_due`. Planning days are 09:00 in the controller's zone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from calends.rules.calendar import add_working_days, previous_working_day
from calends.rules.clock import Clock
from calends.rules.trace import Step
from calends.rules.zones import at_local, end_of_day

_HOUR = 9
_REMINDER_DAYS = (7, 14)
POST_DAYS = 3
"""Working days before `safe_due` by which a letter is posted (rule book §2.2, "Provide")."""
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


def post_by(clock: Clock, *, extended: bool = False) -> date:
    """The local day by which a reply on paper is posted, so that it arrives in time."""
    due = clock.extended_safe_due if extended else clock.safe_due
    return add_working_days(due, -POST_DAYS, clock.region)


def why_post_by(clock: Clock, *, extended: bool = False) -> Step:
    """Why that day: an answer must be sent by the safe day, and a letter needs its way."""
    due = clock.extended_safe_due if extended else clock.safe_due
    words = f"{POST_DAYS} working days before {due}"
    source = "GDPR 12(3); house rule: the way of a letter"
    return Step("post_by", f"{post_by(clock, extended=extended)}", source, words)


def compute_milestones(
    clock: Clock,
    *,
    last_call_working_days_before: int = 2,
    extension_decision_working_days_before: int = 5,
    acknowledgment_working_days: int = 2,
    triage_working_days: int = 1,
    identity_ask_working_days: int = 3,
    by_post: bool = False,
) -> Milestones:
    """The milestones of a clock; options count working days of the clock's region.

    `by_post`: the reply travels as a letter, so the last calls come earlier by `POST_DAYS`.
    Raises ValueError when a day falls in a year whose holidays are not known.
    """
    region, day = clock.region, clock.received_local
    answer_by, extended_answer_by = clock.safe_due, clock.extended_safe_due
    if by_post:
        answer_by, extended_answer_by = post_by(clock), post_by(clock, extended=True)
    last_call = add_working_days(answer_by, -last_call_working_days_before, region)
    extended_last_call = add_working_days(
        extended_answer_by, -last_call_working_days_before, region
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
            add_working_days(answer_by, -extension_decision_working_days_before, region)
        ),
        last_call=on(last_call),
        safe_due_end=end_of_day(clock.safe_due, clock.tz),
        extended_last_call=at_local(extended_last_call, _HOUR, clock.tz),
        extended_safe_due_end=end_of_day(clock.extended_safe_due, clock.tz),
        legal_due_expires=clock.legal_due_expires,
    )


_PLAN = "house rule: plan of the case (rule book §2.3)"
# GDPR 12(3) wants no undue delay inside the month: the plan is the house's reading of it.
_WHY: dict[str, tuple[str, str]] = {
    "triage": (_PLAN, "what is not clear is read by a human at once"),
    "acknowledge": ("EDPB 01/2022 §57", "good practice: say what was received, and by when"),
    "identity_ask": ("GDPR 12(6); EDPB 01/2022 §159", "asked without undue delay"),
    "identity_reminders": (_PLAN, "the person is reminded, the month runs on"),
    "collection": (_PLAN, "every system has answered"),
    "draft": (_PLAN, "the reply is drafted"),
    "approval": (_PLAN, "a human has approved"),
    "extension_decision": ("GDPR 12(3)", "its notice must go inside the month"),
    "last_call": ("GDPR 12(3), 12(4)", "from here the case answers by itself: never silence"),
    "safe_due_end": ("GDPR 12(3)", "end of the safe day"),
    "extended_last_call": ("GDPR 12(3), 12(4)", "the last answer there is to give"),
    "extended_safe_due_end": ("GDPR 12(3)", "end of the extended safe day"),
    "legal_due_expires": ("Reg. 1182/71 art. 3(2), 3(4)", "after it the answer is late in law"),
}


def why_milestones(milestones: Milestones) -> tuple[Step, ...]:
    """Why each milestone is where it is; reminders are one step each."""
    steps = []
    for name, (source, words) in _WHY.items():
        value = getattr(milestones, name)
        for instant in value if isinstance(value, tuple) else (value,):
            steps.append(Step(name, f"{instant:%Y-%m-%dT%H:%M:%SZ}", source, words))
    return tuple(steps)

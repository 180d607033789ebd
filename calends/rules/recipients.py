"""Recipients: who is named, who is told, and what happens when one keeps silent.

GDPR 15(1)(c), 19; CJEU C-154/21: named, not categories, unless naming is impossible or the
request excessive. Processors are recipients (4(9)). Rule book §0.10, §1.4, §1.9.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from calends.rules.rights import Act
from calends.rules.speed import RECIPIENT_NOTICE_HOURS
from calends.rules.trace import Step

REMINDER_DAYS = (7, 14)
ESCALATION_DAYS = 30
"""The law is silent on deadlines and on silence: house rule, from the day of the notice."""


@dataclass(frozen=True)
class Disclosure:
    """One recipient of one data set. Local days; `end` None: it still receives."""

    recipient: str
    data_set: str
    start: date | None = None
    end: date | None = None
    authority_inquiry: bool = False
    """An authority in a particular inquiry is no recipient (GDPR 4(9)), and is not named."""


def recipients_of(
    disclosures: Iterable[Disclosure],
    data_sets: Collection[str],
    *,
    since: date | None = None,
    until: date | None = None,
) -> dict[str, tuple[str, ...]]:
    """The recipients of each data set within a period, each once; an empty tuple for none.

    `since`, `until`: the period that the person asks about, both days included; None: no bound.
    """
    named: dict[str, dict[str, None]] = {data_set: {} for data_set in data_sets}
    for disclosure in disclosures:
        inside = disclosure.data_set in named and not disclosure.authority_inquiry
        if inside and _overlaps(disclosure, since, until):
            named[disclosure.data_set][disclosure.recipient] = None
    return {data_set: tuple(names) for data_set, names in named.items()}


def _overlaps(disclosure: Disclosure, since: date | None, until: date | None) -> bool:
    ended_before = since is not None and disclosure.end is not None and disclosure.end < since
    began_after = until is not None and disclosure.start is not None and disclosure.start > until
    return not (ended_before or began_after)


_TOLD_OF = frozenset({Act.CHANGE, Act.ERASE, Act.RESTRICT, Act.SUPPRESS, Act.STOP_ON_CONSENT})


def must_be_told(
    act: Act, disclosures: Iterable[Disclosure], data_sets: Collection[str]
) -> tuple[str, ...]:
    """Who is told of an act on these data sets, each once: GDPR 19 for rectification, erasure and
    restriction; GDPR 7(3), 21(3) for what must stop at providers. Past recipients too."""
    if act not in _TOLD_OF:
        return ()
    names = recipients_of(disclosures, data_sets).values()
    return tuple(dict.fromkeys(name for group in names for name in group))


class NoticeState(StrEnum):
    """How the telling of one recipient stands."""

    TO_SEND = "to_send"
    WAITING = "waiting"
    ANSWERED = "answered"
    SILENT = "silent"
    IMPOSSIBLE = "impossible"  # or a disproportionate effort, GDPR 19: a human says why


@dataclass(frozen=True)
class NoticePlan:
    """UTC instants of one notice."""

    send_by: datetime
    reminders: tuple[datetime, ...]
    escalate: datetime
    why: Step


def notice_plan(acted: datetime) -> NoticePlan:
    """When a recipient is told, reminded and chased by a human; the reply does not wait for it."""
    send_by = acted + timedelta(hours=RECIPIENT_NOTICE_HOURS)
    reminders = tuple(acted + timedelta(days=days) for days in REMINDER_DAYS)
    step = Step("recipient_notice", f"{send_by:%Y-%m-%dT%H:%M:%SZ}", "GDPR 19", "house rule: hours")
    return NoticePlan(send_by, reminders, acted + timedelta(days=ESCALATION_DAYS), step)


def notice_state(
    plan: NoticePlan,
    at: datetime,
    *,
    sent: bool,
    answered: bool,
    impossible: str = "",
) -> NoticeState:
    """How a notice stands at that instant; a SILENT recipient is named in the reply."""
    if answered:
        return NoticeState.ANSWERED
    if impossible.strip():
        return NoticeState.IMPOSSIBLE
    if not sent:
        return NoticeState.TO_SEND
    return NoticeState.SILENT if at >= plan.reminders[0] else NoticeState.WAITING

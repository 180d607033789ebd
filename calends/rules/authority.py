"""A letter of the supervisory authority: never answered by the machine (GDPR 31, 58(1)).

Rule book §1.10, §5 row 73: alert, freeze the related file, the deadline that the letter states.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from calends.rules.calendar import previous_working_day
from calends.rules.trace import Step

ALERTED = ("dpo", "management")
WARN_DAYS = (7, 3, 1)
"""Days before `plan_by` on which both are reminded (house rule)."""


@dataclass(frozen=True)
class AuthorityInquiry:
    """What happens when the authority writes. Local days."""

    alert: tuple[str, ...]
    due: date | None
    """As written; None: the letter states none, and a human reads it today."""
    plan_by: date | None
    """The stated day, or the last working day before it."""
    warn_on: tuple[date, ...]
    why: tuple[Step, ...]


def authority_inquiry(received: date, stated_due: date | None, region: str) -> AuthorityInquiry:
    """The rules of an authority's letter; `stated_due` as a human read it in the letter.

    The related file is frozen and no machine answers (`rights`: FREEZE_FILE, ALONE). Raises
    ValueError for an unknown region or year.
    """
    source = "GDPR 31, 58(1); loi 78-17 art. 18, 19"
    steps = [Step("answer", "human", source, "alert, freeze, a human answers")]
    if stated_due is None:
        steps.append(Step("due", "human", source, "no deadline in the letter: read it today"))
        return AuthorityInquiry(ALERTED, None, None, (received,), tuple(steps))
    plan_by = previous_working_day(stated_due, region)
    steps.append(Step("due", f"{stated_due}", source, "the deadline that the letter states"))
    steps.append(Step("plan_by", f"{plan_by}", "house rule", "never planned on a holiday"))
    warnings = (plan_by - timedelta(days=days) for days in WARN_DAYS)
    warn_on = tuple(sorted({max(received, day) for day in warnings}))
    return AuthorityInquiry(ALERTED, stated_due, plan_by, warn_on, tuple(steps))

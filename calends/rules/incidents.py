"""Personal data breaches that a request reveals or that an answer causes (GDPR 33, 34).

Rule book §5 rows 51-52. Whether there is a risk is a human's judgment; the hours run meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from calends.rules.trace import Step

NOTIFY_HOURS = 72


class Incident(StrEnum):
    SUSPECTED_IN_REQUEST = "suspected_in_request"
    WRONG_RECIPIENT = "wrong_recipient"
    HELD_UNLAWFULLY = "held_unlawfully"  # a card verification code, for instance


class Risk(StrEnum):
    """For the rights and freedoms of people; a human says which."""

    NOT_ASSESSED = "not_assessed"
    UNLIKELY = "unlikely"
    LIKELY = "likely"
    HIGH = "high"


@dataclass(frozen=True)
class IncidentPlan:
    """What an incident asks for. UTC instant."""

    notify_authority_by: datetime | None
    tell_people: bool
    recall: bool
    """What was sent to the wrong person is asked back, and its page closed."""
    document: bool
    why: Step


def incident_plan(incident: Incident, aware: datetime, risk: Risk) -> IncidentPlan:
    """The plan of an incident of which somebody in the company became aware at that instant.

    Not assessed yet is treated as likely: the 72 hours do not wait for the assessment.
    """
    due = None if risk is Risk.UNLIKELY else aware + timedelta(hours=NOTIFY_HOURS)
    words = f"{incident}: documented in any case"
    value = f"{due:%Y-%m-%dT%H:%M:%SZ}" if due else "none"
    step = Step("notify_authority_by", value, "GDPR 33(1), 33(5), 34(1)", words)
    return IncidentPlan(due, risk is Risk.HIGH, incident is Incident.WRONG_RECIPIENT, True, step)

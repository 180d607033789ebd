"""Restriction of processing: its four grounds, what it forbids, how it ends (GDPR 18, recital 67).

Rule book §1.6. Which ground holds, and when it ends, is a human's decision; the rules say what
each of them means.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from calends.rules.decision import Decision, Outcome, decide
from calends.rules.trace import Step

REVIEW_DAYS = 30
"""A restriction that nobody looks at never ends; no text gives a number (house rule)."""


class Ground(StrEnum):
    """GDPR 18(1)."""

    ACCURACY_CONTESTED = "18(1)(a)"
    UNLAWFUL = "18(1)(b)"
    CLAIMS_OF_PERSON = "18(1)(c)"
    OBJECTION_PENDING = "18(1)(d)"


ENDS: dict[Ground, str] = {
    Ground.ACCURACY_CONTESTED: "the accuracy has been verified",
    Ground.UNLAWFUL: "the person no longer opposes the erasure",
    Ground.CLAIMS_OF_PERSON: "the person no longer needs the data for their claims",
    Ground.OBJECTION_PENDING: "the legitimate grounds have been weighed",
}
"""What ends each restriction."""


@dataclass(frozen=True)
class RestrictionFacts:
    """What is known about the data, and what the person says."""

    accuracy_contested: bool = False
    unlawful: bool = False
    opposes_erasure: bool = False
    controller_needs_no_longer: bool = False
    person_needs_for_claims: bool = False
    objection_pending: bool = False


def grounds_of(facts: RestrictionFacts) -> tuple[Ground, ...]:
    """Every ground that holds. The policy's shorter list changes nothing (rule book §0.7)."""
    holds = {
        Ground.ACCURACY_CONTESTED: facts.accuracy_contested,
        Ground.UNLAWFUL: facts.unlawful and facts.opposes_erasure,
        Ground.CLAIMS_OF_PERSON: facts.controller_needs_no_longer and facts.person_needs_for_claims,
        Ground.OBJECTION_PENDING: facts.objection_pending,
    }
    return tuple(ground for ground, found in holds.items() if found)


class Use(StrEnum):
    """What somebody wants to do with restricted data."""

    STORAGE = "storage"
    READ = "read"
    CAMPAIGN = "campaign"
    CHANGE = "change"
    PURGE = "purge"
    LEGAL_CLAIMS = "legal_claims"
    RIGHTS_OF_ANOTHER = "rights_of_another"
    PUBLIC_INTEREST = "public_interest"


_ALWAYS = frozenset({Use.STORAGE, Use.LEGAL_CLAIMS, Use.RIGHTS_OF_ANOTHER, Use.PUBLIC_INTEREST})


def may_use(use: Use, *, person_consents: bool = False) -> Decision:
    """Whether restricted data may be used so: GDPR 18(2). Frozen means no read, no change, and no
    purge either: a restriction that lets retention run destroys what it should preserve."""
    if use in _ALWAYS:
        return decide(Outcome.ACCEPT, f"{use} stays allowed", "GDPR 18(2)", about="restriction")
    if person_consents:
        return decide(Outcome.ACCEPT, "the person consents", "GDPR 18(2)", about="restriction")
    source = "GDPR 18(1), 18(2), recital 67"
    return decide(Outcome.REFUSE, f"restricted: no {use}", source, about="restriction")


def may_lift(
    ground: Ground,
    *,
    end_reached: bool,
    decided_by_human: bool,
    told: datetime | None,
    at: datetime,
) -> Decision:
    """Whether a restriction may be lifted at that instant: decided, and the person told BEFORE."""
    if not end_reached:
        return decide(Outcome.REFUSE, f"not yet: until {ENDS[ground]}", ground, about="lifting")
    if not decided_by_human:
        return decide(Outcome.HUMAN, "a human decides it", "GDPR 18(1)", about="lifting")
    if told is None or told >= at:
        words = "the person is informed before it is lifted"
        return decide(Outcome.ASK, words, "GDPR 18(3)", about="lifting", ask=("lift_notice",))
    return decide(Outcome.ACCEPT, "the person was informed before", "GDPR 18(3)", about="lifting")


def next_review(restricted_on: date, today: date) -> Step:
    """The next day on which a human looks at the restriction again; after `today`."""
    passed = max(0, (today - restricted_on).days) // REVIEW_DAYS
    day = restricted_on + timedelta(days=REVIEW_DAYS * (passed + 1))
    return Step("restriction_review", f"{day}", "house rule: every 30 days", "still needed?")


def rectify_while_restricted(*, person_consents: bool) -> Decision:
    """Restricted for accuracy, and the correction is now known (rule book §1.6, "Conflict").

    Either the person agrees to the change, or it is lifted with notice first, then changed.
    """
    if person_consents:
        return may_use(Use.CHANGE, person_consents=True)
    words = "lift it with notice first, then rectify"
    ask = ("lift_notice", "or_consent_to_change")
    return decide(Outcome.ASK, words, "GDPR 16, 18(2), 18(3)", about="restriction", ask=ask)

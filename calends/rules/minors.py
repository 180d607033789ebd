"""Children: who acts for them, their own consent, and the fast lane of their erasure.

GDPR 8, 12(1), 17(1)(f); loi 78-17 art. 45 (age 15), 51 II. Rule book §1.5, §5 rows 5-6.
"""

from __future__ import annotations

from dataclasses import dataclass

from calends.rules.decision import Decision, Outcome, decide
from calends.rules.trace import Step
from calends.rules.vocabulary import Right

CONSENT_AGE = 15
"""From it a child consents alone to information-society services (loi 78-17 art. 45)."""
MAJORITY = 18


@dataclass(frozen=True)
class ForAMinor:
    """Whether the request may be handled, and how."""

    decision: Decision
    language_for_child: bool
    """The reply is written so that a child understands it (GDPR 12(1))."""


def parent_may_act(*, authority_shown: bool, parents_disagree: bool) -> ForAMinor:
    """Holders of parental authority act for their child; a quarrel of theirs is for a human."""
    source = "C. civ. 371-1, 372-2"
    if parents_disagree:
        words = "the parents disagree"
        return ForAMinor(decide(Outcome.HUMAN, words, source, about="parent"), False)
    if not authority_shown:
        ask = ("parental_authority",)
        words = "what shows parental authority"
        return ForAMinor(decide(Outcome.ASK, words, source, about="parent", ask=ask), False)
    return ForAMinor(decide(Outcome.ACCEPT, "parental authority", source, about="parent"), False)


def child_may_act(age: int, right: Right, *, on_own_consent: bool = False) -> ForAMinor:
    """A child who writes: alone from 15, or for a consent that is their own to withdraw; before,
    a human judges their discernment. Never refused for age alone."""
    source = "GDPR 8, 12(1); loi 78-17 art. 45"
    own_to_withdraw = on_own_consent and right is Right.CONSENT_WITHDRAWAL
    if age >= CONSENT_AGE or own_to_withdraw or right is Right.PROSPECTING_OBJECTION:
        words = f"{age} years old: acts alone here"
        return ForAMinor(decide(Outcome.ACCEPT, words, source, about="child"), age < MAJORITY)
    words = f"{age} years old: a human judges the child's discernment"
    return ForAMinor(decide(Outcome.HUMAN, words, source, about="child"), True)


@dataclass(frozen=True)
class FastLane:
    """Erasure of what an information-society service collected from a minor."""

    fast: bool
    extension_allowed: bool
    why: Step


def erasure_lane(right: Right, *, minor_when_collected: bool, online_service: bool) -> FastLane:
    """Loi 78-17 art. 51 II: as fast as possible; after a month without answer the CNIL decides
    within three weeks. Whether +2 months apply is doubtful, so they do not (rule book §2.2).

    The age at collection counts, whatever age the person is now.
    """
    is_open = right is Right.ERASURE and minor_when_collected and online_service
    words = "collected online from a minor" if is_open else "the ordinary way"
    source = "loi 78-17 art. 51 II; GDPR 17(1)(f)" if is_open else "GDPR 12(3)"
    return FastLane(is_open, not is_open, Step("fast_lane", str(is_open).lower(), source, words))

"""In which capacity the company was addressed: controller, processor, joint, or not at all.

GDPR 11, 26(3), 28(3)(e). Rule book §5 rows 47-50.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from calends.rules.decision import Decision, Outcome, decide
from calends.rules.trace import Step
from calends.rules.vocabulary import Right


class Capacity(StrEnum):
    CONTROLLER = "controller"
    JOINT_CONTROLLER = "joint_controller"
    PROCESSOR = "processor"
    OTHER_COMPANY = "other_company"  # of the same group, or simply another one


@dataclass(frozen=True)
class Handling:
    """Who answers on the substance, and what we do in any case."""

    answers_on_substance: bool
    own_clock: bool
    forward_to: str
    """Whom we hand it to without undue delay; empty for nobody."""
    tell_person: bool
    why: Step


_HANDLING: dict[Capacity, tuple[bool, bool, str, bool, str, str]] = {
    Capacity.CONTROLLER: (True, True, "", False, "GDPR 12(3)", "ours to answer"),
    Capacity.JOINT_CONTROLLER: (
        True,
        True,
        "joint_controller",
        False,
        "GDPR 26(3)",
        "either may be addressed; the other is told",
    ),
    Capacity.PROCESSOR: (
        False,
        False,
        "controller",
        True,
        "GDPR 28(3)(e)",
        "the controller answers, its clock runs since it reached us",
    ),
    Capacity.OTHER_COMPANY: (
        False,
        False,
        "",
        True,
        "GDPR 12(2)",
        "we say so, and whom to write to",
    ),
}


def handling_of(capacity: Capacity) -> Handling:
    """What happens to a request that reaches us in this capacity."""
    substance, clock, to, tell, source, words = _HANDLING[capacity]
    return Handling(substance, clock, to, tell, Step("capacity", str(capacity), source, words))


# GDPR 11(2) sets these aside, and no other right, when the controller demonstrates it.
_SET_ASIDE = frozenset(
    {
        Right.ACCESS,
        Right.RECIPIENTS,
        Right.RECTIFICATION,
        Right.ERASURE,
        Right.RESTRICTION,
        Right.PORTABILITY,
    }
)


def not_identifiable(
    rights: Iterable[Right], *, demonstrated: bool, more_identifiers_given: bool
) -> Decision:
    """Data that name nobody, such as cookies or pseudonyms: GDPR 11(2) (§5 row 50).

    The person is told so and may give what identifies them, a cookie's value for instance.
    """
    if more_identifiers_given:
        words = "the person gave what identifies them"
        return decide(Outcome.ACCEPT, words, "GDPR 11(2)", about="identifiable")
    if not demonstrated or not set(rights) <= _SET_ASIDE:
        words = "tell the person, and take what identifies them"
        ask = ("identifier",)
        return decide(Outcome.ASK, words, "GDPR 11(2), 12(2)", about="identifiable", ask=ask)
    words = "the controller demonstrates that it cannot identify the person"
    return decide(Outcome.REFUSE, words, "GDPR 11(2), 12(2), 12(4)", about="identifiable")

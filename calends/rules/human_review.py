"""Decisions taken by machines: whether there is one, and who looks again (GDPR 22).

Rule book §0.5, §1.7. The policy says both that there is none and that one may be contested: the
register of processing decides, and its default answer is "none".
"""

from __future__ import annotations

from dataclasses import dataclass

from calends.rules.decision import Decision, Outcome, decide


@dataclass(frozen=True)
class AutomatedDecision:
    """What the register says of one decision (its flag `art22_processing`)."""

    solely_automated: bool
    decisive_score: bool = False
    """A score on which somebody else's decision draws strongly (CJEU C-634/21)."""
    significant_effect: bool = True


@dataclass(frozen=True)
class Review:
    """What the person is answered, and what a human does."""

    applies: bool
    freeze_effects: bool
    """As far as possible, while a human examines it."""
    decision: Decision


def review_of(known: AutomatedDecision | None) -> Review:
    """Whether a demand for human intervention meets a decision of GDPR 22(1).

    `known` None: the register has no such processing. The answer is then "none", and the DPO
    reads it before it goes, because the register may be wrong.
    """
    if known is None:
        return _none("the register knows no automated decision")
    if not (known.solely_automated or known.decisive_score):
        return _none("a human takes the decision")
    if not known.significant_effect:
        return _none("no legal effect, and none that is similarly significant")
    words = "a competent human re-examines it, with authority to change it, and hears the person"
    source = "GDPR 22(1), 22(3); CJEU C-634/21, C-203/22"
    return Review(True, True, decide(Outcome.HUMAN, words, source, about="human_review"))


def _none(words: str) -> Review:
    step = decide(
        Outcome.HUMAN, f'{words}: "none", read by the DPO', "GDPR 22(1)", about="human_review"
    )
    return Review(False, False, step)


def review_is_complete(*, competent: bool, may_change: bool, heard_person: bool) -> Decision:
    """Whether a review is one: a signature under the machine's result is none (GDPR 22(3))."""
    lacks = {"competence": competent, "authority": may_change, "hearing": heard_person}
    missing = tuple(name for name, there in lacks.items() if not there)
    if missing:
        words = f"not a review yet: {', '.join(missing)}"
        return decide(Outcome.ASK, words, "GDPR 22(3), recital 71", about="review", ask=missing)
    return decide(Outcome.ACCEPT, "a human decided anew", "GDPR 22(3)", about="review")

"""The two further months of GDPR 12(3): an exception, reasoned, noticed in time, never twice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from calends.rules.clock import Clock
from calends.rules.rights import may_extend
from calends.rules.trace import Step
from calends.rules.vocabulary import Right


class Ground(StrEnum):
    """What a DPO may write as reason. Only the first two are grounds in law."""

    COMPLEXITY = "complexity"
    NUMBER = "number"
    EFFORT = "effort"
    ABSENCE = "absence"
    HABIT = "habit"


# "Taking into account the complexity and number of the requests"; a large effort alone is not
# complexity, and the controller's own organisation is not either (EDPB 01/2022 §162-164).
_LAWFUL = frozenset({Ground.COMPLEXITY, Ground.NUMBER})


@dataclass(frozen=True)
class ExtensionAsked:
    """What the DPO decided."""

    grounds: tuple[Ground, ...]
    reasons: str
    """In the words that the person will read."""
    by_dpo: bool
    day: date
    """Local day on which the notice would be sent."""
    already_extended: bool = False


@dataclass(frozen=True)
class ExtensionDecision:
    """Which demands are extended and which not, with every reason."""

    extended: tuple[Right, ...]
    refused: tuple[Right, ...]
    why: tuple[Step, ...]

    @property
    def allowed(self) -> bool:
        return bool(self.extended)


def may_extend_now(
    clock: Clock,
    rights: Iterable[Right],
    asked: ExtensionAsked,
    *,
    minor: bool = False,
    refusal: bool = False,
    enabled: bool = True,
) -> ExtensionDecision:
    """Whether the notice may be sent for these unanswered demands (rule book §2.1-5, §2.2).

    `refusal`: the answer will be a refusal, which has one month and no more (GDPR 12(4)).
    The notice goes before `safe_due`: the rolled-forward month is never planned on.
    """
    each = tuple(rights)
    against = [
        (not enabled, "extensions are off", "house rule: the company file"),
        (refusal, "a refusal is told within one month", "GDPR 12(4)"),
        (not asked.by_dpo, "the DPO decides it", "house rule: an exception is a decision"),
        (not asked.reasons.strip(), "no reasons for the person", "GDPR 12(3)"),
        (not _LAWFUL & set(asked.grounds), "no complexity, no number", "EDPB 01/2022 §162-164"),
        (asked.day > clock.safe_due, f"the notice is due by {clock.safe_due}", "GDPR 12(3)"),
        (asked.already_extended, "it was extended before", "GDPR 12(3): two further months"),
    ]
    steps = [_step("refused", source, words) for found, words, source in against if found]
    if steps:
        return ExtensionDecision((), each, tuple(steps))
    open_to_it = tuple(right for right in each if may_extend(right, minor=minor))
    closed = tuple(right for right in each if right not in open_to_it)
    steps = [_step("refused", _law_of(right), f"{right} is never extended") for right in closed]
    if open_to_it:
        words = f"until {clock.extended_safe_due}, because of the reasons told to the person"
        steps.append(_step("allowed", "GDPR 12(3)", words))
    return ExtensionDecision(open_to_it, closed, tuple(steps))


def _law_of(right: Right) -> str:
    return {
        Right.PROSPECTING_OBJECTION: "GDPR 21(3)",
        Right.CONSENT_WITHDRAWAL: "GDPR 7(3)",
        Right.ERASURE: "loi 78-17 art. 51 II: data collected from a minor",
        Right.AUTHORITY_INQUIRY: "GDPR 31, 58(1): the authority sets the date",
    }[right]


def _step(value: str, source: str, words: str) -> Step:
    return Step("extension", value, source, words)

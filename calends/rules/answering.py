"""Whether a demand is answered: what was sent, what came back, and against which day.

GDPR 12(3)-(4). An answer counts when it was sent and did not bounce (rule book §2.2, "Provide");
an acknowledgment or a holding letter is no answer, however friendly (§5 rows 40, 58).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from calends.rules.clock import Clock
from calends.rules.replies import ANSWERS, Turn
from calends.rules.rights import may_extend
from calends.rules.trace import Step
from calends.rules.vocabulary import Right


class Delivery(StrEnum):
    WRITTEN = "written"
    SENT = "sent"
    POSTED = "posted"
    BOUNCED = "bounced"  # or returned by the post


@dataclass(frozen=True)
class Letter:
    """One letter of a case. `day`: the local day on which it was sent or posted."""

    turn: Turn
    rights: tuple[Right, ...]
    delivery: Delivery
    day: date


class State(StrEnum):
    OPEN = "open"
    EXTENDED = "extended"
    ANSWERED = "answered"
    LATE = "late"


@dataclass(frozen=True)
class HowItStands:
    state: State
    due: date
    """The legal date that counts: extended when a lawful notice was sent in time."""
    answered_on: date | None
    why: Step

    @property
    def on_time(self) -> bool:
        """Answered by the legal date, or still able to be."""
        return self.state is not State.LATE and (self.answered_on or self.due) <= self.due


_EXTENDS = frozenset({Turn.EXTENSION, Turn.PARTIAL})


def how_it_stands(
    right: Right, letters: Iterable[Letter], clock: Clock, today: date, *, minor: bool = False
) -> HowItStands:
    """How one demand stands on that local day. `clock`: the demand's own."""
    counting = [letter for letter in letters if right in letter.rights and _counts(letter)]
    extended = may_extend(right, minor=minor) and any(
        letter.turn in _EXTENDS and letter.day <= clock.legal_due for letter in counting
    )
    due = clock.extended_legal_due if extended else clock.legal_due
    answers = [letter.day for letter in counting if letter.turn not in _EXTENDS]
    if answers:
        return _stands(State.ANSWERED, due, min(answers), "sent, and it did not bounce")
    if today > due:
        return _stands(State.LATE, due, None, "no answer was sent in time")
    if extended:
        return _stands(State.EXTENDED, due, None, "the person was told in time, with reasons")
    return _stands(State.OPEN, due, None, "no answer yet")


def _counts(letter: Letter) -> bool:
    return letter.turn in ANSWERS and letter.delivery in (Delivery.SENT, Delivery.POSTED)


def _stands(state: State, due: date, answered: date | None, words: str) -> HowItStands:
    return HowItStands(state, due, answered, Step("demand", str(state), "GDPR 12(3)-(4)", words))

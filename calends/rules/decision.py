"""What the rules answer when somebody asks "may this be done?"."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from calends.rules.trace import Step


class Outcome(StrEnum):
    ACCEPT = "accept"
    ASK = "ask"  # something is missing: ask for it once; the clock runs on
    REFUSE = "refuse"
    HUMAN = "human"  # the rules do not decide it


@dataclass(frozen=True)
class Decision:
    """An answer of the rules, with every reason for it."""

    outcome: Outcome
    why: tuple[Step, ...]
    ask: tuple[str, ...] = ()
    """Code names of what is asked for, when the outcome is ASK."""

    @property
    def accepted(self) -> bool:
        return self.outcome is Outcome.ACCEPT


def decide(
    outcome: Outcome, words: str, source: str, *, about: str, ask: tuple[str, ...] = ()
) -> Decision:
    """A decision with one reason; `about` names what was decided."""
    return Decision(outcome, (Step(about, str(outcome), source, words),), ask)

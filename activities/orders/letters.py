"""Letters, and the replies among them."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field

from activities.orders.acting import CarriedOut
from activities.orders.searching import Searched
from activities.orders.step import CaseStep
from calends.rules.vocabulary import Right


class WriteLetter(CaseStep):
    """A letter of the engine's own: its template name is its purpose, `number` tells repeats."""

    letter: str
    """Name of its template, with what it is about after a colon."""
    number: int = 0
    reason: str = ""

    @property
    def purpose(self) -> str:
        return f"{self.letter}:{self.number}" if self.number else self.letter

    @property
    def template(self) -> str:
        return self.letter.partition(":")[0]

    @property
    def about(self) -> str:
        return self.letter.partition(":")[2]


class Send(CaseStep):
    purpose: str
    insist: bool = False
    """Send also what is in doubt or was refused: a human said so, or the day of doubt is over."""
    posted_on: str = ""
    """A letter on paper: the local day (ISO) on which it was posted."""


class SendState(BaseModel):
    purpose: str
    state: str  # sent, later, refused, doubtful, paper
    reason: str = ""


class Returned(BaseModel):
    """A letter that came back: the right that it had answered, if it was a reply to one."""

    right: Right | None = None


class Answer(CaseStep):
    """Write and send a reply; `form` says which letter, `turn` whose clock it answers."""

    right: Right | None
    form: str  # final, partial, extension, not_identified, forced
    unanswered: list[Right] = Field([])
    refused: str = ""
    details: dict[str, str] = Field({})
    pending: list[Searched] = Field([])
    open_tasks: dict[str, datetime] = Field({})
    carried_out: list[CarriedOut] = Field([])

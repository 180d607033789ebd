"""How a case opens and closes, its demands and its months."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field

from activities.orders.step import CaseStep
from calends.rules.vocabulary import Right


class OpenCase(CaseStep):
    inbox_id: str
    received_at: datetime
    rights: list[Right]
    needs_triage: bool
    language: str
    by_post: bool = False


class SystemFacts(BaseModel):
    """What a workflow must know of a declared system."""

    id: str
    kind: str
    takes: list[str] = Field([])
    """Events that it declares a mark for: objections, restriction, lift, withdrawal."""


class Milestone(BaseModel):
    """A named instant (UTC) at which the clock looks at the case."""

    name: str
    at: datetime


class Opened(BaseModel):
    reference: str
    safe_due: datetime
    milestones: list[Milestone]
    systems: list[SystemFacts]
    can_write_back: bool
    says_more: bool = False
    """The message names its writer otherwise too: a customer number, a postal address."""
    stakes_count: bool = True
    """What was found may ask for more than control of a contact (company file, `identity`)."""
    pauses: bool = False
    """The company file allows the pause of decree 2019-536 art. 77."""
    extends: bool = True
    """The company file allows the two further months of GDPR 12(3)."""
    writes_as: str = "self"
    """In what quality the message says that its writer writes (intake's `Role`), or `child`."""
    images: bool = False
    """It asks for images of a camera: gone within a month, so they are held at once."""
    lingers_hours: int = 0
    """How long a case stays open after its last reply, so that a bounce finds it."""
    first_letter: str
    """Purpose of the letter that was written at once and is to be sent: the request to prove the
    contact, or an acknowledgment (at most one per address in 24 hours); empty: none."""


class SetDemands(CaseStep):
    rights: list[Right]
    why: str


class BeginMonth(CaseStep):
    """Rights that count from a later receipt: added by a further message (`inbox_id`), or rested
    until the person proved their contact."""

    rights: list[Right]
    number: int
    inbox_id: str = ""
    received_at: datetime | None = None


class MoveClock(CaseStep):
    """The pause of decree 2019-536 art. 77; `answered_at` None: not answered yet."""

    asked_at: datetime
    answered_at: datetime | None


class DecideExtension(CaseStep):
    """The DPO's extension of one month (`turn`), for these unanswered rights."""

    rights: list[Right]
    reasons: str
    ground: str
    minor: bool = False


class ExtensionDecided(BaseModel):
    extended: list[Right]


class MonthBegun(BaseModel):
    safe_due: datetime
    milestones: list[Milestone]


class SplitMessage(CaseStep):
    """One message, several people: a case for each of the others."""

    people: int


class JoinCase(CaseStep):
    reference: str


class Joined(BaseModel):
    case_id: str
    """Empty: no open case has that reference."""


class CloseCase(CaseStep):
    outcome: str
    states: dict[Right, str] = Field({})
    """How each demand ended."""


class HandBack(CaseStep):
    """Messages that came too late for the case to read them."""

    inbox_ids: list[str]

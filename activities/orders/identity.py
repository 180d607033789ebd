"""What further messages mean, and how surely the person is known."""

from __future__ import annotations

from pydantic import BaseModel, Field

from activities.orders.step import CaseStep
from calends.rules.vocabulary import Assurance, Right


class ReadReply(CaseStep):
    inbox_id: str
    open_rights: list[Right] = Field([])


class ReplyRead(BaseModel):
    """What a further message in the case turned out to be (rules `demands.place_of_message`)."""

    proves: str = ""
    """Purpose of the link whose code it quotes, from the address that the code was sent to."""
    notices: list[str] = []
    """Purposes of the notices that it answers, when it comes from a recipient who was told."""
    recipient_says: str = ""
    """done, or nothing that a machine may record by itself."""
    adds: list[Right] = Field([])
    gives_up: list[Right] = Field([])
    needs_reading: bool = False


class RecordIdentity(CaseStep):
    channel: str  # page, mail, dpo, document
    assurance: Assurance
    purpose: str = ""
    """Purpose of the link whose code was typed."""
    means: str = ""
    """By what the DPO is sure, in their words: sealed."""


class ForgetDocument(CaseStep):
    blob: str
    seen_by: str
    matched: bool


class Forgotten(BaseModel):
    purpose: str = ""
    """The letter that tells the person that their document is destroyed; empty: none."""


class ChooseCandidate(CaseStep):
    candidate: str


class Chosen(BaseModel):
    can_be_asked: bool
    """A contact stands in the chosen record, and it is not a mailbox of several people."""

"""What intake can say of a message: the models of a `Reading`."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel

from calends.mail.channels import Channel
from calends.mail.corrections import Field
from calends.mail.language import UNKNOWN
from calends.mail.persons_meant import PersonMeant
from calends.mail.sender_evidence import SenderEvidence
from calends.rules.vocabulary import MessageKind, Right
from calends.rules.wording import Wording


class Doubt(StrEnum):
    """Why a human must look (`triage_reasons`)."""

    LOW_CONFIDENCE = "low_confidence"
    NO_CLEAR_DEMAND = "no_clear_demand"
    LANGUAGE = "language"
    ONLY_QUOTED = "only_quoted"
    DEMAND_IN_QUOTED = "demand_in_quoted"
    CHASING = "chasing"
    COMPLAINT = "complaint"
    CANCELLED = "cancelled"
    CHANGED = "changed"
    FOR_ANOTHER = "for_another"
    SEVERAL_PERSONS = "several_persons"
    LEGAL_PERSON = "legal_person"
    AUTHORITY = "authority"
    SEVERAL_REFERENCES = "several_references"
    ONLY_ATTACHMENTS = "only_attachments"
    NOT_ALL_READ = "not_all_read"
    UNPARSEABLE = "unparseable"
    EMPTY = "empty"


class CorrectionRead(BaseModel, frozen=True):
    """One value to be put right, as far as the message says it (GDPR 16)."""

    field: Field
    old: str | None = None
    new: str | None = None


class DemandRead(BaseModel, frozen=True):
    right: Right
    confidence: float  # 0 to 1
    quote: str  # the writer's own words that carry the demand
    because: str = ""  # the phrase of the grammar that they match
    channels: list[Channel] = []  # of an objection to prospecting
    corrections: list[CorrectionRead] = []  # of a rectification
    includes: list[Right] = []  # RECIPIENTS, where an access asks for the names too (15(1)(c))


class IdentityRead(BaseModel, frozen=True):
    """Who the writer says they are. Nothing of it is verified."""

    name: str | None = None
    addresses: list[str] = []
    phones: list[str] = []  # E.164
    customer_numbers: list[str] = []
    postal_address: str | None = None
    birth_date: str | None = None  # ISO 8601


class Reading(BaseModel, frozen=True):
    kind: MessageKind
    demands: list[DemandRead] = []
    language: str = UNKNOWN  # ISO 639-1, or "und"
    identity: IdentityRead = IdentityRead()
    needs_triage: bool = False
    triage_reasons: list[str] = []
    reference: str | None = None  # the case it names; it threads a message and proves nothing
    codes: list[str] = []  # K7QM-3RTX, wherever they stand, quoted text included
    answers: list[str] = []  # Message-IDs of ours that it answers or reports on
    person: PersonMeant = PersonMeant()  # whose data it is about
    chases: bool = False  # reminds of a request that stayed without answer (rule book §5.34)
    chased: list[Right] = []  # … and of which, where it says so
    withdraws: bool = False  # takes a request back (§5.37)
    changes: bool = False  # adds to a request or puts another in its place (§5.38)
    not_wanted: list[Right] = []  # rights that it says it does not exercise
    wording: Wording | None = None  # of unclear words: what they are taken for (§5.28-5.31)
    sender: SenderEvidence = SenderEvidence()
    sender_ambiguous: bool = False

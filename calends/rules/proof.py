"""What each piece of evidence proves about the requester, and where an answer may then go.

Rule book §1, "Identity assurance levels", and §5 rows 16-18, 45. A `From:` line is no proof, and
control of a contact that is not on file proves nothing about the person.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from calends.rules.identity import Contact, highest
from calends.rules.trace import Step
from calends.rules.vocabulary import Assurance


class Evidence(StrEnum):
    """One thing that speaks for the requester being the person."""

    FROM_HEADER = "from_header"
    CODE_AT_CONTACT = "code_at_contact"  # link opened and code typed, or quoted in a reply
    AUTHENTICATED_REPLY = "authenticated_reply"  # DKIM or SPF pass, aligned, and the link clicked
    ACCOUNT = "account"  # signed in at the controller's own site
    KNOWN_REFERENCE = "known_reference"  # a customer or invoice number already held
    REGISTERED_LETTER = "registered_letter"  # handed over at the postal address on file
    POSTAL_ADDRESS = "postal_address"  # the answer itself goes to the postal address on file
    DOCUMENT_SEEN = "document_seen"  # an identity document, checked and deleted (`documents`)
    IN_PERSON = "in_person"


@dataclass(frozen=True)
class Piece:
    """A piece of evidence, and the contact point that it speaks for."""

    evidence: Evidence
    contact: Contact = Contact.ON_FILE


@dataclass(frozen=True)
class Reached:
    assurance: Assurance
    why: tuple[Step, ...]


_LADDER = "house rule: the ladder of assurance (EDPB 01/2022 §58-79)"
_CONTROL = frozenset({Evidence.CODE_AT_CONTACT, Evidence.AUTHENTICATED_REPLY, Evidence.ACCOUNT})
_WORDS: dict[Evidence, tuple[Assurance, str]] = {
    Evidence.FROM_HEADER: (Assurance.IA0, "anybody can write any sender into a mail"),
    Evidence.CODE_AT_CONTACT: (Assurance.IA1, "controls a contact that was on file before"),
    Evidence.AUTHENTICATED_REPLY: (Assurance.IA1, "authenticated, and the link was opened"),
    Evidence.ACCOUNT: (Assurance.IA1, "signed in to the account"),
    Evidence.REGISTERED_LETTER: (Assurance.IA2, "handed over at the address on file"),
    Evidence.POSTAL_ADDRESS: (Assurance.IA2, "only who lives at the address on file reads it"),
    Evidence.DOCUMENT_SEEN: (Assurance.IA3, "a document was seen"),
    Evidence.IN_PERSON: (Assurance.IA3, "seen in person"),
}


def assurance_of(pieces: Iterable[Piece]) -> Reached:
    """How surely the person is known by all these pieces together; IA0 when there is none."""
    each = tuple(pieces)
    steps = [_one(piece) for piece in each if piece.evidence is not Evidence.KNOWN_REFERENCE]
    if any(piece.evidence is Evidence.KNOWN_REFERENCE for piece in each):
        steps.append(_reference(each))
    return Reached(highest(Assurance(step.value) for step in steps), tuple(steps))


def _one(piece: Piece) -> Step:
    level, words = _WORDS[piece.evidence]
    if piece.evidence in _CONTROL and piece.contact is not Contact.ON_FILE:
        level, words = Assurance.IA0, f"the contact is {piece.contact}: control proves nothing"
    return Step(str(piece.evidence), str(level), _LADDER, words)


def _reference(pieces: tuple[Piece, ...]) -> Step:
    """A thing that only the person should know is a second factor, never the only one.

    It needs some contact that the requester controls and shares with nobody; the answer still
    goes to a contact on file (`answer_to`), so that a found invoice opens nothing.
    """
    beside = any(
        piece.evidence is not Evidence.FROM_HEADER
        and piece.evidence is not Evidence.KNOWN_REFERENCE
        and piece.contact is not Contact.SHARED
        for piece in pieces
    )
    level = Assurance.IA2 if beside else Assurance.IA0
    words = "knows what we hold" if beside else "a reference alone can be found or guessed"
    return Step(str(Evidence.KNOWN_REFERENCE), str(level), _LADDER, words)


class AnswerTo(StrEnum):
    """Where personal data may be sent."""

    WRITTEN_FROM = "written_from"
    CONTACT_ON_FILE = "contact_on_file"
    POSTAL_ON_FILE = "postal_on_file"
    NOWHERE = "nowhere"


def answer_to(
    written_from: Contact,
    *,
    proved: bool,
    other_contact_on_file: bool,
    postal_on_file: bool,
    document_seen: bool = False,
) -> AnswerTo:
    """Where the data go: never to a new address, unless a document was seen (§5 row 45).

    `proved`: the writer controls the contact that they wrote from.
    """
    if written_from is Contact.ON_FILE and proved:
        return AnswerTo.WRITTEN_FROM
    if document_seen and proved and written_from is Contact.UNKNOWN:
        return AnswerTo.WRITTEN_FROM
    if other_contact_on_file:
        return AnswerTo.CONTACT_ON_FILE
    return AnswerTo.POSTAL_ON_FILE if postal_on_file else AnswerTo.NOWHERE

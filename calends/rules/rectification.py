"""Rectification: what is changed, what is completed, what is never altered (GDPR 16).

Rule book §1.4. Art. 19 notices follow each change (`recipients`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from calends.rules.trace import Step


class FieldKind(StrEnum):
    """What kind of thing the person says is wrong."""

    FACT = "fact"
    CONTACT_DETAIL = "contact_detail"
    BANK_DETAIL = "bank_detail"
    ISSUED_VOUCHER = "issued_voucher"  # an invoice or another accounting document sent out
    OPINION = "opinion"  # an appraisal by somebody else


class Way(StrEnum):
    """What is done about it. Several may apply, in this order."""

    CONFIRM_AT_OLD_CONTACT = "confirm_at_old_contact"
    CHANGE = "change"
    COMPLETE = "complete"
    CORRECT_MASTER_DATA = "correct_master_data"
    CORRECTIVE_DOCUMENT = "corrective_document"
    NOTE_DISAGREEMENT = "note_disagreement"
    ASK_EVIDENCE = "ask_evidence"
    HUMAN = "human"
    NOTHING = "nothing"


@dataclass(frozen=True)
class CorrectionAsked:
    """One correction that a person asks for."""

    kind: FieldKind
    already_right: bool = False
    incomplete: bool = False
    """True but incomplete: a supplementary statement completes it."""
    contested: bool = False
    """The controller has reason to think that its value is the right one."""
    evidence_seen: bool = False
    evidence_proportionate: bool = True
    """Whether asking for evidence is relevant and proportionate here (CJEU C-247/23)."""


@dataclass(frozen=True)
class Correction:
    ways: tuple[Way, ...]
    why: tuple[Step, ...]


_WHY: dict[Way, tuple[str, str]] = {
    Way.CONFIRM_AT_OLD_CONTACT: (
        "GDPR 5(1)(f), 32",
        "the old contact confirms: a new one could be a thief's",
    ),
    Way.CHANGE: ("GDPR 16", "inaccurate data are rectified in every copy"),
    Way.COMPLETE: ("GDPR 16", "incomplete data are completed, by a supplementary statement"),
    Way.CORRECT_MASTER_DATA: ("GDPR 16", "the data from which documents are made are corrected"),
    Way.CORRECTIVE_DOCUMENT: (
        "C. com. L123-22",
        "an issued document is never altered, a corrective one is issued",
    ),
    Way.NOTE_DISAGREEMENT: ("GDPR 16", "the disagreement is noted beside the opinion"),
    Way.ASK_EVIDENCE: ("CJEU C-247/23", "evidence, as far as relevant and proportionate"),
    Way.HUMAN: ("GDPR 16, 5(1)(d)", "a contested fact is for a human"),
    Way.NOTHING: ("GDPR 16, 12(4)", "it already says so"),
}


def how_to_rectify(asked: CorrectionAsked) -> Correction:
    """What is done about one correction asked for, in order, each with its article."""
    ways = _ways(asked)
    return Correction(ways, tuple(Step("rectification", str(way), *_WHY[way]) for way in ways))


def _ways(asked: CorrectionAsked) -> tuple[Way, ...]:
    if asked.already_right:
        return (Way.NOTHING,)
    if asked.kind is FieldKind.OPINION:
        return (Way.NOTE_DISAGREEMENT, Way.HUMAN)
    if asked.contested:
        may_ask = asked.evidence_proportionate and not asked.evidence_seen
        return (Way.ASK_EVIDENCE, Way.HUMAN) if may_ask else (Way.HUMAN,)
    if asked.kind is FieldKind.ISSUED_VOUCHER:
        return (Way.CORRECT_MASTER_DATA, Way.CORRECTIVE_DOCUMENT)
    act = Way.COMPLETE if asked.incomplete else Way.CHANGE
    if asked.kind in (FieldKind.CONTACT_DETAIL, FieldKind.BANK_DETAIL):
        return (Way.CONFIRM_AT_OLD_CONTACT, act)
    return (act,)

"""The words of the law as code names (rule book §6). No behaviour here."""

from enum import StrEnum


class Right(StrEnum):
    """What a person may demand (GDPR 7(3), 12-22)."""

    ACCESS = "ACCESS"  # GDPR 15
    PORTABILITY = "PORTABILITY"  # GDPR 20
    RECTIFICATION = "RECTIFICATION"  # GDPR 16
    ERASURE = "ERASURE"  # GDPR 17
    RESTRICTION = "RESTRICTION"  # GDPR 18
    OBJECTION = "OBJECTION"  # GDPR 21(1)
    PROSPECTING_OBJECTION = "PROSPECTING_OBJECTION"  # GDPR 21(2)-(3)
    CONSENT_WITHDRAWAL = "CONSENT_WITHDRAWAL"  # GDPR 7(3)
    HUMAN_REVIEW = "HUMAN_REVIEW"  # GDPR 22(3)
    RECIPIENTS = "RECIPIENTS"  # GDPR 15(1)(c), CJEU C-154/21
    AUTHORITY_INQUIRY = "AUTHORITY_INQUIRY"  # a letter from the supervisory authority


class Basis(StrEnum):
    """Why processing is lawful (GDPR 6(1))."""

    CONSENT = "consent"  # (a)
    CONTRACT = "contract"  # (b)
    LEGAL_OBLIGATION = "legal_obligation"  # (c)
    VITAL_INTEREST = "vital_interest"  # (d)
    PUBLIC_TASK = "public_task"  # (e)
    LEGITIMATE_INTEREST = "legitimate_interest"  # (f)
    UNSET = "UNSET"  # nobody has said: a human decides


class Assurance(StrEnum):
    """How surely the requester is the data subject (rule book §1, "Identity assurance levels")."""

    IA0 = "IA0"
    IA1 = "IA1"
    IA2 = "IA2"
    IA3 = "IA3"


class Verdict(StrEnum):
    """What becomes of a finding when erasure is asked (rule book §1.5)."""

    ERASED = "ERASED"
    ANONYMISED = "ANONYMISED"
    ARCHIVED_RESTRICTED = "ARCHIVED_RESTRICTED"
    RETAINED = "RETAINED"
    SUPPRESSION_ENTRY = "SUPPRESSION_ENTRY"
    BACKUP_EXPIRING = "BACKUP_EXPIRING"
    NOT_FOUND = "NOT_FOUND"
    HUMAN = "HUMAN"  # UNSET retention or a claim: the DPO must decide


class SearchState(StrEnum):
    """How the search of one declared system ended (design, "Completeness")."""

    FOUND = "found"
    NOTHING = "nothing"
    FAILED = "failed"
    SKIPPED = "skipped"
    WAITING = "waiting"


class Language(StrEnum):
    FR = "fr"
    EN = "en"


class MessageKind(StrEnum):
    """What intake takes a message for (design, `calends read`)."""

    REQUEST = "request"
    REPLY = "reply"
    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    BULK = "bulk"
    AUTHORITY = "authority"
    OTHER = "other"
    QUARANTINE = "quarantine"

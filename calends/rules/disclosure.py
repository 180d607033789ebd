"""What an access reply gives, blackens, withholds, or lays before a human.

GDPR 15(1), 15(4), 20(4), recital 63: blacken before refusing, and say what was withheld and why.
Rule book §1.1, §5 rows 4, 12-14, 19-23, 44, 54-55, 71.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from calends.rules.periods import Period
from calends.rules.trace import Step


class Content(StrEnum):
    """What a piece of what was found is."""

    OWN = "own"
    ARCHIVED = "archived"
    OPINION = "opinion"  # notes, assessments, interview notes about the person
    OF_BOTH = "of_both"  # of the person and of others: a household, a thread of mail
    OF_OTHERS = "of_others"
    WITNESS = "witness"  # who blew the whistle, who testified
    MAIL_SENT_OR_RECEIVED = "mail_sent_or_received"  # by the requester, at work
    MAIL_MENTIONING = "mail_mentioning"
    MARKED_PRIVATE = "marked_private"
    PRIVILEGED = "privileged"
    KNOW_HOW = "know_how"
    AML_FILE = "aml_file"
    SECURITY_INTERNAL = "security_internal"
    IMAGE = "image"
    BACKUP = "backup"  # also held in a living system
    BACKUP_ONLY_COPY = "backup_only_copy"
    SENSITIVE_UNASKED = "sensitive_unasked"  # health told in the request itself


class Way(StrEnum):
    GIVE = "give"
    REDACT = "redact"
    WITHHOLD = "withhold"
    HUMAN = "human"
    NOT_SEARCHED = "not_searched"


@dataclass(frozen=True)
class Given:
    way: Way
    why: Step


_WAYS: dict[Content, tuple[Way, str, str]] = {
    Content.OWN: (Way.GIVE, "GDPR 15(3)", "the person's own data"),
    Content.ARCHIVED: (Way.GIVE, "CNIL SAN-2021-021", "access covers archives too"),
    Content.OPINION: (Way.GIVE, "GDPR 4(1); CJEU C-434/16", "opinions are data of who they judge"),
    Content.OF_BOTH: (Way.REDACT, "GDPR 15(4), recital 63", "only the person's own part"),
    Content.OF_OTHERS: (Way.WITHHOLD, "GDPR 15(4)", "data of others"),
    Content.WITNESS: (Way.WITHHOLD, "GDPR 15(4); loi 2016-1691 art. 9", "the identity of a source"),
    Content.MAIL_SENT_OR_RECEIVED: (Way.GIVE, "CNIL 2025-01-31", "known to the person already"),
    Content.MAIL_MENTIONING: (Way.HUMAN, "CNIL 2025-01-31", "a proportional check, then redacted"),
    Content.MARKED_PRIVATE: (Way.HUMAN, "C. civ. 9", "not opened beyond need"),
    Content.PRIVILEGED: (Way.HUMAN, "loi 71-1130 art. 66-5", "secrecy of counsel"),
    Content.KNOW_HOW: (Way.HUMAN, "GDPR recital 63", "must not end in refusing everything"),
    Content.AML_FILE: (Way.WITHHOLD, "CMF L561-45", "indirect access, through the CNIL"),
    Content.SECURITY_INTERNAL: (Way.WITHHOLD, "GDPR 15(4), 32", "attestations instead of logs"),
    Content.IMAGE: (Way.REDACT, "GDPR 15(4)", "the others are blurred"),
    Content.BACKUP: (Way.NOT_SEARCHED, "house rule", "held in a living system as well"),
    Content.BACKUP_ONLY_COPY: (Way.HUMAN, "GDPR 15(1)", "the only copy: a human fetches it"),
    Content.SENSITIVE_UNASKED: (
        Way.GIVE,
        "GDPR 5(1)(c)",
        "sealed with the request, copied nowhere",
    ),
}


def how_to_give(content: Content) -> Given:
    """What an access or portability reply does with it, and why."""
    way, source, words = _WAYS[content]
    return Given(way, Step("disclosure", str(way), source, words))


@dataclass(frozen=True)
class ImagesHeld:
    """Images asked for: a race against their deletion (§5 row 23)."""

    freeze_at_once: bool
    gone_after: date | None
    """Last local day on which they exist when nobody freezes them; None: no day was given."""
    ask: tuple[str, ...]
    why: Step


def hold_images(recorded: date | None, *, kept: str = "P1M") -> ImagesHeld:
    """What a request for images does on receipt, before any identity is established.

    `recorded`: the day that the person names; `kept`: how long the system keeps images.
    """
    if recorded is None:
        step = Step("images", "freeze", "GDPR 12(2); CSI L252-5", "asked when and where")
        return ImagesHeld(True, None, ("day", "hour", "place"), step)
    gone = Period.parse(kept).after(recorded)
    step = Step("images", "freeze", "GDPR 15; CSI L252-5", f"kept {kept}, gone after {gone}")
    return ImagesHeld(True, gone, (), step)


def backups_gone_after(acted: date, rotation: str) -> Step:
    """The last local day on which a backup may still hold what was erased (§5 row 55).

    `rotation`: ISO 8601 period. Until then backups are beyond use, and the list of erasures is
    applied again after each restore. Raises ValueError for an unreadable period.
    """
    gone = Period.parse(rotation).after(acted)
    return Step("backups", f"{gone}", "GDPR 17; CNIL 2026-02-18", f"rotation {rotation}")

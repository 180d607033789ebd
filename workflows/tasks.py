"""What a human may be asked, and by it what they may answer. The one table of tasks."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class TaskKind(StrEnum):
    TRIAGE = "triage"
    AUTHORITY = "authority"
    READ_MAIL = "read_mail"
    HOLD_IMAGES = "hold_images"
    VERIFY_IDENTITY = "verify_identity"
    CHECK_DOCUMENT = "check_document"
    RESOLVE_HOMONYM = "resolve_homonym"
    APPROVE_PAUSE = "approve_pause"
    SEARCH_BY_HAND = "search_by_hand"
    MEND_SYSTEM = "mend_system"
    REVIEW_ACCESS = "review_access"
    REVIEW_PORTABILITY = "review_portability"
    REVIEW_DECISION = "review_decision"
    DECIDE_RESTRICTION = "decide_restriction"
    LIFT_RESTRICTION = "lift_restriction"
    WEIGH_OBJECTION = "weigh_objection"
    RECTIFY = "rectify"
    APPROVE_ERASURE = "approve_erasure"
    EXTENSION = "extension"
    MEND_DELIVERY = "mend_delivery"
    POST_LETTER = "post_letter"
    TELL_RECIPIENTS = "tell_recipients"
    CHASE_RECIPIENT = "chase_recipient"
    MEND_CASE = "mend_case"


OUTCOMES: dict[TaskKind, tuple[str, ...]] = {
    TaskKind.TRIAGE: ("accept", "not_a_request", "duplicate", "split"),
    TaskKind.AUTHORITY: ("answered_by_hand", "not_an_authority"),
    TaskKind.READ_MAIL: ("read", "add_rights", "give_up"),
    TaskKind.HOLD_IMAGES: ("held", "no_images"),
    TaskKind.VERIFY_IDENTITY: ("confirm", "second_factor", "ask_document", "not_identified"),
    TaskKind.CHECK_DOCUMENT: ("matches", "differs"),
    TaskKind.RESOLVE_HOMONYM: ("same_person", "different"),
    TaskKind.APPROVE_PAUSE: ("pause", "no_pause"),
    TaskKind.SEARCH_BY_HAND: ("found", "nothing"),
    TaskKind.MEND_SYSTEM: ("retry", "skip"),
    TaskKind.REVIEW_ACCESS: ("release", "refuse"),
    TaskKind.REVIEW_PORTABILITY: ("release", "refuse"),
    TaskKind.REVIEW_DECISION: ("no_such_decision", "reviewed", "refuse"),
    TaskKind.DECIDE_RESTRICTION: ("grant", "refuse"),
    TaskKind.LIFT_RESTRICTION: ("keep", "lift"),
    TaskKind.WEIGH_OBJECTION: ("uphold", "refuse"),
    TaskKind.RECTIFY: ("carry_out", "note_disagreement", "refuse"),
    TaskKind.APPROVE_ERASURE: ("approve", "approve_all", "refuse"),
    TaskKind.EXTENSION: ("extend", "no_extension"),
    TaskKind.MEND_DELIVERY: ("resend", "was_sent"),
    TaskKind.POST_LETTER: ("posted", "impossible"),
    TaskKind.TELL_RECIPIENTS: ("told", "impossible"),
    TaskKind.CHASE_RECIPIENT: ("confirmed", "silent", "impossible"),
    TaskKind.MEND_CASE: ("retry",),
}

NEEDS_REASON = frozenset(
    {
        "refuse",
        "skip",
        "extend",
        "not_a_request",
        "impossible",
        "not_an_authority",
        "ask_document",
        "not_identified",
        "pause",
        "lift",
    }
)
"""Outcomes that a human gives a reason for, whatever the task."""

WANTS: Mapping[tuple[TaskKind, str], tuple[str, ...]] = {
    (TaskKind.TRIAGE, "duplicate"): ("reference",),
    (TaskKind.TRIAGE, "split"): ("people",),
    (TaskKind.VERIFY_IDENTITY, "confirm"): ("means",),
    (TaskKind.RESOLVE_HOMONYM, "same_person"): ("candidate",),
    (TaskKind.DECIDE_RESTRICTION, "grant"): ("ground",),
    (TaskKind.REVIEW_DECISION, "reviewed"): ("subject", "decision", "criteria", "reasons"),
    (TaskKind.POST_LETTER, "posted"): ("posted_on",),
}
"""What else an outcome must say, as `details` of the TaskOutcome: names of short texts."""

WANTS_RIGHTS = frozenset(
    {
        (TaskKind.TRIAGE, "accept"),
        (TaskKind.READ_MAIL, "add_rights"),
        (TaskKind.READ_MAIL, "give_up"),
    }
)
"""Outcomes that name rights."""

TAKES_UPLOAD = frozenset({(TaskKind.SEARCH_BY_HAND, "found"), (TaskKind.RECTIFY, "carry_out")})
"""Outcomes that a file may come with; a search by hand that found something must bring one."""

ROLES = {TaskKind.SEARCH_BY_HAND: "system_owner"}
"""Who does it; everything else is the DPO's."""

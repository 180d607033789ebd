"""Whether letters hold: every template with sample facts, and a reply against its checklist."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from calends.letters.facts import Facts
from calends.letters.render import TEMPLATES, LetterBroken, Rendered, render
from calends.letters.samples import sample_facts
from calends.rules.replies import Turn, items_of_turn, missing, required_items
from calends.rules.vocabulary import Language, Right

TURNS: dict[str, Turn] = {
    "acknowledgment": Turn.ACKNOWLEDGMENT,
    "extension_notice": Turn.EXTENSION,
    "partial_reply": Turn.PARTIAL,
    "final_forced_reply": Turn.FORCED,
    "refusal": Turn.REFUSAL,
    "not_identified": Turn.NOT_IDENTIFIED,
    "deceased_refusal": Turn.DECEASED_REFUSAL,
    "restriction_lift_notice": Turn.LIFT_NOTICE,
    "withdrawal_confirmed": Turn.WITHDRAWAL_CONFIRMED,
}
"""The letters of a turn that has a checklist of its own, in place of that of a right."""

_ALSO_OWED: dict[str, tuple[str, ...]] = {
    "joined_notice": ("dates",),
    "split_notice": ("split", "dates"),
    "clarification_request": ("clarification", "dates"),
    "forwarded_notice": ("forwarded", "complaint"),
    "fee_notice": ("fee", "reasons", "complaint"),
    "identity_second_factor": ("second_factor",),
    "identity_document": ("doubt", "masking", "deletion", "complaint"),
    "document_deleted": ("deletion",),
    "mandate_request": ("mandate",),
    "minor_request": ("authority_of_writer",),
    "heirship_request": ("heirship",),
    "contact_change_notice": ("old_contact",),
    "further_reply": ("further", "authority", "judicial_remedy"),
    "purged_notice": ("erased", "backups"),
    "recipient_notice": ("act", "identifiers", "answer"),
    "recipient_reminder": ("act", "identifiers", "answer"),
}

REPLIES: dict[str, Right] = {
    "access_reply": Right.ACCESS,
    "portability_reply": Right.PORTABILITY,
    "rectification_reply": Right.RECTIFICATION,
    "erasure_reply": Right.ERASURE,
    "restriction_reply": Right.RESTRICTION,
    "objection_reply": Right.OBJECTION,
    "prospecting_reply": Right.PROSPECTING_OBJECTION,
    "consent_withdrawal_reply": Right.CONSENT_WITHDRAWAL,
    "human_review_reply": Right.HUMAN_REVIEW,
    "recipients_reply": Right.RECIPIENTS,
}
"""The letter that answers each right; an authority is answered by a person."""


def owed_by(letter: str) -> tuple[str, ...]:
    """What a letter must say whatever demand it answers, in the order of its checklist."""
    of_turn = items_of_turn(TURNS[letter]) if letter in TURNS else ()
    return of_turn + _ALSO_OWED.get(letter, ())


def lacking(
    rendered: Rendered,
    right: Right | None = None,
    *,
    refused: bool = False,
    suppressed: bool = False,
    cut_off: bool = False,
) -> tuple[str, ...]:
    """What the letter owes and does not say: nobody may approve or send it while this is not empty.

    `right`: the demand that it answers, when it answers one; the others: as for
    `calends.rules.replies.required_items`. A letter with a turn of its own, such as a refusal,
    owes the items of its turn, not those of the right.
    """
    owed = owed_by(rendered.letter)
    if right is not None and rendered.letter not in TURNS:
        owed += required_items(right, refused=refused, suppressed=suppressed, cut_off=cut_off)
    return missing(dict.fromkeys(owed), rendered.items)


def check_templates(templates: Path = TEMPLATES, *, own: Path | None = None) -> list[str]:
    """One line for each letter that does not hold with sample facts; empty when all do.

    `own`: the company's own texts. One that does not hold is named; sending goes on with the
    built-in one.
    """
    wrong: dict[str, None] = {}
    for language in Language:
        for letter, variants in sample_facts(language).items():
            for facts in variants:
                wrong |= dict.fromkeys(_complaints(letter, language, facts, templates, own))
    return list(wrong)


def _complaints(
    letter: str, language: Language, facts: Facts, templates: Path, own: Path | None
) -> Iterator[str]:
    try:
        rendered = render(letter, language, facts, own=own, templates=templates)
    except LetterBroken as error:
        yield str(error)
        return
    if rendered.own_broken:
        yield f"letter {letter}/{language}: own text not used: {rendered.own_broken}"
    # An answer is threaded back to its case by the reference (rule book §4).
    if f"[{facts['case']['reference']}]" not in rendered.subject:
        yield f"letter {letter}/{language}: no [reference] in the subject"
    if said_not := lacking(rendered):
        yield f"letter {letter}/{language}: does not say {', '.join(said_not)}"

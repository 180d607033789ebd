"""Whether letters hold: every template with sample facts, and a reply against its checklist."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from calends.letters.facts import Facts
from calends.letters.render import TEMPLATES, LetterBroken, Rendered, render
from calends.letters.samples import sample_facts
from calends.rules.replies import REFUSAL, missing_items
from calends.rules.vocabulary import Language, Right

REFUSALS = frozenset({"refusal", "not_identified", "deceased_refusal"})
"""Letters that refuse as a whole: they owe GDPR 12(4), not the checklist of the right."""

OWED_BY_LETTER: dict[str, frozenset[str]] = {
    "acknowledgment": frozenset({"dates"}),
    "joined_notice": frozenset({"dates"}),
    "split_notice": frozenset({"split", "dates"}),
    "clarification_request": frozenset({"clarification", "dates"}),
    "forwarded_notice": frozenset({"forwarded", "complaint"}),
    "withdrawal_confirmed": frozenset({"withdrawn", "complaint"}),
    "identity_second_factor": frozenset({"second_factor"}),
    "identity_document": frozenset({"doubt", "masking", "deletion", "complaint"}),
    "document_deleted": frozenset({"deletion"}),
    "mandate_request": frozenset({"mandate"}),
    "minor_request": frozenset({"authority_of_writer"}),
    "heirship_request": frozenset({"heirship"}),
    "contact_change_notice": frozenset({"old_contact"}),
    "extension_notice": frozenset({"extension", "reasons", "authority", "judicial_remedy"}),
    "partial_reply": frozenset({"extension", "reasons", "authority", "judicial_remedy"}),
    "final_forced_reply": frozenset({"authority", "judicial_remedy"}),
    "further_reply": frozenset({"further", "authority", "judicial_remedy"}),
    "restriction_lift_notice": frozenset({"notice", "reasons", "afterwards", "complaint"}),
    "purged_notice": frozenset({"erased", "backups"}),
    "recipient_notice": frozenset({"act", "identifiers", "answer"}),
    "recipient_reminder": frozenset({"act", "identifiers", "answer"}),
} | dict.fromkeys(REFUSALS, frozenset(REFUSAL))
"""What a letter that is no reply to one right must say all the same."""

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


def lacking(
    rendered: Rendered,
    right: Right | None = None,
    *,
    refused: bool = False,
    suppressed: bool = False,
) -> tuple[str, ...]:
    """What the letter owes and does not say: nobody may approve or send it while this is not empty.

    `right`: the demand that it answers, when it answers one; `refused`, `suppressed`: as for
    `calends.rules.replies.required_items`. A letter that refuses as a whole owes GDPR 12(4) alone.
    """
    owed = OWED_BY_LETTER.get(rendered.letter, frozenset())
    missing = tuple(sorted(owed - rendered.items))
    if right is None or rendered.letter in REFUSALS:
        return missing
    of_right = missing_items(right, rendered.items, refused=refused, suppressed=suppressed)
    return missing + of_right


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
    if missing := lacking(rendered):
        yield f"letter {letter}/{language}: does not say {', '.join(missing)}"

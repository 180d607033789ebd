"""What was done to the data: rectification, erasure, restriction and their notices."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal

from calends.company import Company
from calends.letters import words
from calends.letters.facts.case import (
    Facts,
    common_facts,
    completeness,
    day_or_empty,
    labelled,
    notices_facts,
    page_facts,
)
from calends.letters.facts.erased import erasure_lines
from calends.letters.inputs import (
    CaseFacts,
    Change,
    ContactChange,
    ErasureLine,
    NotChanged,
    PageAccess,
    PurgedSet,
    RecipientNotice,
    RestrictedSet,
    SystemOutcome,
    Withheld,
)
from calends.letters.masking import masked_contact, without_bank_details
from calends.rules.restriction import Ground
from calends.rules.vocabulary import Language, SearchState, Verdict

Afterwards = Literal["resumed", "rectified", "erased"]


def rectification_facts(
    company: Company,
    case: CaseFacts,
    changes: Sequence[Change],
    not_changed: Sequence[NotChanged] = (),
    notices: Sequence[RecipientNotice] = (),
) -> Facts:
    """The reply to RECTIFICATION. Raises ValueError when nothing was changed and no reason says
    why."""
    if not changes and not not_changed:
        raise ValueError("a rectification reply needs what changed, or why nothing did")
    return common_facts(company, case) | {
        "changes": [change_facts(change, case.language) for change in changes],
        "not_changed": [
            {"what": each.what, "why": each.why, "text": each.text} for each in not_changed
        ],
        "notices": notices_facts(notices, case.language),
    }


def change_facts(change: Change, language: Language) -> Facts:
    """One change, as a letter may show it: bank details in part only."""
    return {
        "label": labelled(change.system, change.title),
        "field": change.field,
        "kind": change.kind,
        "before": without_bank_details(change.before),
        "after": without_bank_details(change.after),
        "on": words.day_in_words(change.on, language),
    }


def contact_change_facts(
    company: Company, case: CaseFacts, change: ContactChange, page: PageAccess
) -> Facts:
    """To the OLD contact, before a contact or bank detail changes (rule book §1.4)."""
    language = case.language
    return common_facts(company, case) | {
        "kind": change.kind,
        "new": masked_contact(change.kind, change.new),
        "asked_on": words.day_in_words(change.asked_on, language),
        "answer_by": words.day_in_words(change.answer_by, language),
        "page": page_facts(page, language),
    }


def erasure_facts(
    company: Company,
    case: CaseFacts,
    outcomes: Sequence[SystemOutcome],
    lines: Sequence[ErasureLine],
    notices: Sequence[RecipientNotice] = (),
    *,
    acted_on: date,
) -> Facts:
    """The reply to ERASURE; `acted_on`: the day of the erasure, from which backups expire.

    Raises ValueError when data were found and no line says what became of them.
    """
    language = case.language
    nothing = all(line.verdict is Verdict.NOT_FOUND for line in lines)
    if nothing and any(outcome.state is SearchState.FOUND for outcome in outcomes):
        raise ValueError("an erasure reply with data found needs what became of them")
    return (
        common_facts(company, case)
        | completeness(outcomes, language)
        | erasure_lines(company, lines, language, acted_on)
        | {"notices": notices_facts(notices, language)}
    )


def purged_facts(
    company: Company,
    case: CaseFacts,
    purged: Sequence[PurgedSet],
    *,
    announced_on: date,
    purged_on: date,
) -> Facts:
    """What was kept until a date is deleted. Raises ValueError when nothing was."""
    if not purged:
        raise ValueError("a purge notice needs what was deleted")
    language = case.language
    lines = [
        ErasureLine(
            system=each.system,
            collection=each.title,
            verdict=Verdict.ERASED,
            count=each.count,
            until=each.until,
            source=each.source,
        )
        for each in purged
    ]
    return (
        common_facts(company, case)
        | erasure_lines(company, lines, language, purged_on)
        | {
            "announced_on": words.day_in_words(announced_on, language),
            "purged_on": words.day_in_words(purged_on, language),
        }
    )


def restriction_facts(
    company: Company,
    case: CaseFacts,
    sets: Sequence[RestrictedSet],
    *,
    grounds: Sequence[Ground],
    since: date,
    review_on: date | None = None,
    not_restricted: Sequence[Withheld] = (),
    notices: Sequence[RecipientNotice] = (),
) -> Facts:
    """The reply to RESTRICTION, also when it was applied of our own accord during the check of an
    objection (18(1)(d)). `review_on`: when a person looks at it again. Raises ValueError when
    nothing is restricted, or on no ground."""
    if not sets or not grounds:
        raise ValueError("a restriction reply needs its scope and its ground")
    language = case.language
    return common_facts(company, case) | {
        "sets": [
            {
                "label": labelled(each.system, each.title),
                "records": words.records_in_words(each.count, language),
            }
            for each in sets
        ],
        "grounds": [str(ground) for ground in grounds],
        "since": words.day_in_words(since, language),
        "review_on": day_or_empty(review_on, language),
        "not_restricted": [
            {"what": entry.what, "reason": entry.reason} for entry in not_restricted
        ],
        "notices": notices_facts(notices, language),
    }


def restriction_lift_facts(
    company: Company,
    case: CaseFacts,
    *,
    grounds: Sequence[Ground],
    since: date,
    lift_on: date,
    why: str,
    afterwards: Afterwards,
) -> Facts:
    """GDPR 18(3): said before a restriction is lifted. Raises ValueError without a reason."""
    if not why.strip():
        raise ValueError("the person is told why a restriction ends (GDPR 18(3))")
    return common_facts(company, case) | {
        "grounds": [str(ground) for ground in grounds],
        "since": words.day_in_words(since, case.language),
        "lift_on": words.day_in_words(lift_on, case.language),
        "why": why,
        "afterwards": afterwards,
    }

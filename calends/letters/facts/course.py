"""The course of a case: acknowledged, joined, split, extended, answered in part, refused."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Literal

from calends.company import Company
from calends.letters import words
from calends.letters.facts.case import (
    UNFINISHED,
    Facts,
    common_facts,
    day_or_empty,
    not_done_facts,
    reasons_facts,
)
from calends.letters.facts.disclosure import disclosure
from calends.letters.facts.erased import erasure_lines
from calends.letters.inputs import (
    AddedRight,
    CaseFacts,
    ErasureLine,
    FurtherPoint,
    NotDone,
    PageAccess,
    Reason,
    SystemOutcome,
    Withheld,
)
from calends.rules.rights import rule_for
from calends.rules.vocabulary import Right


def acknowledgment_facts(company: Company, case: CaseFacts, *, identity_needed: bool) -> Facts:
    """To the writer, whoever that is: dates, and the rights that we understood."""
    at_once = [right for right in case.rights if not rule_for(right).waits_for_identity]
    return common_facts(company, case) | {
        "at_once": [words.RIGHTS[right][case.language] for right in at_once],
        "identity_needed": identity_needed,
    }


def joined_facts(
    company: Company,
    case: CaseFacts,
    *,
    kind: Literal["duplicate", "reminder", "added"],
    joined_on: date,
    added: Sequence[AddedRight] = (),
) -> Facts:
    """A message that belongs to a case already open (rule book §5.34, 5.38).

    Raises ValueError when rights were added and none is named.
    """
    if (kind == "added") is not bool(added):
        raise ValueError("added rights are named, and only then")
    language = case.language
    return common_facts(company, case) | {
        "kind": kind,
        "joined_on": words.day_in_words(joined_on, language),
        "added": [
            {
                "right": words.RIGHTS[each.right][language],
                "received": words.day_in_words(each.received, language),
                "safe_due": words.day_in_words(each.safe_due, language),
            }
            for each in added
        ],
    }


def split_facts(company: Company, case: CaseFacts, *, about_writer: bool) -> Facts:
    """One message about several people: a case each (rule book §5.3). `about_writer`: this case
    is the writer's own, the others are not."""
    return common_facts(company, case) | {"about_writer": about_writer}


def clarification_facts(company: Company, case: CaseFacts, question: str) -> Facts:
    """Asked once, and the clock runs on (rule book §2.2, §5.31). Raises ValueError without a
    question."""
    if not question.strip():
        raise ValueError("a clarification needs its question")
    return common_facts(company, case) | {"question": question}


def forwarded_facts(
    company: Company,
    case: CaseFacts,
    *,
    controller: str,
    contact: str,
    forwarded_on: date | None,
    as_processor: bool,
) -> Facts:
    """The data are another's: a controller for whom we process (GDPR 28(3)(e)), or another company
    (rule book §5.47, 5.49). `forwarded_on`: None when the person writes there themselves."""
    return common_facts(company, case) | {
        "controller": controller,
        "contact": contact,
        "forwarded_on": day_or_empty(forwarded_on, case.language),
        "as_processor": as_processor,
    }


def fee_facts(
    company: Company, case: CaseFacts, reasons: Sequence[Reason], *, amount: str, answer_by: date
) -> Facts:
    """A fee for an excessive request, announced before anything is charged (GDPR 12(5); EDPB
    01/2022 §194). Raises ValueError without its demonstration."""
    if not reasons:
        raise ValueError("a fee needs its reasons (GDPR 12(5))")
    return common_facts(company, case) | {
        "reasons": reasons_facts(reasons, case.language),
        "amount": amount,
        "answer_by": words.day_in_words(answer_by, case.language),
    }


def withdrawn_facts(
    company: Company,
    case: CaseFacts,
    withdrawn: Sequence[Right],
    *,
    withdrawn_on: date,
    already_done: Sequence[Right] = (),
) -> Facts:
    """The person withdrew the request, or some of it (rule book §5.37). `already_done`: what was
    carried out before and stays. Raises ValueError when nothing was withdrawn."""
    if not withdrawn:
        raise ValueError("a withdrawal needs what was withdrawn")
    language = case.language
    return common_facts(company, case) | {
        "withdrawn": [words.RIGHTS[right][language] for right in withdrawn],
        "withdrawn_on": words.day_in_words(withdrawn_on, language),
        "already_done": [words.RIGHTS[right][language] for right in already_done],
    }


def extension_facts(company: Company, case: CaseFacts, reasons: Sequence[Reason]) -> Facts:
    """The notice of GDPR 12(3). Raises ValueError without a reason: the law demands one."""
    if not reasons:
        raise ValueError("an extension needs its reasons (GDPR 12(3))")
    return common_facts(company, case) | {"reasons": reasons_facts(reasons, case.language)}


def partial_facts(
    company: Company,
    case: CaseFacts,
    outcomes: Sequence[SystemOutcome],
    page: PageAccess | None,
    reasons: Sequence[Reason],
    *,
    lines: Sequence[ErasureLine] = (),
    withheld: Sequence[Withheld] = (),
    purposes_found: Collection[str] | None = None,
    acted_on: date | None = None,
) -> Facts:
    """The forced answer of the last call, with the extension notice inside it.

    Without any reason it says that the handling is not finished: the last call is never silent.
    """
    return (
        disclosure(company, case, outcomes, page, withheld, purposes_found)
        | erasure_lines(company, lines, case.language, acted_on)
        | {"reasons": reasons_facts(reasons or UNFINISHED, case.language), "copy_in_part": True}
    )


def final_forced_facts(
    company: Company,
    case: CaseFacts,
    outcomes: Sequence[SystemOutcome],
    page: PageAccess | None,
    not_done: Sequence[NotDone],
    *,
    lines: Sequence[ErasureLine] = (),
    withheld: Sequence[Withheld] = (),
    purposes_found: Collection[str] | None = None,
    acted_on: date | None = None,
) -> Facts:
    """The answer of the second last call: no further delay exists, so what is not done is refused
    with its reasons (GDPR 12(4))."""
    return (
        disclosure(company, case, outcomes, page, withheld, purposes_found)
        | erasure_lines(company, lines, case.language, acted_on)
        | {
            "not_done": [not_done_facts(entry, case.language) for entry in not_done],
            "copy_in_part": True,
        }
    )


def further_facts(
    company: Company,
    case: CaseFacts,
    points: Sequence[FurtherPoint],
    outcomes: Sequence[SystemOutcome],
    page: PageAccess | None,
    *,
    answered_on: date,
    lines: Sequence[ErasureLine] = (),
    withheld: Sequence[Withheld] = (),
    purposes_found: Collection[str] | None = None,
    acted_on: date | None = None,
) -> Facts:
    """A further answer after a first one of `answered_on`: a system answered late, or something
    was wrong. Raises ValueError without a point."""
    if not points:
        raise ValueError("a further answer needs what is new")
    return (
        disclosure(company, case, outcomes, page, withheld, purposes_found)
        | erasure_lines(company, lines, case.language, acted_on)
        | {
            "answered_on": words.day_in_words(answered_on, case.language),
            "points": [point.model_dump(include={"kind", "name", "text"}) for point in points],
        }
    )


def refusal_facts(company: Company, case: CaseFacts, refused: Sequence[NotDone]) -> Facts:
    """A refusal decided by a human (GDPR 12(4)). Raises ValueError without a
    refused right, or without the reasons of one."""
    if not refused or not all(entry.reasons for entry in refused):
        raise ValueError("a refusal needs what is refused, and why (GDPR 12(4))")
    return common_facts(company, case) | {
        "not_done": [not_done_facts(entry, case.language) for entry in refused]
    }

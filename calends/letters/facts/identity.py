"""Who writes: the letters that ask for no more than the stake needs (GDPR 12(6), 11(2))."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Literal

from calends.company import Company
from calends.letters import words
from calends.letters.facts.case import Facts, common_facts, page_facts, reasons_facts
from calends.letters.inputs import CaseFacts, PageAccess, Reason

KnownReference = Literal["customer_number", "contract_number", "invoice_number", "order_number"]
MandateLack = Literal[
    "mandate", "object", "duration", "signature", "agent_identity", "principal_identity"
]
"""What a mandate does not show yet, as `calends.rules.standing` names it; and itself, and the
signature of the person."""


def identity_facts(
    company: Company, case: CaseFacts, page: PageAccess, *, asked_on: date | None = None
) -> Facts:
    """For `identity_request`, with the day of the first asking for `identity_reminder`, and for
    `identity_by_post`: the same, on paper, to the postal address on file (IA2)."""
    return common_facts(company, case) | {
        "page": page_facts(page, case.language),
        "asked_on": words.day_in_words(asked_on, case.language) if asked_on else None,
    }


def second_factor_facts(
    company: Company,
    case: CaseFacts,
    page: PageAccess | None,
    *,
    references: Sequence[KnownReference],
    by_post: bool = False,
    clock_paused: bool = False,
) -> Facts:
    """IA2: one element that the person already holds. `page`: where to type it, when there is one;
    `by_post`: a code to the postal address on file is offered. Raises ValueError for no way at all.
    """
    if not references and not by_post:
        raise ValueError("a second factor needs at least one way to give it")
    return common_facts(company, case) | {
        "page": page_facts(page, case.language),
        "references": list(references),
        "by_post": by_post,
        "clock_paused": clock_paused,
    }


def document_facts(
    company: Company,
    case: CaseFacts,
    page: PageAccess,
    *,
    reason: str,
    clock_paused: bool = False,
) -> Facts:
    """IA3: an identity document, only with the DPO's typed reason for a reasonable doubt
    (GDPR 12(6)). Raises ValueError without one."""
    if not reason.strip():
        raise ValueError("a document is asked only with a reason (GDPR 12(6))")
    return common_facts(company, case) | {
        "page": page_facts(page, case.language),
        "reason": reason,
        "clock_paused": clock_paused,
    }


def document_deleted_facts(
    company: Company,
    case: CaseFacts,
    *,
    deleted_on: date,
    asked: bool,
    result: Literal["matched", "not_matched", "not_used"],
) -> Facts:
    """A copy of a document is gone, asked for or not (rule book §5.43)."""
    return common_facts(company, case) | {
        "deleted_on": words.day_in_words(deleted_on, case.language),
        "asked": asked,
        "result": result,
    }


def mandate_facts(
    company: Company, case: CaseFacts, page: PageAccess | None, lacking: Sequence[MandateLack]
) -> Facts:
    """To an agent: what the mandate must still show (décret 2019-536). Raises ValueError when
    nothing is lacking."""
    if not lacking:
        raise ValueError("a complete mandate needs no letter")
    return common_facts(company, case) | {
        "page": page_facts(page, case.language),
        "lacking": list(lacking),
    }


def minor_facts(
    company: Company,
    case: CaseFacts,
    page: PageAccess | None,
    *,
    writer: Literal["parent", "child"],
) -> Facts:
    """A request for a minor: to the parent who writes, or to the child who writes alone."""
    return common_facts(company, case) | {
        "page": page_facts(page, case.language),
        "writer": writer,
    }


def heirship_facts(company: Company, case: CaseFacts, page: PageAccess | None) -> Facts:
    """About a deceased person: death and heirship to be shown (loi 78-17, art. 85)."""
    return common_facts(company, case) | {"page": page_facts(page, case.language)}


def deceased_refusal_facts(
    company: Company, case: CaseFacts, reasons: Sequence[Reason], *, death_noted: bool
) -> Facts:
    """What art. 85 does not allow. `death_noted`: our files now take the death into account.
    Raises ValueError without reasons."""
    if not reasons:
        raise ValueError("a refusal needs its reasons (GDPR 12(4))")
    return common_facts(company, case) | {
        "reasons": reasons_facts(reasons, case.language),
        "death_noted": death_noted,
    }


def not_identified_facts(company: Company, case: CaseFacts, page: PageAccess | None) -> Facts:
    """GDPR 11(2), 12(6). `page`: the link that stays open, when one was given."""
    return common_facts(company, case) | {"page": page_facts(page, case.language)}

"""From a case and the company file to the facts of each letter: plain values, in words."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from calends.company import Company
from calends.letters import words
from calends.letters.erasure import erasure_lines
from calends.letters.information import information
from calends.letters.inputs import (
    CaseFacts,
    ChannelStop,
    ErasureLine,
    NotDone,
    PageAccess,
    Reason,
    RecipientNotice,
    SystemOutcome,
    Withheld,
)
from calends.rules.rights import rule_for
from calends.rules.vocabulary import Language, Right, SearchState, Verdict

Facts = dict[str, Any]
_UNFINISHED = (Reason(kind="in_progress"),)


def acknowledgment_facts(company: Company, case: CaseFacts, *, identity_needed: bool) -> Facts:
    """To the writer, whoever that is: dates, and the rights that we understood."""
    at_once = [right for right in case.rights if not rule_for(right).waits_for_identity]
    return _common(company, case) | {
        "at_once": [words.RIGHTS[right][case.language] for right in at_once],
        "identity_needed": identity_needed,
    }


def identity_facts(
    company: Company, case: CaseFacts, page: PageAccess, *, asked_on: date | None = None
) -> Facts:
    """For `identity_request`, and with the day of the first asking for `identity_reminder`."""
    return _common(company, case) | {
        "page": _page(page, case.language),
        "asked_on": words.day_in_words(asked_on, case.language) if asked_on else None,
    }


def access_facts(
    company: Company,
    case: CaseFacts,
    outcomes: Sequence[SystemOutcome],
    page: PageAccess | None,
    withheld: Sequence[Withheld] = (),
    *,
    purposes_found: Collection[str] | None = None,
    copy_enclosed: bool = False,
) -> Facts:
    """The reply to ACCESS or RECIPIENTS. `copy_enclosed`: posted together with the letter.

    Raises ValueError when data were found and the copy is neither on the page nor enclosed.
    """
    found = any(outcome.state is SearchState.FOUND for outcome in outcomes)
    if found and page is None and not copy_enclosed:
        raise ValueError("an access reply with data found needs a page or an enclosed copy")
    return _disclosure(company, case, outcomes, page, withheld, purposes_found) | {
        "copy_enclosed": copy_enclosed,
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
        _common(company, case)
        | _completeness(outcomes, language)
        | erasure_lines(company, lines, language, acted_on)
        | {"notices": _notices(notices, language)}
    )


def prospecting_facts(
    company: Company,
    case: CaseFacts,
    stops: Sequence[ChannelStop],
    partners: Sequence[RecipientNotice] = (),
) -> Facts:
    """The confirmation of PROSPECTING_OBJECTION. Raises ValueError when nothing was stopped."""
    if not stops:
        raise ValueError("a prospecting reply needs at least one channel that stopped")
    language = case.language
    return _common(company, case) | {
        "stops": [
            {
                "channel": words.CHANNELS[stop.channel][language],
                "since": words.day_in_words(stop.since, language),
            }
            for stop in stops
        ],
        "notices": _notices(partners, language),
    }


def extension_facts(company: Company, case: CaseFacts, reasons: Sequence[Reason]) -> Facts:
    """The notice of GDPR 12(3). Raises ValueError without a reason: the law demands one."""
    if not reasons:
        raise ValueError("an extension needs its reasons (GDPR 12(3))")
    return _common(company, case) | {"reasons": _reasons(reasons, case.language)}


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
        _disclosure(company, case, outcomes, page, withheld, purposes_found)
        | erasure_lines(company, lines, case.language, acted_on)
        | {"reasons": _reasons(reasons or _UNFINISHED, case.language), "copy_in_part": True}
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
        _disclosure(company, case, outcomes, page, withheld, purposes_found)
        | erasure_lines(company, lines, case.language, acted_on)
        | {
            "not_done": [_not_done(entry, case.language) for entry in not_done],
            "copy_in_part": True,
        }
    )


def refusal_facts(company: Company, case: CaseFacts, refused: Sequence[NotDone]) -> Facts:
    """A refusal decided by a human (GDPR 12(4)). Raises ValueError without a
    refused right, or without the reasons of one."""
    if not refused or not all(entry.reasons for entry in refused):
        raise ValueError("a refusal needs what is refused, and why (GDPR 12(4))")
    return _common(company, case) | {
        "not_done": [_not_done(entry, case.language) for entry in refused]
    }


def not_identified_facts(company: Company, case: CaseFacts, page: PageAccess | None) -> Facts:
    """GDPR 11(2), 12(6). `page`: the link that stays open, when one was given."""
    return _common(company, case) | {"page": _page(page, case.language) if page else None}


def common_facts(company: Company, case: CaseFacts) -> Facts:
    """For letters that say no more than the case: `archive_readme`, `alert_…`."""
    return _common(company, case)


def _common(company: Company, case: CaseFacts) -> Facts:
    controller, language = company.controller, case.language
    return {
        "company": {
            "name": controller.name,
            "address": list(controller.address),
            "email": controller.email,
            "dpo_name": controller.dpo_name,
            "dpo_email": controller.dpo_email,
            "website": controller.website,
        },
        "case": {
            "reference": case.reference,
            "received": words.day_in_words(case.received, language),
            "safe_due": words.day_in_words(case.safe_due, language),
            "legal_due": words.day_in_words(case.legal_due, language),
            "extended_due": words.day_in_words(case.extended_safe_due, language),
            "addressee": case.addressee,
        },
        "rights": [words.RIGHTS[right][language] for right in case.rights],
        "access_asked": Right.ACCESS in case.rights or Right.RECIPIENTS in case.rights,
        "erasure_asked": Right.ERASURE in case.rights,
    }


def _disclosure(
    company: Company,
    case: CaseFacts,
    outcomes: Sequence[SystemOutcome],
    page: PageAccess | None,
    withheld: Sequence[Withheld],
    purposes_found: Collection[str] | None,
) -> Facts:
    return (
        _common(company, case)
        | _completeness(outcomes, case.language)
        | {
            "page": _page(page, case.language) if page else None,
            "copy_enclosed": False,
            "copy_in_part": False,
            "withheld": [{"what": entry.what, "reason": entry.reason} for entry in withheld],
            "information": information(company, case.language, purposes_found),
        }
    )


def _completeness(outcomes: Sequence[SystemOutcome], language: Language) -> Facts:
    found = any(outcome.state is SearchState.FOUND for outcome in outcomes)
    return {
        "systems": [_system(outcome, language) for outcome in outcomes],
        "found": found,
        "unfinished": not outcomes or any(_unfinished(outcome) for outcome in outcomes),
        # "We hold nothing" may be said only when every system has been searched.
        "nothing_held": bool(outcomes)
        and all(outcome.state is SearchState.NOTHING for outcome in outcomes),
    }


def _unfinished(outcome: SystemOutcome) -> bool:
    """Whether something is still to come: no answer, or a skip that nobody explained."""
    skipped = outcome.state is SearchState.SKIPPED and not outcome.reason
    return skipped or outcome.state in (SearchState.FAILED, SearchState.WAITING)


def _system(outcome: SystemOutcome, language: Language) -> Facts:
    return {
        "name": outcome.name,
        "state": str(outcome.state),
        "records": words.records_in_words(outcome.count, language),
        "since": words.day_in_words(outcome.since, language) if outcome.since else "",
        "reason": outcome.reason,
    }


def _page(page: PageAccess, language: Language) -> Facts:
    expires = words.day_in_words(page.expires, language)
    return {"url": page.url, "code": page.code, "expires": expires}


def _reasons(reasons: Sequence[Reason], language: Language) -> list[str]:
    return [words.reason_in_words(reason, language) for reason in reasons]


def _not_done(entry: NotDone, language: Language) -> Facts:
    return {
        "right": words.RIGHTS[entry.right][language],
        "reasons": _reasons(entry.reasons or _UNFINISHED, language),
    }


def _notices(notices: Sequence[RecipientNotice], language: Language) -> list[Facts]:
    return [
        {
            "name": notice.name,
            "state": notice.state,
            "on": words.day_in_words(notice.on, language) if notice.on else "",
        }
        for notice in notices
    ]

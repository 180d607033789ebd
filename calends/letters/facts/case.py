"""What every letter says of the company, the case, the searches and the page; in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from calends.company import UNSET, Company
from calends.letters import words
from calends.letters.inputs import (
    CaseFacts,
    NotDone,
    PageAccess,
    Reason,
    RecipientNotice,
    SystemOutcome,
)
from calends.letters.reasons import reason_in_words
from calends.rules.vocabulary import Language, Right, SearchState

Facts = dict[str, Any]
UNFINISHED = (Reason(kind="in_progress"),)


def common_facts(company: Company, case: CaseFacts) -> Facts:
    """The frame of every letter; all that `archive_readme` and the alerts need."""
    controller, language = company.controller, case.language
    return {
        "company": {
            "name": controller.name,
            "address": [line for line in controller.address if line != UNSET],
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


def completeness(outcomes: Sequence[SystemOutcome], language: Language) -> Facts:
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


def page_facts(page: PageAccess | None, language: Language) -> Facts | None:
    if page is None:
        return None
    expires = words.day_in_words(page.expires, language)
    return {"url": page.url, "code": page.code, "expires": expires}


def reasons_facts(reasons: Sequence[Reason], language: Language) -> list[str]:
    return [reason_in_words(reason, language) for reason in reasons]


def not_done_facts(entry: NotDone, language: Language) -> Facts:
    return {
        "right": words.RIGHTS[entry.right][language],
        "reasons": reasons_facts(entry.reasons or UNFINISHED, language),
    }


def notices_facts(notices: Sequence[RecipientNotice], language: Language) -> list[Facts]:
    return [
        {
            "name": notice.name,
            "state": notice.state,
            "on": words.day_in_words(notice.on, language) if notice.on else "",
        }
        for notice in notices
    ]


def day_or_empty(day: date | None, language: Language) -> str:
    """The day in words; empty when there is none."""
    return words.day_in_words(day, language) if day else ""


def labelled(system: str, title: str) -> str:
    """A data set in words: its system and its title, when it has one."""
    return ", ".join(part for part in (system, title) if part)

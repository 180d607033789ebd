"""What is disclosed to the person: access, portability, recipients."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from calends.company import Company
from calends.letters import words
from calends.letters.facts.case import (
    Facts,
    common_facts,
    completeness,
    day_or_empty,
    labelled,
    page_facts,
)
from calends.letters.facts.information import information
from calends.letters.inputs import (
    CaseFacts,
    DataSetRecipients,
    ExcludedSet,
    NamedRecipient,
    PageAccess,
    PortableSet,
    SystemOutcome,
    Withheld,
)
from calends.rules.vocabulary import Language, SearchState


def access_facts(
    company: Company,
    case: CaseFacts,
    outcomes: Sequence[SystemOutcome],
    page: PageAccess | None,
    withheld: Sequence[Withheld] = (),
    *,
    purposes_found: Collection[str] | None = None,
    copy_enclosed: bool = False,
    cut_off: date | None = None,
) -> Facts:
    """The reply to ACCESS. `copy_enclosed`: posted together with the letter; `cut_off`: the day of
    the snapshot, said when data arrived after it (rule book §5.62).

    Raises ValueError when data were found and the copy is neither on the page nor enclosed.
    """
    found = any(outcome.state is SearchState.FOUND for outcome in outcomes)
    if found and page is None and not copy_enclosed:
        raise ValueError("an access reply with data found needs a page or an enclosed copy")
    return disclosure(company, case, outcomes, page, withheld, purposes_found) | {
        "copy_enclosed": copy_enclosed,
        "cut_off": day_or_empty(cut_off, case.language),
    }


def portability_facts(
    company: Company,
    case: CaseFacts,
    outcomes: Sequence[SystemOutcome],
    sets: Sequence[PortableSet],
    excluded: Sequence[ExcludedSet],
    page: PageAccess | None,
    *,
    transmitted_to: str = "",
) -> Facts:
    """The reply to PORTABILITY. `transmitted_to`: the controller that received the file directly
    (GDPR 20(2)). Raises ValueError when there are data to give and no way to give them."""
    if sets and page is None and not transmitted_to:
        raise ValueError("a portability reply with data needs a page or a transmission")
    language = case.language
    return (
        common_facts(company, case)
        | completeness(outcomes, language)
        | {
            "page": page_facts(page, language),
            "sets": [
                {
                    "label": labelled(each.system, each.title),
                    "records": words.records_in_words(each.count, language),
                    "basis": each.basis,
                }
                for each in sets
            ],
            "excluded": [
                {
                    "what": each.what,
                    "why": each.why,
                    "basis": words.BASES[each.basis][language],
                    "text": each.text,
                }
                for each in excluded
            ],
            "transmitted_to": transmitted_to,
        }
    )


def recipients_facts(
    company: Company,
    case: CaseFacts,
    outcomes: Sequence[SystemOutcome],
    sets: Sequence[DataSetRecipients],
) -> Facts:
    """The reply to RECIPIENTS: names, by data set and period."""
    language = case.language
    return (
        common_facts(company, case)
        | completeness(outcomes, language)
        | {
            "sets": [
                {
                    "title": each.title,
                    "recipients": [_recipient(one, language) for one in each.recipients],
                }
                for each in sets
            ]
        }
    )


def _recipient(recipient: NamedRecipient, language: Language) -> Facts:
    return {
        "name": recipient.name,
        "role": recipient.role,
        "country": recipient.country,
        "start": day_or_empty(recipient.start, language),
        "end": day_or_empty(recipient.end, language),
    }


def disclosure(
    company: Company,
    case: CaseFacts,
    outcomes: Sequence[SystemOutcome],
    page: PageAccess | None,
    withheld: Sequence[Withheld],
    purposes_found: Collection[str] | None,
) -> Facts:
    """The copy and the information beside it (GDPR 15(1)-(3)), for every letter that gives them."""
    return (
        common_facts(company, case)
        | completeness(outcomes, case.language)
        | {
            "page": page_facts(page, case.language),
            "copy_enclosed": False,
            "copy_in_part": False,
            "cut_off": "",
            "withheld": [{"what": entry.what, "reason": entry.reason} for entry in withheld],
            "information": information(company, case.language, purposes_found),
        }
    )

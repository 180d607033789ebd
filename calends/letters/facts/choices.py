"""What the person no longer wants, and what only a person may decide: GDPR 7(3), 21, 22."""

from __future__ import annotations

from collections.abc import Sequence

from calends.company import Company
from calends.letters import words
from calends.letters.facts.case import Facts, common_facts, day_or_empty, notices_facts
from calends.letters.inputs import (
    CaseFacts,
    ChannelStop,
    HumanReview,
    ObjectionOutcome,
    RecipientNotice,
    Remaining,
    WithdrawnConsent,
)


def prospecting_facts(
    company: Company,
    case: CaseFacts,
    stops: Sequence[ChannelStop],
    partners: Sequence[RecipientNotice] = (),
    *,
    still: Sequence[words.Channel] = (),
) -> Facts:
    """The confirmation of PROSPECTING_OBJECTION. `still`: channels that the person did not object
    to; none of them: prospecting stopped altogether. Raises ValueError when nothing was stopped."""
    if not stops:
        raise ValueError("a prospecting reply needs at least one channel that stopped")
    language = case.language
    return common_facts(company, case) | {
        "stops": [
            {
                "channel": words.CHANNELS[stop.channel][language],
                "since": words.day_in_words(stop.since, language),
            }
            for stop in stops
        ],
        "still": [words.CHANNELS[channel][language] for channel in still],
        "notices": notices_facts(partners, language),
    }


def objection_facts(
    company: Company,
    case: CaseFacts,
    outcomes: Sequence[ObjectionOutcome],
    notices: Sequence[RecipientNotice] = (),
    *,
    restricted_meanwhile: bool = True,
) -> Facts:
    """The reply to OBJECTION, purpose by purpose. `restricted_meanwhile`: the data were restricted
    during the check (GDPR 18(1)(d)). Raises ValueError without any purpose."""
    if not outcomes:
        raise ValueError("an objection reply needs what became of each purpose")
    language = case.language
    told = [
        {
            "purpose": each.purpose,
            "outcome": each.outcome,
            "since": day_or_empty(each.since, language),
            "balancing": each.balancing,
        }
        for each in outcomes
    ]
    granted = ("stopped", "consent")
    return common_facts(company, case) | {
        "stopped": [each for each in told if each["outcome"] in granted],
        "refused": [each for each in told if each["outcome"] not in granted],
        "restricted_meanwhile": restricted_meanwhile,
        "notices": notices_facts(notices, language),
    }


def consent_facts(
    company: Company,
    case: CaseFacts,
    withdrawn: Sequence[WithdrawnConsent],
    remaining: Sequence[Remaining] = (),
    notices: Sequence[RecipientNotice] = (),
) -> Facts:
    """The reply to CONSENT_WITHDRAWAL. Raises ValueError without a consent."""
    if not withdrawn:
        raise ValueError("a withdrawal reply needs which consent")
    language = case.language
    return common_facts(company, case) | {
        "withdrawn": [
            {
                "purpose": each.purpose,
                "since": words.day_in_words(each.since, language),
                "on_record": each.on_record,
            }
            for each in withdrawn
        ],
        "remaining": [
            {
                "what": each.what,
                "basis": words.BASES[each.basis][language],
                "source": each.source,
                "until": day_or_empty(each.until, language),
            }
            for each in remaining
        ],
        "notices": notices_facts(notices, language),
    }


def human_review_facts(
    company: Company, case: CaseFacts, reviews: Sequence[HumanReview] = ()
) -> Facts:
    """The reply to HUMAN_REVIEW. Without any review: no decision is taken by machine alone."""
    language = case.language
    return common_facts(company, case) | {
        "reviews": [
            each.model_dump(include={"what", "reviewer", "heard", "changed", "decision"})
            | {
                "reviewed_on": words.day_in_words(each.reviewed_on, language),
                "criteria": list(each.criteria),
                "reasons": list(each.reasons),
            }
            for each in reviews
        ]
    }

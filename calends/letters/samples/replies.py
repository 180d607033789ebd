"""Sample facts of the letters on the course of a case, and of access and erasure."""

from __future__ import annotations

from calends.company import Company
from calends.letters import facts
from calends.letters.inputs import AddedRight, FurtherPoint, PurgedSet
from calends.letters.samples.people import DAY, SAMPLE_PAGE, sample_case
from calends.letters.samples.pieces import (
    NOT_DONE,
    NOTICES,
    REASONS,
    SAMPLE_LINES,
    SAMPLE_NOTHING,
    SAMPLE_OUTCOMES,
    WITHHELD,
)
from calends.rules.vocabulary import Language, Right

_QUESTION = {
    Language.FR: "De quelle période et de quel service parlez-vous ?",
    Language.EN: "Which period and which service do you mean?",
}


def reply_facts(language: Language, company: Company) -> dict[str, list[facts.Facts]]:
    """For each letter of this kind, the facts of each of its variants."""
    return (
        _course(language, company)
        | _forced(language, company)
        | _access_and_erasure(language, company)
    )


def _course(language: Language, company: Company) -> dict[str, list[facts.Facts]]:
    case = sample_case(language)
    unnamed = case.model_copy(update={"addressee": "", "rights": ()})
    added = AddedRight(right=Right.PORTABILITY, received=DAY, safe_due=case.extended_safe_due)
    return {
        "acknowledgment": [
            facts.acknowledgment_facts(company, case, identity_needed=True),
            facts.acknowledgment_facts(company, unnamed, identity_needed=False),
        ],
        "joined_notice": [
            facts.joined_facts(company, case, kind="duplicate", joined_on=DAY),
            facts.joined_facts(company, case, kind="reminder", joined_on=DAY),
            facts.joined_facts(company, case, kind="added", joined_on=DAY, added=(added,)),
        ],
        "split_notice": [
            facts.split_facts(company, case, about_writer=True),
            facts.split_facts(company, case, about_writer=False),
        ],
        "withdrawal_confirmed": [
            facts.withdrawn_facts(
                company,
                case,
                (Right.ACCESS, Right.ERASURE),
                withdrawn_on=DAY,
                already_done=(Right.PROSPECTING_OBJECTION,),
            ),
            facts.withdrawn_facts(company, unnamed, (Right.ACCESS,), withdrawn_on=DAY),
        ],
        "clarification_request": [
            facts.clarification_facts(company, case, _QUESTION[language]),
            facts.clarification_facts(company, unnamed, _QUESTION[language]),
        ],
        "fee_notice": [facts.fee_facts(company, case, REASONS[:2], amount="12 €", answer_by=DAY)],
        "forwarded_notice": [
            facts.forwarded_facts(
                company,
                unnamed,
                controller="Exemple Participations SA",
                contact="donnees@participations.example",
                forwarded_on=DAY if as_processor else None,
                as_processor=as_processor,
            )
            for as_processor in (True, False)
        ],
        "extension_notice": [facts.extension_facts(company, case, REASONS)],
        "refusal": [facts.refusal_facts(company, case, NOT_DONE)],
        "archive_readme": [facts.common_facts(company, case)],
        "portability_readme": [facts.common_facts(company, case)],
    }


def _forced(language: Language, company: Company) -> dict[str, list[facts.Facts]]:
    case = sample_case(language)
    found, page, lines = SAMPLE_OUTCOMES, SAMPLE_PAGE, SAMPLE_LINES
    points = (
        FurtherPoint(kind="late_system", name="Boutique"),
        FurtherPoint(kind="corrected", text="3 devis étaient les vôtres, et non 2"),
        FurtherPoint(kind="completed", text="1 contrat de 2019, retrouvé sur papier"),
    )
    return {
        "partial_reply": [
            facts.partial_facts(company, case, found, page, REASONS, lines=lines),
            facts.partial_facts(company, case, found, None, REASONS),
            facts.partial_facts(company, case, found[1:], None, REASONS),
        ],
        "final_forced_reply": [
            facts.final_forced_facts(company, case, found, page, NOT_DONE, lines=lines),
            facts.final_forced_facts(company, case, found[1:], None, NOT_DONE),
        ],
        "further_reply": [
            facts.further_facts(
                company, case, points, found[:2], page, answered_on=DAY, lines=lines
            ),
            facts.further_facts(company, case, points[:1], found[1:], None, answered_on=DAY),
        ],
    }


def _access_and_erasure(language: Language, company: Company) -> dict[str, list[facts.Facts]]:
    case = sample_case(language)
    unnamed = case.model_copy(update={"addressee": "", "rights": ()})
    found, nothing, page = SAMPLE_OUTCOMES, SAMPLE_NOTHING, SAMPLE_PAGE
    purged = [
        PurgedSet(
            system=line.system,
            title=line.collection,
            count=line.count,
            until=line.until or DAY,
            source=line.source,
        )
        for line in SAMPLE_LINES[2:4]
    ]
    return {
        "access_reply": [
            facts.access_facts(company, case, found, page, WITHHELD),
            facts.access_facts(company, case, found[:2], page, purposes_found={"contracts"}),
            facts.access_facts(company, case, found[:2], None, copy_enclosed=True, cut_off=DAY),
            facts.access_facts(company, unnamed, nothing, None),
            facts.access_facts(company, case, found[1:], None),
        ],
        "erasure_reply": [
            facts.erasure_facts(company, case, found, SAMPLE_LINES, NOTICES, acted_on=DAY),
            facts.erasure_facts(company, case, nothing, (), acted_on=DAY),
            facts.erasure_facts(company, case, found[1:], (), acted_on=DAY),
        ],
        "purged_notice": [
            facts.purged_facts(company, case, purged, announced_on=DAY, purged_on=case.safe_due)
        ],
    }

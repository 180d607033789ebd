"""The replies, right by right: the facts of each, from what the case knows. Here those that give
something to know; `replies_of_acts` tells what was done."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from sqlalchemy.ext.asyncio import AsyncSession

from activities.archiving import Archivist
from activities.orders import Answer
from activities.replies_of_acts import (
    consent,
    erasure,
    objection,
    prospecting,
    rectification,
    restriction,
)
from calends.letters import facts as letter_facts
from calends.letters.inputs import (
    CaseFacts,
    DataSetRecipients,
    ExcludedSet,
    HumanReview,
    NamedRecipient,
)
from calends.letters.render import Rendered
from calends.rules.vocabulary import Right

if TYPE_CHECKING:
    from activities.composing import Composer


async def access(
    by: Composer, session: AsyncSession, order: Answer, case: CaseFacts, purpose: str
) -> Rendered:
    """GDPR 15: the information of 15(1), the copy of 15(3) on the person's page."""
    outcomes = await by.knows.outcomes(session, order)
    page = await by.copy(session, order, case, purpose)
    content = letter_facts.access_facts(
        by.company,
        case,
        outcomes,
        page,
        by.withheld,
        purposes_found=await by.knows.purposes_found(session, order.case_id),
    )
    return by.house.letter("access_reply", case.language, content)


async def recipients(
    by: Composer, session: AsyncSession, order: Answer, case: CaseFacts, purpose: str
) -> Rendered:
    """GDPR 15(1)(c): names, by data set and period (CJEU C-154/21)."""
    named = {recipient.id: recipient for recipient in by.company.recipients}
    sets = []
    for entry, collection, _ in await by.knows.sets_found(session, order.case_id):
        found = by.knows.purpose(collection.meta.purpose)
        title = f"{entry.name} — {collection.title(case.language)}"
        names = [named[name] for name in found.recipients] if found else []
        sets.append(
            DataSetRecipients(
                title=title,
                recipients=tuple(
                    NamedRecipient(
                        name=each.name,
                        role=each.role[case.language],
                        country="" if each.country == "FR" else each.country,
                        start=each.since,
                        end=each.until,
                    )
                    for each in names
                ),
            )
        )
    outcomes = await by.knows.outcomes(session, order)
    content = letter_facts.recipients_facts(by.company, case, outcomes, sets)
    return by.house.letter("recipients_reply", case.language, content)


async def portability(
    by: Composer, session: AsyncSession, order: Answer, case: CaseFacts, purpose: str
) -> Rendered:
    """GDPR 20: what the person provided, on consent or contract; the rest is named, with why."""
    searches = await by.knows.found(session, order.case_id)
    law = Archivist(by.house, order.case_id).portability(searches, case.language)
    counts = {
        (entry.id, collection.name): count
        for entry, collection, count in await by.knows.sets_found(session, order.case_id)
    }
    sets, excluded = law.sets(counts), law.excluded(counts)
    excluded += [
        ExcludedSet(what=by.company.system(row.system).name, why="not_automated")
        for row in searches
        if not by.company.system(row.system).declared
    ]
    page = await by.portable_file(session, order, case, purpose, law) if sets else None
    excluded += [ExcludedSet(what=each.what, why="rights_of_others") for each in by.withheld]
    outcomes = await by.knows.outcomes(session, order)
    content = letter_facts.portability_facts(by.company, case, outcomes, sets, excluded, page)
    return by.house.letter("portability_reply", case.language, content)


async def human_review(
    by: Composer, session: AsyncSession, order: Answer, case: CaseFacts, purpose: str
) -> Rendered:
    """GDPR 22(3): the decision looked at again by a person; or that there is none."""
    said = order.details
    reviews = []
    if said.get("decision"):
        reviews.append(
            HumanReview(
                what=said["subject"],
                reviewed_on=by.letterbox.local_day(order.at),
                reviewer={"fr": "le délégué à la protection des données", "en": "the DPO"}[
                    case.language
                ],
                heard=True,
                criteria=tuple(filter(None, said["criteria"].splitlines())),
                changed=said.get("changed", "") == "yes",
                decision=said["decision"],
                reasons=tuple(filter(None, said["reasons"].splitlines())),
            )
        )
    content = letter_facts.human_review_facts(by.company, case, reviews)
    return by.house.letter("human_review_reply", case.language, content)


Composes = Callable[["Composer", AsyncSession, Answer, CaseFacts, str], Awaitable[Rendered]]

REPLIES: dict[Right, Composes] = {
    Right.ACCESS: access,
    Right.RECIPIENTS: recipients,
    Right.PORTABILITY: portability,
    Right.RECTIFICATION: rectification,
    Right.ERASURE: erasure,
    Right.RESTRICTION: restriction,
    Right.OBJECTION: objection,
    Right.PROSPECTING_OBJECTION: prospecting,
    Right.CONSENT_WITHDRAWAL: consent,
    Right.HUMAN_REVIEW: human_review,
}

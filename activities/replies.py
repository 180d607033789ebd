"""The replies, right by right: the facts of each, from what the case knows."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING, cast, get_args

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from activities.house import lines_of
from activities.knowledge import EVENT_OF
from activities.orders import Answer
from activities.rectify import Rectification
from calends.letters import facts as letter_facts
from calends.letters.inputs import (
    CaseFacts,
    Change,
    ChannelStop,
    DataSetRecipients,
    ExcludedSet,
    HumanReview,
    NamedRecipient,
    NotChanged,
    ObjectionOutcome,
    PortableSet,
    RecipientNotice,
    Remaining,
    RestrictedSet,
    WithdrawnConsent,
    Withheld,
)
from calends.letters.render import Rendered
from calends.register.case_rows import RestrictionRow, WithdrawalRow
from calends.register.models import LedgerRow
from calends.rules.objection import ObjectionPath, objection_path
from calends.rules.portability import DataSet, Origin, Portable, is_portable
from calends.rules.restriction import REVIEW_DAYS, Ground
from calends.rules.vocabulary import Right
from calends.systems.dataset import Collection
from calends.systems.protocol import Channel
from calends.vault.blobs import NoSuchBlob

if TYPE_CHECKING:
    from activities.composing import Composer

_ORIGINS = {
    "by_person": Origin.PROVIDED,
    "observed": Origin.OBSERVED,
    "inferred": Origin.INFERRED,
    "no": Origin.FROM_OTHERS,
}


async def access(
    by: Composer, session: AsyncSession, order: Answer, case: CaseFacts, purpose: str
) -> Rendered:
    """GDPR 15: the information of 15(1), the copy of 15(3) on the person's page."""
    content = letter_facts.access_facts(
        by.company,
        case,
        await by.knows.outcomes(session, order),
        await by.copy(session, order, case, purpose),
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
    sets, excluded, given = [], [], set[str]()
    for entry, collection, count in await by.knows.sets_found(session, order.case_id):
        verdict, basis = portable(by, collection)
        title = collection.title(case.language)
        if verdict is Portable.INCLUDED:
            given.add(collection.name)
            sets.append(PortableSet(system=entry.name, title=title, count=count, basis=basis))
        else:
            why = "stated" if verdict is Portable.HUMAN else str(verdict)
            excluded.append(ExcludedSet(what=f"{entry.name} — {title}", why=why, basis=basis))
    page = await by.portable_file(session, order, case, purpose, given) if given else None
    outcomes = await by.knows.outcomes(session, order)
    content = letter_facts.portability_facts(by.company, case, outcomes, sets, excluded, page)
    return by.house.letter("portability_reply", case.language, content)


def portable(by: Composer, collection: Collection) -> tuple[Portable, str]:
    """Whether a data set goes into the file, and the basis on which it is processed."""
    found = by.knows.purpose(collection.meta.purpose)
    basis = found.basis if found else "UNSET"
    # Not said where it comes from: given by the person, unless the company says otherwise.
    origin = _ORIGINS[collection.meta.provided or "by_person"]
    return is_portable(DataSet(basis, origin)).verdict, basis


async def rectification(
    by: Composer, session: AsyncSession, order: Answer, case: CaseFacts, purpose: str
) -> Rendered:
    """GDPR 16: before and after, in every copy; what was not changed, and why."""
    day = by.letterbox.local_day(order.at)
    changes = [
        Change(
            system=by.company.system(system).name,
            title=by.house.declared(system).collection(line.collection).title(case.language),
            field=name.replace("_", " "),
            before=str(value.before or ""),
            after=str(value.after or ""),
            on=day,
        )
        async for system, line in _rectified(by, order)
        for name, value in line.changes.items()
    ]
    not_changed = []
    drafted = await _facts_of(session, order.case_id, "rectification_drafted")
    if drafted.get("documents"):
        what = {"fr": "vos factures déjà émises", "en": "invoices already issued to you"}
        not_changed.append(NotChanged(what=what[case.language], why="voucher"))
    if order.details.get("decided") == "note_disagreement":
        what = {"fr": "la donnée que vous contestez", "en": "the datum that you contest"}
        not_changed.append(NotChanged(what=what[case.language], why="opinion"))
    if not changes and not not_changed:
        what = {"fr": "la donnée indiquée", "en": "the datum that you named"}
        not_changed.append(NotChanged(what=what[case.language], why="not_found"))
    notices = await by.knows.notices(session, order)
    content = letter_facts.rectification_facts(by.company, case, changes, not_changed, notices)
    return by.house.letter("rectification_reply", case.language, content)


async def _rectified(by: Composer, order: Answer) -> AsyncIterator[tuple[str, Rectification]]:
    for entry in by.company.systems:
        blob = by.house.blobs.stream(order.case_id, f"rectified:{entry.id}")
        try:
            async for line in lines_of(blob):
                planned = b'{"system":"' + entry.id.encode() + b'",' + line[1:]
                yield entry.id, Rectification.model_validate_json(planned)
        except NoSuchBlob:
            continue


async def erasure(
    by: Composer, session: AsyncSession, order: Answer, case: CaseFacts, purpose: str
) -> Rendered:
    """GDPR 17: what was erased, what is kept by which law until when, backups, recipients."""
    content = letter_facts.erasure_facts(
        by.company,
        case,
        await by.knows.outcomes(session, order),
        await by.knows.erasure_lines(session, order, case.language),
        await by.knows.notices(session, order),
        acted_on=by.letterbox.local_day(order.at),
    )
    return by.house.letter("erasure_reply", case.language, content)


async def restriction(
    by: Composer, session: AsyncSession, order: Answer, case: CaseFacts, purpose: str
) -> Rendered:
    """GDPR 18: scope, ground, effects, when it ends, and that the end is announced."""
    day = by.letterbox.local_day(order.at)
    found = await by.knows.sets_found(session, order.case_id)
    sets = [
        RestrictedSet(system=entry.name, title=collection.title(case.language), count=count)
        for entry, collection, count in found
        if collection.meta.marks("restriction")
    ]
    by_hand = {
        "fr": "le registre des limitations, que consultent tous nos outils",
        "en": "the register of restrictions, which all our tools ask",
    }
    content = letter_facts.restriction_facts(
        by.company,
        case,
        sets or [RestrictedSet(system=by_hand[case.language])],
        grounds=[Ground(f"18(1)({order.details['ground']})")],
        since=await _restricted_since(by, session, order) or day,
        review_on=day + timedelta(days=REVIEW_DAYS),
        not_restricted=[
            Withheld(what=by.company.system(late.system).name, reason=late.reason)
            for late in order.pending
        ],
        notices=await by.knows.notices(session, order),
    )
    return by.house.letter("restriction_reply", case.language, content)


async def _restricted_since(by: Composer, session: AsyncSession, order: Answer) -> date | None:
    since = await session.scalar(
        select(RestrictionRow.since)
        .where(RestrictionRow.case_id == order.case_id, RestrictionRow.right == order.right)
        .limit(1)
    )
    return by.letterbox.local_day(since) if since else None


async def objection(
    by: Composer, session: AsyncSession, order: Answer, case: CaseFacts, purpose: str
) -> Rendered:
    """GDPR 21(1), purpose by purpose: stopped, refused with its balancing, or not its article."""
    day = by.letterbox.local_day(order.at)
    found = await by.knows.purposes_found(session, order.case_id)
    outcomes = []
    for each in by.company.purposes:
        if found is not None and each.id not in found:
            continue
        path = objection_path(each.basis, prospecting=False).path
        title = each.title[case.language]
        if path is ObjectionPath.EXPLAIN:
            outcomes.append(ObjectionOutcome(purpose=title, outcome=each.basis))
        elif path is ObjectionPath.WITHDRAW_CONSENT:
            outcomes.append(ObjectionOutcome(purpose=title, outcome="consent", since=day))
        elif order.refused:
            outcomes.append(
                ObjectionOutcome(purpose=title, outcome="compelling", balancing=order.refused)
            )
        else:
            outcomes.append(ObjectionOutcome(purpose=title, outcome="stopped", since=day))
    if not outcomes:
        nothing = {"fr": "tout traitement de vos données", "en": "any processing of your data"}
        outcomes = [
            ObjectionOutcome(
                purpose=nothing[case.language],
                outcome="compelling" if order.refused else "stopped",
                since=day,
                balancing=order.refused,
            )
        ]
    notices = await by.knows.notices(session, order)
    content = letter_facts.objection_facts(by.company, case, outcomes, notices)
    return by.house.letter("objection_reply", case.language, content)


async def prospecting(
    by: Composer, session: AsyncSession, order: Answer, case: CaseFacts, purpose: str
) -> Rendered:
    """GDPR 21(2)-(3): what stopped, on which channels, since when; who was told."""
    suppressed = await _facts_of(session, order.case_id, "suppressed")
    channels = cast("list[Channel]", suppressed["channels"])
    since = by.letterbox.local_day(order.at)
    content = letter_facts.prospecting_facts(
        by.company,
        case,
        [ChannelStop(channel=channel, since=since) for channel in channels],
        [*_late(by, order), *await by.knows.notices(session, order)],
        still=[c for c in get_args(Channel) if c not in channels],
    )
    return by.house.letter("prospecting_reply", case.language, content)


async def consent(
    by: Composer, session: AsyncSession, order: Answer, case: CaseFacts, purpose: str
) -> Rendered:
    """GDPR 7(3): which consents, from when, and what goes on upon another basis."""
    withdrawn = await session.scalars(
        select(WithdrawalRow).where(WithdrawalRow.case_id == order.case_id)
    )
    titles = {p.id: p.title[case.language] for p in by.company.purposes}
    consents = [
        WithdrawnConsent(purpose=titles[row.purpose], since=by.letterbox.local_day(row.since))
        for row in withdrawn
    ]
    anything = {"fr": "tout traitement fondé sur votre consentement", "en": "any processing on it"}
    content = letter_facts.consent_facts(
        by.company,
        case,
        consents
        or [
            WithdrawnConsent(
                purpose=anything[case.language],
                since=by.letterbox.local_day(order.at),
                on_record=False,
            )
        ],
        [
            Remaining(what=p.title[case.language], basis=p.basis)
            for p in by.company.purposes
            if p.basis in ("contract", "legal_obligation")
        ],
        [*_late(by, order), *await by.knows.notices(session, order)],
    )
    return by.house.letter("consent_withdrawal_reply", case.language, content)


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


def _late(by: Composer, order: Answer) -> list[RecipientNotice]:
    """Our own systems in which it did not work yet: the reply names them."""
    return [
        RecipientNotice(name=by.company.system(late.system).name, state="pending")
        for late in order.pending
        if order.right in EVENT_OF
    ]


async def _facts_of(session: AsyncSession, case_id: str, once: str) -> dict[str, object]:
    found = await session.scalar(
        select(LedgerRow.facts).where(LedgerRow.case_id == case_id, LedgerRow.once == once)
    )
    return found or {}


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

"""The replies that tell of an act: what was changed, erased, restricted, stopped."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, cast, get_args

from orjson import loads
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from activities.house import lines_of
from activities.orders import Answer
from activities.rectify import Rectification
from calends.letters import facts as letter_facts
from calends.letters.inputs import (
    CaseFacts,
    Change,
    ChannelStop,
    NotChanged,
    ObjectionOutcome,
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
from calends.rules.restriction import REVIEW_DAYS, Ground
from calends.systems.protocol import Channel
from calends.vault.blobs import NoSuchBlob

if TYPE_CHECKING:
    from activities.composing import Composer


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
    drafted = await _facts_of(session, order, "rectification_drafted")
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
    """What the systems said that they held before; else, where the act was done but the process
    died before it could note that, what was approved."""
    done = [act.system for act in order.carried_out if act.plan == "rectify" and act.left == 0]
    for system in dict.fromkeys(done):
        for name in ("rectified", "rectification"):
            blob = by.house.blobs.stream(order.case_id, f"{order.once(name)}:{system}")
            try:
                async for line in lines_of(blob):
                    yield system, Rectification.model_validate({"system": system} | loads(line))
                break
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
    outcomes = [
        _objected(each.title[case.language], each.basis, order.refused, day)
        for each in by.company.purposes
        if found is None or each.id in found
    ]
    if not any(each.outcome in ("stopped", "compelling") for each in outcomes):
        # Nothing found rests on 6(1)(e) or (f): what was decided holds for whatever would.
        outcomes.append(_objected(_ANY_OTHER[case.language], "UNSET", order.refused, day))
    notices = [*_late(by, order), *await by.knows.notices(session, order)]
    content = letter_facts.objection_facts(by.company, case, outcomes, notices)
    return by.house.letter("objection_reply", case.language, content)


_ANY_OTHER = {
    "fr": "tout autre traitement de vos données qui reposerait sur notre intérêt légitime",
    "en": "any other processing of your data that would rest on our legitimate interests",
}


def _objected(purpose: str, basis: str, refused: str, day: date) -> ObjectionOutcome:
    match objection_path(basis, prospecting=False).path:
        case ObjectionPath.EXPLAIN:
            return ObjectionOutcome(purpose=purpose, outcome=cast("Any", basis))
        case ObjectionPath.WITHDRAW_CONSENT:
            return ObjectionOutcome(purpose=purpose, outcome="consent", since=day)
    if refused:
        return ObjectionOutcome(purpose=purpose, outcome="compelling", balancing=refused)
    return ObjectionOutcome(purpose=purpose, outcome="stopped", since=day)


async def prospecting(
    by: Composer, session: AsyncSession, order: Answer, case: CaseFacts, purpose: str
) -> Rendered:
    """GDPR 21(2)-(3): what stopped, on which channels, since when; who was told."""
    suppressed = await _facts_of(session, order, "suppressed")
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
    rows = await session.scalars(
        select(WithdrawalRow).where(WithdrawalRow.case_id == order.case_id)
    )
    since = {row.purpose: by.letterbox.local_day(row.since) for row in rows}
    consents = [
        WithdrawnConsent(purpose=p.title[case.language], since=since[p.id])
        for p in by.company.purposes
        if p.id in since
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


def _late(by: Composer, order: Answer) -> list[RecipientNotice]:
    """Our own systems in which it did not work yet: the reply names them."""
    return [
        RecipientNotice(name=by.company.system(late.system).name, state="pending")
        for late in order.pending
    ]


async def _facts_of(session: AsyncSession, order: Answer, what: str) -> dict[str, object]:
    found = await session.scalar(
        select(LedgerRow.facts).where(
            LedgerRow.case_id == order.case_id, LedgerRow.once == order.once(what)
        )
    )
    return found or {}

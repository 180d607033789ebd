"""The erasure plan: a dry run with a verdict a record, and its approval."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from sqlalchemy.ext.asyncio import AsyncSession
from temporalio import activity

from activities.house import House, lines_of, noted
from activities.orders import (
    ApprovePlan,
    DraftPlan,
    PlanDrafted,
)
from calends.company import UNSET, Company
from calends.register.held_cases import CaseHolds, holds_on_case
from calends.register.models import CaseRow
from calends.retention.declared import row_of, start_day
from calends.rules.erasure import (
    NO_HOLDS,
    ClaimNeed,
    Fallen,
    Holds,
    Purpose,
    verdict_for_record,
)
from calends.rules.retention import Reason, RecordVerdict
from calends.rules.statutes import statute
from calends.rules.vocabulary import Verdict
from calends.systems.dataset import Collection


class Decide:
    def __init__(self, house: House) -> None:
        self.house = house

    @activity.defn
    async def draft_plan(self, order: DraftPlan) -> PlanDrafted:
        """The dry run of an erasure: a verdict per record, with its text and date (§3.3)."""
        today = order.at.astimezone(ZoneInfo(self.house.company.controller.tz)).date()
        counts: Counter[str] = Counter()
        systems: list[str] = []
        key = await self.house.keyring.get(order.case_id)
        async with self.house.register.session() as session:
            held = await self._held(session, order.case_id)
            for system in order.systems:
                before = counts.total()
                lines = self._verdicts(order.case_id, system, today, counts, held)
                await self.house.blobs.write(session, key, f"plan:{system}", lines)
                if counts.total() > before:
                    systems.append(system)
            once = order.once("plan_drafted")
            await noted(
                session, order, "plan_drafted", once=once, counts=dict(counts), systems=systems
            )
            await session.commit()
        undecided = counts.get(Verdict.HUMAN, 0)
        return PlanDrafted(counts=dict(counts), systems=systems, undecided=undecided)

    async def _held(self, session: AsyncSession, case_id: str) -> CaseHolds:
        """What keeps this person's records where they are (rule book §3.3(5))."""
        case = await session.get_one(CaseRow, case_id)
        person = await self.house.opened_person(case_id, case.sealed_person)
        return await holds_on_case(session, self.house.keyring, case, person.seeds())

    async def _verdicts(
        self, case_id: str, system: str, today: date, counts: Counter[str], held: CaseHolds
    ) -> AsyncIterator[bytes]:
        company = self.house.company
        entry = company.system(system)
        if not entry.may_act:
            return
        declared = self.house.declared(system)
        async for record in self.records(case_id, system):
            collection = declared.collection(record["collection"])
            if not collection.personal:
                continue
            holds = held.of(system, collection.name)
            verdict = verdict_on(company, collection, record["values"], today, holds=holds)
            counts[verdict.verdict] += 1
            line = {
                "collection": collection.name,
                "key": record["key"],
                "verdict": verdict.verdict,
                "until": verdict.until,
                "rule": verdict.rule,
                "source": verdict.source,
                "reason": verdict.reason,
                "told": verdict.told,
                "held": record["values"],
            }
            yield orjson.dumps(line) + b"\n"

    async def records(self, case_id: str, system: str) -> AsyncIterator[dict[str, Any]]:
        async for line in lines_of(self.house.blobs.stream(case_id, f"finding:{system}")):
            yield orjson.loads(line)

    @activity.defn
    async def approve_plan(self, order: ApprovePlan) -> None:
        """Only an approved plan is carried out; what is undecided is kept unless told otherwise."""
        async with self.house.register.session() as session:
            await noted(
                session,
                order,
                "plan_approved",
                once=order.once("plan_approved"),
                actor=order.by_role,
                erase_undecided=order.erase_undecided,
            )
            await session.commit()


def verdict_on(
    company: Company,
    collection: Collection,
    values: dict[str, object],
    today: date,
    *,
    fallen: Fallen | None = None,
    holds: Holds = NO_HOLDS,
    claims: ClaimNeed = ClaimNeed.UNDECIDED,
) -> RecordVerdict:
    """What becomes of one record, from its declared purpose, retention row, text and start date.

    `fallen`, `holds`, `claims`: what the case knows beyond the declarations (rule book §3.3).
    """
    meta = collection.meta
    purpose = next((p for p in company.purposes if p.id == meta.purpose), None)
    row = row_of(company, collection)
    start = start_day(row, collection, values)
    purposes = []
    if row or purpose or not meta.statute:
        basis, rule = purpose.basis if purpose else UNSET, row.rule() if row else None
        purposes.append(Purpose(basis, rule, start, fallen))
    statutes = [(statute(meta.statute), start)] if meta.statute else []
    verdict = verdict_for_record(purposes, today, statutes=statutes, holds=holds, claims=claims)
    if verdict.verdict is not Verdict.ERASED or meta.on_erasure == "delete":
        return verdict
    if meta.on_erasure == "anonymise":
        return replace(verdict, verdict=Verdict.ANONYMISED)
    return replace(verdict, verdict=Verdict.HUMAN, reason=Reason.NO_WAY_DECLARED)

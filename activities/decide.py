"""The erasure plan: a dry run with a verdict a record, and its approval."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from temporalio import activity

from activities.house import House, lines_of, noted
from activities.orders import (
    ApprovePlan,
    DraftPlan,
    PlanDrafted,
)
from calends.company import UNSET, Company
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
            for system in order.systems:
                before = counts.total()
                lines = self._verdicts(order.case_id, system, today, counts)
                await self.house.blobs.write(session, key, f"plan:{system}", lines)
                if counts.total() > before:
                    systems.append(system)
            await noted(session, order, "plan_drafted", counts=dict(counts), systems=systems)
            await session.commit()
        undecided = counts.get(Verdict.HUMAN, 0)
        return PlanDrafted(counts=dict(counts), systems=systems, undecided=undecided)

    async def _verdicts(
        self, case_id: str, system: str, today: date, counts: Counter[str]
    ) -> AsyncIterator[bytes]:
        company = self.house.company
        entry = company.system(system)
        if entry.kind != "sql":
            return
        declared = self.house.declared(system)
        async for record in self.records(case_id, system):
            collection = declared.collection(record["collection"])
            if not collection.personal:
                continue
            verdict = verdict_on(company, collection, record["values"], today)
            counts[verdict.verdict] += 1
            line = {
                "collection": collection.name,
                "key": record["key"],
                "verdict": verdict.verdict,
                "until": verdict.until,
                "rule": verdict.rule,
                "source": verdict.source,
                "reason": verdict.reason,
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
    row_id = meta.retention
    if row_id == UNSET and purpose is not None:
        row_id = purpose.retention
    row = next((r for r in company.retention if r.id == row_id), None)
    start = day_of(values.get(meta.start)) if meta.start else None
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


def day_of(value: object) -> date | None:
    """The day of a JSON-safe date or instant; None when it is neither."""
    if not isinstance(value, str):
        return None
    try:
        return date.fromisoformat(value[:10])
    except ValueError:
        return None

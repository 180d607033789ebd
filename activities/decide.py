"""Tasks in the queue, the erasure plan, escalations."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from temporalio import activity

from activities.house import House, noted
from activities.orders import (
    ApprovePlan,
    DraftPlan,
    Escalate,
    OpenTask,
    PlanDrafted,
    TaskDone,
    TasksWithdrawn,
)
from calends.company import UNSET, Company
from calends.register.models import CaseRow, TaskRow
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
    async def open_task(self, order: OpenTask) -> None:
        async with self.house.register.session() as session:
            await session.execute(
                insert(TaskRow)
                .values(
                    id=order.task_id,
                    case_id=order.case_id,
                    kind=order.kind,
                    role=order.role,
                    system=order.system or None,
                    state="open",
                    version=1,
                    opened_at=order.at,
                    due_at=order.due_at,
                    facts=order.facts,
                )
                .on_conflict_do_nothing()
            )
            await noted(
                session,
                order,
                "task_opened",
                once=f"task_opened:{order.task_id}",
                task=order.task_id,
                task_kind=order.kind,
                system=order.system,
                due=order.due_at.isoformat(),
            )
            await session.commit()

    @activity.defn
    async def task_done(self, order: TaskDone) -> None:
        """Mirrors a human's outcome; the reason is the human's words, so it is kept sealed."""
        async with self.house.register.session() as session:
            task = await session.get_one(TaskRow, order.task_id, with_for_update=True)
            task.state, task.outcome, task.completed_at = "done", order.outcome, order.at
            if order.reason:
                key = await self.house.keyring.get(order.case_id)
                name = f"reason:{order.task_id}"
                await self.house.blobs.write(session, key, name, order.reason.encode())
            await noted(
                session,
                order,
                "task_done",
                once=f"task_done:{order.task_id}",
                actor=order.by_role,
                task=order.task_id,
                task_kind=task.kind,
                outcome=order.outcome,
            )
            await session.commit()

    @activity.defn
    async def withdraw_tasks(self, order: TasksWithdrawn) -> None:
        async with self.house.register.session() as session:
            for task_id in order.task_ids:
                await session.execute(
                    update(TaskRow)
                    .where(TaskRow.id == task_id, TaskRow.state.in_(("open", "claimed")))
                    .values(state="withdrawn", completed_at=order.at)
                )
                await noted(
                    session,
                    order,
                    "task_withdrawn",
                    once=f"task_withdrawn:{task_id}",
                    task=task_id,
                )
            await session.commit()

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

    @activity.defn
    async def escalate(self, order: Escalate) -> None:
        """Marks the case as needing attention; the alert letter names the reference only."""
        async with self.house.register.session() as session:
            if await noted(
                session,
                order,
                "escalated",
                once=f"escalated:{order.at.isoformat()}",
                level=order.level,
                what=order.what,
            ):
                case = await session.get_one(CaseRow, order.case_id)
                case.attention = f"{order.level}:{order.what}"
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


async def lines_of(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Whole lines out of a stream of chunks."""
    pending = b""
    async for chunk in chunks:
        *whole, pending = (pending + chunk).split(b"\n")
        for line in whole:
            yield line
    if pending:
        yield pending

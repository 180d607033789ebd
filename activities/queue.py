"""The queue that mirrors a case's tasks, and what is said loudly when something is late."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import httpx
import orjson
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.house import House, noted
from activities.orders import Escalate, Escalated, OpenTask, Page, TaskDone, TasksWithdrawn
from calends.company import with_secrets
from calends.register.account_rows import UserRow
from calends.register.desk_rows import AbsenceRow
from calends.register.models import CaseRow, TaskRow

PAGING_SECONDS = 10.0


class Queue:
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
        """Mirrors a human's outcome; the reason and the details are the human's words, so they
        are kept sealed."""
        async with self.house.register.session() as session:
            task = await session.get_one(TaskRow, order.task_id, with_for_update=True)
            task.state, task.outcome, task.completed_at = "done", order.outcome, order.at
            await self._seal_words(session, order)
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

    async def _seal_words(self, session: AsyncSession, order: TaskDone) -> None:
        key = await self.house.keyring.get(order.case_id)
        words = {"reason": order.reason.encode(), "details": orjson.dumps(order.details)}
        for name, content in words.items():
            if getattr(order, name):
                await self.house.blobs.write(session, key, f"{name}:{order.task_id}", content)

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
    async def escalate(self, order: Escalate) -> Escalated:
        """Marks the case as needing attention; says which alerts are to be written."""
        alerts = self.house.company.alerts
        async with self.house.register.session() as session:
            if await noted(
                session,
                order,
                "escalated",
                once=f"escalated:{order.at.isoformat()}:{order.what}",
                level=order.level,
                what=order.what,
            ):
                case = await session.get_one(CaseRow, order.case_id)
                case.attention = f"{order.level}:{order.what}"
            letters = [f"alert_{order.level}"]
            if order.level == "dpo" and alerts.deputy_email and await self._away(session, order):
                letters.append("alert_deputy")
            await session.commit()
        return Escalated(letters=letters, pages=bool(alerts.webhook))

    async def _away(self, session: AsyncSession, order: Escalate) -> bool:
        """Nobody with the DPO's role is there on that day (rule book §5 row 57)."""
        today: date = order.at.astimezone(ZoneInfo(self.house.company.controller.tz)).date()
        dpos = set(
            await session.scalars(
                select(UserRow.id).where(UserRow.state == "active", UserRow.roles.contains(["dpo"]))
            )
        )
        away = set(
            await session.scalars(
                select(AbsenceRow.user_id).where(
                    AbsenceRow.first_day <= today, AbsenceRow.last_day >= today
                )
            )
        )
        return bool(dpos) and not dpos - away

    @activity.defn
    async def page(self, order: Page) -> None:
        """Calls the company's webhook with the reference, the level and what is late."""
        url = with_secrets(self.house.company.alerts.webhook)
        async with self.house.register.reader() as reader:
            reference = await reader.scalar(
                select(CaseRow.reference).where(CaseRow.id == order.case_id)
            )
        content = {"reference": reference, "level": order.level, "what": order.what}
        try:
            async with httpx.AsyncClient(timeout=PAGING_SECONDS, follow_redirects=False) as client:
                answer = await client.post(url, json=content)
        except httpx.HTTPError as error:
            raise ApplicationError(type(error).__name__, type="WebhookAway") from None
        if answer.status_code >= 300:
            raise ApplicationError(f"status {answer.status_code}", type="WebhookRefused")
        async with self.house.register.session() as session:
            once = f"paged:{order.at.isoformat()}:{order.what}"
            await noted(session, order, "paged", once=once, level=order.level, what=order.what)
            await session.commit()

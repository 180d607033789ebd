"""Decisions of the console: a second pair of eyes where it is asked for, and time to think again.

A decision stands in the register before the case hears of it: proposed (somebody else must
confirm it), then confirmed (it goes at an instant soon), then told. The rows survive the process;
whichever console runs tells the case. The case stays the authority: what it refuses is refused.
"""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from calends.desk.completing import (
    STANDING,
    Answer,
    Completing,
    Refused,
    Unanswered,
    alone_at,
    check,
    fits,
)
from calends.problems import Problem
from calends.register.cases import instant_for
from calends.register.desk_rows import DecisionRow
from calends.register.ledger import append_event
from calends.register.models import CaseRow, TaskRow
from calends.rules.vocabulary import Right
from calends.vault.keys import KeyDestroyed
from workflows.tasks import TaskKind

log = logging.getLogger("calends.desk")

DISCLOSURE, DESTRUCTION = "disclosure", "destruction"
ACTS = {
    (TaskKind.REVIEW_ACCESS, "release"): DISCLOSURE,
    (TaskKind.REVIEW_PORTABILITY, "release"): DISCLOSURE,
    (TaskKind.APPROVE_ERASURE, "approve"): DESTRUCTION,
    (TaskKind.APPROVE_ERASURE, "approve_all"): DESTRUCTION,
}
"""Answers for which a second person may be needed."""


def act_of(kind: str, outcome: str) -> str:
    """What the answer does that a second person may have to confirm; empty for all others."""
    return ACTS.get((TaskKind(kind), outcome), "") if kind in set(TaskKind) else ""


WEIGHTY = frozenset(
    {
        "not_a_request",
        "duplicate",
        "split",
        "give_up",
        "not_identified",
        "same_person",
        "ask_document",
        "release",
        "refuse",
        "approve",
        "approve_all",
        "carry_out",
        "grant",
        "lift",
        "uphold",
        "skip",
        "extend",
        "pause",
        "resend",
        "was_sent",
    }
)
"""Answers that send something, change data or end a demand: they can be taken back for a while.
All others go at once."""

LOCK_NOT_AVAILABLE = "55P03"
AGAIN = timedelta(seconds=15)
"""When the case did not answer it is told again after this time."""


class SamePerson(Problem):
    """Whoever proposed may not confirm."""


class TooLate(Problem):
    """The case is being told, or knows."""


@dataclass(frozen=True)
class Decided:
    """What became of an answer: `state` proposed, confirmed (under way) or told."""

    id: str
    state: str
    goes_at: datetime | None = None


@dataclass(frozen=True)
class Deciding:
    completing: Completing
    second_eyes: Collection[str]
    undo: timedelta

    async def decide(self, user_id: str, task: TaskRow, answer: Answer) -> Decided:
        """Takes an answer to a task. Raises Refused; Unanswered when it went at once and the case
        said nothing, which means that it will be told again."""
        fits(task, answer)
        proposed = act_of(task.kind, answer.outcome) in self.second_eyes
        wait = self.undo if answer.outcome in WEIGHTY else timedelta()
        row = DecisionRow(
            id=f"decision-{uuid.uuid4().hex}",
            task_id=task.id,
            case_id=task.case_id,
            version=task.version,
            outcome=answer.outcome,
            state="proposed" if proposed else "confirmed",
            proposed_by=user_id,
            proposed_at=datetime.now(UTC),
            goes_at=None if proposed else datetime.now(UTC) + wait,
        )
        async with alone_at(self.completing.register, task.id):
            await self._put(row, task, answer)
        if proposed or wait:
            return Decided(row.id, row.state, row.goes_at)
        await self.carry(row.id)
        return Decided(row.id, "told")

    async def _put(self, row: DecisionRow, task: TaskRow, answer: Answer) -> None:
        register = self.completing.register
        async with register.session() as session:
            await check(session, task.id, answer)
        upload = await self.completing.seal_upload(task, answer)
        row.sealed_answer = await self._sealed(task.case_id, row.id, answer, upload)
        async with register.session() as session:
            session.add(row)
            try:
                await session.flush()
            except IntegrityError as error:
                text = "a colleague has decided this task"
                raise Refused("decided", text) from error
            kind = "decision_proposed" if row.state == "proposed" else "decision_made"
            await self._note(session, row, kind, answer.by_role, row.proposed_by)
            await session.commit()

    async def confirm(self, user_id: str, role: str, decision_id: str) -> Decided:
        """The second pair of eyes. Raises SamePerson, TooLate, Refused."""
        async with self.completing.register.session() as session:
            row = await self._locked(session, decision_id)
            if row.state != "proposed":
                raise TooLate("this decision was confirmed or taken back")
            if row.proposed_by == user_id:
                raise SamePerson("whoever proposed may not confirm")
            row.state, row.confirmed_by = "confirmed", user_id
            row.confirmed_at = datetime.now(UTC)
            row.goes_at = row.confirmed_at + self.undo
            await self._note(session, row, "decision_confirmed", role, user_id)
            await session.commit()
        if not self.undo:
            await self.carry(row.id)
            return Decided(row.id, "told")
        return Decided(row.id, row.state, row.goes_at)

    async def take_back(self, user_id: str, role: str, decision_id: str) -> None:
        """Before the case has heard of it. Raises TooLate."""
        async with self.completing.register.session() as session:
            row = await self._locked(session, decision_id)
            if row.state not in STANDING:
                raise TooLate("the case knows already")
            row.state, row.goes_at = "taken_back", None
            task = await session.get_one(TaskRow, row.task_id)
            await self._note(session, row, "decision_taken_back", role, user_id)
            await session.commit()
        _, upload = await self._opened(row)
        await self.completing.drop_upload(task, upload)

    async def due(self, now: datetime) -> list[str]:
        """Ids of the decisions whose time has come."""
        async with self.completing.register.session() as session:
            rows = await session.scalars(
                select(DecisionRow.id)
                .where(DecisionRow.state == "confirmed", DecisionRow.goes_at <= now)
                .order_by(DecisionRow.goes_at)
                .limit(50)
            )
            return list(rows)

    async def carry(self, decision_id: str) -> bool:
        """Tells the case of one decision; False when somebody else is at it or it is over.

        Raises Refused when the case said no, Unanswered when it said nothing.
        """
        async with self.completing.register.session() as session:
            row = await session.scalar(
                select(DecisionRow)
                .where(DecisionRow.id == decision_id, DecisionRow.state == "confirmed")
                .with_for_update(skip_locked=True)
            )
            if row is None:
                return False
            task = await session.get_one(TaskRow, row.task_id)
            try:
                await self._tell(session, row, task)
            except Refused as refused:
                row.state, row.refusal = "refused", refused.code
                await session.commit()
                raise
            except Unanswered:
                row.goes_at = datetime.now(UTC) + AGAIN
                await session.commit()
                raise
            row.state, row.told_at = "told", datetime.now(UTC)
            await session.commit()
            return True

    async def _tell(self, session: AsyncSession, row: DecisionRow, task: TaskRow) -> None:
        answer, upload = await self._opened(row)
        try:
            told = await self.completing.tell(task, answer, upload)
        except Refused:
            await session.refresh(task)
            if task.state == "done" and task.outcome == row.outcome:
                return  # it was told before, and whoever told it died before noting so
            await self.completing.drop_upload(task, upload)
            raise
        if told != row.outcome:
            raise Refused("TaskDone", f"this task was already done: {told}", told)

    async def carry_due(self, now: datetime) -> int:
        """Tells every case whose decision is due; what is refused or unanswered stays as a row
        that the pages show."""
        told = 0
        for decision_id in await self.due(now):
            try:
                told += await self.carry(decision_id)
            except (Refused, Unanswered) as error:
                log.warning("decision not carried: %s", error.code)
        return told

    async def standing(self, session: AsyncSession, task_id: str) -> DecisionRow | None:
        """What has been decided of a task and the case has not heard of."""
        row: DecisionRow | None = await session.scalar(
            select(DecisionRow).where(
                DecisionRow.task_id == task_id, DecisionRow.state.in_(STANDING)
            )
        )
        return row

    async def _locked(self, session: AsyncSession, decision_id: str) -> DecisionRow:
        """Raises TooLate while the case is being told of it."""
        try:
            row = await session.get(DecisionRow, decision_id, with_for_update={"nowait": True})
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", "") != LOCK_NOT_AVAILABLE:
                raise
            raise TooLate("the case is being told") from error
        if row is None:
            raise Refused("no_decision", "no such decision")
        return row

    async def _note(
        self, session: AsyncSession, row: DecisionRow, kind: str, role: str, by: str
    ) -> None:
        case = await session.get_one(CaseRow, row.case_id)
        task = await session.get_one(TaskRow, row.task_id)
        await append_event(
            session,
            row.case_id,
            once=f"{kind}:{row.id}",
            kind=kind,
            at=await instant_for(session, case),
            activity="",
            actor=role,
            facts={"task": row.task_id, "task_kind": task.kind, "outcome": row.outcome, "by": by},
        )

    async def _sealed(self, case_id: str, decision_id: str, answer: Answer, upload: str) -> bytes:
        said = {
            "outcome": answer.outcome,
            "reason": answer.reason,
            "rights": [str(right) for right in answer.rights],
            "by_role": answer.by_role,
            "details": answer.details,
            "upload": upload,
        }
        try:
            key = await self.completing.keyring.get(case_id)
        except KeyDestroyed as error:
            raise Refused("shredded", "the key of this case is not here") from error
        return key.seal(json.dumps(said).encode(), f"decision|{decision_id}")

    async def _opened(self, row: DecisionRow) -> tuple[Answer, str]:
        try:
            key = await self.completing.keyring.get(row.case_id)
        except KeyDestroyed as error:
            raise Refused("shredded", "the key of this case is not here") from error
        said: dict[str, Any] = json.loads(key.open(row.sealed_answer, f"decision|{row.id}"))
        rights = [Right(right) for right in said["rights"]]
        answer = Answer(
            said["outcome"], said["reason"], rights, said["by_role"], details=said["details"]
        )
        return answer, said["upload"]

    async def reason_of(self, row: DecisionRow) -> str:
        """The words of whoever proposed, for whoever confirms."""
        answer, _ = await self._opened(row)
        return answer.reason

"""What must be done until when, as one colleague may see it: cases and tasks, naming nobody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from calends.agenda.seeing import Seer
from calends.register.models import CaseRow, DemandRow, TaskRow

MOST = 1000
"""Entries of a kind: a calendar with more is no calendar."""


class Due(StrEnum):
    ANSWER = "answer"
    """The day by which the case is answered (`answer_by`)."""
    LAST_CALL = "last_call"
    """The day on which the case answers by itself."""
    TASK = "task"


@dataclass(frozen=True)
class Deadline:
    due: Due
    day: date
    reference: str
    case_id: str
    task_id: str = ""
    kind: str = ""
    """Of a task."""
    system: str = ""


async def deadlines_of(session: AsyncSession, seer: Seer, *, tz: str) -> list[Deadline]:
    """By day. Who sees no case gets the tasks that are theirs, and nothing else of a case."""
    zone = ZoneInfo(tz)
    found = await _tasks(session, seer, zone)
    if seer.sees_cases:
        found += await _cases(session, zone)
    return sorted(found, key=lambda one: (one.day, one.reference, one.due, one.task_id))


async def _tasks(session: AsyncSession, seer: Seer, zone: ZoneInfo) -> list[Deadline]:
    rows = await session.execute(
        select(TaskRow, CaseRow.reference)
        .join(CaseRow, CaseRow.id == TaskRow.case_id)
        .where(CaseRow.closed_at.is_(None), seer.mine)
        .order_by(CaseRow.answer_by, TaskRow.due_at)
        .limit(MOST)
    )
    return [
        Deadline(
            Due.TASK,
            task.due_at.astimezone(zone).date(),
            reference or task.case_id,
            task.case_id,
            task.id,
            task.kind,
            task.system or "",
        )
        for task, reference in rows
    ]


async def _cases(session: AsyncSession, zone: ZoneInfo) -> list[Deadline]:
    """Only cases that still owe an answer."""
    owing = select(DemandRow.case_id).where(DemandRow.state == "open")
    rows = await session.scalars(
        select(CaseRow)
        .where(CaseRow.closed_at.is_(None), CaseRow.id.in_(owing))
        .order_by(CaseRow.answer_by, CaseRow.number)
        .limit(MOST)
    )
    found = []
    for case in rows:
        reference = case.reference or case.id
        found.append(Deadline(Due.ANSWER, case.answer_by, reference, case.id))
        name = "last_call" if case.answer_by <= case.safe_due else "extended_last_call"
        if name in case.milestones:
            at = datetime.fromisoformat(case.milestones[name])
            found.append(Deadline(Due.LAST_CALL, at.astimezone(zone).date(), reference, case.id))
    return found

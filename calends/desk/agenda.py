"""What must be done until when, as one colleague may see it: cases and tasks, naming nobody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from calends.desk.board import Filters, Group, Looker, page_of
from calends.register.models import CaseRow, DemandRow

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


async def deadlines_of(
    session: AsyncSession, looker: Looker, *, tz: str, today: date
) -> list[Deadline]:
    """By day. Who sees no case gets the tasks that are theirs, and nothing else of a case."""
    zone = ZoneInfo(tz)
    mine = await page_of(session, looker, Group.NEEDS_ME, Filters(), today, size=MOST)
    found = [
        Deadline(
            Due.TASK,
            line.due_at.astimezone(zone).date(),
            line.reference,
            line.case_id,
            line.task_id or "",
            line.kind,
            line.system or "",
        )
        for line in mine.lines
        if line.due_at is not None
    ]
    if looker.sees_cases:
        found += await _cases(session, zone)
    return sorted(found, key=lambda one: (one.day, one.reference, one.due, one.task_id))


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

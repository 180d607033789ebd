"""The queue as the register holds it: what waits, who has claimed it."""

from __future__ import annotations

import re
import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from calends.desk.words import days_left, local, short
from calends.problems import Problem
from calends.register.cases import instant_for
from calends.register.database import Register
from calends.register.ledger import append_event
from calends.register.models import CaseRow, TaskRow

Facts = dict[str, Any]
WAITING = ("open", "claimed")
_ID = re.compile(r"(?:task-)?([0-9a-f]{1,64})")


async def waiting(register: Register, role: str | None) -> list[Facts]:
    """What waits for a human, the most urgent first; `role`: only its tasks."""
    chosen = (
        select(TaskRow, CaseRow)
        .join(CaseRow, CaseRow.id == TaskRow.case_id)
        .where(TaskRow.state.in_(WAITING))
        .order_by(TaskRow.due_at, TaskRow.id)
    )
    if role is not None:
        chosen = chosen.where(TaskRow.role == role)
    async with register.session() as session:
        rows = (await session.execute(chosen)).all()
    return [facts_of(task, case) for task, case in rows]


def facts_of(task: TaskRow, case: CaseRow) -> Facts:
    """A task as lists and programs see it. `claimed_by` is a colleague, never the requester."""
    tz = case.clock["tz"]
    return {
        "id": task.id,
        "reference": case.reference,
        "case_id": case.id,
        "kind": task.kind,
        "role": task.role,
        "system": task.system,
        "state": task.state,
        "version": task.version,
        "due": task.due_at.isoformat(),
        "due_local": local(task.due_at, tz),
        "left": days_left(datetime.fromisoformat(local(task.due_at, tz)).date(), tz),
        "claimed_by": task.claimed_by,
        "outcome": task.outcome,
        "facts": task.facts,
    }


async def find_task(session: AsyncSession, text: str, *, lock: bool = False) -> TaskRow:
    """The task of an id, whole or its unambiguous beginning. Raises Problem."""
    given = _ID.fullmatch(text.strip())
    if given is None:
        raise Problem("not a task id; `calends task list` shows them")
    chosen = select(TaskRow).where(TaskRow.id.startswith(f"task-{given[1]}")).limit(2)
    found = (await session.scalars(chosen.with_for_update() if lock else chosen)).all()
    if not found:
        raise Problem("no such task; `calends task list` shows them")
    if len(found) > 1:
        raise Problem("several tasks begin so; give more of the id")
    return found[0]


async def claim(register: Register, task_id: str, name: str, force: bool) -> str:
    """Takes the task for `name`; returns what to say. Raises Problem when it cannot be had."""
    async with register.session() as session:
        task = await find_task(session, task_id, lock=True)
        if task.state not in WAITING:
            raise Problem(f"this task is {task.state}: {task.outcome or 'no longer needed'}")
        if task.claimed_by == name:
            return f"{short(task.id)}: is yours already"
        if task.claimed_by is not None and not force:
            raise Problem("a colleague has claimed this task; --force takes it over")
        earlier = task.claimed_by is not None
        task.state, task.claimed_by = "claimed", name
        await _note_claim(session, task, earlier)
        await session.commit()
        return f"{short(task.id)}: yours"


async def _note_claim(session: AsyncSession, task: TaskRow, taken_over: bool) -> None:
    """In the ledger by role only: the colleague's name stays out of the evidence."""
    case = await session.get_one(CaseRow, task.case_id)
    await append_event(
        session,
        task.case_id,
        once=f"task_claimed:{uuid.uuid4()}",
        kind="task_claimed",
        at=await instant_for(session, case),
        activity="",
        actor=task.role,
        facts={"task": task.id, "task_kind": task.kind, "taken_over": taken_over},
    )

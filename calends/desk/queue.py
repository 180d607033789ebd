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


class NotFree(Problem):
    """A colleague has it."""

    def __init__(self, holder: str) -> None:
        super().__init__("a colleague has claimed this task; --force takes it over")
        self.holder = holder


class TaskOver(Problem):
    """Nobody needs to do it any more."""

    def __init__(self, state: str, outcome: str | None) -> None:
        super().__init__(f"this task is {state}: {outcome or 'no longer needed'}")
        self.state, self.outcome = state, outcome


async def claim(register: Register, task_id: str, name: str, force: bool) -> str:
    """Takes the task for `name`; returns what to say. Raises Problem when it cannot be had."""
    async with register.session() as session:
        task = await find_task(session, task_id, lock=True)
        changed = await hand_to(session, task, name, force=force)
        await session.commit()
    return f"{short(task.id)}: {'yours' if changed else 'is yours already'}"


async def hand_to(
    session: AsyncSession, task: TaskRow, holder: str | None, *, force: bool, by: str = ""
) -> bool:
    """Gives the locked task to a colleague, or back to everybody (None), in the caller's
    transaction; False when nothing changed. Raises TaskOver, and NotFree unless `force`."""
    if task.state not in WAITING:
        raise TaskOver(task.state, task.outcome)
    before = task.claimed_by
    if before == holder:
        return False
    if before is not None and not force:
        raise NotFree(before)
    task.state, task.claimed_by = ("open" if holder is None else "claimed"), holder
    await _note_claim(session, task, taken_over=before is not None, by=by)
    return True


async def _note_claim(session: AsyncSession, task: TaskRow, *, taken_over: bool, by: str) -> None:
    """In the ledger by role, and by the random id of an account where there is one: the
    colleague's name stays out of the evidence."""
    case = await session.get_one(CaseRow, task.case_id)
    who = {"to": task.claimed_by, "by": by} if by else {}
    await append_event(
        session,
        task.case_id,
        once=f"task_claimed:{uuid.uuid4()}",
        kind="task_claimed" if task.claimed_by else "task_given_back",
        at=await instant_for(session, case),
        activity="",
        actor=task.role,
        facts={"task": task.id, "task_kind": task.kind, "taken_over": taken_over, **who},
    )

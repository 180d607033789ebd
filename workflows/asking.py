"""Asking a human: a task in the DPO's queue, its outcome, and taking it back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeVar

from temporalio import workflow
from temporalio.exceptions import FailureError

from workflows.calling import note
from workflows.case import Case, OpenTask, happens_by
from workflows.messages import TaskOutcome
from workflows.tasks import ROLES, TaskKind

with workflow.unsafe.imports_passed_through():
    from activities import orders
    from activities.decide import Decide

Outcome = TypeVar("Outcome")


async def ask(
    case: Case,
    kind: TaskKind,
    due_at: datetime,
    *,
    system: str = "",
    facts: dict[str, str] | None = None,
) -> OpenTask:
    """Opens a task in the DPO's queue."""
    now = workflow.now()
    task = OpenTask(
        id=f"task-{workflow.uuid4().hex}",
        kind=kind,
        opened_at=now,
        due_at=max(due_at, now),
        system=system,
    )
    case.tasks[task.id] = task
    await note(
        Decide.open_task,
        orders.OpenTask(
            case_id=case.id,
            at=now,
            task_id=task.id,
            kind=kind,
            role=ROLES.get(kind, "dpo"),
            due_at=task.due_at,
            system=system,
            facts=facts or {},
        ),
    )
    return task


async def answered_by(task: OpenTask, due: datetime) -> bool:
    """Waits for the task's outcome until the absolute instant `due`."""
    return await happens_by(lambda: task.outcome is not None, due, task.kind)


async def withdraw(case: Case, task: OpenTask) -> None:
    """Takes back a task that nobody needs to do any more."""
    case.tasks.pop(task.id, None)
    await note(
        Decide.withdraw_tasks,
        orders.TasksWithdrawn(case_id=case.id, at=workflow.now(), task_ids=[task.id]),
    )


async def outcome_of(task: OpenTask) -> TaskOutcome:
    await workflow.wait_condition(lambda: task.outcome is not None)
    assert task.outcome is not None
    return task.outcome


async def record(case: Case, done: TaskOutcome) -> None:
    """Takes a human's outcome: the workflow first, then the queue that mirrors it."""
    case.tasks[done.task_id].outcome = done
    await note(
        Decide.task_done,
        orders.TaskDone(
            case_id=case.id,
            at=workflow.now(),
            task_id=done.task_id,
            version=done.version,
            outcome=done.outcome,
            by_role=done.by_role,
            reason=done.reason,
        ),
    )


async def guarded(case: Case, part: Callable[[Case], Awaitable[Outcome]]) -> Outcome:
    """Runs a part of the case; a failure becomes a human task, and the part is tried again.

    Only Temporal's own failures are caught: they would fail the case. A defect in our code parks
    the workflow task instead, until mended code is deployed.
    """
    while True:
        try:
            return await part(case)
        except FailureError:
            task = await ask(case, TaskKind.MEND_CASE, workflow.now())
            await outcome_of(task)

"""Asking a human: a task in the queue, its outcome, and taking it back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date, datetime
from typing import TypeVar

from temporalio import workflow
from temporalio.exceptions import ApplicationError, FailureError

from workflows.calling import note
from workflows.case import Case, Demand, OpenTask, Settled, happens_by
from workflows.messages import TaskOutcome
from workflows.tasks import NEEDS_REASON, OUTCOMES, ROLES, WANTS, WANTS_RIGHTS, TaskKind

with workflow.unsafe.imports_passed_through():
    from activities import orders
    from activities.queue import Queue

Outcome = TypeVar("Outcome")


async def ask(
    case: Case,
    kind: TaskKind,
    due_at: datetime,
    *,
    system: str = "",
    facts: dict[str, str] | None = None,
) -> OpenTask:
    """Opens a task in the queue of whoever does it."""
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
        Queue.open_task,
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


async def decided(case: Case, demand: Demand, task: OpenTask) -> TaskOutcome:
    """The human's outcome. Raises Settled, and takes the task back, when the demand ends first."""
    await workflow.wait_condition(lambda: task.outcome is not None or not demand.open)
    if task.outcome is None:
        await withdraw(case, task)
        raise Settled
    return task.outcome


async def withdraw(case: Case, task: OpenTask) -> None:
    """Takes back a task that nobody needs to do any more."""
    case.tasks.pop(task.id, None)
    await note(
        Queue.withdraw_tasks,
        orders.TasksWithdrawn(case_id=case.id, at=workflow.now(), task_ids=[task.id]),
    )


async def outcome_of(task: OpenTask) -> TaskOutcome:
    await workflow.wait_condition(lambda: task.outcome is not None)
    assert task.outcome is not None
    return task.outcome


def refuse_unfit(case: Case, done: TaskOutcome) -> None:
    """Refuses an outcome that the case cannot take, before anything changes: ApplicationError."""
    task = case.tasks.get(done.task_id)
    if case.closed:
        raise ApplicationError("the case is closed", type="CaseClosed")
    if task is None:
        raise ApplicationError("no such open task in this case", type="NoSuchTask")
    if task.outcome is not None:
        raise ApplicationError(
            f"this task was already done: {task.outcome.outcome}", type="TaskDone"
        )
    if done.version != task.version:
        raise ApplicationError("the task has changed since; look again", type="TaskChanged")
    if done.outcome not in (fitting := OUTCOMES[task.kind]):
        raise ApplicationError(f"outcome must be one of: {', '.join(fitting)}", type="UnfitOutcome")
    if done.outcome in NEEDS_REASON and not done.reason.strip():
        raise ApplicationError(f"`{done.outcome}` needs a reason", type="ReasonMissing")
    _refuse_incomplete(case, task, done)


def _refuse_incomplete(case: Case, task: OpenTask, done: TaskOutcome) -> None:
    answer = (task.kind, done.outcome)
    for name in WANTS.get(answer, ()):
        if not done.details.get(name, "").strip():
            raise ApplicationError(f"`{done.outcome}` needs `{name}`", type="DetailMissing")
    if answer in WANTS_RIGHTS and not (done.rights or (case.demands and done.outcome == "accept")):
        raise ApplicationError(f"`{done.outcome}` needs the rights", type="RightsMissing")
    if answer == (TaskKind.SEARCH_BY_HAND, "found") and not done.upload:
        raise ApplicationError("`found` needs the file that was found", type="UploadMissing")
    if (posted_on := done.details.get("posted_on")) and not _is_day(posted_on):
        raise ApplicationError("`posted_on` must be a day, YYYY-MM-DD", type="UnfitOutcome")
    people = done.details.get("people", "")
    if answer == (TaskKind.TRIAGE, "split") and people not in map(str, range(2, 21)):
        raise ApplicationError("`people` must be a number from 2 to 20", type="UnfitOutcome")
    ground = done.details.get("ground", "")
    if answer == (TaskKind.EXTENSION, "extend") and ground not in ("", "complexity", "number"):
        raise ApplicationError("`ground` must be complexity or number", type="UnfitOutcome")
    if answer == (TaskKind.DECIDE_RESTRICTION, "grant") and ground not in ("a", "b", "c", "d"):
        raise ApplicationError("`ground` must be a, b, c or d", type="UnfitOutcome")


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


async def record(case: Case, done: TaskOutcome) -> None:
    """Takes a human's outcome: the workflow first, then the queue that mirrors it."""
    case.tasks[done.task_id].outcome = done
    await note(
        Queue.task_done,
        orders.TaskDone(
            case_id=case.id,
            at=workflow.now(),
            task_id=done.task_id,
            version=done.version,
            outcome=done.outcome,
            by_role=done.by_role,
            reason=done.reason,
            details=done.details,
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

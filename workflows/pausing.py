"""The pause that a French decree allows while identity is awaited (2019-536 art. 77 al. 3).

Off by default; when the company file turns it on, a human still decides each one. It stops the
clock and never restarts it; after 30 days without an answer the case says that it cannot
identify the person.
"""

from __future__ import annotations

from temporalio import workflow

from workflows.asking import ask, withdraw
from workflows.calling import note
from workflows.case import Case
from workflows.tasks import TaskKind
from workflows.writing import beside

with workflow.unsafe.imports_passed_through():
    from activities import orders
    from activities.months import Months


def may_pause(case: Case) -> None:
    """Asks the DPO beside the story, once, where the company file allows a pause at all."""
    assert case.opened is not None
    asked = any(task.kind is TaskKind.APPROVE_PAUSE for task in case.tasks.values())
    if case.opened.pauses and not asked:
        beside(case, case.deliveries, _propose)


async def _propose(case: Case) -> None:
    task = await ask(case, TaskKind.APPROVE_PAUSE, case.due("identity_ask"))
    await workflow.wait_condition(lambda: task.outcome is not None or case.identified)
    if task.outcome is None:
        await withdraw(case, task)
    elif task.outcome.outcome == "pause" and not case.identified:
        await _move_clock(case, answered=False)
        case.paused = True


async def resume(case: Case) -> None:
    """The person answered: the days between asking and answering are added, no more."""
    if case.paused:
        case.paused = False
        await _move_clock(case, answered=True)


async def _move_clock(case: Case, *, answered: bool) -> None:
    assert case.identity_asked is not None
    month = case.months[0]
    moved = await note(
        Months.move_clock,
        orders.MoveClock(
            case_id=case.id,
            at=workflow.now(),
            asked_at=case.identity_asked,
            answered_at=workflow.now() if answered else None,
        ),
    )
    month.milestones, month.edition = moved.milestones, month.edition + 1

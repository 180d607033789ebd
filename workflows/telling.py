"""Recipients are told of what was rectified, erased, restricted or stopped (GDPR 19).

No deadline in law; 72 hours is the rule book's (§1.3, §1.4). Silence is chased, and named.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from temporalio import workflow

from workflows.asking import answered_by, ask, withdraw
from workflows.calling import act, note, system_queue
from workflows.case import Case, Demand, OpenTask, happens_by
from workflows.tasks import TaskKind
from workflows.writing import beside, deliver, write

with workflow.unsafe.imports_passed_through():
    from activities import orders
    from activities.notify import Notify
    from activities.orders.telling import ToldOf

ANSWER_IN = timedelta(hours=72)
REMIND_AFTER = timedelta(days=7)
CHASE_AFTER = timedelta(days=14)


async def tell_recipients(case: Case, demand: Demand, told_of: ToldOf) -> None:
    """Tells each recipient concerned, before the reply goes, so that it can say so."""
    prepared = await note(
        Notify.prepare,
        orders.PrepareNotices(
            case_id=case.id,
            at=workflow.now(),
            turn=demand.month.number,
            right=demand.right,
            act=told_of,
        ),
    )
    sending = [
        beside(case, case.telling, lambda case, n=notice: _tell(case, n))  # type: ignore[misc]
        for notice in prepared.notices
    ]
    if sending:  # a mail server that is away must not hold the person's reply
        await asyncio.wait(sending, timeout=60)


async def _tell(case: Case, notice: orders.Notice) -> None:
    """By mail or over its interface; where that is not possible, a human tells it."""
    match notice.by:
        case "mail":
            beside(case, case.lasting, lambda case: _chase(case, notice))
            await deliver(case, notice.purpose)
        case "http":
            order = orders.TellByHttp(case_id=case.id, at=workflow.now(), notice=notice)
            told = await act(Notify.tell_by_http, order, queue=system_queue(notice.system))
            if isinstance(told, str):
                beside(case, case.lasting, lambda case: _by_hand(case, notice))
        case _:
            beside(case, case.lasting, lambda case: _by_hand(case, notice))


async def _by_hand(case: Case, notice: orders.Notice) -> None:
    """A human tells the recipient, and says so."""
    task = await _ask(case, TaskKind.TELL_RECIPIENTS, notice, workflow.now() + ANSWER_IN)
    done = await answered_by(task, max(case.due("extended_last_call"), task.due_at))
    if done and task.outcome is not None:
        await _end(case, notice, task.outcome.outcome, task.outcome.by_role)
    else:
        await withdraw(case, task)
        await _end(case, notice, "failed", "engine")


async def _chase(case: Case, notice: orders.Notice) -> None:
    """Waits for the recipient's answer, reminds once, then asks a human; the end is recorded."""
    told_at = workflow.now()
    if not await happens_by(
        lambda: notice.purpose in case.recipients_said, told_at + REMIND_AFTER, "recipient answers"
    ):
        await write(case, f"recipient_reminder:{notice.purpose}")
        await happens_by(
            lambda: notice.purpose in case.recipients_said,
            told_at + CHASE_AFTER,
            "recipient answers",
        )
    if _done(case, notice):
        await _end(case, notice, "confirmed", "engine")
    else:
        await _end(case, notice, *await _by_a_human(case, notice))


async def _by_a_human(case: Case, notice: orders.Notice) -> tuple[str, str]:
    """Silence, or an answer in words of its own: a human says what it comes to."""
    task = await _ask(case, TaskKind.CHASE_RECIPIENT, notice, workflow.now() + timedelta(days=3))
    await happens_by(
        lambda: task.outcome is not None or _done(case, notice),
        max(case.due("extended_last_call"), task.due_at),
        "recipient answers",
    )
    if task.outcome is not None:
        return task.outcome.outcome, task.outcome.by_role
    await withdraw(case, task)
    return ("confirmed" if _done(case, notice) else "silent"), "engine"


async def _ask(case: Case, kind: TaskKind, notice: orders.Notice, due: datetime) -> OpenTask:
    facts = {"recipients": notice.recipient, "right": str(notice.right)}
    return await ask(case, kind, due, facts=facts)


async def _end(case: Case, notice: orders.Notice, state: str, by_role: str) -> None:
    await note(
        Notify.record,
        orders.RecordNotice(
            case_id=case.id, at=workflow.now(), notice=notice, state=state, by_role=by_role
        ),
    )


def _done(case: Case, notice: orders.Notice) -> bool:
    return case.recipients_said.get(notice.purpose) == "done"


def recipient_answered(case: Case, notices: list[str], says: str) -> None:
    """Mail from a recipient who was told."""
    for purpose in notices:
        case.recipients_said[purpose] = says

"""Recipients are told of what was rectified, erased, restricted or stopped (GDPR 19).

No deadline in law; 72 hours is the rule book's (§1.3, §1.4). Silence is chased, and named.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta

from temporalio import workflow

from calends.rules.vocabulary import Right
from workflows.asking import answered_by, ask, withdraw
from workflows.calling import act, note
from workflows.case import Case, happens_by
from workflows.tasks import TaskKind
from workflows.writing import beside, deliver, write

with workflow.unsafe.imports_passed_through():
    from activities import orders
    from activities.notify import Notify

ANSWER_IN = timedelta(hours=72)
REMIND_AFTER = timedelta(days=7)
CHASE_AFTER = timedelta(days=14)


async def tell_recipients(case: Case, right: Right, act_told: str) -> None:
    """Writes to each recipient concerned, before the reply goes, so that it can say so."""
    told = await note(
        Notify.prepare,
        orders.PrepareNotices(case_id=case.id, at=workflow.now(), right=right, act=act_told),
    )
    sending = [
        beside(case, case.telling, lambda case, n=notice: _tell(case, n))  # type: ignore[misc]
        for notice in told.notices
        if notice.by != "hand"
    ]
    if sending:  # a mail server that is away must not hold the person's reply
        await asyncio.wait(sending, timeout=60)
    by_hand = [notice.recipient for notice in told.notices if notice.by == "hand"]
    if by_hand:
        due, names = workflow.now() + ANSWER_IN, ", ".join(by_hand)
        await ask(
            case, TaskKind.TELL_RECIPIENTS, due, facts={"recipients": names, "right": str(right)}
        )
    for notice in told.notices:
        if notice.by != "hand":
            beside(case, case.chasing, lambda case, n=notice: _chase(case, n))  # type: ignore[misc]


async def _tell(case: Case, notice: orders.Notice) -> None:
    if notice.by == "mail":
        await deliver(case, notice.purpose)
        return
    order = orders.TellByHttp(case_id=case.id, at=workflow.now(), notice=notice)
    told = await act(Notify.tell_by_http, order)
    if isinstance(told, str):  # its interface is away: a human tells it
        due = workflow.now() + ANSWER_IN
        facts = {"recipients": notice.recipient, "right": str(notice.right)}
        await ask(case, TaskKind.TELL_RECIPIENTS, due, facts=facts)


async def _chase(case: Case, notice: orders.Notice) -> None:
    """Waits for the recipient's answer, reminds once, then asks a human; the end is recorded."""

    def answered() -> bool:
        return notice.recipient in case.recipients_said

    told_at, state, by = workflow.now(), "confirmed", "engine"
    if not await happens_by(answered, told_at + REMIND_AFTER, "recipient answers"):
        if notice.by == "mail":
            await write(case, f"recipient_reminder:{notice.purpose}")
        await happens_by(answered, told_at + CHASE_AFTER, "recipient answers")
    if case.recipients_said.get(notice.recipient) != "done":
        state, by = await _by_a_human(case, notice)
    await note(
        Notify.record,
        orders.RecordNotice(
            case_id=case.id, at=workflow.now(), notice=notice, state=state, by_role=by
        ),
    )


async def _by_a_human(case: Case, notice: orders.Notice) -> tuple[str, str]:
    """Silence, or an answer in words of its own: a human says what it comes to."""
    due = workflow.now() + timedelta(days=3)
    facts = {"recipients": notice.recipient, "right": str(notice.right)}
    task = await ask(case, TaskKind.CHASE_RECIPIENT, due, facts=facts)
    await happens_by(
        lambda: task.outcome is not None or case.recipients_said.get(notice.recipient) == "done",
        max(case.due("extended_last_call"), due),
        "recipient answers",
    )
    if task.outcome is not None:
        return task.outcome.outcome, task.outcome.by_role
    await withdraw(case, task)
    done = case.recipients_said.get(notice.recipient) == "done"
    return ("confirmed" if done else "silent"), "engine"


def recipient_answered(case: Case, recipient: str, says: str) -> None:
    """Mail from a recipient who was told."""
    case.recipients_said[recipient] = says


async def wait_for_recipients(case: Case) -> None:
    """The replies that say who was told have left already; the answers are waited for."""
    await workflow.wait_condition(lambda: not case.telling)
    for task in [t for t in case.open_tasks() if t.kind is TaskKind.TELL_RECIPIENTS]:
        await answered_by(task, case.due("extended_last_call"))
    await workflow.wait_condition(lambda: not case.chasing)

"""Letters: written once, sent until they are sent."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from temporalio import workflow

from calends.rules.vocabulary import Right
from workflows.asking import answered_by, ask, guarded, withdraw
from workflows.calling import act, note, pause_after
from workflows.case import Case, TaskKind

with workflow.unsafe.imports_passed_through():
    from activities import orders
    from activities.reply import Reply


async def answer(
    case: Case,
    right: Right | None,
    form: str,
    *,
    refused: str = "",
    pending: list[orders.Searched] | None = None,
) -> None:
    """Writes and sends one reply, and goes on until it is sent (GDPR 12(3)-(4))."""
    case.stage = "replying"
    order = orders.Answer(
        case_id=case.id,
        at=workflow.now(),
        right=right,
        form=form,
        refused=refused,
        pending=case.unexplained() if pending is None else pending,
        open_tasks={f"{t.kind}:{t.system}": t.opened_at for t in case.open_tasks()},
        carried_out=case.carried_out,
    )
    sent = await act(Reply.answer, order)
    if isinstance(sent, str):
        # Composing failed for good: the letter is asked of a human and tried anew.
        await _mend_letter(case, order)
    elif sent.state != "sent":
        await deliver(case, sent.purpose, "" if sent.state == "later" else sent.state)
    if form == "final" and right is not None and case.rights.get(right) == "open":
        case.rights[right] = "refused" if refused else "answered"
    if not isinstance(sent, str) and sent.recipients:
        # No deadline in law; 72 hours is the rule book's (§1.3, §1.4).
        due, names = workflow.now() + timedelta(hours=72), ", ".join(sent.recipients)
        await ask(case, TaskKind.TELL_RECIPIENTS, due, facts={"recipients": names})


async def _mend_letter(case: Case, order: orders.Answer) -> None:
    rounds = 0
    while True:
        rounds += 1
        task = await ask(case, TaskKind.MEND_DELIVERY, workflow.now() + timedelta(days=1))
        await answered_by(task, workflow.now() + pause_after(rounds))
        if task.outcome is None:
            await withdraw(case, task)
        sent = await act(Reply.answer, order)
        if not isinstance(sent, str):
            if sent.state != "sent":
                await deliver(case, sent.purpose, "" if sent.state == "later" else sent.state)
            return


async def write(case: Case, letter: str, number: int = 0) -> None:
    """A letter of the engine's own: written at once, sent beside the story."""
    order = orders.WriteLetter(case_id=case.id, at=workflow.now(), letter=letter, number=number)
    await note(Reply.write, order)
    send_beside(case, order.purpose)


def send_beside(case: Case, purpose: str) -> None:
    """Sends a written letter while the story goes on; `finish_letters` waits for it."""
    delivery = asyncio.create_task(guarded(case, lambda case: deliver(case, purpose)))
    case.deliveries.add(delivery)
    delivery.add_done_callback(case.deliveries.discard)


async def deliver(case: Case, purpose: str, state: str = "") -> None:
    """Sends a written letter; what cannot be sent becomes a human task and is tried again.

    A letter whose fate is in doubt (we died between the server's 250 and our note) is asked of a
    human for a day, then goes again under the same Message-ID: silence would be worse.
    """
    rounds, task = 0, None
    while True:
        if not state:
            doubt_over = task is not None
            sent = await act(
                Reply.send,
                orders.Send(
                    case_id=case.id,
                    at=workflow.now(),
                    purposes=[purpose],
                    even_if_doubtful=doubt_over,
                ),
            )
            state = sent if isinstance(sent, str) else sent.state
        if state == "sent":
            if task is not None and task.outcome is None:
                await withdraw(case, task)
            return
        rounds += 1
        if task is None or task.outcome is not None:
            task = await ask(case, TaskKind.MEND_DELIVERY, workflow.now() + timedelta(days=1))
        wait = timedelta(days=1) if state == "doubtful" else pause_after(rounds)
        await answered_by(task, workflow.now() + wait)
        if task.outcome is not None and task.outcome.outcome == "was_sent":
            await note(
                Reply.take_as_sent,
                orders.Send(case_id=case.id, at=workflow.now(), purposes=[purpose]),
            )
            return
        state = ""

"""Letters: written once, sent until they are sent."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

from temporalio import workflow

from calends.rules.vocabulary import Right
from workflows.asking import answered_by, ask, guarded, withdraw
from workflows.calling import act, note, pause_after
from workflows.case import Case
from workflows.tasks import TaskKind

with workflow.unsafe.imports_passed_through():
    from activities import attributes, orders
    from activities.decide import Decide
    from activities.reply import Reply


async def answer(
    case: Case,
    right: Right | None,
    form: str,
    *,
    refused: str = "",
    pending: list[orders.Searched] | None = None,
    wait: bool = True,
) -> None:
    """Writes and sends one reply, and goes on until it is sent (GDPR 12(3)-(4)).

    `wait=False`: the clock does not stop for a mail server that is away.
    """
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
    if form == "final" and right is not None and case.rights.get(right) == "open":
        case.rights[right] = "refused" if refused else "answered"
    if isinstance(sent, str) or sent.state != "sent":
        under_way = beside(case, case.answers, lambda case: _see_through(case, order, sent))
        if wait:
            await asyncio.shield(under_way)
    if not isinstance(sent, str) and sent.recipients:
        # No deadline in law; 72 hours is the rule book's (§1.3, §1.4).
        due, names = workflow.now() + timedelta(hours=72), ", ".join(sent.recipients)
        await ask(case, TaskKind.TELL_RECIPIENTS, due, facts={"recipients": names})


async def _see_through(case: Case, order: orders.Answer, sent: orders.SendState | str) -> None:
    """Until the reply is composed (a human may have to mend something) and sent."""
    rounds = 0
    while isinstance(sent, str):
        rounds += 1
        task = await ask(case, TaskKind.MEND_DELIVERY, workflow.now() + timedelta(days=1))
        await answered_by(task, workflow.now() + pause_after(rounds))
        if task.outcome is None:
            await withdraw(case, task)
        sent = await act(Reply.answer, order)
    if sent.state != "sent":
        await deliver(case, sent.purpose, "" if sent.state == "later" else sent.state)


async def write(case: Case, letter: str, number: int = 0) -> None:
    """A letter of the engine's own: written at once, sent beside the story."""
    order = orders.WriteLetter(case_id=case.id, at=workflow.now(), letter=letter, number=number)
    await note(Reply.write, order)
    send_beside(case, order.purpose)


def send_beside(case: Case, purpose: str) -> None:
    """Sends a written letter while the story goes on; `finish_letters` waits for it."""
    beside(case, case.deliveries, lambda case: deliver(case, purpose))


def beside(
    case: Case, kept: set[asyncio.Task[None]], part: Callable[[Case], Awaitable[None]]
) -> asyncio.Task[None]:
    """Runs a part of the case beside its story and keeps it until it is done."""
    task = asyncio.create_task(guarded(case, part))
    kept.add(task)
    task.add_done_callback(kept.discard)
    return task


async def deliver(case: Case, purpose: str, state: str = "") -> None:
    """Sends a written letter; what cannot be sent becomes a human task and is tried again.

    A letter whose fate is in doubt (we died between the server's 250 and our note) goes again
    under the same Message-ID, after a human had time to say what became of it: silence would be
    worse.
    """
    rounds, insist, task = 0, False, None
    doubt = REPLY_IN_DOUBT if purpose.startswith(REPLIES) else LETTER_IN_DOUBT
    while True:
        if not state:
            sent = await act(
                Reply.send,
                orders.Send(
                    case_id=case.id,
                    at=workflow.now(),
                    purposes=[purpose],
                    insist=insist,
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
        pause = doubt if state == "doubtful" else pause_after(rounds)
        await answered_by(task, workflow.now() + pause)
        resend = task.outcome is not None and task.outcome.outcome == "resend"
        if task.outcome is not None and not resend:
            await note(
                Reply.take_as_sent,
                orders.Send(case_id=case.id, at=workflow.now(), purposes=[purpose]),
            )
            return
        insist, state = resend or state == "doubtful", ""


REPLIES = ("reply:", "refusal:", "extension", "partial", "forced", "not_identified")
"""Letters that answer: two of them would be an error that the person sees."""
REPLY_IN_DOUBT = timedelta(days=1)
LETTER_IN_DOUBT = timedelta(seconds=10)
"""How long a human may say what became of a letter in doubt. The month runs while a person waits
for the letter that asks for their code, and a second copy of it does no harm."""


async def escalate(case: Case, level: str, what: str) -> None:
    """Tells the DPO or management, by reference only, that something is late."""
    await note(
        Decide.escalate,
        orders.Escalate(case_id=case.id, at=workflow.now(), level=level, what=what),
    )
    if not case.alerts:
        workflow.upsert_search_attributes([attributes.ATTENTION.value_set(True)])
    case.alerts.append(what)
    await write(case, f"alert_{level}", len(case.alerts))

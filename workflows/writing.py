"""Letters: written once, sent until they are sent, by mail or on paper."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

from temporalio import workflow

from workflows.asking import answered_by, ask, guarded, withdraw
from workflows.calling import act, note, pause_after
from workflows.case import Case, Demand, Month
from workflows.tasks import TaskKind

with workflow.unsafe.imports_passed_through():
    from activities import attributes, orders
    from activities.queue import Queue
    from activities.reply import Reply

REPLIES = ("reply:", "refusal:", "extension", "partial", "forced", "not_identified")
"""Letters that answer: two of them would be an error that the person sees."""
ANSWER_AGAIN = timedelta(hours=1)
"""A reply that could not leave is tried so often: the month ends on a day, whoever is away."""
REPLY_IN_DOUBT = timedelta(days=1)
LETTER_IN_DOUBT = timedelta(seconds=10)
"""How long a human may say what became of a letter in doubt. The month runs while a person waits
for the letter that asks for their code, and a second copy of it does no harm."""


async def answer(
    case: Case,
    form: str,
    demand: Demand | None = None,
    *,
    month: Month | None = None,
    refused: str = "",
    pending: list[orders.Searched] | None = None,
    details: dict[str, str] | None = None,
    wait: bool = True,
) -> None:
    """Writes and sends one reply, and goes on until it is sent (GDPR 12(3)-(4)).

    `final` answers one demand; the other forms what is unanswered in a month. `wait=False`: the
    clock does not stop for a mail server that is away.
    """
    case.stage = "replying"
    month = month or (demand.month if demand else case.month)
    order = orders.Answer(
        case_id=case.id,
        at=workflow.now(),
        right=demand.right if demand else None,
        turn=month.number,
        unanswered=[d.right for d in case.unanswered(month)],
        form=form,
        refused=refused,
        details=details or {},
        pending=case.unexplained() if pending is None else pending,
        open_tasks={f"{t.kind}:{t.system}": t.opened_at for t in case.open_tasks()},
        carried_out=case.carried_out,
    )
    sent = await act(Reply.answer, order)
    _settled(demand, order, sent)
    case.replied_at = workflow.now()
    if isinstance(sent, str) or sent.state != "sent":
        under_way = beside(case, case.answers, lambda case: _see_through(case, demand, order, sent))
        if wait:
            await asyncio.shield(under_way)


def _settled(demand: Demand | None, order: orders.Answer, sent: orders.SendState | str) -> None:
    """A demand is answered once its reply is composed; until then the clock may still answer it."""
    if demand is not None and demand.open and order.form == "final" and not isinstance(sent, str):
        demand.state = "refused" if order.refused else "answered"


async def _see_through(
    case: Case, demand: Demand | None, order: orders.Answer, sent: orders.SendState | str
) -> None:
    """Until the reply is composed (a human may have to mend something) and sent."""
    rounds = 0
    while isinstance(sent, str):
        rounds += 1
        task = await ask(case, TaskKind.MEND_DELIVERY, workflow.now() + timedelta(days=1))
        await answered_by(task, workflow.now() + pause_after(rounds, ANSWER_AGAIN))
        if task.outcome is None:
            await withdraw(case, task)
        sent = await act(Reply.answer, order)
        _settled(demand, order, sent)
    if sent.state != "sent":
        await deliver(case, sent.purpose, "" if sent.state == "later" else sent.state)


async def write(
    case: Case, letter: str, number: int = 0, *, reason: str = ""
) -> asyncio.Task[None]:
    """A letter of the engine's own: written at once, sent beside the story. Returns its sending."""
    order = orders.WriteLetter(
        case_id=case.id, at=workflow.now(), letter=letter, number=number, reason=reason
    )
    await note(Reply.write, order)
    return send_beside(case, order.purpose)


def send_beside(case: Case, purpose: str) -> asyncio.Task[None]:
    """Sends a written letter while the story goes on; `finish_letters` waits for it."""
    return beside(case, case.deliveries, lambda case: deliver(case, purpose))


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
    reply = purpose.startswith(REPLIES)
    doubt = REPLY_IN_DOUBT if reply else LETTER_IN_DOUBT
    while True:
        if not state:
            sent = await act(Reply.send, _send(case, purpose, insist))
            state = sent if isinstance(sent, str) else sent.state
        if state == "paper":
            state = await _post(case, purpose)
        if state == "sent":
            case.replied_at = workflow.now() if reply else case.replied_at
            if task is not None and task.outcome is None:
                await withdraw(case, task)
            return
        rounds += 1
        if task is None or task.outcome is not None:
            task = await ask(case, TaskKind.MEND_DELIVERY, workflow.now() + timedelta(days=1))
        pause = (
            doubt if state == "doubtful" else pause_after(rounds, ANSWER_AGAIN if reply else None)
        )
        await answered_by(task, workflow.now() + pause)
        resend = task.outcome is not None and task.outcome.outcome == "resend"
        if task.outcome is not None and not resend:
            await note(Reply.take_as_sent, _send(case, purpose, insist))
            return
        insist, state = resend or state == "doubtful", ""


def _send(case: Case, purpose: str, insist: bool = False) -> orders.Send:
    return orders.Send(case_id=case.id, at=workflow.now(), purpose=purpose, insist=insist)


async def _post(case: Case, purpose: str) -> str:
    """A letter on paper: a human prints and posts it, three working days earlier (rule book §2.2).

    It counts as sent on the day on which it was posted.
    """
    reply = purpose.startswith(REPLIES)
    due = case.due("last_call") if reply else workflow.now() + timedelta(days=1)
    task = await ask(case, TaskKind.POST_LETTER, due, facts={"purpose": purpose})
    await workflow.wait_condition(lambda: task.outcome is not None)
    assert task.outcome is not None
    if task.outcome.outcome != "posted":
        return "refused"
    order = _send(case, purpose)
    order.posted_on = task.outcome.details["posted_on"]
    await note(Reply.take_as_sent, order)
    return "sent"


async def mend_bounce(case: Case, purpose: str) -> None:
    """A letter came back: the demand that it answered is open again until a human mends it."""
    returned = await note(Reply.returned, _send(case, purpose))
    demand = case.demands.get(returned.right) if returned.right else None
    if demand is not None and demand.state in ("answered", "refused"):
        before, demand.state = demand.state, "open"

        async def again(case: Case) -> None:
            await deliver(case, purpose, "refused")
            demand.state = before

        beside(case, case.answers, again)
    else:
        beside(case, case.deliveries, lambda case: deliver(case, purpose, "refused"))


async def escalate(case: Case, level: str, what: str) -> None:
    """Tells the DPO or management, by reference only, that something is late."""
    told = await note(
        Queue.escalate,
        orders.Escalate(case_id=case.id, at=workflow.now(), level=level, what=what),
    )
    if not case.alerts:
        workflow.upsert_search_attributes([attributes.ATTENTION.value_set(True)])
    case.alerts.append(what)
    for letter in told.letters:
        await write(case, letter, len(case.alerts))
    if told.pages:
        page = orders.Page(case_id=case.id, at=workflow.now(), level=level, what=what)
        beside(case, case.deliveries, lambda case: _page(page))


async def _page(page: orders.Page) -> None:
    """The company's webhook; that it is away is in the ledger, and the mail went all the same."""
    await act(Queue.page, page)

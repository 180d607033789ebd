"""The stages of a case: receipt, triage, the pursuit of each demand, close."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

from temporalio import workflow

from calends.rules.rights import in_order
from calends.rules.vocabulary import Right
from workflows.asking import answered_by, ask, decided, withdraw
from workflows.calling import note
from workflows.case import Case, Demand, Settled, happens, happens_by, waits_for_nobody
from workflows.changing import erase, rectify
from workflows.clock import begin_month
from workflows.disclosing import give_access, give_portable_file, name_recipients, review_decision
from workflows.identity import identify
from workflows.messages import MailArrived, TaskOutcome
from workflows.stopping import object_to, restrict, stop_prospecting, withdraw_consent
from workflows.tasks import TaskKind
from workflows.writing import beside, escalate, send_beside

with workflow.unsafe.imports_passed_through():
    from activities import attributes, orders
    from activities.acknowledge import Acknowledge
    from activities.close import Close
    from activities.triage import Triage


async def acknowledge(case: Case) -> None:
    """Receipt: reference, clock, ledger, and a word to the writer (EDPB 01/2022 §57)."""
    opening = case.opening
    case.opened = await note(
        Acknowledge.open_case,
        orders.OpenCase(
            case_id=case.id,
            at=workflow.now(),
            inbox_id=opening.inbox_id,
            received_at=opening.received_at,
            rights=opening.rights,
            needs_triage=opening.needs_triage,
            language=opening.language,
            by_post=opening.by_post,
        ),
    )
    workflow.upsert_search_attributes(
        [
            attributes.REFERENCE.value_set(case.reference),
            attributes.SAFE_DUE.value_set(case.opened.safe_due),
        ]
    )
    begin_month(case, opening.rights, case.opened.milestones)
    if case.opened.images:
        beside(case, case.lasting, hold_images)
    if case.opened.first_letter:
        send_beside(case, case.opened.first_letter)
    if case.opened.first_letter == "identity_request":
        case.identity_asked = workflow.now()
    case.stage = "acknowledged"


async def hold_images(case: Case) -> None:
    """Images of a camera are overwritten within a month: a human freezes them at once, before
    any identity is established (CSI L252-5; rule book §5 row 23)."""
    task = await ask(case, TaskKind.HOLD_IMAGES, workflow.now() + timedelta(days=1))
    await answered_by(task, case.due("last_call"))
    if task.outcome is None:
        await withdraw(case, task)


async def answer_all(case: Case) -> str:
    """Each demand is pursued by itself; one waits for another where the law puts it after."""
    begin(case, [d for d in case.demands.values() if waits_for_nobody(d.right)])
    ended = await triage(case)
    while True:
        if begin(case, case.unanswered()):
            ended = ""  # a message that was no request may be followed by one
        await workflow.wait_condition(lambda: _something_new(case) or _quiet(case))
        if _something_new(case):
            continue
        await finish_letters(case)
        if await nothing_more(case):
            return ended or _outcome(case)


def _something_new(case: Case) -> bool:
    return any(not demand.under_way for demand in case.unanswered())


def _quiet(case: Case) -> bool:
    """Nothing is pursued, nothing is read, nobody is waited for."""
    pursued = case.pursuits or case.telling or case.lasting or _may_wake(case)
    return not (pursued or case.mail or case.bounced or case.reading)


def _may_wake(case: Case) -> bool:
    """A demand rests unidentified, and its person may still prove their contact."""
    return any(d.state == "not_identified" and not d.month.over for d in case.demands.values())


async def nothing_more(case: Case) -> bool:
    """An answered case stays open for a while, so that a reply that comes back, or what the person
    answers to it, finds it. False when something came."""

    def stirs() -> bool:
        return _something_new(case) or not _quiet(case) or bool(case.answers)

    assert case.opened is not None
    lingers = timedelta(hours=case.opened.lingers_hours)
    if case.replied_at is None or case.opening.by_post or not lingers:
        return not stirs()
    case.stage = "lingering"
    return not await happens_by(stirs, case.replied_at + lingers, "what comes back")


def _outcome(case: Case) -> str:
    states = set(case.states().values())
    if one_for_all := next((s for s in ("by_hand", "withdrawn") if states == {s}), ""):
        return one_for_all
    return next((s for s in ("forced", "not_identified") if s in states), "answered")


def begin(case: Case, demands: list[Demand]) -> bool:
    """Starts the pursuit of those that nobody pursues yet."""
    new = [demand for demand in demands if not demand.under_way]
    for demand in new:
        demand.under_way = True
        beside(case, case.pursuits, lambda case, demand=demand: pursue(case, demand))  # type: ignore[misc]
    return bool(new)


async def pursue(case: Case, demand: Demand) -> None:
    """One demand, from the identity step to its reply, in the order of the law."""
    try:
        if not waits_for_nobody(demand.right):
            await identify(case, demand)  # GDPR 12(6)
        await happens(demand, lambda: case.may_start(demand.right))
        await PURSUITS[demand.right](case, demand)
    except Settled:
        return


async def leave_to_humans(case: Case, demand: Demand) -> None:
    """A letter from the authority: never answered by the machine (rule book §1.10)."""
    await escalate(case, "management", "authority")
    await decided(case, demand, await ask(case, TaskKind.AUTHORITY, demand.due("triage")))
    demand.state = "by_hand"


PURSUITS: dict[Right, Callable[[Case, Demand], Awaitable[None]]] = {
    Right.AUTHORITY_INQUIRY: leave_to_humans,  # GDPR 31, 58(1)
    Right.PROSPECTING_OBJECTION: stop_prospecting,  # GDPR 21(2)-(3)
    Right.CONSENT_WITHDRAWAL: withdraw_consent,  # GDPR 7(3)
    Right.RESTRICTION: restrict,  # GDPR 18
    Right.OBJECTION: object_to,  # GDPR 21(1)
    Right.ACCESS: give_access,  # GDPR 15
    Right.RECIPIENTS: name_recipients,  # GDPR 15(1)(c)
    Right.PORTABILITY: give_portable_file,  # GDPR 20
    Right.HUMAN_REVIEW: review_decision,  # GDPR 22(3)
    Right.RECTIFICATION: rectify,  # GDPR 16
    Right.ERASURE: erase,  # GDPR 17, last
}


async def triage(case: Case) -> str:
    """What intake could not read for sure, a human reads. Returns how the case ends, or nothing.

    Nobody answers: a vague text is treated as access (rule book §5 row 31).
    """
    while case.opening.needs_triage:
        task = await ask(case, TaskKind.TRIAGE, case.due("triage"))
        if not await answered_by(task, case.due("collection")):
            await withdraw(case, task)
            await _set_demands(case, list(case.demands) or [Right.ACCESS], "nobody triaged")
            return ""
        assert task.outcome is not None
        match task.outcome.outcome:
            case "accept":
                await _set_demands(case, task.outcome.rights or list(case.demands), "triaged")
                return ""
            case "split":
                await note(
                    Triage.split_message,
                    orders.SplitMessage(
                        case_id=case.id,
                        at=workflow.now(),
                        people=int(task.outcome.details["people"]),
                    ),
                )
            case "duplicate":
                if await _join(case, task.outcome):
                    return "duplicate"
            case _:
                await _set_demands(case, [], "not a request")
                return "not_a_request"
    return ""


async def _set_demands(case: Case, rights: list[Right], why: str) -> None:
    """What is pursued already (it waited for nobody) stays."""
    kept = [d.right for d in case.demands.values() if d.under_way]
    chosen = list(in_order([*rights, *kept]))
    await note(
        Triage.set_demands,
        orders.SetDemands(case_id=case.id, at=workflow.now(), rights=chosen, why=why),
    )
    month = case.months[0]
    case.demands = {right: case.demands.get(right) or Demand(right, month) for right in chosen}


async def _join(case: Case, outcome: TaskOutcome) -> bool:
    """The message joins the case that it belongs to; False when there is no such open case."""
    joined = await note(
        Triage.join_case,
        orders.JoinCase(case_id=case.id, at=workflow.now(), reference=outcome.details["reference"]),
    )
    if not joined.case_id:
        return False
    other = workflow.get_external_workflow_handle(joined.case_id)
    await other.signal("mail_arrived", MailArrived(inbox_id=case.opening.inbox_id))
    for demand in case.unanswered():
        demand.state = "withdrawn"
    return True


async def finish_letters(case: Case) -> None:
    """No case ends before its replies are sent; other letters have an hour more."""
    await workflow.wait_condition(workflow.all_handlers_finished)  # one may be writing a letter
    await workflow.wait_condition(lambda: not case.answers)
    await happens_by(
        lambda: not case.deliveries, workflow.now() + timedelta(hours=1), "letters under way"
    )
    for delivery in list(case.deliveries):
        delivery.cancel()


async def close(case: Case, outcome: str) -> None:
    """Ends the case: open tasks are withdrawn, the ledger says how it ended. What arrives at its
    very end goes back to the inbox, and opens a case of its own."""
    case.closed, case.stage = True, "closed"
    for task in case.open_tasks():
        await withdraw(case, task)
    await note(
        Close.close_case,
        orders.CloseCase(case_id=case.id, at=workflow.now(), outcome=outcome, states=case.states()),
    )
    while case.mail:
        unread, case.mail = case.mail, []
        await note(
            Close.hand_back,
            orders.HandBack(case_id=case.id, at=workflow.now(), inbox_ids=unread),
        )

"""The stages of a case, one function each, in the order of the law."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from temporalio import workflow

from calends.rules.rights import in_order
from calends.rules.vocabulary import Right, SearchState
from workflows.asking import answered_by, ask, outcome_of, withdraw
from workflows.calling import act, note, pause_after, system_queue
from workflows.case import WAITS_FOR_NOBODY, Case, happens_by
from workflows.messages import TaskOutcome
from workflows.searching import search_one
from workflows.tasks import TaskKind
from workflows.writing import answer, escalate, send_beside, write

with workflow.unsafe.imports_passed_through():
    from activities import attributes, orders
    from activities.acknowledge import Acknowledge
    from activities.carry_out import CarryOut
    from activities.close import Close
    from activities.decide import Decide
    from activities.identify import Identify


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
        ),
    )
    case.rights = dict.fromkeys(in_order(opening.rights), "open")
    workflow.upsert_search_attributes(
        [
            attributes.REFERENCE.value_set(case.reference),
            attributes.SAFE_DUE.value_set(case.opened.safe_due),
        ]
    )
    if case.opened.first_letter:
        send_beside(case, case.opened.first_letter)
    case.identity_asked = case.opened.first_letter == "identity_request"
    case.stage = "acknowledged"


async def triage(case: Case) -> bool:
    """What intake could not read for sure, a human reads. False: it was no request.

    Nobody answers: a vague text is treated as access (rule book §5 row 31).
    """
    if case.triaged or not case.opening.needs_triage:
        return True
    task = await ask(case, TaskKind.TRIAGE, case.due("triage"))
    await answered_by(task, case.due("collection"))
    if task.outcome is None:
        await withdraw(case, task)
        chosen, why = in_order(case.rights) or [Right.ACCESS], "nobody triaged"
    elif task.outcome.outcome == "not_a_request":
        chosen, why = [], "not a request"
    else:
        chosen, why = task.outcome.rights or in_order(case.rights), "triaged"
    await note(
        Acknowledge.set_demands,
        orders.SetDemands(case_id=case.id, at=workflow.now(), rights=chosen, why=why),
    )
    case.rights, case.triaged = dict.fromkeys(in_order(chosen), "open"), True
    return bool(chosen)


async def leave_to_humans(case: Case) -> None:
    """A letter from the authority: never answered by the machine (rule book §1.10)."""
    await escalate(case, "management", "authority")
    await outcome_of(await ask(case, TaskKind.AUTHORITY, case.due("triage")))
    for right in case.unanswered:
        case.rights[right] = "by_hand"


async def object_at_once(case: Case) -> None:
    """A prospecting objection waits for nobody and is absolute (GDPR 21(2)-(3))."""
    if case.rights.get(Right.PROSPECTING_OBJECTION) != "open":
        return
    case.stage = "objecting"
    step = orders.CaseStep(case_id=case.id, at=workflow.now())
    await note(CarryOut.suppress, step)
    assert case.opened is not None
    systems = [system.id for system in case.opened.systems if system.takes_objections]
    results = await asyncio.gather(*(_object_in(case, system) for system in systems))
    late = [search for search in results if search is not None]
    await answer(case, Right.PROSPECTING_OBJECTION, "final", pending=late)


async def _object_in(case: Case, system: str) -> orders.Searched | None:
    """Objects in one system; what did not work is named in the reply and asked of a human."""
    done = await act(
        CarryOut.object_to_prospecting,
        orders.CarryOut(case_id=case.id, at=workflow.now(), system=system),
        queue=system_queue(system),
        nobody_there=timedelta(minutes=5),
    )
    if isinstance(done, orders.Objected):
        return None
    await ask(case, TaskKind.MEND_SYSTEM, case.due("identity_ask"), system=system)
    return orders.Searched(
        system=system, state=SearchState.FAILED, since=workflow.now(), reason=done
    )


async def identify(case: Case) -> None:
    """Control of the contact the data are filed under, nothing more (GDPR 12(6); IA1)."""
    case.stage = "identifying"
    assert case.opened is not None
    if not (case.identified or case.identity_asked):
        if case.opened.can_write_back:
            await write(case, "identity_request")
        case.identity_asked = True
    await workflow.wait_condition(lambda: case.identified)


async def locate(case: Case) -> None:
    """Every declared system is searched at once; each ends as found, nothing or failed since."""
    case.stage = "locating"
    assert case.opened is not None
    await asyncio.gather(*(search_one(case, system) for system in case.opened.systems))


async def give_access(case: Case) -> None:
    """GDPR 15: what needs no human eye is released, the rest is reviewed first."""
    if case.rights.get(Right.ACCESS) != "open":
        return
    case.stage = "reviewing"
    refused = ""
    if _needs_review(case):
        task = await ask(case, TaskKind.REVIEW_ACCESS, case.due("approval"))
        outcome = await outcome_of(task)
        refused = outcome.reason if outcome.outcome == "refuse" else ""
    await answer(case, Right.ACCESS, "final", refused=refused)


def _needs_review(case: Case) -> bool:
    assert case.opened is not None
    free = {system.id for system in case.opened.systems if system.auto_release}
    return any(
        search.state == SearchState.FOUND and (name not in free or search.speaks_of_others)
        for name, search in case.searches.items()
    )


async def erase(case: Case) -> None:
    """GDPR 17: plan, approval, act, search again; nothing is destroyed without the approval."""
    if case.rights.get(Right.ERASURE) != "open":
        return
    case.stage = "deciding"
    found = [n for n, search in case.searches.items() if search.state == SearchState.FOUND]
    plan = await note(
        Decide.draft_plan, orders.DraftPlan(case_id=case.id, at=workflow.now(), systems=found)
    )
    refused = ""
    if plan.counts:
        task = await ask(
            case,
            TaskKind.APPROVE_ERASURE,
            case.due("approval"),
            facts={verdict: str(count) for verdict, count in plan.counts.items()},
        )
        outcome = await outcome_of(task)
        if outcome.outcome == "refuse":
            refused = outcome.reason
        else:
            await _carry_out(case, plan, outcome)
    await answer(case, Right.ERASURE, "final", refused=refused)


async def _carry_out(case: Case, plan: orders.PlanDrafted, approval: TaskOutcome) -> None:
    case.stage, case.acting = "carrying_out", True
    await note(
        Decide.approve_plan,
        orders.ApprovePlan(
            case_id=case.id,
            at=workflow.now(),
            erase_undecided=approval.outcome == "approve_all",
            by_role=approval.by_role,
        ),
    )
    case.carried_out = list(
        await asyncio.gather(*(_erase_in(case, system) for system in plan.systems))
    )
    case.acting = False


async def _erase_in(case: Case, system: str) -> orders.CarriedOut:
    """Erases, then searches again; what is left, or failed, is asked of a human and tried anew."""
    rounds = 0
    while True:
        done = await act(
            CarryOut.erase_and_check,
            orders.CarryOut(case_id=case.id, at=workflow.now(), system=system),
            queue=system_queue(system),
        )
        if isinstance(done, orders.CarriedOut) and done.left == 0:
            return done
        rounds += 1
        task = await ask(case, TaskKind.MEND_SYSTEM, case.due("last_call"), system=system)
        await answered_by(task, workflow.now() + pause_after(rounds))
        if task.outcome is not None and task.outcome.outcome == "skip":
            return orders.CarriedOut(system=system, done={}, left=-1)
        if task.outcome is None:
            await withdraw(case, task)


async def wait_for_recipients(case: Case) -> None:
    """Recipients are told by a human (GDPR 19); the replies that say so have left already."""
    for task in [t for t in case.open_tasks() if t.kind == TaskKind.TELL_RECIPIENTS]:
        await answered_by(task, case.due("extended_last_call"))


async def finish_letters(case: Case) -> None:
    """No case ends before its replies are sent; other letters have an hour more."""
    await workflow.wait_condition(lambda: not case.answers)
    await happens_by(
        lambda: not case.deliveries, workflow.now() + timedelta(hours=1), "letters under way"
    )
    for delivery in list(case.deliveries):
        delivery.cancel()


async def close(case: Case, outcome: str) -> None:
    """Ends the case: open tasks are withdrawn, the ledger says how it ended."""
    case.closed, case.stage = True, "closed"
    for task in case.open_tasks():
        await withdraw(case, task)
    await note(
        Close.close_case, orders.CloseCase(case_id=case.id, at=workflow.now(), outcome=outcome)
    )


async def correspond(case: Case) -> None:
    """Reads the further messages of a case: a code quoted proves the contact."""
    while True:
        await workflow.wait_condition(lambda: bool(case.mail))
        inbox_id = case.mail.pop(0)
        read = await note(
            Identify.read_reply,
            orders.ReadReply(case_id=case.id, at=workflow.now(), inbox_id=inbox_id),
        )
        if read.proves_contact:
            await prove_contact(case, "mail")
        if read.needs_reading:
            await ask(case, TaskKind.READ_MAIL, workflow.now() + timedelta(days=1))


async def prove_contact(case: Case, channel: str) -> None:
    """IA1: the person controls the contact; said once, whichever way it came first."""
    if case.identified:
        return
    await note(
        Identify.record_identity,
        orders.RecordIdentity(case_id=case.id, at=workflow.now(), channel=channel, assurance="IA1"),
    )
    case.identified = True


def waits_for_identity(case: Case) -> bool:
    return (
        case.identity_asked
        and not case.identified
        and any(right not in WAITS_FOR_NOBODY for right in case.unanswered)
    )

"""What changes data: rectification, and erasure last. A human approves first, always."""

from __future__ import annotations

import asyncio
from typing import Any

from temporalio import workflow

from calends.rules.vocabulary import SearchState
from workflows.asking import answered_by, ask, decided, withdraw
from workflows.calling import act, note, pause_after, system_queue
from workflows.case import Case, Demand, happens
from workflows.identity import sure_enough
from workflows.rehearsing import rehearsed
from workflows.searching import PENDING, forget_searches, has_news, located
from workflows.tasks import TaskKind
from workflows.telling import tell_recipients
from workflows.writing import answer, write

with workflow.unsafe.imports_passed_through():
    from activities import orders
    from activities.carry_out import CarryOut
    from activities.decide import Decide
    from activities.rectify import Rectify


async def rectify(case: Case, demand: Demand) -> None:
    """GDPR 16: every copy, by compare-and-set; issued accounting documents are never altered."""
    await located(case, demand)
    await sure_enough(case, demand)
    case.stage = "deciding"
    drafted = await note(
        Rectify.draft, orders.DraftPlan(**_step(case, demand), systems=_found(case))
    )
    facts = {"proposed": str(drafted.changes), "never_altered": str(drafted.documents)}
    task = await ask(case, TaskKind.RECTIFY, demand.due("approval"), facts=facts)
    outcome = await decided(case, demand, task)
    if outcome.outcome == "refuse":
        await answer(case, "final", demand, refused=outcome.reason)
        return
    if outcome.outcome == "carry_out":
        approved = await note(
            Rectify.approve,
            orders.ApproveRectification(
                **_step(case, demand), upload=outcome.upload, by_role=outcome.by_role
            ),
        )
        if approved.asks_old_contact:
            await _old_contact_agrees(case, demand)
        await _carry_out(case, demand, approved.systems, "rectify")
        await tell_recipients(case, demand, "rectify")
    await answer(case, "final", demand, details={"decided": outcome.outcome})


async def _old_contact_agrees(case: Case, demand: Demand) -> None:
    """Who changes a contact or bank detail could take an account over: the contact that is on
    file now is asked first (rule book §1.4, §5 row 18)."""
    await write(case, "contact_change_notice")
    await happens(demand, lambda: "confirm_change" in case.proofs)


async def erase(case: Case, demand: Demand) -> None:
    """GDPR 17: plan, approval, act, search again; nothing is destroyed without the approval."""
    await located(case, demand)
    await sure_enough(case, demand)
    case.stage = "deciding"
    plan = await note(
        Decide.draft_plan, orders.DraftPlan(**_step(case, demand), systems=_found(case))
    )
    refused = ""
    if plan.counts:
        facts = {verdict: str(count) for verdict, count in plan.counts.items()}
        facts |= await rehearsed(case, demand, plan.systems)
        task = await ask(case, TaskKind.APPROVE_ERASURE, demand.due("approval"), facts=facts)
        outcome = await decided(case, demand, task)
        if outcome.outcome == "refuse":
            refused = outcome.reason
        else:
            await note(
                Decide.approve_plan,
                orders.ApprovePlan(
                    **_step(case, demand),
                    erase_undecided=outcome.outcome == "approve_all",
                    by_role=outcome.by_role,
                ),
            )
            await _carry_out(case, demand, plan.systems, "erase")
            await tell_recipients(case, demand, "erase")
    await answer(case, "final", demand, refused=refused)


async def _carry_out(case: Case, demand: Demand, systems: list[str], plan: str) -> None:
    case.stage, case.acting = "carrying_out", case.acting + 1
    done = await asyncio.gather(*(_in_system(case, demand, system, plan) for system in systems))
    case.carried_out += done
    forget_searches(case)
    case.acting -= 1


async def _in_system(case: Case, demand: Demand, system: str, plan: str) -> orders.CarriedOut:
    """Acts, then looks again; what is left, or failed, is asked of a human and tried anew."""
    rounds = attempt = 0
    while True:
        order = orders.CarryOut(**_step(case, demand), system=system, plan=plan, attempt=attempt)
        done = await act(CarryOut.carry_out, order, queue=system_queue(system), again=rounds > 0)
        if isinstance(done, orders.CarriedOut) and done.left == 0:
            return done
        attempt += isinstance(done, orders.CarriedOut)
        if done == PENDING:  # a processor was asked, and has hours or days to do it
            await has_news(case, system, "a processor acts")
            continue
        rounds += 1
        task = await ask(case, TaskKind.MEND_SYSTEM, case.due("last_call"), system=system)
        await answered_by(task, workflow.now() + pause_after(rounds))
        if task.outcome is not None and task.outcome.outcome == "skip":
            return orders.CarriedOut(system=system, plan=plan, done={}, left=-1)
        if task.outcome is None:
            await withdraw(case, task)


def _found(case: Case) -> list[str]:
    return [n for n, search in case.searches.items() if search.state == SearchState.FOUND]


def _step(case: Case, demand: Demand) -> dict[str, Any]:
    return {"case_id": case.id, "at": workflow.now(), "turn": demand.month.number}

"""What stops: prospecting, what rests on a consent, what is restricted or objected to.

These come first, and the first two wait for nobody (GDPR 21(3), 7(3)).
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta
from typing import Any

from temporalio import workflow

from calends.rules.restriction import REVIEW_DAYS
from calends.rules.vocabulary import SearchState
from workflows.asking import answered_by, ask, decided, withdraw
from workflows.calling import act, note, pause_after, system_queue
from workflows.case import Case, Demand, Settled
from workflows.searching import NOBODY_THERE, located
from workflows.tasks import TaskKind
from workflows.telling import tell_recipients
from workflows.writing import answer, beside, write

with workflow.unsafe.imports_passed_through():
    from activities import orders
    from activities.carry_out import CarryOut
    from activities.stop import Stop


async def stop_prospecting(case: Case, demand: Demand) -> None:
    """GDPR 21(2)-(3): absolute; on the suppression list at once, then in every system."""
    case.stage = "objecting"
    stopped = await note(Stop.suppress, _step(case, demand))
    late = await _mark(case, "prospecting_objection", stopped.channels)
    await tell_recipients(case, demand, "stop_prospecting")
    await answer(case, "final", demand, pending=late)


async def withdraw_consent(case: Case, demand: Demand) -> None:
    """GDPR 7(3): as easy as giving it; noted in the consent ledger, stopped in every system."""
    case.stage = "objecting"
    late = await _stop_on_consent(case, demand)
    await tell_recipients(case, demand, "withdraw_consent")
    await answer(case, "final", demand, pending=late)


async def _stop_on_consent(case: Case, demand: Demand) -> list[orders.Searched]:
    await note(Stop.withdraw_consent, _step(case, demand))
    return await _mark(case, "consent_withdrawal")


async def restrict(case: Case, demand: Demand) -> None:
    """GDPR 18: frozen at once, because a freeze harms nobody; a human then says on what ground."""
    await located(case, demand)
    late = await _freeze(case, demand)
    with suppress(Settled):  # by the clock, or given up: what is frozen stays so until it is lifted
        await _ground(case, demand, late)
    await live_on(case, demand)


async def _ground(case: Case, demand: Demand, late: list[orders.Searched]) -> None:
    task = await ask(case, TaskKind.DECIDE_RESTRICTION, demand.due("approval"))
    outcome = await decided(case, demand, task)
    if outcome.outcome == "refuse":
        await answer(case, "final", demand, refused=outcome.reason)
        await _lift(case, demand)
        return
    ground = _restriction(case, demand, ground=outcome.details["ground"])
    await note(Stop.ground_restriction, ground)
    demand.told = True
    await tell_recipients(case, demand, "restrict")
    await answer(case, "final", demand, pending=late, details=outcome.details)


async def object_to(case: Case, demand: Demand) -> None:
    """GDPR 21(1): restricted while a human weighs it, 18(1)(d); the burden is ours."""
    await located(case, demand)
    late = await _freeze(case, demand)
    with suppress(Settled):
        await _weigh(case, demand, late)
    await live_on(case, demand)


async def _weigh(case: Case, demand: Demand, late: list[orders.Searched]) -> None:
    """What rests on consent is not weighed: an objection withdraws it (rule book §1.3)."""
    task = await ask(case, TaskKind.WEIGH_OBJECTION, demand.due("approval"))
    outcome = await decided(case, demand, task)
    refused = outcome.reason if outcome.outcome == "refuse" else ""
    late += await _stop_on_consent(case, demand)
    if not refused:
        late += await _mark(case, "objection")
    await tell_recipients(case, demand, "withdraw_consent" if refused else "object")
    await answer(case, "final", demand, refused=refused, pending=late)
    await _lift(case, demand)


async def _freeze(case: Case, demand: Demand) -> list[orders.Searched]:
    """No read, no change, no purge from now on; what did not take it is named."""
    await note(Stop.restrict, _restriction(case, demand))
    case.frozen[demand.right] = demand
    late = await _mark(case, "restriction")
    demand.passed = True
    return late


async def _lift(case: Case, demand: Demand, *, why: str = "") -> None:
    """GDPR 18(3): the person is told, and why, before a restriction is lifted. A restriction that
    a refusal ends, or an objection that was weighed, was told of in that reply."""
    if why:
        await (await write(case, "restriction_lift_notice", case.reviews, reason=why))
    lifted = await note(Stop.lift_restriction, _restriction(case, demand))
    del case.frozen[demand.right]
    if not case.frozen and not lifted.held_otherwise:
        await _mark(case, "lift")
    if demand.told:
        await tell_recipients(case, demand, "lift")


async def live_on(case: Case, demand: Demand) -> None:
    """A restriction lives on; every thirty days a human looks at it again."""
    while case.frozen.get(demand.right) is demand:
        case.reviews += 1
        due = workflow.now() + timedelta(days=REVIEW_DAYS)
        facts = {"right": str(demand.right)}
        task = await ask(case, TaskKind.LIFT_RESTRICTION, due, facts=facts)
        if not await answered_by(task, due + timedelta(days=REVIEW_DAYS)):
            await withdraw(case, task)
        elif task.outcome is not None and task.outcome.outcome == "lift":
            await _lift(case, demand, why=task.outcome.reason)


async def _mark(case: Case, event: str, channels: list[str] | None = None) -> list[orders.Searched]:
    """Sets what each system declares for this event; returns those where it did not work yet."""
    assert case.opened is not None
    mark = orders.Mark(**_at(case), system="", event=event, channels=channels or [])
    systems = [system.id for system in case.opened.systems if event in system.takes]
    results = await asyncio.gather(*(_mark_one(case, system, mark) for system in systems))
    return [late for late in results if late is not None]


async def _mark_one(case: Case, system: str, mark: orders.Mark) -> orders.Searched | None:
    mark = mark.model_copy(update={"system": system})
    failed = await _try_mark(mark)
    if not failed:
        return None
    beside(case, case.lasting, lambda case: _mark_later(case, mark))
    return orders.Searched(
        system=system, state=SearchState.FAILED, since=workflow.now(), reason=failed
    )


async def _mark_later(case: Case, mark: orders.Mark) -> None:
    """The reply named this system as late; it is tried until it works, or a human skips it."""
    rounds = 0
    while True:
        rounds += 1
        task = await ask(case, TaskKind.MEND_SYSTEM, case.due("identity_ask"), system=mark.system)
        await answered_by(task, workflow.now() + pause_after(rounds))
        if task.outcome is not None and task.outcome.outcome == "skip":
            return
        if task.outcome is None:
            await withdraw(case, task)
        if mark.event in ("restriction", "lift") and bool(case.frozen) != (mark.event != "lift"):
            return  # lifted meanwhile, or frozen again
        if not await _try_mark(mark.model_copy(update={"at": workflow.now()})):
            return


async def _try_mark(mark: orders.Mark) -> str:
    """Empty when the system took it, else the type of its failure."""
    done = await act(
        CarryOut.mark, mark, queue=system_queue(mark.system), nobody_there=NOBODY_THERE
    )
    return done if isinstance(done, str) else ""


def _at(case: Case) -> dict[str, Any]:
    return {"case_id": case.id, "at": workflow.now()}


def _step(case: Case, demand: Demand) -> orders.CaseStep:
    return orders.CaseStep(case_id=case.id, at=workflow.now(), turn=demand.month.number)


def _restriction(case: Case, demand: Demand, ground: str = "") -> orders.Restriction:
    return orders.Restriction(
        **_at(case), turn=demand.month.number, right=demand.right, ground=ground
    )

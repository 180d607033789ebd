"""Before a human approves an act: what it would do, told by each system, changing nothing."""

from __future__ import annotations

import asyncio
from collections import Counter

from temporalio import workflow

from workflows.calling import act, system_queue
from workflows.case import Case, Demand
from workflows.searching import NOBODY_THERE

with workflow.unsafe.imports_passed_through():
    from activities import orders
    from activities.carry_out import CarryOut


async def rehearsed(case: Case, demand: Demand, systems: list[str]) -> dict[str, str]:
    """Facts for the task of approval: records by what would become of them (`would_deleted`,
    `would_changed`, `would_moved`, `would_already`, `would_refused`; `all_would_refused`, if what
    is undecided were erased, too), and the systems that could not say (`not_rehearsed`)."""
    told = await asyncio.gather(*(_in_system(case, demand, system) for system in systems))
    counts: Counter[str] = Counter()
    silent = []
    for system, said in zip(systems, told, strict=True):
        if not isinstance(said, orders.Rehearsed) or not said.can:
            silent.append(system)
            continue
        counts.update({f"would_{outcome}": n for outcome, n in said.counts.items()})
        counts["all_would_refused"] += said.with_all.get("refused", 0)
    facts = {name: str(count) for name, count in sorted(counts.items()) if count}
    return facts | ({"not_rehearsed": ", ".join(silent)} if silent else {})


async def _in_system(case: Case, demand: Demand, system: str) -> orders.Rehearsed | str:
    order = orders.CarryOut(
        case_id=case.id, at=workflow.now(), system=system, turn=demand.month.number
    )
    return await act(
        CarryOut.rehearse, order, queue=system_queue(system), nobody_there=NOBODY_THERE
    )

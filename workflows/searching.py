"""Searching one system until it answers, a human mends it, or a human says why it is skipped."""

from __future__ import annotations

from datetime import datetime, timedelta

from temporalio import workflow

from calends.rules.vocabulary import SearchState
from workflows.asking import answered_by, ask, outcome_of, withdraw
from workflows.calling import act, note, pause_after, system_queue
from workflows.case import Case
from workflows.tasks import TaskKind

with workflow.unsafe.imports_passed_through():
    from activities import orders
    from activities.locate import Locate


async def search_one(case: Case, system: orders.SystemFacts) -> None:
    waiting = orders.Searched(system=system.id, state=SearchState.WAITING, since=workflow.now())
    case.searches[system.id] = waiting
    if system.kind == "manual":
        case.searches[system.id] = await _search_by_hand(case, system.id)
        return
    case.searches[system.id] = await _search_until_answered(case, system.id)


async def _search_by_hand(case: Case, system: str) -> orders.Searched:
    task = await ask(case, TaskKind.SEARCH_BY_HAND, case.due("collection"), system=system)
    outcome = await outcome_of(task)
    return await note(
        Locate.record_hand_search,
        orders.HandSearched(
            case_id=case.id,
            at=workflow.now(),
            system=system,
            found=outcome.outcome == "found",
            upload=outcome.upload,
        ),
    )


async def _search_until_answered(case: Case, system: str) -> orders.Searched:
    """Searches in rounds; between them a human may mend or, with a reason, skip the system."""
    rounds, since, task = 0, workflow.now(), None
    while True:
        found = await act(
            Locate.search,
            orders.SearchSystem(case_id=case.id, at=workflow.now(), system=system),
            queue=system_queue(system),
            nobody_there=timedelta(minutes=5),
        )
        if isinstance(found, orders.Searched):
            if task is not None and task.outcome is None:
                await withdraw(case, task)
            return found
        rounds += 1
        case.searches[system] = await _note_failure(case, system, found, since)
        if task is None:
            task = await ask(case, TaskKind.MEND_SYSTEM, case.due("collection"), system=system)
        await answered_by(task, workflow.now() + pause_after(rounds))
        if task.outcome is not None:
            if task.outcome.outcome == "skip":
                return await _note_failure(case, system, task.outcome.reason, since, skipped=True)
            task = None


async def _note_failure(
    case: Case, system: str, reason: str, since: datetime, *, skipped: bool = False
) -> orders.Searched:
    return await note(
        Locate.record_failure,
        orders.SearchFailed(
            case_id=case.id,
            at=workflow.now(),
            system=system,
            reason=reason,
            since=since,
            skipped=skipped,
        ),
    )

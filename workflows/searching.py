"""Searching: every declared system at once, until it answers, is mended, or is skipped."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

from temporalio import workflow

from calends.rules.vocabulary import SearchState
from workflows.asking import answered_by, ask, outcome_of, withdraw
from workflows.calling import act, note, pause_after, system_queue
from workflows.case import Case, Demand, happens, happens_by
from workflows.tasks import TaskKind
from workflows.writing import beside, write

with workflow.unsafe.imports_passed_through():
    from activities import orders
    from activities.identify import Identify
    from activities.locate import Locate

NOBODY_THERE = timedelta(minutes=5)
"""A system whose own worker is down is late by itself; the others are not."""


PENDING = "pending"
"""The failure of a system that was asked and has not answered yet (systems `Failure.PENDING`)."""
ASK_AGAIN = timedelta(hours=2)


async def located(case: Case, demand: Demand) -> None:
    """Every declared system was searched; the demands of a case share one search."""
    if not case.locating:
        case.locating, case.stage = True, "locating"
        beside(case, case.searching, search_all)
    await happens(demand, lambda: case.located)


def forget_searches(case: Case) -> None:
    """Something was changed in the systems: who comes next searches anew."""
    case.locating = case.located = False
    case.search_round += 1


async def search_all(case: Case) -> None:
    """Each system ends as found, nothing, failed since, or skipped because (design)."""
    assert case.opened is not None
    systems = {system.id: system for system in case.opened.systems}
    waiting, told = list(systems.values()), dict[tuple[str, str], str]()
    while waiting:
        await asyncio.gather(*(search_one(case, system) for system in waiting))
        # A record of one system may lead into another: what is new is searched, and so on.
        fed = [
            (other, source.id, digest)
            for source in waiting
            for other, digest in case.searches[source.id].tells.items()
            if told.get((source.id, other)) != digest
        ]
        told |= {(source, other): digest for other, source, digest in fed}
        waiting = [systems[other] for other in dict.fromkeys(other for other, _, _ in fed)]
        case.search_round += bool(waiting)
    if not any(s.state == SearchState.FOUND for s in case.searches.values()):
        await _look_for_homonyms(case)
    case.located = True


async def search_one(case: Case, system: orders.SystemFacts) -> None:
    waiting = orders.Searched(system=system.id, state=SearchState.WAITING, since=workflow.now())
    case.searches[system.id] = waiting
    if system.kind == "manual":
        case.searches[system.id] = await _search_by_hand(case, system.id)
    else:
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
    rounds, attempt, since, task = 0, 0, workflow.now(), None
    while True:
        found = await act(
            Locate.search,
            orders.SearchSystem(
                case_id=case.id,
                at=workflow.now(),
                system=system,
                round=case.search_round,
                attempt=attempt,
            ),
            queue=system_queue(system),
            nobody_there=NOBODY_THERE,
            again=rounds > 0,
        )
        if isinstance(found, orders.Searched):
            if task is not None and task.outcome is None:
                await withdraw(case, task)
            return found
        rounds += 1
        case.searches[system] = await _note_failure(case, system, found, since)
        if found == PENDING:  # a processor was asked, and has hours or days to answer
            await has_news(case, system, "a processor answers")
            continue
        if task is None:
            task = await ask(case, TaskKind.MEND_SYSTEM, case.due("collection"), system=system)
        await answered_by(task, workflow.now() + pause_after(rounds))
        if task.outcome is not None:
            if task.outcome.outcome == "skip":
                return await _note_failure(
                    case,
                    system,
                    task.outcome.reason,
                    since,
                    skipped_by=task.outcome.by_role or "dpo",
                )
            attempt, task = attempt + 1, None


async def has_news(case: Case, system: str, why: str) -> None:
    """Until the processor that was asked calls back, or it is time to ask by ourselves."""
    again = workflow.now() + ASK_AGAIN
    await happens_by(lambda: system in case.called_back, again, why)
    case.called_back.discard(system)


async def _note_failure(
    case: Case, system: str, reason: str, since: datetime, *, skipped_by: str = ""
) -> orders.Searched:
    return await note(
        Locate.record_failure,
        orders.SearchFailed(
            case_id=case.id,
            at=workflow.now(),
            system=system,
            reason=reason,
            since=since,
            skipped=bool(skipped_by),
            by_role=skipped_by,
        ),
    )


async def _look_for_homonyms(case: Case) -> None:
    """Nothing lies under the proved contact, and the message says more (a name, a number).

    Records that look like the writer's are never findings: a human compares, and the contact on
    file is asked, without a word on whether data exist (rule book §5 rows 15-16).
    """
    assert case.opened is not None
    if not case.opened.says_more:
        return
    looked = await asyncio.gather(
        *(
            act(
                Locate.candidates,
                orders.SearchSystem(case_id=case.id, at=workflow.now(), system=system.id),
                queue=system_queue(system.id),
                nobody_there=NOBODY_THERE,
            )
            for system in case.opened.systems
            if system.kind != "manual"
        )
    )
    alike = sum(found.count for found in looked if isinstance(found, orders.Candidates))
    if not alike:
        return
    facts = {"candidates": str(alike)}
    task = await ask(case, TaskKind.RESOLVE_HOMONYM, case.due("collection"), facts=facts)
    if not await answered_by(task, case.due("approval")):
        await withdraw(case, task)
    elif task.outcome is not None and task.outcome.outcome == "same_person":
        await _ask_on_file(case, task.outcome.details["candidate"])


async def _ask_on_file(case: Case, candidate: str) -> None:
    """The same letter as to anybody, to the contact on file; once proved, all is searched again."""
    chosen = await note(
        Identify.choose_candidate,
        orders.ChooseCandidate(case_id=case.id, at=workflow.now(), candidate=candidate),
    )
    if not chosen.can_be_asked:
        return
    await write(case, "identity_request:on_file")
    proved = await happens_by(
        lambda: "identity:on_file" in case.proofs, case.due("approval"), "the contact on file"
    )
    if not proved:  # the answer is about what the proved contact leads to: nothing
        return
    case.search_round += 1
    systems = case.opened.systems if case.opened else []
    await asyncio.gather(*(search_one(case, s) for s in systems if s.kind != "manual"))

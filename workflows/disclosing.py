"""What the person gets to know: access, recipients, the portable file, a decision reviewed."""

from __future__ import annotations

from datetime import timedelta

from temporalio import workflow

from calends.rules.vocabulary import SearchState
from workflows.asking import ask, decided
from workflows.calling import act
from workflows.case import Case, Demand
from workflows.identity import sure_enough
from workflows.searching import located
from workflows.tasks import TaskKind
from workflows.writing import answer

with workflow.unsafe.imports_passed_through():
    from activities import orders
    from activities.reviewing import Reviewing


async def give_access(case: Case, demand: Demand) -> None:
    """GDPR 15: what needs no human eye is released, the rest is reviewed first."""
    await located(case, demand)
    await sure_enough(case, demand)
    case.stage = "reviewing"
    refused = await _reviewed(case, demand, TaskKind.REVIEW_ACCESS) if needs_review(case) else ""
    await answer(case, "final", demand, refused=refused)


async def give_portable_file(case: Case, demand: Demand) -> None:
    """GDPR 20: what the person provided, on consent or contract; 20(4) needs a human eye."""
    await located(case, demand)
    await sure_enough(case, demand)
    case.stage = "reviewing"
    kind = TaskKind.REVIEW_PORTABILITY
    refused = await _reviewed(case, demand, kind) if needs_review(case) else ""
    await answer(case, "final", demand, refused=refused)


async def name_recipients(case: Case, demand: Demand) -> None:
    """GDPR 15(1)(c), named (CJEU C-154/21): from the register of recipients, by data set."""
    await located(case, demand)
    await answer(case, "final", demand)


async def review_decision(case: Case, demand: Demand) -> None:
    """GDPR 22(3): the register says whether a machine decides alone; its default answer is "none",
    and the DPO reads it before it goes, because the register may be wrong."""
    case.stage = "reviewing"
    task = await ask(case, TaskKind.REVIEW_DECISION, demand.due("approval"))
    outcome = await decided(case, demand, task)
    refused = outcome.reason if outcome.outcome == "refuse" else ""
    await answer(case, "final", demand, refused=refused, details=outcome.details)


async def _reviewed(case: Case, demand: Demand, kind: TaskKind) -> str:
    """A human saw what goes out; returns the reason of a refusal, or nothing."""
    found = await act(
        Reviewing.gather,
        orders.CaseStep(case_id=case.id, at=workflow.now()),
        at_most=timedelta(hours=2),
    )
    facts = {}
    if isinstance(found, orders.ToReview):  # else the pages of the review say it themselves
        facts = {"texts": str(found.texts)}
        facts |= {f"suspect_{reason}": str(n) for reason, n in sorted(found.suspects.items())}
    task = await ask(case, kind, demand.due("approval"), facts=facts)
    outcome = await decided(case, demand, task)
    return outcome.reason if outcome.outcome == "refuse" else ""


def needs_review(case: Case) -> bool:
    """Something was found that is not marked as free, or that may speak of others (15(4))."""
    return any(
        search.state == SearchState.FOUND and (not search.released or search.speaks_of_others)
        for search in case.searches.values()
    )

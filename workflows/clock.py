"""The clock of a case: it runs beside the stages, reminds, escalates, and can reply by itself.

One a month: demands received together have one, a right added later has its own. It waits on
absolute instants, computed at receipt and carried by the case. Never silence: at the last call,
two working days before `safe_due`, what can be said is said.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from temporalio import workflow

from calends.rules.rights import may_extend
from calends.rules.vocabulary import Right
from workflows.asking import ask, guarded, withdraw
from workflows.calling import note
from workflows.case import Case, Demand, Month, happens_by, waits_for_nobody
from workflows.tasks import TaskKind
from workflows.writing import answer, escalate, write

with workflow.unsafe.imports_passed_through():
    from activities import orders
    from activities.months import Months
    from activities.orders import Milestone


def begin_month(case: Case, rights: list[Right], milestones: list[Milestone]) -> Month:
    """The time to answer demands that were received together; its clock starts to run."""
    month = Month(len(case.months), milestones)
    case.months.append(month)
    case.demand(rights, month)
    case.clocks.add(asyncio.create_task(guarded(case, lambda case: watch(case, month))))
    return month


async def watch(case: Case, month: Month) -> None:
    """Does what each milestone asks, in order, until the last one has been answered."""
    done: set[str] = set()
    while True:
        edition = month.edition
        waiting = [m for m in month.milestones if m.name in MILESTONES and m.name not in done]
        if not waiting:
            return
        nearest = min(waiting, key=lambda milestone: milestone.at)
        if await happens_by(lambda e=edition: month.edition != e, nearest.at, nearest.name):  # type: ignore[misc]
            continue  # the clock was paused, or goes on: its milestones moved
        done.add(nearest.name)
        await MILESTONES[nearest.name](case, month)


async def remind(case: Case, month: Month) -> None:
    """The person was asked to prove their contact and has not: once more, no document asked."""
    if case.identity_asked and not case.identified and _waiting_for_identity(case, month):
        case.reminders += 1
        await write(case, "identity_reminder", case.reminders)


async def escalate_tasks(case: Case, month: Month) -> None:
    """Tells the DPO, or who stands in for them, what is late: by reference only."""
    late = [task for task in case.open_tasks() if task.due_at <= workflow.now()]
    if late or case.unexplained():
        await escalate(case, "dpo", "late")


async def decide_extension(case: Case, month: Month) -> None:
    """The DPO may extend with reasons while there is time to (GDPR 12(3))."""
    if _extendable(case, month) and case.identified and not month.extended:
        month.extension = await ask(case, TaskKind.EXTENSION, month.due("last_call"))


async def last_call(case: Case, month: Month) -> None:
    """By itself: the art. 12(6) answer, the DPO's extension, or a partial answer with one."""
    if await _only_humans_can_answer(case, month):
        return
    if unidentified := _waiting_for_identity(case, month):
        # GDPR 11(2), 12(6): says so without a word on whether data exist; stays reopenable.
        await answer(case, "not_identified", month=month, wait=False)
        for demand in unidentified:
            demand.state = "not_identified"
    if extendable := _extendable(case, month):
        month.extended = True
        if reasoned := await _reasons(case, month, extendable):
            await answer(case, "extension", month=month, refused=reasoned, wait=False)
        else:
            case.forced = True
            await answer(case, "partial", month=month, wait=False)
            await escalate(case, "management", "last_call")
    elif case.unanswered(month):
        await _last_word(case, month, "last_call")
    if month.extension is not None and month.extension.outcome is None:
        await withdraw(case, month.extension)  # the notice would come too late


def _extendable(case: Case, month: Month) -> list[Demand]:
    """What may have two further months (GDPR 12(3)): never what stops at once, nor the erasure
    of what was collected from a minor."""
    assert case.opened is not None
    if not case.opened.extends:
        return []
    minor = case.opened.writes_as in ("child", "parent")
    return [d for d in case.unanswered(month) if may_extend(d.right, minor=minor)]


async def extended_last_call(case: Case, month: Month) -> None:
    """Two working days before the extended date: what was done, what was not, and remedies."""
    if await _only_humans_can_answer(case, month):
        return
    if case.unanswered(month):
        await _last_word(case, month, "extended_last_call")
    month.over = True


async def _last_word(case: Case, month: Month, when: str) -> None:
    """No further delay exists: what was done, what was not and why, and the remedies."""
    case.forced = True
    unanswered = case.unanswered(month)
    await answer(case, "forced", month=month, wait=False)
    await escalate(case, "management", when)
    for demand in unanswered:
        demand.state = "forced"


async def _only_humans_can_answer(case: Case, month: Month) -> bool:
    """The authority's letter, or a reply that is written and cannot be sent: management is told."""
    if any(d.right is Right.AUTHORITY_INQUIRY for d in case.unanswered(month)):
        await escalate(case, "management", "authority")
        return True
    if case.answers:
        await escalate(case, "management", "undelivered")
        return True
    return False


def _waiting_for_identity(case: Case, month: Month) -> list[Demand]:
    if case.identified:
        return []
    return [d for d in case.unanswered(month) if not waits_for_nobody(d.right)]


async def _reasons(case: Case, month: Month, extendable: list[Demand]) -> str:
    """What the DPO wrote when they decided to extend; empty when they did not, or may not."""
    done = month.extension.outcome if month.extension else None
    if done is None or done.outcome != "extend":
        return ""
    assert case.opened is not None
    decided = await note(
        Months.decide_extension,
        orders.DecideExtension(
            case_id=case.id,
            at=workflow.now(),
            turn=month.number,
            rights=[demand.right for demand in extendable],
            reasons=done.reason,
            ground=done.details.get("ground", "complexity"),
            minor=case.opened.writes_as in ("child", "parent"),
        ),
    )
    return done.reason if decided.extended else ""


MILESTONES: dict[str, Callable[[Case, Month], Awaitable[None]]] = {
    "triage": escalate_tasks,
    "identity_reminder_1": remind,
    "identity_reminder_2": remind,
    "collection": escalate_tasks,
    "approval": escalate_tasks,
    "extension_decision": decide_extension,
    "last_call": last_call,
    "extended_last_call": extended_last_call,
}

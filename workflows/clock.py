"""The clock of a case: it runs beside the stages, reminds, escalates, and can reply by itself.

It waits on absolute instants, computed once at receipt and carried by the case. Never silence:
at the last call, two working days before `safe_due`, what can be said is said.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from temporalio import workflow

from calends.rules.vocabulary import Right
from workflows.asking import ask
from workflows.calling import note
from workflows.case import WAITS_FOR_NOBODY, Case, happens_by
from workflows.stages import waits_for_identity
from workflows.tasks import TaskKind
from workflows.writing import answer, escalate, write

with workflow.unsafe.imports_passed_through():
    from activities import orders
    from activities.acknowledge import Acknowledge


async def watch(case: Case) -> None:
    """Does what each milestone asks, in order, until the last one has been answered."""
    done: set[tuple[int, str]] = set()
    while True:
        assert case.opened is not None
        era = case.rearmed
        waiting = [
            m for m in case.opened.milestones if m.name in MILESTONES and (era, m.name) not in done
        ]
        if not waiting:
            return
        nearest = min(waiting, key=lambda milestone: milestone.at)
        if await happens_by(lambda era=era: case.rearmed != era, nearest.at, nearest.name):  # type: ignore[misc]
            continue
        done.add((era, nearest.name))
        await MILESTONES[nearest.name](case)


async def remind(case: Case) -> None:
    """The person was asked to prove their contact and has not: once more, no document asked."""
    if waits_for_identity(case):
        case.reminders += 1
        await write(case, "identity_reminder", case.reminders)


async def escalate_tasks(case: Case) -> None:
    """Tells the DPO what is late, by reference only."""
    late = [task for task in case.open_tasks() if task.due_at <= workflow.now()]
    if late or case.unexplained():
        await escalate(case, "dpo", "late")


async def decide_extension(case: Case) -> None:
    """The DPO may extend with reasons while there is time to (GDPR 12(3))."""
    if case.unanswered and case.identified and not case.extended:
        await ask(case, TaskKind.EXTENSION, case.due("last_call"))


async def last_call(case: Case) -> None:
    """By itself: the art. 12(6) answer, the DPO's extension, or a partial answer with one."""
    if await _only_humans_can_answer(case) or not case.unanswered:
        return
    reasoned = next(
        (
            task.outcome.reason
            for task in case.tasks.values()
            if task.kind == TaskKind.EXTENSION
            and task.outcome is not None
            and task.outcome.outcome == "extend"
        ),
        "",
    )
    if _unidentified(case):
        await _answer_unidentified(case)
    elif reasoned:
        case.extended, case.extension_reason = True, reasoned
        await answer(case, None, "extension", refused=reasoned, wait=False)
    else:
        case.extended = case.forced = True
        await answer(case, None, "partial", wait=False)
        await escalate(case, "management", "last_call")


async def extended_last_call(case: Case) -> None:
    """Two working days before the extended date: what was done, what was not, and remedies."""
    if await _only_humans_can_answer(case):
        return
    if case.unanswered:
        case.forced = True
        await answer(case, None, "forced", wait=False)
        await escalate(case, "management", "extended_last_call")
        for right in case.unanswered:
            case.rights[right] = "forced"
    case.ended_as = "forced" if case.forced else "not_identified"
    case.over = True


async def _only_humans_can_answer(case: Case) -> bool:
    """The authority's letter, or a reply that is written and cannot be sent: management is told."""
    if Right.AUTHORITY_INQUIRY in case.unanswered:
        await escalate(case, "management", "authority")
        return True
    if case.answers:
        await escalate(case, "management", "undelivered")
        return True
    return False


def _unidentified(case: Case) -> bool:
    return not case.identified and any(r not in WAITS_FOR_NOBODY for r in case.unanswered)


async def _answer_unidentified(case: Case) -> None:
    """GDPR 11(2), 12(6): says so without a word on whether data exist; stays reopenable."""
    await answer(case, None, "not_identified", wait=False)
    for right in case.unanswered:
        if right not in WAITS_FOR_NOBODY:
            case.rights[right] = "not_identified"


async def reopen(case: Case) -> None:
    """The contact is proved after the art. 12(6) answer: a new month begins."""
    assert case.opened is not None
    asleep = [right for right, state in case.rights.items() if state == "not_identified"]
    if not asleep:
        return
    rearmed = await note(Acknowledge.rearm, orders.Rearm(case_id=case.id, at=workflow.now()))
    case.opened.milestones, case.opened.safe_due = rearmed.milestones, rearmed.safe_due
    case.rearmed += 1
    for right in asleep:
        case.rights[Right(right)] = "open"


MILESTONES: dict[str, Callable[[Case], Awaitable[None]]] = {
    "triage": escalate_tasks,
    "identity_reminder_1": remind,
    "identity_reminder_2": remind,
    "collection": escalate_tasks,
    "approval": escalate_tasks,
    "extension_decision": decide_extension,
    "last_call": last_call,
    "extended_last_call": extended_last_call,
}

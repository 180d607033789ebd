"""One case, from receipt to close. Reads like the law's table of contents.

Nothing escapes `run`: what goes wrong becomes a human task, and the clock answers by itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from temporalio import workflow
from temporalio.exceptions import ApplicationError

from calends.rules.rights import HANDLED
from calends.rules.vocabulary import Right
from workflows import clock, stages
from workflows.asking import guarded, record
from workflows.case import Case
from workflows.messages import (
    Accepted,
    CaseView,
    Closing,
    ContactProved,
    MailArrived,
    Opening,
    TaskOutcome,
)
from workflows.tasks import NEEDS_REASON, OUTCOMES, TaskKind


@workflow.defn
class RightsRequest:
    """A person's demands on their data (GDPR 12-22), answered inside one month."""

    @workflow.init
    def __init__(self, opening: Opening) -> None:
        self.case = Case(opening, seen_mail={opening.inbox_id})

    @workflow.run
    async def run(self, opening: Opening) -> Closing:
        case = self.case
        await stages.acknowledge(case)
        story = asyncio.create_task(guarded(case, self.story))
        beside = [
            asyncio.create_task(guarded(case, clock.watch)),
            asyncio.create_task(guarded(case, stages.correspond)),
        ]
        # The clock may end the case by itself, but never in the middle of an act.
        await workflow.wait_condition(
            lambda: story.done() or broken(beside) or (case.over and not case.acting)
        )
        for task in beside:
            if broken([task]):
                await task  # a defect in our code parks the case, where the auditor sees it
        outcome = await story if story.done() else case.ended_as
        await stages.finish_letters(case)
        running: list[asyncio.Task[Any]] = [*beside, story]
        for task in running:
            task.cancel()
        await stages.close(case, outcome)
        await workflow.wait_condition(workflow.all_handlers_finished)
        return case.closing(outcome)

    async def story(self, case: Case) -> str:
        """The stages in the order of the law; the clock runs beside them."""
        if not await stages.triage(case):
            return "not_a_request"
        if Right.AUTHORITY_INQUIRY in case.rights:
            await stages.leave_to_humans(case)
            return "by_hand"
        await stages.object_at_once(case)  # GDPR 21(3): waits for nobody
        if case.needs_identity:
            await stages.identify(case)  # GDPR 12(6)
            await clock.reopen(case)
            await stages.locate(case)
            await stages.give_access(case)  # GDPR 15, before anything is erased
            await stages.erase(case)  # GDPR 17, last
        await stages.wait_for_recipients(case)  # GDPR 19
        return "answered"

    @workflow.signal
    def mail_arrived(self, mail: MailArrived) -> None:
        """A further message; the same one may be told twice."""
        if mail.inbox_id not in self.case.seen_mail:
            self.case.seen_mail.add(mail.inbox_id)
            self.case.mail.append(mail.inbox_id)

    @workflow.update
    async def prove_contact(self, proof: ContactProved) -> Accepted:
        """The person typed the code that was sent to their contact."""
        await stages.prove_contact(self.case, proof.channel)
        return Accepted(outcome="proved")

    @prove_contact.validator
    def _may_prove(self, proof: ContactProved) -> None:
        if self.case.closed:
            raise ApplicationError("the case is closed", type="CaseClosed")

    @workflow.update
    async def complete_task(self, done: TaskOutcome) -> Accepted:
        """A human did a task; the first outcome of a task is its outcome."""
        await record(self.case, done)
        return Accepted(outcome=done.outcome)

    @complete_task.validator
    def _may_complete(self, done: TaskOutcome) -> None:
        case, task = self.case, self.case.tasks.get(done.task_id)
        if case.closed:
            raise ApplicationError("the case is closed", type="CaseClosed")
        if task is None:
            raise ApplicationError("no such open task in this case", type="NoSuchTask")
        if task.outcome is not None:
            raise ApplicationError(
                f"this task was already done: {task.outcome.outcome}", type="TaskDone"
            )
        if done.version != task.version:
            raise ApplicationError("the task has changed since; look again", type="TaskChanged")
        fitting = OUTCOMES[task.kind]
        if done.outcome not in fitting:
            raise ApplicationError(
                f"outcome must be one of: {', '.join(fitting)}", type="UnfitOutcome"
            )
        if done.outcome in NEEDS_REASON and not done.reason.strip():
            raise ApplicationError(f"`{done.outcome}` needs a reason", type="ReasonMissing")
        if (
            task.kind == TaskKind.TRIAGE
            and done.outcome == "accept"
            and not (done.rights or case.rights)
        ):
            raise ApplicationError("`accept` needs the rights demanded", type="RightsMissing")
        if not HANDLED.issuperset(done.rights):
            unknown = ", ".join(sorted(set(done.rights) - HANDLED))
            raise ApplicationError(f"not handled by this version: {unknown}", type="UnfitOutcome")
        if task.kind == TaskKind.SEARCH_BY_HAND and done.outcome == "found" and not done.upload:
            raise ApplicationError("`found` needs the file that was found", type="UploadMissing")

    @workflow.query
    def view(self) -> CaseView:
        return self.case.view()


def broken(tasks: Sequence[asyncio.Task[Any]]) -> bool:
    """Whether one of the tasks beside the story ended by a defect."""
    return any(t.done() and not t.cancelled() and t.exception() is not None for t in tasks)

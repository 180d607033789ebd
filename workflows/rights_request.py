"""One case, from receipt to close. Reads like the law's table of contents.

Nothing escapes `run`: what goes wrong becomes a human task, and the clock answers by itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

from temporalio import workflow
from temporalio.exceptions import ApplicationError

from workflows import correspondence, identity, stages
from workflows.asking import guarded, record, refuse_unfit
from workflows.case import Case
from workflows.messages import (
    Accepted,
    CaseView,
    Closing,
    ContactProved,
    GivenUp,
    InformationAdded,
    LetterBounced,
    MailArrived,
    Opening,
    ProcessorAnswered,
    TaskOutcome,
)


@workflow.defn
class RightsRequest:
    """A person's demands on their data (GDPR 12-22), answered inside one month."""

    @workflow.init
    def __init__(self, opening: Opening) -> None:
        self.case = Case(opening, seen_mail={opening.inbox_id})

    @workflow.run
    async def run(self, opening: Opening) -> Closing:
        case = self.case
        await stages.acknowledge(case)  # and from now on a clock runs beside everything
        story = asyncio.create_task(guarded(case, stages.answer_all))
        letters = asyncio.create_task(guarded(case, correspondence.read_all))
        await workflow.wait_condition(lambda: story.done() or broken([letters, *case.clocks]))
        for task in [letters, *case.clocks]:
            if broken([task]):
                await task  # a defect in our code parks the case, where the auditor sees it
        outcome = await story
        running: list[asyncio.Task[Any]] = [letters, story, *case.clocks, *case.pursuits]
        for task in running:
            task.cancel()
        await stages.close(case, outcome)
        await workflow.wait_condition(workflow.all_handlers_finished)
        return case.closing(outcome)

    @workflow.signal
    def mail_arrived(self, mail: MailArrived) -> None:
        """A further message; the same one may be told twice."""
        if mail.inbox_id not in self.case.seen_mail:
            self.case.seen_mail.add(mail.inbox_id)
            self.case.mail.append(mail.inbox_id)

    @workflow.signal
    def letter_bounced(self, bounce: LetterBounced) -> None:
        """A letter that its server had taken did not arrive; it may be told twice."""
        self.case.bounced.add(bounce.purpose)

    @workflow.signal
    def processor_answered(self, answered: ProcessorAnswered) -> None:
        """A processor that was asked has news: it is asked again at once."""
        self.case.called_back.add(answered.system)

    @workflow.update
    async def prove_contact(self, proof: ContactProved) -> Accepted:
        """The person typed the code that was sent to their contact."""
        await identity.prove_contact(self.case, proof.channel, proof.purpose)
        return Accepted(outcome="proved")

    @workflow.update
    async def give_up(self, given_up: GivenUp) -> Accepted:
        """The person takes the request back, wholly or in part."""
        await correspondence.give_up(self.case, given_up.rights)
        return Accepted(outcome="given_up")

    @workflow.update
    async def add_information(self, added: InformationAdded) -> Accepted:
        """The person added words or a document on their page."""
        await correspondence.take_information(self.case, added)
        return Accepted(outcome="added")

    @workflow.update
    async def complete_task(self, done: TaskOutcome) -> Accepted:
        """A human did a task; the first outcome of a task is its outcome."""
        await record(self.case, done)
        return Accepted(outcome=done.outcome)

    @complete_task.validator
    def _may_complete(self, done: TaskOutcome) -> None:
        refuse_unfit(self.case, done)

    @prove_contact.validator
    def _may_prove(self, proof: ContactProved) -> None:
        self._still_open()

    @give_up.validator
    def _may_give_up(self, given_up: GivenUp) -> None:
        self._still_open()
        if not self.case.identified:
            raise ApplicationError("the contact is not proved", type="NotIdentified")

    @add_information.validator
    def _may_add(self, added: InformationAdded) -> None:
        self._still_open()

    def _still_open(self) -> None:
        if self.case.closed:
            raise ApplicationError("the case is closed", type="CaseClosed")

    @workflow.query
    def view(self) -> CaseView:
        return self.case.view()


def broken(tasks: Iterable[asyncio.Task[Any]]) -> bool:
    """Whether one of the tasks beside the story ended by a defect."""
    return any(t.done() and not t.cancelled() and t.exception() is not None for t in tasks)

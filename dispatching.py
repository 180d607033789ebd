"""From the inbox to the cases: what a message is decides where it goes.

The one place that turns mail into workflows; `starter.py` is the process around it.
"""

from __future__ import annotations

from sqlalchemy import select
from temporalio.client import Client
from temporalio.common import (
    SearchAttributePair,
    TypedSearchAttributes,
    WorkflowIDConflictPolicy,
    WorkflowIDReusePolicy,
)
from temporalio.exceptions import WorkflowAlreadyStartedError

from activities.attributes import RIGHTS
from activities.house import House
from calends.mail.inbox import RAW, Inbox
from calends.mail.look import Look
from calends.mail.reading import Reading
from calends.register.models import CaseRow, InboxRow, OutboxRow
from calends.rules.rights import HANDLED
from calends.rules.vocabulary import Language, MessageKind, Right
from workflows.calling import MAIN_QUEUE
from workflows.messages import MailArrived, Opening
from workflows.rights_request import RightsRequest

NO_CASE = {MessageKind.AUTO_REPLY, MessageKind.BOUNCE, MessageKind.BULK, MessageKind.OTHER}


class Starter:
    """Takes messages from the inbox to their cases. Any step may happen twice."""

    def __init__(self, house: House, client: Client) -> None:
        self.house, self.client = house, client
        self.inbox = Inbox(house.register, house.keyring, house.blobs)

    async def dispatch(self, inbox_id: str) -> MessageKind:
        """Signal-with-start, then the row is marked: dying between the two repeats the first."""
        async with self.house.register.session() as session:
            row = await session.get_one(InboxRow, inbox_id, with_for_update=True)
            if row.state != "received":
                return MessageKind(row.kind or MessageKind.OTHER)
            raw = await self.house.blobs.read(row.case_id, RAW)
            look = await self.house.guard.look(raw)
            reading = look.reading
            case_id = await self._case_of(look)
            if case_id is not None and reading.kind not in NO_CASE:
                await self._tell(case_id, row)
            elif reading.kind not in NO_CASE or reading.needs_triage:
                await self._open(row, reading)
            row.state, row.kind = "dispatched", reading.kind
            await session.commit()
        return reading.kind

    async def dispatch_waiting(self) -> int:
        """Dispatches what waits, oldest first; returns how many."""
        done = 0
        while True:
            async with self.house.register.session() as session:
                waiting = await session.scalar(
                    select(InboxRow.id)
                    .where(InboxRow.state == "received")
                    .order_by(InboxRow.received_at)
                    .limit(1)
                    .with_for_update(skip_locked=True)
                )
            if waiting is None:
                return done
            await self.dispatch(waiting)
            done += 1

    async def _case_of(self, look: Look) -> str | None:
        """The open case that the message belongs to: by our Message-IDs, else by reference."""
        if look.mail is None:
            return None
        answered = [*look.mail.in_reply_to, *look.mail.references]
        reading = look.reading
        async with self.house.register.session() as session:
            found = select(CaseRow.id).where(CaseRow.closed_at.is_(None))
            by_thread = found.join(OutboxRow, OutboxRow.case_id == CaseRow.id).where(
                OutboxRow.message_id.in_(answered)
            )
            case_id: str | None = await session.scalar(by_thread.limit(1))
            if case_id is None and reading.reference:
                case_id = await session.scalar(found.where(CaseRow.reference == reading.reference))
        return case_id

    async def _tell(self, case_id: str, row: InboxRow) -> None:
        handle = self.client.get_workflow_handle_for(RightsRequest.run, case_id)
        await handle.signal(RightsRequest.mail_arrived, MailArrived(inbox_id=row.id))

    async def _open(self, row: InboxRow, reading: Reading) -> None:
        rights = [d.right for d in reading.demands if d.right in HANDLED]
        triage = reading.needs_triage or not rights or reading.sender_ambiguous
        if reading.kind is MessageKind.AUTHORITY:
            rights = [Right.AUTHORITY_INQUIRY]
            triage = False
        known = reading.language in set(Language)
        opening = Opening(
            case_id=row.case_id,
            inbox_id=row.id,
            received_at=row.received_at,
            rights=rights,
            needs_triage=triage,
            language=reading.language if known else self.house.company.controller.language,
        )
        try:
            await self.client.start_workflow(
                RightsRequest.run,
                opening,
                id=row.case_id,
                task_queue=MAIN_QUEUE,
                start_signal="mail_arrived",
                start_signal_args=[MailArrived(inbox_id=row.id)],
                search_attributes=TypedSearchAttributes(
                    [SearchAttributePair(RIGHTS, [str(right) for right in rights])]
                ),
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            )
        except WorkflowAlreadyStartedError:
            return  # the case was opened, and has even closed: we died before marking the row

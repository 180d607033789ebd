"""From the inbox to the cases: what a message is decides where it goes.

The one place that turns mail into workflows; `starter.py` is the process around it.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.ext.asyncio import AsyncSession
from temporalio.client import Client
from temporalio.common import (
    SearchAttributePair,
    TypedSearchAttributes,
    WorkflowIDConflictPolicy,
    WorkflowIDReusePolicy,
)
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from activities.attributes import RIGHTS
from activities.house import House
from calends.mail.bounces import Failure
from calends.mail.inbox import RAW, Inbox
from calends.mail.look import Look
from calends.mail.rights import THRESHOLD
from calends.mail.screen import ours
from calends.mail.threads import Thread, case_of_tokens, thread_of
from calends.register.bounces import Bounced, letter_named, record_bounce
from calends.register.models import InboxRow
from calends.rules.rights import in_order
from calends.rules.vocabulary import Language, MessageKind, Right
from workflows.calling import MAIN_QUEUE
from workflows.messages import LetterBounced, MailArrived, Opening

log = logging.getLogger("calends.dispatching")

NEVER_A_CASE = {MessageKind.AUTO_REPLY, MessageKind.BOUNCE}
ONLY_IN_DOUBT = {MessageKind.BULK, MessageKind.OTHER}
"""They become a case only when intake asks a human to look."""

# By name: the workflow's own module loads all that a worker needs, and this process does not.
CASE, MAIL_ARRIVED, LETTER_BOUNCED = "RightsRequest", "mail_arrived", "letter_bounced"

AT_ONCE = 4
AGAIN = timedelta(minutes=1)
"""After the first failure of one message; doubled each time, at most a day."""

_AWAY = {
    RPCStatusCode.UNAVAILABLE,
    RPCStatusCode.DEADLINE_EXCEEDED,
    RPCStatusCode.RESOURCE_EXHAUSTED,
    RPCStatusCode.CANCELLED,
    RPCStatusCode.UNAUTHENTICATED,
    RPCStatusCode.PERMISSION_DENIED,
    RPCStatusCode.UNIMPLEMENTED,
}


class Away(Exception):
    """Register or engine cannot be used now; no message is to blame."""


@dataclass(frozen=True)
class Dispatched:
    """Where a message went: the case it opened or joined, the letter it reports on, or nowhere."""

    kind: MessageKind
    case_id: str | None = None
    bounced: Bounced | None = None


class Starter:
    """Takes messages from the inbox to their cases. Any step may happen twice."""

    def __init__(self, house: House, client: Client) -> None:
        self.house, self.client = house, client
        self.inbox = Inbox(house.register, house.keyring, house.blobs)

    async def dispatch_waiting(self) -> int:
        """Dispatches what waits, oldest first, a few side by side; returns how many.

        A message that cannot be dispatched is tried again later and stops no other one. Raises
        Away when nothing can be dispatched now.
        """
        done = 0
        while waiting := await self._waiting():
            results = await asyncio.gather(*map(self._try, waiting), return_exceptions=True)
            for result in results:
                if isinstance(result, BaseException):
                    raise result
            done += len(waiting)
        return done

    async def _waiting(self) -> list[str]:
        try:
            async with self.house.register.session() as session:
                rows = await session.scalars(
                    select(InboxRow.id)
                    .where(
                        InboxRow.state == "received",
                        or_(InboxRow.retry_at.is_(None), InboxRow.retry_at <= datetime.now(UTC)),
                    )
                    .order_by(InboxRow.received_at)
                    .limit(AT_ONCE)
                )
                return list(rows)
        except (OperationalError, InterfaceError, OSError) as error:
            raise Away(type(error).__name__) from error

    async def _try(self, inbox_id: str) -> None:
        try:
            await self.dispatch(inbox_id)
        except Exception as error:
            if _is_away(error):
                raise Away(type(error).__name__) from error
            log.error("message %s not dispatched (%s)", inbox_id, type(error).__name__)
            await self._postpone(inbox_id, type(error).__name__)

    async def _postpone(self, inbox_id: str, why: str) -> None:
        async with self.house.register.session() as session:
            row = await session.get_one(InboxRow, inbox_id, with_for_update=True)
            row.attempts += 1
            pause = min(AGAIN * 2 ** min(row.attempts - 1, 20), timedelta(days=1))
            row.retry_at, row.failure = datetime.now(UTC) + pause, why
            await session.commit()

    async def dispatch(self, inbox_id: str) -> Dispatched:
        """Signal-with-start, then the row is marked: dying between the two repeats the first."""
        async with self.house.register.session() as session:
            row = await session.get_one(InboxRow, inbox_id, with_for_update=True)
            if row.state != "received":
                return Dispatched(MessageKind(row.kind or MessageKind.OTHER), row.joined_case)
            if row.joined_case is not None:  # its case took it, and we died before marking it
                row.state, row.kind = "dispatched", row.kind or MessageKind.REPLY
                await session.commit()
                return Dispatched(MessageKind(row.kind), row.joined_case)
            look = await self.house.guard.look(await self.house.blobs.read(row.case_id, RAW))
            done = await self._send_on(session, row, look)
            if done.bounced is not None and done.bounced.permanent:
                await session.commit()  # the case finds it noted
                await self._tell_of_bounce(done.bounced)
            row.state, row.kind = "dispatched", done.kind
            row.failure, row.retry_at = look.unreadable or None, None
            await session.commit()
        if look.unreadable:
            log.warning("message %s cannot be read (%s): a human is asked", inbox_id, row.failure)
        return done

    async def _send_on(self, session: AsyncSession, row: InboxRow, look: Look) -> Dispatched:
        kind = look.reading.kind
        if look.mail is not None and ours((look.mail.message_id or "",)):
            kind = MessageKind.AUTO_REPLY  # a letter of ours, or of another Calends: never answered
        if kind is MessageKind.BOUNCE and look.failure is not None:
            return Dispatched(kind, bounced=await _bounce(session, row, look.failure))
        thread = await self._thread(session, row, look)
        if kind in NEVER_A_CASE or (kind in ONLY_IN_DOUBT and not look.reading.needs_triage):
            return Dispatched(kind)
        if thread is not None and _joins(thread, look) and await self._tell(thread.case_id, row):
            return Dispatched(kind, thread.case_id)
        await self._open(row, look, flagged=thread is not None and thread.from_other)
        return Dispatched(kind, row.case_id)

    async def _thread(self, session: AsyncSession, row: InboxRow, look: Look) -> Thread | None:
        """The case it speaks of, noted beside the message."""
        if look.mail is None:
            return None
        thread = await thread_of(session, self.house.keyring, look.mail, look.reading.reference)
        if thread is not None:
            row.threaded, row.related_case = thread.by, thread.case_id
            row.from_other = thread.from_other
        return thread

    async def _tell(self, case_id: str, row: InboxRow) -> bool:
        """False when the case has just ended: then the message is a case of its own."""
        handle = self.client.get_workflow_handle(case_id)
        try:
            await handle.signal(MAIL_ARRIVED, MailArrived(inbox_id=row.id))
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            return False
        return True

    async def _tell_of_bounce(self, bounced: Bounced) -> None:
        """A case that has ended cannot be told; the auditor says so."""
        handle = self.client.get_workflow_handle(bounced.case_id)
        try:
            await handle.signal(LETTER_BOUNCED, LetterBounced(purpose=bounced.purpose))
        except RPCError as error:
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise

    async def _open(self, row: InboxRow, look: Look, *, flagged: bool) -> None:
        reading = look.reading
        # Without confidence it is not taken up by itself: a human reads it first.
        sure = [d.right for d in reading.demands if d.confidence >= THRESHOLD]
        rights = list(in_order(sure))
        triage = reading.needs_triage or not rights or reading.sender_ambiguous or row.cut
        if flagged and set(rights) != {Right.PROSPECTING_OBJECTION}:
            triage = True  # it speaks of somebody else's case: a human says how they belong
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
            by_post=row.channel == "post" and not _by_mail(look),
        )
        try:
            await self.client.start_workflow(
                CASE,
                opening,
                id=row.case_id,
                task_queue=MAIN_QUEUE,
                start_signal=MAIL_ARRIVED,
                start_signal_args=[MailArrived(inbox_id=row.id)],
                search_attributes=TypedSearchAttributes(
                    [SearchAttributePair(RIGHTS, [str(right) for right in rights])]
                ),
                id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
                id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            )
        except WorkflowAlreadyStartedError:
            return  # the case was opened, and has even closed: we died before marking the row


def _joins(thread: Thread, look: Look) -> bool:
    """Whether a message goes to the case it speaks of. A stranger's own demand has its own month
    and its own identity: a case of its own, flagged. Everything else a human reads in the case;
    none of it grants anything."""
    return not thread.closed and not (thread.from_other and look.reading.demands)


def _by_mail(look: Look) -> bool:
    """Whether a posted letter names the mail address at which it wants its answer."""
    return look.mail is not None and look.mail.sender.address is not None


async def _bounce(session: AsyncSession, row: InboxRow, failure: Failure) -> Bounced | None:
    case_id = await case_of_tokens(session, failure.tokens)
    letter = await letter_named(session, failure.message_ids, case_id)
    if letter is None:
        return None  # a forgery, or a letter of another program at this address
    row.threaded, row.related_case = "bounce", letter.case_id
    return await record_bounce(
        session, row.id, letter, permanent=failure.permanent, status=failure.status
    )


def _is_away(error: Exception) -> bool:
    if isinstance(error, RPCError):
        return error.status in _AWAY
    if isinstance(error, RuntimeError):
        return str(error).startswith("Failed client connect")
    return isinstance(error, (OperationalError, InterfaceError, OSError))

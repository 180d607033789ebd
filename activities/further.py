"""Further messages in a case: joined to it, sealed anew, and read for what they mean."""

from __future__ import annotations

import re

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from temporalio import activity

from activities.house import House, noted
from activities.letterbox import code_digest
from activities.orders import ReadReply, ReplyRead
from calends.mail.as_read import Doubt
from calends.mail.authentication import Check
from calends.mail.look import Look
from calends.mail.rights import THRESHOLD
from calends.register.case_rows import NoticeRow
from calends.register.models import DemandRow, InboxRow, OutboxRow, TokenRow
from calends.rules.demands import Demand, DemandState, FurtherMessage, Meaning, place_of_message
from calends.rules.vocabulary import Right


class Further:
    def __init__(self, house: House) -> None:
        self.house = house

    @activity.defn
    async def read_reply(self, order: ReadReply) -> ReplyRead:
        """Joins a message to its case, sealed anew, and says what it means for its demands.

        A code quoted from the address that it was sent to proves the contact; from anywhere else
        it is only flagged. What grants or takes something away is read from that address only.
        """
        async with self.house.register.session() as session:
            inbox = await session.get_one(InboxRow, order.inbox_id, with_for_update=True)
            if inbox.case_id != order.case_id and inbox.joined_case is None:
                await self.house.blobs.move(session, inbox.case_id, "raw", order.case_id)
                inbox.joined_case = order.case_id
            await session.commit()
        raw = await self.house.blobs.read(order.case_id, f"raw:{inbox.case_id}")
        look = await self.house.guard.look(raw)
        async with self.house.register.session() as session:
            read = await self._meaning(session, order, inbox, look)
            await noted(
                session,
                order,
                "message_joined",
                once=f"message:{order.inbox_id}",
                inbox_id=order.inbox_id,
                proves_contact=bool(read.proves),
                adds=[str(right) for right in read.adds],
                gives_up=[str(right) for right in read.gives_up],
                notices=read.notices,
                sender=look.reading.sender.told(),
            )
            await session.commit()
        return read

    async def _meaning(
        self, session: AsyncSession, order: ReadReply, inbox: InboxRow, look: Look
    ) -> ReplyRead:
        if look.unreadable or look.mail is None or look.mail.sender.ambiguous:
            return ReplyRead(needs_reading=True)
        if look.reading.sender.verdict is Check.FAIL:
            return ReplyRead(needs_reading=True)  # our own server says that it is forged
        sender = look.mail.sender.address
        if notices := await self._notices_of(session, order.case_id, sender, look):
            done = _DONE.match(look.mail.text.strip())
            return ReplyRead(notices=notices, recipient_says="done" if done else "")
        person = await self.house.person(session, order.case_id)
        if sender is None or sender not in (person.address, *person.proved):
            return ReplyRead(needs_reading=True)
        proves = await self._proves(session, order.case_id, look)
        places = place_of_message(await _demands(session, order.case_id), _further(look, inbox))
        adds = [p.right for p in places if p.right and p.meaning in _ADDS]
        gone = [p.right for p in places if p.right and p.meaning is Meaning.WITHDRAWAL]
        plain = bool(proves or adds or gone or places[0].meaning in _NOTHING_NEW)
        # What the reading doubts beyond what the places say themselves, a human reads.
        unsure = set(look.reading.triage_reasons) - {Doubt.CHASING}
        unsure -= {Doubt.CANCELLED, Doubt.LOW_CONFIDENCE} if gone else set()
        if inbox.threaded == "reference" and not proves and (adds or gone):
            # A reference is no secret: what hangs on it alone gives and takes nothing away.
            unsure.add("reference")
        return ReplyRead(
            proves=proves,
            adds=[] if unsure else adds,
            gives_up=[] if unsure else gone,
            needs_reading=bool(unsure) or not plain,
        )

    async def _notices_of(
        self, session: AsyncSession, case_id: str, sender: str | None, look: Look
    ) -> list[str]:
        """The notices that a recipient answers: by our Message-ID, which nobody else knows."""
        told = {
            row.purpose
            for recipient in self.house.company.recipients
            if recipient.email and recipient.email.casefold() == sender
            for row in await session.scalars(
                select(NoticeRow).where(
                    NoticeRow.case_id == case_id, NoticeRow.recipient == recipient.id
                )
            )
        }
        answered = await session.scalars(
            select(OutboxRow.purpose).where(
                OutboxRow.case_id == case_id, OutboxRow.message_id.in_(look.reading.answers)
            )
        )
        # A reminder's purpose is `recipient_reminder:` and that of the notice.
        notices = [purpose.removeprefix("recipient_reminder:") for purpose in answered]
        return [purpose for purpose in dict.fromkeys(notices) if purpose in told]

    async def _proves(self, session: AsyncSession, case_id: str, look: Look) -> str:
        """Purpose of the link whose code is quoted; empty when none is."""
        key = await self.house.keyring.get(case_id)
        typed = [code_digest(key, code) for code in look.reading.codes]
        purpose: str | None = await session.scalar(
            select(TokenRow.purpose).where(
                TokenRow.case_id == case_id,
                TokenRow.purpose.in_(("identity", "confirm_change")),
                TokenRow.state == "open",
                TokenRow.code_digest.in_(typed),
            )
        )
        return purpose or ""


_DONE = re.compile(r"(?:fait|done|inconnu|unknown)\b", re.IGNORECASE)
"""How a notice asks its recipient to begin the answer; who holds nothing has nothing to do."""
_ADDS = (Meaning.ADDED_RIGHT, Meaning.NEW_CASE)
"""A right demanded again after its answer is a demand of its own month, in the same file."""
_NOTHING_NEW = (Meaning.REMINDER, Meaning.DUPLICATE)


async def _demands(session: AsyncSession, case_id: str) -> list[Demand]:
    rows = await session.scalars(select(DemandRow).where(DemandRow.case_id == case_id))
    return [
        Demand(Right(row.right), row.received_at, _STATES.get(row.state, DemandState.ANSWERED))
        for row in rows
    ]


_STATES = {"open": DemandState.OPEN, "withdrawn": DemandState.WITHDRAWN}


def _further(look: Look, inbox: InboxRow) -> FurtherMessage:
    reading = look.reading
    return FurtherMessage(
        received=inbox.received_at,
        rights=tuple(d.right for d in reading.demands if d.confidence >= THRESHOLD),
        withdraws_all=reading.withdraws,
        changes_scope=reading.changes,
        chases=reading.chases,
    )

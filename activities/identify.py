"""Identity: what further messages prove, and the record of how the person was identified."""

from __future__ import annotations

import re
from typing import Literal

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from temporalio import activity

from activities.candidates import contact_of, read_candidates
from activities.house import House, noted
from activities.letterbox import Letterbox, code_digest
from activities.orders import (
    ChooseCandidate,
    Chosen,
    ForgetDocument,
    Forgotten,
    ReadReply,
    RecordIdentity,
    ReplyRead,
)
from calends.letters.facts import document_deleted_facts
from calends.mail.look import Look
from calends.register.models import CaseRow, DemandRow, InboxRow, TokenRow
from calends.rules.demands import Demand, DemandState, FurtherMessage, Meaning, place_of_message
from calends.rules.identity import enough
from calends.rules.vocabulary import Assurance, Right
from calends.vault.documents import destroy_document


class Identify:
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
                recipient=read.recipient,
            )
            await session.commit()
        return read

    async def _meaning(
        self, session: AsyncSession, order: ReadReply, inbox: InboxRow, look: Look
    ) -> ReplyRead:
        if look.unreadable or look.mail is None or look.mail.sender.ambiguous:
            return ReplyRead(needs_reading=True)
        sender = look.mail.sender.address
        for recipient in self.house.company.recipients:
            if recipient.email and sender == recipient.email.casefold():
                done = _DONE.match(look.mail.text.strip())
                return ReplyRead(recipient=recipient.id, recipient_says="done" if done else "")
        person = await self.house.person(session, order.case_id)
        if sender is None or sender not in (person.address, *person.proved):
            return ReplyRead(needs_reading=True)
        proves = await self._proves(session, order.case_id, look)
        places = place_of_message(await _demands(session, order.case_id), _further(look, inbox))
        adds = [p.right for p in places if p.right and p.meaning in _ADDS]
        gone = [p.right for p in places if p.right and p.meaning is Meaning.WITHDRAWAL]
        plain = bool(proves or adds or gone or places[0].meaning in _NOTHING_NEW)
        unsure = look.reading.needs_triage and (adds or gone)
        return ReplyRead(
            proves=proves,
            adds=[] if unsure else adds,
            gives_up=[] if unsure else gone,
            needs_reading=bool(unsure) or not plain,
        )

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

    @activity.defn
    async def record_identity(self, order: RecordIdentity) -> None:
        """Notes how surely the person is known, by what means and when; keeps no document."""
        async with self.house.register.session() as session:
            if await noted(
                session,
                order,
                "identified",
                once=f"identified:{order.assurance}:{order.purpose}",
                actor="dpo" if order.channel == "dpo" else "engine",
                channel=order.channel,
                assurance=order.assurance,
            ):
                await self._now_known(session, order)
                await _used(session, order)
            await session.commit()

    async def _now_known(self, session: AsyncSession, order: RecordIdentity) -> None:
        case = await session.get_one(CaseRow, order.case_id)
        if not enough(Assurance(case.assurance), order.assurance):
            case.assurance = order.assurance
        key = await self.house.keyring.get(order.case_id)
        if order.means:  # the human's words may name the person
            await self.house.blobs.write(session, key, "identity_means", order.means.encode())
        if order.channel in ("dpo", "document") or order.purpose == "identity:on_file":
            person = await self.house.person(session, order.case_id)
            if order.purpose == "identity:on_file":
                chosen = await self.house.blobs.read(order.case_id, "contact_on_file")
                person.proved = list(dict.fromkeys([*person.proved, chosen.decode()]))
            else:
                person.vouched = True
            await self.house.keep_person(session, order.case_id, person)

    @activity.defn
    async def record_consent(self, order: RecordIdentity) -> None:
        """The old contact agreed to its change (rule book §1.4)."""
        async with self.house.register.session() as session:
            order.purpose = "confirm_change"
            if await noted(session, order, "change_confirmed", channel=order.channel):
                await _used(session, order)
            await session.commit()

    @activity.defn
    async def forget_document(self, order: ForgetDocument) -> Forgotten:
        """Destroys an identity document and its key; "seen by, on" remains (EDPB 01/2022 §79)."""
        async with self.house.register.session() as session:
            purpose = f"document_deleted:{order.blob}"
            await destroy_document(session, self.house.keyring, order.case_id, order.blob)
            if await noted(
                session,
                order,
                "document_destroyed",
                once=f"document_destroyed:{order.blob}",
                actor=order.seen_by or "engine",
                seen_by=order.seen_by,
                matched=order.matched,
            ):
                purpose = await self._tell_destroyed(session, order, purpose)
            await session.commit()
        return Forgotten(purpose=purpose)

    async def _tell_destroyed(
        self, session: AsyncSession, order: ForgetDocument, purpose: str
    ) -> str:
        letterbox = Letterbox(self.house)
        facts = await letterbox.case_facts(session, order.case_id)
        seen: Literal["matched", "not_matched"] = "matched" if order.matched else "not_matched"
        content = document_deleted_facts(
            self.house.company,
            facts,
            deleted_on=letterbox.local_day(order.at),
            asked=await letterbox.row(session, order.case_id, "identity_document:1") is not None,
            result=seen if order.seen_by else "not_used",
        )
        letter = self.house.letter("document_deleted", facts.language, content)
        await letterbox.put(session, order, purpose, letter)
        return purpose

    @activity.defn
    async def choose_candidate(self, order: ChooseCandidate) -> Chosen:
        """A human says which record on file is the writer's; its contact will be asked."""
        found = await read_candidates(self.house, order.case_id)
        chosen = next((c for c in found if c.number == order.candidate.strip()), None)
        contact = contact_of(self.house, chosen) if chosen is not None else ""
        async with self.house.register.session() as session:
            if (
                await noted(
                    session, order, "candidate_chosen", actor="dpo", can_be_asked=bool(contact)
                )
                and contact
            ):
                key = await self.house.keyring.get(order.case_id)
                await self.house.blobs.write(session, key, "contact_on_file", contact.encode())
            await session.commit()
        return Chosen(can_be_asked=bool(contact))


_DONE = re.compile(r"(?:fait|done)\b", re.IGNORECASE)
"""How a notice asks its recipient to begin the answer."""
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
        rights=tuple(demand.right for demand in reading.demands),
        withdraws_all=reading.withdraws,
        changes_scope=reading.changes,
        chases=reading.chases,
    )


async def _used(session: AsyncSession, order: RecordIdentity) -> None:
    await session.execute(
        update(TokenRow)
        .where(TokenRow.case_id == order.case_id, TokenRow.purpose == (order.purpose or "identity"))
        .values(state="used", used_at=order.at)
    )

"""Identity: the record of how the person was identified; documents; contacts on file."""

from __future__ import annotations

from typing import Literal

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from temporalio import activity

from activities.candidates import contact_of, read_candidates
from activities.house import House, noted
from activities.letterbox import Letterbox
from activities.orders import (
    ChooseCandidate,
    Chosen,
    ForgetDocument,
    Forgotten,
    RecordIdentity,
)
from calends.letters.facts import document_deleted_facts
from calends.register.models import CaseRow, TokenRow
from calends.rules.identity import enough
from calends.rules.vocabulary import Assurance
from calends.vault.documents import destroy_document


class Identify:
    def __init__(self, house: House) -> None:
        self.house = house

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


async def _used(session: AsyncSession, order: RecordIdentity) -> None:
    await session.execute(
        update(TokenRow)
        .where(TokenRow.case_id == order.case_id, TokenRow.purpose == (order.purpose or "identity"))
        .values(state="used", used_at=order.at)
    )

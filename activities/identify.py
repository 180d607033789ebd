"""Identity: what further messages prove, and the record of how the person was identified."""

from __future__ import annotations

from sqlalchemy import select, update
from temporalio import activity

from activities.house import House, noted
from activities.letterbox import code_digest
from activities.orders import ReadReply, RecordIdentity, ReplyRead
from calends.register.models import CaseRow, InboxRow, TokenRow


class Identify:
    def __init__(self, house: House) -> None:
        self.house = house

    @activity.defn
    async def read_reply(self, order: ReadReply) -> ReplyRead:
        """Joins a message to its case, sealed anew; a code quoted from the asked address proves.

        The address must be the one the code was sent to: from anywhere else it is only flagged.
        """
        async with self.house.register.session() as session:
            inbox = await session.get_one(InboxRow, order.inbox_id, with_for_update=True)
            if inbox.case_id != order.case_id and inbox.joined_case is None:
                await self.house.blobs.move(session, inbox.case_id, "raw", order.case_id)
                inbox.joined_case = order.case_id
            await session.flush()
            await session.commit()
        raw = await self.house.blobs.read(order.case_id, f"raw:{inbox.case_id}")
        async with self.house.register.session() as session:
            proves = await self._proves(order.case_id, raw)
            await noted(
                session,
                order,
                "message_joined",
                once=f"message:{order.inbox_id}",
                inbox_id=order.inbox_id,
                proves_contact=proves,
            )
            await session.commit()
        return ReplyRead(proves_contact=proves, needs_reading=not proves)

    async def _proves(self, case_id: str, raw: bytes) -> bool:
        look = await self.house.guard.look(raw)
        if look.unreadable or look.mail is None:
            return False
        sender = look.mail.sender
        async with self.house.register.session() as session:
            person = await self.house.person(session, case_id)
            if sender.ambiguous or sender.address is None or sender.address != person.address:
                return False
            token = await session.scalar(
                select(TokenRow).where(
                    TokenRow.case_id == case_id,
                    TokenRow.purpose == "identity",
                    TokenRow.state == "open",
                )
            )
            key = await self.house.keyring.get(case_id)
            return token is not None and any(
                code_digest(key, code) == token.code_digest for code in look.reading.codes
            )

    @activity.defn
    async def record_identity(self, order: RecordIdentity) -> None:
        """Notes how surely the person is known, by what means and when; keeps no document."""
        async with self.house.register.session() as session:
            if await noted(
                session,
                order,
                "identified",
                once=f"identified:{order.assurance}",
                channel=order.channel,
                assurance=order.assurance,
            ):
                case = await session.get_one(CaseRow, order.case_id)
                case.assurance = order.assurance
                await session.execute(
                    update(TokenRow)
                    .where(TokenRow.case_id == order.case_id, TokenRow.purpose == "identity")
                    .values(state="used", used_at=order.at)
                )
            await session.commit()

"""Replies: composed once, sent once, and the demand is answered when the server took them."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.composing import Composer
from activities.house import House, noted
from activities.letterbox import Letterbox
from activities.orders import Answer, Send, SendState, WriteLetter
from activities.posting import Postman
from calends.letters.facts import common_facts, identity_facts
from calends.register.ledger import locked_case
from calends.register.models import OutboxRow


class Reply:
    def __init__(self, house: House) -> None:
        self.house = house
        self.letterbox = Letterbox(house)

    @activity.defn
    async def write(self, order: WriteLetter) -> None:
        """Writes a letter of the engine's own; `send` sends it."""
        async with self.house.register.session() as session:
            if await noted(
                session,
                order,
                "letter_written",
                once=f"letter_written:{order.purpose}",
                purpose=order.purpose,
            ):
                await self._write(session, order)
            await session.commit()

    async def _write(self, session: AsyncSession, order: WriteLetter) -> None:
        if order.letter == "identity_request":
            await self.letterbox.ask_identity(session, order)
        elif order.letter == "identity_reminder":
            await self._remind(session, order)
        else:
            await self._alert(session, order)

    async def _remind(self, session: AsyncSession, order: WriteLetter) -> None:
        facts = await self.letterbox.case_facts(session, order.case_id)
        page = await self.letterbox.page(session, order, "identity")
        asked = await self.letterbox.row(session, order.case_id, "identity_request")
        asked_on = self.letterbox.local_day(asked.written_at) if asked else None
        content = identity_facts(self.house.company, facts, page, asked_on=asked_on)
        letter = self.house.letter(order.letter, facts.language, content)
        await self.letterbox.put(session, order, order.purpose, letter)

    async def _alert(self, session: AsyncSession, order: WriteLetter) -> None:
        """To the DPO, in the company's language, naming the case's reference only."""
        controller = self.house.company.controller
        case = await self.letterbox.case_facts(session, order.case_id)
        facts = common_facts(
            self.house.company, case.model_copy(update={"language": controller.language})
        )
        letter = self.house.letter(order.letter, controller.language, facts)
        await self.letterbox.put(session, order, order.purpose, letter, to=controller.dpo_email)

    @activity.defn
    async def answer(self, order: Answer) -> SendState:
        """Composes a reply (or finds it composed) and sends it in the same breath."""
        composer = Composer(self.house, self.letterbox)
        async with self.house.register.session() as session:
            purpose = composer.purpose(order)
            await locked_case(session, order.case_id)  # of two composers the second finds it done
            if await self.letterbox.row(session, order.case_id, purpose) is None:
                await composer.compose(session, order, purpose)
            recipients = await composer.knows.recipients(session, order)
            await session.commit()
        try:
            sent = await Postman(self.house).send(order, purpose)
        except ApplicationError as error:
            # The reply is written and its event committed: the case sends it, this step is done.
            sent = SendState(purpose=purpose, state="later", reason=error.type or "")
        sent.recipients = [recipient.id for recipient in recipients]
        return sent

    @activity.defn
    async def send(self, order: Send) -> SendState:
        """Sends a written letter. A letter that went already is not sent again."""
        sent = SendState(purpose="", state="sent")
        for purpose in order.purposes:
            sent = await Postman(self.house).send(order, purpose, insist=order.insist)
        return sent

    @activity.defn
    async def take_as_sent(self, order: Send) -> None:
        """A human saw that a doubtful letter arrived, or posted it."""
        async with self.house.register.session() as session:
            for purpose in order.purposes:
                row: OutboxRow | None = await self.letterbox.row(session, order.case_id, purpose)
                if row is not None and row.state != "sent":
                    await Postman(self.house).mark_sent(session, order, row, actor="dpo")
            await session.commit()

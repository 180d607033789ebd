"""Replies: composed once, sent once, and the demand is answered when the server took them."""

from __future__ import annotations

from datetime import date

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.composing import Composer
from activities.house import House, noted
from activities.letterbox import Letterbox
from activities.months import press
from activities.orders import Answer, Returned, Send, SendState, WriteLetter
from activities.posting import Postman
from activities.writers import WRITERS, Writer
from calends.register.ledger import locked_case
from calends.register.models import DemandRow
from calends.rules.vocabulary import Right


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
            return
        await WRITERS[order.template](Writer(self.house, self.letterbox), session, order)

    @activity.defn
    async def answer(self, order: Answer) -> SendState:
        """Composes a reply (or finds it composed) and sends it in the same breath."""
        composer = Composer(self.house, self.letterbox)
        async with self.house.register.session() as session:
            purpose = composer.purpose(order)
            await locked_case(session, order.case_id)  # of two composers the second finds it done
            if await self.letterbox.row(session, order.case_id, purpose) is None:
                await composer.compose(session, order, purpose)
            await session.commit()
        try:
            return await Postman(self.house).send(order, purpose)
        except ApplicationError as error:
            # The reply is written and its event committed: the case sends it, this step is done.
            return SendState(purpose=purpose, state="later", reason=error.type or "")

    @activity.defn
    async def send(self, order: Send) -> SendState:
        """Sends a written letter. A letter that went already is not sent again."""
        return await Postman(self.house).send(order, order.purpose, insist=order.insist)

    @activity.defn
    async def take_as_sent(self, order: Send) -> None:
        """A human saw that a doubtful letter arrived, or posted it."""
        posted = date.fromisoformat(order.posted_on) if order.posted_on else None
        async with self.house.register.session() as session:
            row = await self.letterbox.row(session, order.case_id, order.purpose)
            if row is not None and row.state != "sent":
                postman = Postman(self.house)
                await postman.mark_sent(session, order, row, actor="dpo", posted_on=posted)
            await session.commit()

    @activity.defn
    async def returned(self, order: Send) -> Returned:
        """A letter that its server had taken came back: what it answered is unanswered again."""
        form, _, about = order.purpose.partition(":")
        right = Right(about.partition(":")[0]) if form in ("reply", "refusal") else None
        async with self.house.register.session() as session:
            case = await locked_case(session, order.case_id)
            row = await self.letterbox.row(session, order.case_id, order.purpose)
            if row is not None and await noted(
                session,
                order,
                "letter_returned",
                once=f"letter_returned:{order.purpose}:{row.attempts}",
                purpose=order.purpose,
            ):
                row.state, row.reason = "refused", "Bounced"
                if right is not None:
                    await session.execute(
                        update(DemandRow)
                        .where(DemandRow.case_id == case.id, DemandRow.right == right)
                        .values(state="open", outcome=None, answered_at=None)
                    )
                await press(session, case)
            await session.commit()
        return Returned(right=right)

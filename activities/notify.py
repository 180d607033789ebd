"""Notices to recipients (GDPR 19): who is told, how, and what they answered."""

from __future__ import annotations

from datetime import timedelta

import orjson
from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.house import House, noted
from activities.knowledge import Knowledge
from activities.letterbox import Letterbox
from activities.orders import (
    Notice,
    NoticesPrepared,
    PrepareNotices,
    RecordNotice,
    TellByHttp,
    Told,
)
from calends.company import Recipient
from calends.letters.facts import recipient_facts
from calends.letters.inputs import CaseFacts, RecipientOrder
from calends.problems import Problem
from calends.register.case_rows import NoticeRow
from calends.rules.vocabulary import Right
from calends.systems.protocol import Event, SystemFailed

ANSWER_DAYS = 7
EVENTS: dict[str, Event] = {
    "stop_prospecting": "prospecting_objection",
    "restrict": "restriction",
    "lift": "lift",
}
"""What a recipient's own interface is told, where it is a mark."""


class Notify:
    def __init__(self, house: House) -> None:
        self.house = house
        self.letterbox = Letterbox(house)

    @activity.defn(name="prepare_notices")
    async def prepare(self, order: PrepareNotices) -> NoticesPrepared:
        """Writes to each recipient concerned. Whom it is about waits sealed behind a link: the
        mail itself names nobody."""
        knows = Knowledge(self.house, self.letterbox.local_day)
        async with self.house.register.session() as session:
            recipients = await knows.recipients_of(session, order.case_id, order.right)
            notices = [self._notice(recipient, order.right) for recipient in recipients]
            if await noted(
                session,
                order,
                "notices_prepared",
                once=f"notices_prepared:{order.right}:{order.act}",
                right=str(order.right),
                recipients=[notice.recipient for notice in notices],
            ):
                for recipient, notice in zip(recipients, notices, strict=True):
                    await self._put(session, order, recipient, notice)
            await session.commit()
        return NoticesPrepared(notices=notices)

    def _notice(self, recipient: Recipient, right: Right) -> Notice:
        by = "http" if recipient.system else "mail" if recipient.email else "hand"
        return Notice(
            recipient=recipient.id, right=right, by=by, purpose=f"notice:{right}:{recipient.id}"
        )

    async def _put(
        self, session: AsyncSession, order: PrepareNotices, recipient: Recipient, notice: Notice
    ) -> None:
        await session.execute(
            insert(NoticeRow)
            .values(
                case_id=order.case_id,
                right=order.right,
                recipient=recipient.id,
                by=notice.by,
                act=order.act,
                state="pending",
            )
            .on_conflict_do_nothing()
        )
        if notice.by == "mail":
            facts = await self._facts(session, order, recipient, notice)
            letter = self.house.letter("recipient_notice", facts[0].language, facts[1])
            await self.letterbox.put(session, order, notice.purpose, letter, to=recipient.email)

    async def _facts(
        self, session: AsyncSession, order: PrepareNotices, recipient: Recipient, notice: Notice
    ) -> tuple[CaseFacts, dict[str, object]]:
        """The notice in the company's language; the person's identifiers on a page of its own."""
        case = await self.letterbox.case_facts(session, order.case_id)
        language = self.house.company.controller.language
        case = case.model_copy(update={"language": language, "addressee": ""})
        person = await self.house.person(session, order.case_id)
        key = await self.house.keyring.get(order.case_id)
        content = orjson.dumps({"act": order.act} | person.seeds(), option=orjson.OPT_INDENT_2)
        await self.house.blobs.write(session, key, f"export:{notice.purpose}", content)
        order_to = RecipientOrder(
            act=order.act,
            recipient=recipient.name,
            decided_on=self.letterbox.local_day(order.at),
            answer_by=self.letterbox.local_day(order.at + timedelta(days=ANSWER_DAYS)),
            page=await self.letterbox.page(session, order, notice.purpose),
        )
        return case, recipient_facts(self.house.company, case, order_to)

    @activity.defn
    async def tell_by_http(self, order: TellByHttp) -> Told:
        """Tells a processor over its interface. Raises ApplicationError when it is away."""
        recipient = next(r for r in self.house.company.recipients if r.id == order.notice.recipient)
        assert recipient.system is not None
        async with self.house.register.session() as session:
            person = await self.house.person(session, order.case_id)
            row = await session.get_one(
                NoticeRow, (order.case_id, order.notice.right, recipient.id)
            )
        event = EVENTS.get(row.act)
        if event is None:  # what is erased or changed there is ordered record by record
            raise ApplicationError(row.act, type="NotAMark", non_retryable=True)
        try:
            await self.house.system(recipient.system, for_acts=True).mark(person.seeds(), event)
        except (SystemFailed, Problem) as failure:
            raise ApplicationError(type(failure).__name__, type="RecipientAway") from None
        async with self.house.register.session() as session:
            await self._record(session, order.notice, order.case_id, "confirmed", order)
            await session.commit()
        return Told(recipient=recipient.id)

    @activity.defn(name="record_notice")
    async def record(self, order: RecordNotice) -> None:
        """How the telling of one recipient ended."""
        async with self.house.register.session() as session:
            state, notice = order.state, order.notice
            await self._record(session, notice, order.case_id, state, order, order.by_role)
            await session.commit()

    async def _record(
        self,
        session: AsyncSession,
        notice: Notice,
        case_id: str,
        state: str,
        order: RecordNotice | TellByHttp,
        actor: str = "engine",
    ) -> None:
        await session.execute(
            update(NoticeRow)
            .where(
                NoticeRow.case_id == case_id,
                NoticeRow.right == notice.right,
                NoticeRow.recipient == notice.recipient,
            )
            .values(state=state, ended_at=order.at)
        )
        await noted(
            session,
            order,
            "notice_ended",
            once=f"notice_ended:{notice.right}:{notice.recipient}",
            actor=actor,
            recipient=notice.recipient,
            right=str(notice.right),
            state=state,
        )

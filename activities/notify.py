"""Notices to recipients (GDPR 19): who is told, how, and what they answered."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

import orjson
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.concerned import EVENTS, Concerned
from activities.house import House, noted
from activities.letterbox import Letterbox
from activities.orders import (
    CaseStep,
    Notice,
    NoticesPrepared,
    PrepareNotices,
    RecordNotice,
    TellByHttp,
    Told,
)
from activities.orders.telling import ToldOf
from calends.company import Recipient
from calends.letters.facts import recipient_facts
from calends.letters.inputs import CaseFacts, RecipientOrder
from calends.problems import Problem
from calends.register.case_rows import NoticeRow
from calends.register.models import LedgerRow, SearchRow
from calends.rules.vocabulary import SearchState
from calends.systems.protocol import SystemFailed

ANSWER_DAYS = 7


class Notify:
    def __init__(self, house: House) -> None:
        self.house = house
        self.letterbox = Letterbox(house)

    @activity.defn(name="prepare_notices")
    async def prepare(self, order: PrepareNotices) -> NoticesPrepared:
        """Writes to each recipient concerned. Whom it is about waits sealed behind a link: the
        mail itself names nobody."""
        async with self.house.register.session() as session:
            recipients = await Concerned(self.house).recipients(session, order)
            notices = [self._notice(recipient, order) for recipient in recipients]
            if await noted(
                session,
                order,
                "notices_prepared",
                once=order.once(f"notices_prepared:{order.right}:{order.act}"),
                right=str(order.right),
                act=order.act,
                recipients=[notice.recipient for notice in notices],
            ):
                for recipient, notice in zip(recipients, notices, strict=True):
                    await self._put(session, order, recipient, notice)
            await session.commit()
        return NoticesPrepared(notices=notices)

    def _notice(self, recipient: Recipient, order: PrepareNotices) -> Notice:
        name = f"notice:{order.act}:{order.right}:{recipient.id}"
        notice = Notice(
            recipient=recipient.id,
            right=order.right,
            by="mail" if recipient.email else "hand",
            purpose=order.once(name),
        )
        if recipient.system and self._interface_takes(recipient.system, order.act):
            notice.by, notice.system = "http", recipient.system
        return notice

    def _interface_takes(self, system: str, act: ToldOf) -> bool:
        """A recipient's interface takes an erasure, and the marks that its dataset declares."""
        if not self.house.company.system(system).may_act:
            return False
        event = EVENTS.get(act)
        if event is None:
            return act == "erase"
        return any(collection.meta.marks(event) for collection in self.house.declared(system))

    async def _put(
        self, session: AsyncSession, order: PrepareNotices, recipient: Recipient, notice: Notice
    ) -> None:
        await session.execute(
            insert(NoticeRow).values(
                case_id=order.case_id,
                purpose=notice.purpose,
                right=order.right,
                recipient=recipient.id,
                by=notice.by,
                act=order.act,
                month=order.turn,
                state="pending",
            )
        )
        if notice.by == "mail":
            case, facts = await self._facts(session, order, recipient, notice)
            letter = self.house.letter("recipient_notice", case.language, facts)
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
        """Tells a processor over its interface. Raises ApplicationError when it is away, or when
        it did not do what it was asked."""
        notice = order.notice
        async with self.house.register.session() as session:
            row = await session.get_one(NoticeRow, (order.case_id, notice.purpose))
            person = await self.house.person(session, order.case_id)
            done = await self._has_erased(session, order, notice.system)
        event = EVENTS.get(cast("ToldOf", row.act))
        if event is None:
            if not done:
                raise ApplicationError("not erased there", type="NotErased", non_retryable=True)
        else:
            try:
                system = self.house.system(notice.system, for_acts=True)
                await system.mark(person.seeds(), event)
            except (SystemFailed, Problem) as failure:
                raise ApplicationError(type(failure).__name__, type="RecipientAway") from None
        async with self.house.register.session() as session:
            await self._record(session, order, notice, "confirmed")
            await session.commit()
        return Told(recipient=notice.recipient)

    async def _has_erased(self, session: AsyncSession, order: CaseStep, system: str) -> bool:
        """The recipient's records were erased one by one over this interface, or it has none."""
        found = await session.get(SearchRow, (order.case_id, system))
        if found is not None and found.state == SearchState.NOTHING:
            return True
        acts = await session.scalars(
            select(LedgerRow.facts).where(
                LedgerRow.case_id == order.case_id, LedgerRow.kind == "carried_out"
            )
        )
        return any(
            act["system"] == system and act["plan"] == "erase" and act["left"] == 0 for act in acts
        )

    @activity.defn(name="record_notice")
    async def record(self, order: RecordNotice) -> None:
        """How the telling of one recipient ended."""
        async with self.house.register.session() as session:
            await self._record(session, order, order.notice, order.state, order.by_role)
            await session.commit()

    async def _record(
        self,
        session: AsyncSession,
        order: CaseStep,
        notice: Notice,
        state: str,
        actor: str = "engine",
    ) -> None:
        row = await session.get_one(NoticeRow, (order.case_id, notice.purpose))
        row.state, row.ended_at = state, order.at
        await noted(
            session,
            order,
            "notice_ended",
            once=f"notice_ended:{notice.purpose}",
            actor=actor,
            recipient=notice.recipient,
            right=str(notice.right),
            state=state,
        )

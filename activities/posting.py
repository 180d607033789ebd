"""Sending by SMTP: once, and what is not certain is said to be doubtful.

The row says `sending` before the first byte leaves. If we die before noting the server's answer,
the next attempt finds that word and does not guess: the letter is doubtful, and the case asks.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.house import House, noted
from activities.months import extend_month, press
from activities.orders import CaseStep, SendState
from activities.turns import wait_for_turn
from calends.mail.sending import SETUP, Envelope, InDoubt, NotTaken, Refused, Why, hand_over
from calends.register.auditing import EXTENDING, local_day
from calends.register.case_rows import MonthRow, NoticeRow
from calends.register.ledger import locked_case
from calends.register.models import CaseRow, DemandRow, OutboxRow
from calends.rules.rights import rule_for
from calends.rules.vocabulary import Right

PATIENCE = [timedelta(minutes=m) for m in (1, 5, 15)]
"""Between attempts at a recipient whose server wants to be asked again (greylisting)."""


class Postman:
    def __init__(self, house: House) -> None:
        self.house = house

    async def send(self, step: CaseStep, purpose: str, *, insist: bool = False) -> SendState:
        """Raises ApplicationError `MailServerAway`, or `NotItsTurn`, when trying again may help."""
        await wait_for_turn(self.house, step.case_id, purpose)
        row = await self._taken_out(step.case_id, purpose, insist)
        if isinstance(row, SendState):
            return row
        refused = await self._transmit(step, row)
        async with self.house.register.session() as session:
            if refused:
                await self._mark_refused(session, step, row, refused)
            else:
                await self.mark_sent(session, step, row)
            await session.commit()
        return SendState(purpose=purpose, state="refused" if refused else "sent", reason=refused)

    async def _taken_out(self, case_id: str, purpose: str, insist: bool) -> OutboxRow | SendState:
        """The letter, marked as being sent; or why it is not to be sent now. One statement, so
        that of two senders one finds it marked."""
        free = ["written", "sending", "refused"] if insist else ["written"]
        async with self.house.register.reader() as reader:
            row: OutboxRow | None = await reader.scalar(
                update(OutboxRow)
                .where(
                    _letter(case_id, purpose),
                    OutboxRow.state.in_(free),
                    OutboxRow.on_paper.is_(False),
                )
                .values(state="sending", reason=None, turn_at=None, attempts=OutboxRow.attempts + 1)
                .returning(OutboxRow)
            )
            if row is not None:
                return row
            found = await reader.execute(
                select(OutboxRow.state, OutboxRow.reason, OutboxRow.on_paper).where(
                    _letter(case_id, purpose)
                )
            )
            state, reason, on_paper = found.one()
        if on_paper and state != "sent":
            return SendState(purpose=purpose, state="paper")
        known = state in ("sent", "refused")
        return SendState(purpose=purpose, state=state if known else "doubtful", reason=reason or "")

    async def _mark_refused(
        self, session: AsyncSession, step: CaseStep, row: OutboxRow, reason: str
    ) -> None:
        await session.execute(
            update(OutboxRow).where(OutboxRow.id == row.id).values(state="refused", reason=reason)
        )
        await noted(
            session,
            step,
            "letter_refused",
            once=f"letter_refused:{row.purpose}:{row.attempts}",
            purpose=row.purpose,
            reason=reason,
        )

    async def mark_sent(
        self,
        session: AsyncSession,
        step: CaseStep,
        row: OutboxRow,
        *,
        actor: str = "engine",
        posted_on: date | None = None,
    ) -> None:
        """Notes the letter as sent, and the demands that it answers as answered.

        `posted_on`: a letter on paper counts from the day on which it was posted.
        """
        case = await locked_case(session, step.case_id)
        form, _, about = row.purpose.partition(":")
        month = await self._month_of(session, case, form, about)
        day = posted_on or local_day(case, step.at)
        due = month.answer_by  # before this letter counts: an extension does not make itself timely
        await session.execute(
            update(OutboxRow)
            .where(OutboxRow.id == row.id, OutboxRow.state != "sent")
            .values(state="sent", sent_at=step.at, sent_wall=datetime.now(UTC))
        )
        if form in ANSWERS:
            await self._answer_demands(session, month, row.purpose, step.at)
        if form in EXTENDING and day <= due:
            extend_month(month)
        if form in (*ANSWERS, *EXTENDING):
            await press(session, case)
        if form == "notice":
            notice = await session.get_one(NoticeRow, (case.id, row.purpose))
            notice.state, notice.told_at = "told", step.at
        await noted(
            session,
            step,
            "letter_sent",
            once=f"letter_sent:{row.purpose}",
            actor=actor,
            purpose=row.purpose,
            message_id=row.message_id,
            sha256=row.digest,
            in_time=day <= due,
            **({"posted_on": posted_on.isoformat()} if posted_on else {}),
        )

    async def _month_of(
        self, session: AsyncSession, case: CaseRow, form: str, about: str
    ) -> MonthRow:
        """The month that a letter answers: its right's, the one it names, else the first."""
        numbered = form in (*ANSWERS, *EXTENDING) and about.isdigit()
        number = int(about) if numbered else 0
        if form in ("reply", "refusal"):
            asked = select(DemandRow.month).where(
                DemandRow.case_id == case.id, DemandRow.right == about.partition(":")[0]
            )
            number = await session.scalar(asked) or 0
        return await session.get_one(MonthRow, (case.id, number))

    async def _answer_demands(
        self, session: AsyncSession, month: MonthRow, purpose: str, at: datetime
    ) -> None:
        form, _, about = purpose.partition(":")
        change = (
            update(DemandRow)
            .where(
                DemandRow.case_id == month.case_id,
                DemandRow.month == month.number,
                DemandRow.state == "open",
            )
            .values(state=ANSWERS[form], outcome=form, answered_at=at)
        )
        if form in ("reply", "refusal"):
            change = change.where(DemandRow.right == about.partition(":")[0])
        elif form == "not_identified":
            waiting = [r for r in Right if rule_for(r).waits_for_identity]
            change = change.where(DemandRow.right.in_(waiting))
        await session.execute(change)

    async def _transmit(self, step: CaseStep, row: OutboxRow) -> str:
        """Empty when the server took the letter, else why it never will."""
        key = await self.house.keyring.get(step.case_id)
        envelope = Envelope(
            sender="" if row.null_sender else self.house.own_address(key),
            recipient=key.open(row.sealed_recipient, "recipient").decode(),
            message_id=row.message_id,
        )
        mail = await self.house.blobs.read(step.case_id, f"letter:{row.purpose}")
        own = self.house.company.controller.email
        try:
            await hand_over(self.house.settings, own, envelope, mail)
        except Refused as refused:
            return refused.reason
        except InDoubt:
            # The row stays `sending`: the next attempt finds it in doubt and does not guess.
            raise ApplicationError("no answer to the letter", type="MailServerAway") from None
        except NotTaken as not_taken:
            await self._put_back(row, not_taken.why)
            raise _again(not_taken.why) from None
        return ""

    async def _put_back(self, row: OutboxRow, why: Why) -> None:
        """The server certainly did not take it: it is free to be tried again."""
        async with self.house.register.reader() as reader:
            await reader.execute(
                update(OutboxRow)
                .where(OutboxRow.id == row.id)
                .values(state="written", reason=str(why))
            )


def _again(why: Why) -> ApplicationError:
    """When trying again may help: a server that is away soon, one that asked for patience after
    minutes, a setting that is wrong not before a human was asked."""
    patience = None
    if why is Why.POSTPONED:
        patience = PATIENCE[min(activity.info().attempt, len(PATIENCE)) - 1]
    return ApplicationError(
        str(why), type="MailServerAway", non_retryable=why in SETUP, next_retry_delay=patience
    )


def _letter(case_id: str, purpose: str) -> ColumnElement[bool]:
    return and_(OutboxRow.case_id == case_id, OutboxRow.purpose == purpose)


ANSWERS = {
    "reply": "answered",
    "refusal": "refused",
    "not_identified": "not_identified",
    "forced": "forced",
}
"""Purpose of a letter -> what it makes of the demands that it answers."""

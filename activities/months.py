"""The months of a case: when demands must be answered, computed once at their receipt."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from temporalio import activity

from activities.house import House, noted
from activities.orders import (
    BeginMonth,
    DecideExtension,
    ExtensionDecided,
    Milestone,
    MonthBegun,
    MoveClock,
)
from calends.company import Company
from calends.register.case_rows import MonthRow
from calends.register.ledger import locked_case
from calends.register.models import CaseRow, DemandRow, InboxRow
from calends.rules.clock import Clock, compute_clock
from calends.rules.extension import ExtensionAsked, Ground, may_extend_now
from calends.rules.milestones import Milestones, compute_milestones
from calends.rules.pause import open_pause, paused_clock
from calends.rules.rights import in_order

CLOCK = TypeAdapter(Clock)


class Months:
    def __init__(self, house: House) -> None:
        self.house = house

    @activity.defn
    async def begin_month(self, order: BeginMonth) -> MonthBegun:
        """A month for rights that count from a later receipt (rule book §5 row 38)."""
        async with self.house.register.session() as session:
            case = await locked_case(session, order.case_id)
            received = await self._received(session, order)
            clock, milestones = clock_of(self.house.company, received, by_post=case.by_post)
            if await noted(
                session,
                order,
                "month_begun",
                once=f"month_begun:{order.number}",
                month=order.number,
                rights=[str(right) for right in order.rights],
                received=received.isoformat(),
                clock=CLOCK.dump_python(clock, mode="json"),
            ):
                await put_month(session, order.case_id, order.number, clock, milestones)
                await put_demands(session, order.case_id, order.rights, received, order.number)
                await press(session, case)
            await session.commit()
        return MonthBegun(safe_due=milestones.safe_due_end, milestones=as_list(milestones))

    async def _received(self, session: AsyncSession, order: BeginMonth) -> datetime:
        if order.received_at is not None:
            return order.received_at
        inbox = await session.get_one(InboxRow, order.inbox_id)
        return inbox.received_at

    @activity.defn
    async def move_clock(self, order: MoveClock) -> MonthBegun:
        """Stops the clock of the first month, or lets it go on (decree 2019-536 art. 77).

        Not answered yet: as if the answer came on the last day it is waited for.
        """
        async with self.house.register.session() as session:
            case = await locked_case(session, order.case_id)
            row = await session.get_one(MonthRow, (order.case_id, 0))
            clock = CLOCK.validate_python(row.clock)
            answered = order.answered_at or open_pause(order.asked_at, clock.tz).close
            clock = paused_clock(clock, order.asked_at, answered)
            milestones = _milestones(self.house.company, clock, by_post=case.by_post)
            state = "ended" if order.answered_at else "begun"
            if await noted(
                session,
                order,
                f"pause_{state}",
                asked=order.asked_at.isoformat(),
                clock=CLOCK.dump_python(clock, mode="json"),
            ):
                await put_month(session, order.case_id, 0, clock, milestones)
                await press(session, case)
            await session.commit()
        return MonthBegun(safe_due=milestones.safe_due_end, milestones=as_list(milestones))

    @activity.defn
    async def decide_extension(self, order: DecideExtension) -> ExtensionDecided:
        """Whether the DPO's extension holds (GDPR 12(3)): a lawful ground, reasons, in time."""
        async with self.house.register.session() as session:
            row = await session.get_one(MonthRow, (order.case_id, order.turn))
            clock = CLOCK.validate_python(row.clock)
            decided = may_extend_now(
                clock,
                order.rights,
                ExtensionAsked(
                    grounds=(Ground(order.ground),),
                    reasons=order.reasons,
                    by_dpo=True,
                    day=order.at.astimezone(ZoneInfo(clock.tz)).date(),
                    already_extended=row.answer_by != row.safe_due,
                ),
                minor=order.minor,
                enabled=self.house.company.deadline.extension_enabled,
            )
            await noted(
                session,
                order,
                "extension_decided",
                once=order.once("extension_decided"),
                rights=[str(right) for right in decided.extended],
                refused=[str(right) for right in decided.refused],
                why=[f"{step.words} ({step.source})" for step in decided.why],
            )
            await session.commit()
        return ExtensionDecided(extended=list(decided.extended))


def clock_of(
    company: Company, received: datetime, *, by_post: bool = False
) -> tuple[Clock, Milestones]:
    """The dates of a receipt, by the controller's zone, region and settings."""
    clock = compute_clock(
        received,
        tz=company.controller.tz,
        region=company.controller.region,
        count_local_holidays=company.deadline.count_local_holidays,
    )
    return clock, _milestones(company, clock, by_post=by_post)


def _milestones(company: Company, clock: Clock, *, by_post: bool) -> Milestones:
    deadline = company.deadline
    return compute_milestones(
        clock,
        last_call_working_days_before=deadline.last_call_working_days_before,
        extension_decision_working_days_before=deadline.extension_decision_working_days_before,
        acknowledgment_working_days=deadline.acknowledgment_working_days,
        by_post=by_post,
    )


async def put_month(
    session: AsyncSession, case_id: str, number: int, clock: Clock, milestones: Milestones
) -> None:
    values = month_values(clock, milestones) | {"received_at": clock.received}
    await session.execute(
        insert(MonthRow)
        .values(case_id=case_id, number=number, **values)
        .on_conflict_do_update(index_elements=["case_id", "number"], set_=values)
    )


def month_values(clock: Clock, milestones: Milestones) -> dict[str, Any]:
    """The columns that a month and its case share."""
    return {
        "clock": CLOCK.dump_python(clock, mode="json"),
        "milestones": {m.name: m.at.isoformat() for m in as_list(milestones)},
        "safe_due": clock.safe_due,
        "legal_due": clock.legal_due,
        "answer_by": clock.safe_due,
    }


async def put_demands(
    session: AsyncSession, case_id: str, rights: list[Any], received: datetime, month: int
) -> None:
    """Each right once in a case; one that had ended is open again, with its new month."""
    for right in in_order(rights):
        again = {
            "received_at": received,
            "state": "open",
            "month": month,
            "outcome": None,
            "answered_at": None,
        }
        await session.execute(
            insert(DemandRow)
            .values(case_id=case_id, right=right, **again)
            .on_conflict_do_update(index_elements=["case_id", "right"], set_=again)
        )


async def press(session: AsyncSession, case: CaseRow) -> None:
    """The case shows the dates of the month that presses: the first with something to answer."""
    await session.flush()
    pressing = await session.scalar(
        select(MonthRow)
        .join(
            DemandRow,
            (DemandRow.case_id == MonthRow.case_id) & (DemandRow.month == MonthRow.number),
        )
        .where(MonthRow.case_id == case.id, DemandRow.state == "open")
        .order_by(MonthRow.answer_by, MonthRow.number)
        .limit(1)
        .execution_options(populate_existing=True)  # it was written beside the session's objects
    )
    if pressing is not None:
        case.clock, case.milestones = pressing.clock, pressing.milestones
        case.safe_due, case.legal_due = pressing.safe_due, pressing.legal_due
        case.answer_by = pressing.answer_by


def extend_month(month: MonthRow) -> None:
    """The notice of GDPR 12(3) left in time: this month is answered by its extended date."""
    month.answer_by = date.fromisoformat(month.clock["extended_safe_due"])


def as_list(milestones: Milestones) -> list[Milestone]:
    """The milestones by name, the reminders numbered."""
    named: list[Milestone] = []
    for name, value in vars(milestones).items():
        if isinstance(value, tuple):
            numbered = enumerate(value, 1)
            named += [Milestone(name=f"identity_reminder_{n}", at=at) for n, at in numbered]
        else:
            named.append(Milestone(name=name, at=value))
    return named

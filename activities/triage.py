"""What a human's reading of a message changes: its demands, its people, the case it belongs to."""

from __future__ import annotations

from sqlalchemy import delete, func, select, update
from temporalio import activity

from activities.house import House, noted
from activities.months import press, put_demands
from activities.orders import JoinCase, Joined, SetDemands, SplitMessage
from calends.mail.inbox import RAW, Inbox
from calends.register.ledger import locked_case
from calends.register.models import CaseRow, DemandRow
from calends.rules.rights import in_order


class Triage:
    def __init__(self, house: House) -> None:
        self.house = house

    @activity.defn
    async def set_demands(self, order: SetDemands) -> None:
        """The demands as a human read them, or as the rule book reads a vague text."""
        async with self.house.register.session() as session:
            rights = in_order(order.rights)
            if await noted(
                session, order, "triaged", rights=[str(r) for r in rights], why=order.why
            ):
                case = await locked_case(session, order.case_id)
                there = set(
                    await session.scalars(
                        select(DemandRow.right).where(DemandRow.case_id == case.id)
                    )
                )
                await session.execute(
                    delete(DemandRow).where(
                        DemandRow.case_id == case.id, DemandRow.right.not_in(rights)
                    )
                )
                new = [right for right in rights if right not in there]
                await put_demands(session, case.id, list(new), case.received_at, 0)
            await session.commit()

    @activity.defn
    async def give_up(self, order: SetDemands) -> None:
        """The person took these demands back (rule book §5 row 37); the trace is kept."""
        async with self.house.register.session() as session:
            case = await locked_case(session, order.case_id)
            if await noted(
                session,
                order,
                "given_up",
                once=f"given_up:{order.at.isoformat()}",
                actor="person",
                rights=[str(right) for right in order.rights],
            ):
                await session.execute(
                    update(DemandRow)
                    .where(DemandRow.case_id == case.id, DemandRow.right.in_(order.rights))
                    .values(state="withdrawn", outcome="withdrawn", answered_at=order.at)
                )
                await press(session, case)
            await session.commit()

    @activity.defn
    async def split_message(self, order: SplitMessage) -> None:
        """A case for each further person of one message: the inbox takes it in again for each,
        with the first receipt (rule book §5 row 3)."""
        inbox = Inbox(self.house.register, self.house.keyring, self.house.blobs)
        raw = await self.house.blobs.read(order.case_id, RAW)
        async with self.house.register.session() as session:
            case = await session.get_one(CaseRow, order.case_id)
        for number in range(2, order.people + 1):
            await inbox.keep(
                raw,
                channel="split",
                received_at=case.received_at,
                copy=f"split:{order.case_id}:{number}",
            )
        async with self.house.register.session() as session:
            await noted(
                session,
                order,
                "split",
                once=f"split:{order.at.isoformat()}",
                actor="dpo",
                people=order.people,
            )
            await session.commit()

    @activity.defn
    async def join_case(self, order: JoinCase) -> Joined:
        """The open case of that reference, if there is one: it will hear of the message."""
        async with self.house.register.session() as session:
            other = await session.scalar(
                select(CaseRow).where(
                    func.upper(CaseRow.reference) == order.reference.strip().upper(),
                    CaseRow.closed_at.is_(None),
                    CaseRow.id != order.case_id,
                )
            )
            if other is not None and await noted(
                session, order, "joined", actor="dpo", case=other.reference
            ):
                await session.execute(
                    update(DemandRow)
                    .where(DemandRow.case_id == order.case_id)
                    .values(state="withdrawn", outcome="duplicate", answered_at=order.at)
                )
            await session.commit()
        return Joined(case_id=other.id if other is not None else "")

"""Closing a case: its outcome, and the ledger's last event."""

from __future__ import annotations

from sqlalchemy import update
from temporalio import activity

from activities.house import House, noted
from activities.orders import CloseCase, HandBack
from calends.register.models import CaseRow, DemandRow, InboxRow, TokenRow


class Close:
    def __init__(self, house: House) -> None:
        self.house = house

    @activity.defn
    async def close_case(self, order: CloseCase) -> None:
        async with self.house.register.session() as session:
            if await noted(session, order, "case_closed", outcome=order.outcome):
                case = await session.get_one(CaseRow, order.case_id)
                case.state, case.outcome, case.closed_at = "closed", order.outcome, order.at
                for right, state in order.states.items():
                    await session.execute(
                        update(DemandRow)
                        .where(
                            DemandRow.case_id == case.id,
                            DemandRow.right == right,
                            DemandRow.state == "open",
                        )
                        .values(state=state, outcome=state, answered_at=order.at)
                    )
                await session.execute(
                    update(TokenRow)
                    .where(TokenRow.case_id == order.case_id, TokenRow.purpose == "identity")
                    .where(TokenRow.state == "open")
                    .values(state="revoked")
                )
            await session.commit()

    @activity.defn
    async def hand_back(self, order: HandBack) -> None:
        """Gives messages back to the inbox that no case has read: the starter takes them anew."""
        async with self.house.register.session() as session:
            await session.execute(
                update(InboxRow)
                .where(
                    InboxRow.id.in_(order.inbox_ids),
                    InboxRow.joined_case.is_(None),
                    InboxRow.state == "dispatched",
                )
                .values(state="received")
            )
            await session.commit()

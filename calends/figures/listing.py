"""For an inspection: every case of a year by its reference, with its dates and outcomes.

The reference is a pseudonym: only who holds the case's key can say whose it is.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from calends.register.models import CaseRow, DemandRow, InboxRow, OutboxRow
from calends.rules.vocabulary import Right

EXTENDS = ("extension", "partial")


@dataclass(frozen=True)
class Listed:
    reference: str
    channel: str
    right: Right
    received: date
    legal_due: date
    """The extended one when the notice was sent by the first."""
    extended: date | None
    answered: date | None
    state: str
    assurance: str


async def cases_of(session: AsyncSession, year: int, *, tz: str) -> AsyncIterator[Listed]:
    """One line a demand received in the year, by receipt."""
    zone = ZoneInfo(tz)
    extended = await _extensions(session, zone)
    rows = await session.stream(
        select(CaseRow, DemandRow, InboxRow.channel)
        .join(DemandRow, DemandRow.case_id == CaseRow.id)
        .outerjoin(InboxRow, InboxRow.case_id == CaseRow.id)
        .order_by(DemandRow.received_at, CaseRow.number, DemandRow.right)
    )
    async for case, demand, channel in rows:
        received = demand.received_at.astimezone(zone).date()
        if received.year != year or demand.right == Right.AUTHORITY_INQUIRY:
            continue
        notice = extended.get(case.id)
        in_time = notice is not None and notice <= case.legal_due
        due = date.fromisoformat(case.clock["extended_legal_due"]) if in_time else case.legal_due
        yield Listed(
            reference=case.reference or case.id,
            channel=channel or "",
            right=Right(demand.right),
            received=received,
            legal_due=due,
            extended=notice,
            answered=demand.answered_at.astimezone(zone).date() if demand.answered_at else None,
            state=demand.state,
            assurance=case.assurance,
        )


async def _extensions(session: AsyncSession, zone: ZoneInfo) -> dict[str, date]:
    rows = await session.execute(
        select(OutboxRow.case_id, OutboxRow.sent_at).where(
            OutboxRow.purpose.in_(EXTENDS), OutboxRow.state == "sent"
        )
    )
    first: dict[str, date] = {}
    for case_id, sent_at in rows:
        assert sent_at is not None  # a letter that was sent has its instant
        day = sent_at.astimezone(zone).date()
        first[case_id] = min(day, first.get(case_id, day))
    return first

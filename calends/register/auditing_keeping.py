"""What is kept longer than it should be, or held longer than anybody looked at, by the register."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from calends.register.finding import Finding
from calends.register.keeping_rows import HoldRow, KeptRow

NIGHTS = timedelta(days=2)
"""A night may be missed; two are a defect."""


async def keeping_findings(session: AsyncSession, now: datetime) -> AsyncIterator[Finding]:
    holds = await session.scalars(
        select(HoldRow)
        .where(HoldRow.lifted_at.is_(None), HoldRow.review_on <= now.date())
        .order_by(HoldRow.review_on)
    )
    for hold in holds:
        yield Finding(
            "hold_review",
            hold.id,
            f"a {hold.kind} hold was to be looked at on {hold.review_on}",
            f"still needed? calends hold lift {hold.id}, or put a new one with a later date",
        )
    long_ago = now.date() - NIGHTS
    overdue = (
        select(KeptRow.system, func.count(), func.min(KeptRow.until))
        .where(KeptRow.until < long_ago)
        .where(KeptRow.looked_on.is_(None) | (KeptRow.looked_on < long_ago))
        .group_by(KeptRow.system)
        .order_by(KeptRow.system)
    )
    for system, count, first in await session.execute(overdue):
        yield Finding(
            "kept_too_long",
            f"system {system}",
            f"{count} records kept until {first} and later were not looked at since",
            "see the worker of this system and its act_url; the nightly run deletes them",
        )

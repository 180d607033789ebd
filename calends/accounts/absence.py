"""Who is away, and who does meanwhile what is theirs."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from calends.problems import Problem
from calends.register.desk_rows import AbsenceRow

LONGEST = timedelta(days=366)


async def stands_in_for(session: AsyncSession, user_id: str, today: date) -> set[str]:
    """The colleagues whose tasks are this one's today. A deputy's own deputy follows: nobody's
    tasks lie with somebody who is away too."""
    rows = await session.execute(
        select(AbsenceRow.user_id, AbsenceRow.deputy_id).where(
            AbsenceRow.first_day <= today, AbsenceRow.last_day >= today
        )
    )
    deputies: dict[str, str] = dict(rows.all())
    return {absent for absent in deputies if _at_the_end(deputies, absent) == user_id}


def _at_the_end(deputies: dict[str, str], absent: str) -> str:
    """Whoever is there; the absent one themselves when deputies point at each other in a ring."""
    seen, who = {absent}, deputies[absent]
    while who in deputies and who not in seen:
        seen.add(who)
        who = deputies[who]
    return absent if who in seen else who


async def absences(
    session: AsyncSession, user_ids: Collection[str], today: date
) -> list[AbsenceRow]:
    """Those that are not over, the nearest first."""
    rows = await session.scalars(
        select(AbsenceRow)
        .where(AbsenceRow.user_id.in_(user_ids), AbsenceRow.last_day >= today)
        .order_by(AbsenceRow.first_day)
    )
    return list(rows)


async def go_away(
    session: AsyncSession, user_id: str, first: date, last: date, deputy_id: str
) -> None:
    """In the caller's transaction. Raises Problem when it makes no sense."""
    if deputy_id == user_id:
        raise Problem("the deputy must be somebody else")
    if not first <= last <= first + LONGEST:
        raise Problem("the last day comes after the first, and within a year")
    values = {"last_day": last, "deputy_id": deputy_id}
    await session.execute(
        insert(AbsenceRow)
        .values(user_id=user_id, first_day=first, **values)
        .on_conflict_do_update(index_elements=["user_id", "first_day"], set_=values)
    )


async def come_back(session: AsyncSession, user_id: str, first: date) -> None:
    await session.execute(
        delete(AbsenceRow).where(AbsenceRow.user_id == user_id, AbsenceRow.first_day == first)
    )

"""Whose queue it is: a colleague, and those for whom they stand in today."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from calends.accounts.absence import stands_in_for
from calends.accounts.roles import May, Role, User
from calends.desk.board import Looker
from calends.register.account_rows import UserRow

ACTIVE = ("invited", "active")


async def looker_of(session: AsyncSession, user: User, today: date) -> Looker:
    absent = await stands_in_for(session, user.id, today)
    owned = await session.scalars(
        select(func.unnest(UserRow.systems)).where(UserRow.state.in_(ACTIVE)).distinct()
    )
    return Looker(
        ids=frozenset({user.id, *absent}),
        me=user.id,
        decides=user.may(May.ACT),
        approves=user.may(May.APPROVE),
        sees_cases=user.may(May.SEE_CASES),
        systems=user.systems if user.has(Role.SYSTEM_OWNER) else frozenset(),
        owned=frozenset(owned),
    )

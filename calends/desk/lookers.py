"""Whose queue it is: a colleague, and those for whom they stand in today."""

from __future__ import annotations

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from calends.accounts.absence import stands_in_for
from calends.accounts.owning import owned_systems
from calends.accounts.roles import May, Role, User
from calends.desk.board import Looker


async def looker_of(session: AsyncSession, user: User, today: date) -> Looker:
    absent = await stands_in_for(session, user.id, today)
    return Looker(
        ids=frozenset({user.id, *absent}),
        me=user.id,
        decides=user.may(May.ACT),
        approves=user.may(May.APPROVE),
        sees_cases=user.may(May.SEE_CASES),
        systems=user.systems if user.has(Role.SYSTEM_OWNER) else frozenset(),
        owned=await owned_systems(session),
    )

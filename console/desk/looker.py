"""Whose desk it is: the signed-in colleague, and those for whom they stand in today."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from calends.accounts.directory import Directory
from calends.desk.absence import stands_in_for
from calends.desk.board import Looker
from calends.register.account_rows import UserRow
from console.who import DECIDES, SEES_CASES, Role, User

ACTIVE = ("invited", "active")


async def looker_of(session: AsyncSession, user: User, today: date) -> Looker:
    absent = await stands_in_for(session, user.id, today)
    owned = await session.scalars(
        select(func.unnest(UserRow.systems)).where(UserRow.state.in_(ACTIVE)).distinct()
    )
    return Looker(
        ids=frozenset({user.id, *absent}),
        me=user.id,
        decides=user.has(*DECIDES),
        approves=user.has(*DECIDES, Role.APPROVER),
        sees_cases=user.has(*SEES_CASES),
        systems=user.systems if user.has(Role.SYSTEM_OWNER) else frozenset(),
        owned=frozenset(owned),
    )


async def names_of(
    session: AsyncSession, directory: Directory, user: User, ids: set[str]
) -> dict[str, str]:
    """Id -> name, for the ids that are colleagues; the command line claims under plain words."""
    asked = {each for each in ids if each.startswith("user-")} - {user.id}
    known = await directory.names(session, asked) if asked else {}
    return {each: known.get(each, each) for each in ids} | {user.id: user.name}

"""Whose desk it is: the signed-in colleague, and those for whom they stand in today."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from calends.accounts.directory import Directory
from calends.desk.lookers import looker_of as looker_of
from console.who import User


async def names_of(
    session: AsyncSession, directory: Directory, user: User, ids: set[str]
) -> dict[str, str]:
    """Id -> name, for the ids that are colleagues; the command line claims under plain words."""
    asked = {each for each in ids if each.startswith("user-")} - {user.id}
    known = await directory.names(session, asked) if asked else {}
    return {each: known.get(each, each) for each in ids} | {user.id: user.name}

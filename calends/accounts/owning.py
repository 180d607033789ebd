"""Which systems have an owner: their searches are the owner's, all others fall to who decides."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from calends.register.account_rows import UserRow


async def owned_systems(session: AsyncSession) -> frozenset[str]:
    """Of every colleague whose account is not disabled."""
    owned = select(func.unnest(UserRow.systems)).where(UserRow.state != "disabled").distinct()
    return frozenset(await session.scalars(owned))

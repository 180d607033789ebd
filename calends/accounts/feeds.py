"""Calendar feeds: an address with 256 random bits, one a colleague, revoked with its row."""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from calends.accounts.events import note
from calends.register.account_rows import FeedRow, UserRow

PATH = "/calendar"


def feed_digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


async def make_feed(session: AsyncSession, user_id: str) -> str:
    """A new address's token; the earlier one is void."""
    await session.execute(delete(FeedRow).where(FeedRow.user_id == user_id))
    token = secrets.token_urlsafe(32)
    session.add(FeedRow(user_id=user_id, digest=feed_digest(token), made_at=datetime.now(UTC)))
    note(session, "feed_made", user_id=user_id, actor=user_id)
    return token


async def revoke_feed(session: AsyncSession, user_id: str) -> None:
    await session.execute(delete(FeedRow).where(FeedRow.user_id == user_id))
    note(session, "feed_revoked", user_id=user_id, actor=user_id)


async def feed_of(session: AsyncSession, user_id: str) -> FeedRow | None:
    return await session.get(FeedRow, user_id)


async def owner_of(session: AsyncSession, token: str) -> UserRow | None:
    """The active colleague whose feed it is; the look is noted in the row."""
    row = await session.scalar(select(FeedRow).where(FeedRow.digest == feed_digest(token)))
    if row is None:
        return None
    user = await session.get(UserRow, row.user_id)
    if user is None or user.state != "active":
        return None
    row.fetched_at = datetime.now(UTC)
    return user


def feed_link(public_url: str, token: str) -> str:
    return f"{public_url.rstrip('/')}{PATH}/{token}.ics"

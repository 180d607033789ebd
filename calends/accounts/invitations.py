"""Set-up links: 256 random bits, kept as digest, usable once and for three days."""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from calends.accounts.directory import end_sessions
from calends.accounts.events import note
from calends.register.account_rows import FactorRow, InvitationRow, RecoveryRow, UserRow

VALID = timedelta(hours=72)
PATH = "/desk/set-up"


def digest_of(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


async def invite(session: AsyncSession, row: UserRow, *, actor: str) -> str:
    """A new link's token; earlier links of the same colleague are void."""
    await session.execute(delete(InvitationRow).where(InvitationRow.user_id == row.id))
    token = secrets.token_urlsafe(32)
    session.add(
        InvitationRow(
            digest=digest_of(token), user_id=row.id, made_at=datetime.now(UTC), made_by=actor
        )
    )
    note(session, "invited", user_id=row.id, actor=actor)
    return token


async def reset(session: AsyncSession, row: UserRow, *, actor: str) -> str:
    """Forgets password, second factors and provider, signs out everywhere, and invites anew."""
    row.password, row.subject, row.state = None, None, "invited"
    await session.execute(delete(FactorRow).where(FactorRow.user_id == row.id))
    await session.execute(delete(RecoveryRow).where(RecoveryRow.user_id == row.id))
    await end_sessions(session, row.id)
    note(session, "factors_reset", user_id=row.id, actor=actor)
    return await invite(session, row, actor=actor)


async def redeem(session: AsyncSession, token: str) -> UserRow | None:
    """The colleague of a valid link, and the link is used; None for any other link.

    Locks the row: of two who use a link at once, one gets in.
    """
    found: InvitationRow | None = await session.scalar(
        select(InvitationRow).where(InvitationRow.digest == digest_of(token)).with_for_update()
    )
    now = datetime.now(UTC)
    if found is None or found.used_at is not None or now > found.made_at + VALID:
        return None
    user = await session.get_one(UserRow, found.user_id)
    if user.state == "disabled":
        return None
    found.used_at = now
    return user


def link(public_url: str, token: str) -> str:
    """The address to give to the colleague; opening it uses nothing up."""
    return f"{public_url.rstrip('/')}{PATH}/{token}"

"""Sessions: 256 random bits in a cookie, their digest in the register, two clocks that end them."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from calends.accounts.directory import Directory, as_user
from calends.accounts.roles import User
from calends.register.account_rows import SessionRow, UserRow
from calends.vault.keys import ENGINE_KEY

IDLE, ABSOLUTE = timedelta(minutes=30), timedelta(hours=12)
PENDING = timedelta(minutes=10)
"""How long somebody may take from the password to the second factor."""
FRESH = timedelta(minutes=15)
"""How long a proof of oneself counts for changing factors and accounts."""
_SEEN_EVERY = timedelta(minutes=1)
_REMEMBERED = timedelta(days=1)


class Stage(StrEnum):
    """How far somebody has come. Only FULL opens a page of the console."""

    PROVIDER = "provider"
    SECOND_FACTOR = "second_factor"
    ENROL = "enrol"
    FULL = "full"


@dataclass(frozen=True)
class Live:
    """A session that counts now."""

    digest: bytes = field(repr=False)
    stage: Stage
    how: str
    user: User | None
    made_at: datetime
    seen_at: datetime
    proved_at: datetime
    language: str = ""
    state: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """What the present step must remember: a challenge, a secret that is being enrolled."""


class Sessions:
    def __init__(
        self, directory: Directory, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self.directory, self.clock = directory, clock

    async def start(
        self,
        session: AsyncSession,
        user_id: str | None,
        stage: Stage,
        how: str,
        state: Mapping[str, Any] | None = None,
    ) -> str:
        """A new session's token. Never an old one: whoever planted a cookie gains nothing."""
        token, now = secrets.token_urlsafe(32), self.clock()
        await session.execute(delete(SessionRow).where(SessionRow.made_at < now - _REMEMBERED))
        digest = session_digest(token)
        session.add(
            SessionRow(
                digest=digest,
                user_id=user_id,
                stage=stage,
                how=how,
                made_at=now,
                seen_at=now,
                proved_at=now,
                tries=0,
                sealed_state=await self._sealed(digest, state or {}),
            )
        )
        await session.flush()
        return token

    async def find(self, token: str) -> Live | None:
        """The session of a cookie, unless it has ended; being asked keeps it alive."""
        digest, now = session_digest(token), self.clock()
        async with self.directory.register.session() as session:
            found = (
                await session.execute(
                    select(SessionRow, UserRow)
                    .outerjoin(UserRow, UserRow.id == SessionRow.user_id)
                    .where(SessionRow.digest == digest)
                )
            ).first()
            if found is None or self._over(found[0], now) or not _usable(*found):
                return None
            row, user = found
            if now - row.seen_at > _SEEN_EVERY:
                row.seen_at = now
                await session.commit()
        return await self._live(row, user)

    async def advance(
        self,
        session: AsyncSession,
        live: Live,
        stage: Stage,
        *,
        user_id: str | None = None,
        how: str = "",
        state: Mapping[str, Any] | None = None,
    ) -> str:
        """A step further: a new token, and the one before is void (session fixation)."""
        await self.end(session, live.digest)
        who = user_id or (live.user.id if live.user else None)
        return await self.start(session, who, stage, how or live.how, state)

    async def remember(self, session: AsyncSession, live: Live, state: Mapping[str, Any]) -> None:
        row = await session.get_one(SessionRow, live.digest, with_for_update=True)
        row.sealed_state = await self._sealed(live.digest, state)

    async def prove(self, session: AsyncSession, live: Live) -> None:
        """They proved themselves again, which counts for FRESH."""
        row = await session.get_one(SessionRow, live.digest, with_for_update=True)
        row.proved_at, row.tries = self.clock(), 0

    def fresh(self, live: Live) -> bool:
        return self.clock() - live.proved_at <= FRESH

    async def end(self, session: AsyncSession, digest: bytes) -> None:
        await session.execute(delete(SessionRow).where(SessionRow.digest == digest))

    async def end_others(self, session: AsyncSession, live: Live) -> None:
        """Signs out a colleague's other browsers."""
        assert live.user is not None
        await session.execute(
            delete(SessionRow).where(
                SessionRow.user_id == live.user.id, SessionRow.digest != live.digest
            )
        )

    async def of(self, session: AsyncSession, user_id: str) -> list[SessionRow]:
        """A colleague's browsers that are signed in, the latest first."""
        now = self.clock()
        rows = await session.scalars(
            select(SessionRow)
            .where(SessionRow.user_id == user_id, SessionRow.stage == Stage.FULL)
            .where(SessionRow.seen_at > now - IDLE, SessionRow.made_at > now - ABSOLUTE)
            .order_by(SessionRow.seen_at.desc())
        )
        return list(rows)

    def _over(self, row: SessionRow, now: datetime) -> bool:
        if row.stage != Stage.FULL:
            return now - row.made_at > PENDING
        return now - row.seen_at > IDLE or now - row.made_at > ABSOLUTE

    async def _live(self, row: SessionRow, user: UserRow | None) -> Live:
        profile = await self.directory.profile(user) if user is not None else None
        key = await self.directory.keyring.get(ENGINE_KEY)
        state = key.open(row.sealed_state, _place(row.digest)) if row.sealed_state else b"{}"
        return Live(
            digest=row.digest,
            stage=Stage(row.stage),
            how=row.how,
            user=as_user(user, profile) if user is not None and profile is not None else None,
            made_at=row.made_at,
            seen_at=row.seen_at,
            proved_at=row.proved_at,
            language=profile.language if profile else "",
            state=json.loads(state),
        )

    async def _sealed(self, digest: bytes, state: Mapping[str, Any]) -> bytes | None:
        if not state:
            return None
        key = await self.directory.keyring.get(ENGINE_KEY)
        return key.seal(json.dumps(dict(state)).encode(), _place(digest))


def session_digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


def _place(digest: bytes) -> str:
    return f"session|{digest.hex()}"


def _usable(row: SessionRow, user: UserRow | None) -> bool:
    """A disabled account is out at once; one that was reset has no session left anyway."""
    if user is None:
        return row.stage == Stage.PROVIDER
    return user.state == "active" if row.stage == Stage.FULL else user.state != "disabled"

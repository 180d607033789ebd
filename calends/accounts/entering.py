"""The door: password, second factor, set-up link. Every refusal is the same: nothing."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from calends.accounts import passwords
from calends.accounts.directory import Directory
from calends.accounts.events import note
from calends.accounts.invitations import redeem
from calends.accounts.passkeys import Passkeys, Site, new_challenge
from calends.accounts.second_factor import SecondFactor, is_recovery_code
from calends.accounts.sessions import Live, Sessions, Stage
from calends.accounts.throttle import CODES, EVERY_PLACE, ONE_PLACE, Throttle
from calends.problems import Problem
from calends.register.account_rows import SessionRow, UserRow
from calends.register.database import Register
from calends.vault.keys import Keyring

MOST_CODES = 5
"""Wrong codes after which the password is asked again."""

_LONGEST_NAME = 200


@dataclass(frozen=True)
class Step:
    """What somebody is let into: the token for their cookie, and how far it opens."""

    token: str
    stage: Stage

    def __repr__(self) -> str:
        return f"Step({self.stage})"


class Door:
    def __init__(
        self,
        register: Register,
        keyring: Keyring,
        public_url: str,
        company: str = "",
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.register = register
        self.directory = Directory(register, keyring)
        self.sessions = Sessions(self.directory, clock)
        self.factors = SecondFactor(keyring, clock)
        site = Site.of(public_url)
        self.passkeys = Passkeys(keyring, site) if site is not None else None
        self.throttle = Throttle(keyring, clock)
        self._company = company

    async def password(self, name: str, password: str, place: str) -> Step | None:
        """The first factor. The same work whether or not there is such an account."""
        login = self.directory.login(name[:_LONGEST_NAME]).hex()
        async with self.register.session() as session:
            allowed = await self.throttle.take(session, ONE_PLACE, login, place)
            allowed = await self.throttle.take(session, EVERY_PLACE, login) and allowed
            row = await session.scalar(select(UserRow).where(UserRow.login == bytes.fromhex(login)))
            usable = row is not None and allowed and row.state == "active"
            await session.commit()
        good = await passwords.matches(password, row.password if row and usable else None)
        if row is None or not good:
            return None
        async with self.register.session() as session:
            kinds = await self.factors.kinds(session, row.id)
            stage = Stage.SECOND_FACTOR if kinds else Stage.ENROL
            state = {"login": login, "place": place, **_challenge()}
            token = await self.sessions.start(session, row.id, stage, "password", state)
            await session.commit()
        return Step(token, stage)

    async def code(self, live: Live, typed: str) -> Step | None:
        """The second factor typed: a code of the app, or a recovery code."""
        if live.user is None or live.stage is not Stage.SECOND_FACTOR:
            return None
        async with self.register.session() as session:
            if not await self._count(session, live):
                return None
            good = await self._typed(session, live.user.id, typed)
            step = await self._let_in(session, live) if good else None
            await session.commit()
        return step

    async def passkey(self, live: Live, answer: str) -> Step | None:
        """The second factor as a passkey's signature over this session's challenge."""
        if live.user is None or live.stage is not Stage.SECOND_FACTOR:
            return None
        async with self.register.session() as session:
            if not await self._count(session, live):
                return None
            good = await self._signed(session, live, answer)
            step = await self._let_in(session, live) if good else None
            await session.commit()
        return step

    async def confirm(self, live: Live, typed: str, answer: str) -> bool:
        """Somebody signed in proves themselves again, by code or by passkey."""
        if live.user is None or live.stage is not Stage.FULL:
            return False
        async with self.register.session() as session:
            if not await self._count(session, live):
                await session.commit()
                return False
            good = (
                await self._signed(session, live, answer)
                if answer
                else await self._typed(session, live.user.id, typed)
            )
            if good:
                await self.sessions.prove(session, live)
            await session.commit()
        return good

    async def set_up(self, token: str, password: str) -> Step | None:
        """A set-up link is used: the password is set, and a second factor comes next.

        Raises Problem for an unfit password; the link stays as it was.
        """
        async with self.register.session() as session:
            row = await redeem(session, token)
            if row is None:
                await passwords.matches(password, None)
                return None
            profile = await self.directory.profile(row)
            passwords.require_fit(password, profile.name, self._company)
            row.password, row.state = await passwords.hashed(password), "active"
            note(session, "password_set", user_id=row.id, actor=row.id)
            kinds = await self.factors.kinds(session, row.id)
            stage = Stage.SECOND_FACTOR if kinds else Stage.ENROL
            step = await self.sessions.start(session, row.id, stage, "password", _challenge())
            await session.commit()
        return Step(step, stage)

    async def enrolled(self, session: AsyncSession, live: Live) -> Step:
        """A factor was added at set-up: the door is open."""
        return await self._let_in(session, live)

    async def _typed(self, session: AsyncSession, user_id: str, typed: str) -> bool:
        if is_recovery_code(typed):
            return await self.factors.use_recovery_code(session, user_id, typed)
        if not await self.throttle.take(session, CODES, "code", user_id):
            return False
        good = await self.factors.check_totp(session, user_id, typed)
        if good:
            await self.throttle.forgive(session, "code", user_id)
        return good

    async def _signed(self, session: AsyncSession, live: Live, answer: str) -> bool:
        if self.passkeys is None or live.user is None or "challenge" not in live.state:
            return False
        challenge = b64decode(live.state["challenge"])
        await self.sessions.remember(session, live, {**live.state, **_challenge()})
        return await self.passkeys.check(session, live.user.id, challenge, answer)

    async def _count(self, session: AsyncSession, live: Live) -> bool:
        """Counts a try of this session; after MOST_CODES the session is over."""
        row = await session.get(SessionRow, live.digest, with_for_update=True)
        if row is None:
            return False
        row.tries += 1
        if row.tries > MOST_CODES:
            note(
                session,
                "second_factor_guessed_at",
                user_id=row.user_id,
                actor=row.user_id or "",
            )
            await self.sessions.end(session, live.digest)
            await session.commit()
            return False
        return True

    async def _let_in(self, session: AsyncSession, live: Live) -> Step:
        assert live.user is not None
        token = await self.sessions.advance(session, live, Stage.FULL, state=_challenge())
        if "login" in live.state:
            login = live.state["login"]
            await self.throttle.forgive(session, login)
            await self.throttle.forgive(session, login, live.state["place"])
        note(session, "signed_in", user_id=live.user.id, actor=live.user.id, how=live.how)
        return Step(token, Stage.FULL)


def _challenge() -> dict[str, str]:
    return {"challenge": b64encode(new_challenge()).decode()}


def refuse_unfit(password: str) -> str:
    """Why a password does not do, before a link is looked at; empty when it does."""
    try:
        passwords.require_fit(password)
    except Problem as problem:
        return str(problem)
    return ""

"""A register with keys, and a door whose clock the test sets."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyotp
import pytest

from calends.accounts.directory import Profile
from calends.accounts.entering import Door, Step
from calends.accounts.invitations import invite
from calends.accounts.roles import Role
from calends.accounts.second_factor import new_secret
from calends.accounts.sessions import Live
from calends.register.account_rows import UserRow
from calends.register.database import Register
from calends.register.migrate import migrate
from calends.vault.keys import Keyring
from tests.conftest import Postgres
from tests.keys import some_master

NAME, PASSWORD, PLACE = "Claire Dupont", "quatre chevaux bleus", "203.0.113.9"


@dataclass
class Clock:
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __call__(self) -> datetime:
        return self.now

    def skip(self, **time: float) -> None:
        self.now += timedelta(**time)


@dataclass
class House:
    register: Register
    keyring: Keyring
    clock: Clock
    door: Door

    async def invited(self, name: str = NAME, *roles: Role, systems: tuple[str, ...] = ()) -> str:
        """A new account's set-up token."""
        async with self.register.session() as session:
            row = await self.door.directory.add(
                session,
                Profile(name),
                frozenset(roles or (Role.DPO,)),
                frozenset(systems),
                actor="command line",
            )
            token = await invite(session, row, actor="command line")
            await session.commit()
        return token

    async def live(self, step: Step | None) -> Live:
        assert step is not None
        live = await self.door.sessions.find(step.token)
        assert live is not None
        return live

    async def enrolled(self, name: str = NAME, *roles: Role) -> str:
        """A colleague with password and app; returns the app's secret."""
        step = await self.door.set_up(await self.invited(name, *roles), PASSWORD)
        live, secret = await self.live(step), new_secret()
        assert live.user is not None
        async with self.register.session() as session:
            good = await self.door.factors.add_totp(
                session, live.user.id, secret, self.code(secret)
            )
            assert good
            await self.door.enrolled(session, live)
            await session.commit()
        self.clock.skip(minutes=1)  # a code counts once
        return secret

    def code(self, secret: str) -> str:
        return pyotp.TOTP(secret).at(self.clock.now)

    async def by_password(self, name: str = NAME, password: str = PASSWORD) -> Step | None:
        return await self.door.password(name, password, PLACE)

    async def signed_in(self, secret: str, name: str = NAME) -> Step:
        live = await self.live(await self.by_password(name))
        step = await self.door.code(live, self.code(secret))
        assert step is not None
        self.clock.skip(minutes=1)
        return step

    async def row(self, name: str = NAME) -> UserRow:
        async with self.register.session() as session:
            return await self.door.directory.find(session, name)


@pytest.fixture
async def house(postgres: Postgres, database: str, tmp_path: Path) -> AsyncIterator[House]:
    url = postgres.url(database)
    await migrate(url)
    register, clock = Register(url), Clock()
    keyring = Keyring(register, some_master(b"m" * 32))
    yield House(
        register, keyring, clock, Door(register, keyring, "https://desk.test", "Impro", clock)
    )
    await register.close()

"""The colleagues: made, found, changed. Names are sealed and found by a keyed digest."""

from __future__ import annotations

import json
import secrets
import unicodedata
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from calends.accounts.events import note
from calends.accounts.roles import Role, User, conflict
from calends.mail.addresses import is_address
from calends.problems import Problem
from calends.register.account_rows import FeedRow, SessionRow, UserRow
from calends.register.database import Register
from calends.rules.vocabulary import Language
from calends.vault.keys import ENGINE_KEY, Keyring


class NameTaken(Problem):
    """There is an account of that name."""


class WrongRoles(Problem):
    """Roles or systems that cannot be one person's."""


class WrongEmail(Problem):
    """Not one mail address."""


@dataclass(frozen=True)
class Profile:
    """What names a colleague; lives sealed. `email` receives the daily digest."""

    name: str
    email: str = ""
    language: str = "fr"

    def __repr__(self) -> str:
        return "Profile(sealed)"


@dataclass(frozen=True)
class Account:
    """A colleague as lists of colleagues show them."""

    user: User
    profile: Profile
    state: str
    made_at: datetime
    has_password: bool
    has_provider: bool


class Directory:
    def __init__(self, register: Register, keyring: Keyring) -> None:
        self.register, self.keyring = register, keyring

    def login(self, name: str) -> bytes:
        """The digest under which a typed name is found; capitals and spaces do not matter."""
        return self.keyring.index("login", " ".join(_folded(name).split()))

    async def add(
        self,
        session: AsyncSession,
        profile: Profile,
        roles: frozenset[Role],
        systems: frozenset[str],
        *,
        actor: str,
    ) -> UserRow:
        """Makes an account that nobody can use before its set-up link was. Raises Problem."""
        require_profile(profile)
        require_roles(roles, systems)
        user_id = f"user-{secrets.token_hex(16)}"
        row = UserRow(
            id=user_id,
            login=self.login(profile.name),
            sealed_profile=await self._sealed(user_id, profile),
            roles=sorted(roles),
            systems=sorted(systems),
            state="invited",
            made_at=datetime.now(UTC),
            made_by=actor,
        )
        session.add(row)
        try:
            await session.flush()
        except IntegrityError as error:
            raise NameTaken("there is an account of that name") from error
        note(session, "account_made", user_id=user_id, actor=actor, roles=row.roles)
        return row

    async def find(self, session: AsyncSession, name: str, *, lock: bool = False) -> UserRow:
        """The account of a name. Raises Problem when there is none."""
        chosen = select(UserRow).where(UserRow.login == self.login(name))
        row: UserRow | None = await session.scalar(chosen.with_for_update() if lock else chosen)
        if row is None:
            raise Problem("no account of that name; `calends user list` shows them")
        return row

    async def accounts(self, session: AsyncSession) -> list[Account]:
        """All of them, by name."""
        rows = await session.scalars(select(UserRow))
        found = [await self.account(row) for row in rows]
        return sorted(found, key=lambda account: _folded(account.profile.name))

    async def account(self, row: UserRow) -> Account:
        profile = await self.profile(row)
        return Account(
            user=as_user(row, profile),
            profile=profile,
            state=row.state,
            made_at=row.made_at,
            has_password=row.password is not None,
            has_provider=row.subject is not None,
        )

    async def names(self, session: AsyncSession, ids: Collection[str]) -> dict[str, str]:
        """Id -> name, for showing who did something."""
        rows = await session.scalars(select(UserRow).where(UserRow.id.in_(ids)))
        return {row.id: (await self.profile(row)).name for row in rows}

    async def profile(self, row: UserRow) -> Profile:
        key = await self.keyring.get(ENGINE_KEY)
        return Profile(**json.loads(key.open(row.sealed_profile, f"user|{row.id}")))

    async def set_profile(self, row: UserRow, profile: Profile) -> None:
        """The name itself stays: it is what they sign in with."""
        require_profile(profile)
        row.sealed_profile = await self._sealed(row.id, profile)

    async def set_roles(
        self,
        session: AsyncSession,
        row: UserRow,
        roles: frozenset[Role],
        systems: frozenset[str],
        *,
        actor: str,
    ) -> None:
        """Also ends their sessions: what a page was allowed to show has changed."""
        require_roles(roles, systems)
        before = row.roles
        row.roles, row.systems = sorted(roles), sorted(systems)
        await end_sessions(session, row.id)
        note(
            session,
            "roles_changed",
            user_id=row.id,
            actor=actor,
            before=before,
            after=row.roles,
            systems=row.systems,
        )

    async def disable(self, session: AsyncSession, row: UserRow, *, actor: str) -> None:
        """Nobody gets in with it any more; what they did stays theirs."""
        row.state = "disabled"
        await end_sessions(session, row.id)
        await session.execute(delete(FeedRow).where(FeedRow.user_id == row.id))
        note(session, "account_disabled", user_id=row.id, actor=actor)

    async def _sealed(self, user_id: str, profile: Profile) -> bytes:
        key = await self.keyring.get(ENGINE_KEY)
        return key.seal(json.dumps(asdict(profile)).encode(), f"user|{user_id}")


async def end_sessions(session: AsyncSession, user_id: str) -> int:
    """Signs a colleague out everywhere; returns how many browsers that were."""
    ended = await session.execute(delete(SessionRow).where(SessionRow.user_id == user_id))
    return int(ended.rowcount)  # type: ignore[attr-defined]


def as_user(row: UserRow, profile: Profile) -> User:
    known = frozenset(Role(role) for role in row.roles if role in set(Role))
    return User(row.id, profile.name, known, frozenset(row.systems), row.made_by)


def require_profile(profile: Profile) -> None:
    name = profile.name
    if not 1 <= len(name.strip()) <= 100 or name != name.strip() or not name.isprintable():
        raise Problem("a name has 1 to 100 printable characters")
    if profile.email and not is_address(profile.email):
        raise WrongEmail("not a mail address")
    if profile.language not in set(Language):
        raise Problem(f"a language is one of: {', '.join(Language)}")


def require_roles(roles: frozenset[Role], systems: frozenset[str]) -> None:
    why = conflict(roles)
    if why:
        raise WrongRoles(why)
    if (Role.SYSTEM_OWNER in roles) != bool(systems):
        raise WrongRoles("a system owner, and nobody else, has systems: name at least one")


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()

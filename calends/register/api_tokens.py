"""Tokens of the programs that ask the registers: 256 random bits, kept as digest, revocable."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, LargeBinary, bindparam, exists, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from calends.problems import Problem
from calends.register.asking import Asking
from calends.register.house_chain import append_house_event
from calends.register.house_rows import ApiTokenRow

PREFIX = "calends_"
"""So that a leaked token is recognised by whoever scans for such things."""
LONGEST_NAME = 60


class Scope(StrEnum):
    """What a program may ask."""

    SUPPRESSION = "suppression"
    RESTRICTION = "restriction"


async def make_token(session: AsyncSession, name: str, scopes: Iterable[Scope]) -> str:
    """A new token, in the caller's transaction; it is told this once. Raises Problem."""
    wanted = name.strip()
    if not wanted or len(wanted) > LONGEST_NAME or not wanted.isprintable():
        raise Problem(f"a token's name is what asks, in at most {LONGEST_NAME} characters")
    if await session.scalar(select(exists().where(_living(), ApiTokenRow.name == wanted))):
        raise Problem(f"there is a token `{wanted}`; mend: calends token revoke, or another name")
    token, now = PREFIX + secrets.token_urlsafe(32), datetime.now(UTC)
    row = ApiTokenRow(
        id=f"token-{secrets.token_hex(6)}",
        name=wanted,
        digest=digest_of(token),
        scopes=sorted({str(scope) for scope in scopes}),
        made_at=now,
        used_on=None,
        revoked_at=None,
    )
    session.add(row)
    facts = {"token": row.id, "scopes": row.scopes}
    once = f"token_made:{row.id}"
    await append_house_event(
        session, once=once, kind="token_made", at=now, actor="dpo", facts=facts
    )
    return token


async def revoke_token(session: AsyncSession, named: str) -> ApiTokenRow:
    """By id or name, at once. Raises Problem when no living token is called so."""
    called = (ApiTokenRow.id == named) | (ApiTokenRow.name == named)
    row = await session.scalar(select(ApiTokenRow).where(_living(), called).with_for_update())
    if row is None:
        raise Problem("no living token of that name or id; see: calends token list")
    row.revoked_at = datetime.now(UTC)
    await append_house_event(
        session,
        once=f"token_revoked:{row.id}",
        kind="token_revoked",
        at=row.revoked_at,
        actor="dpo",
        facts={"token": row.id},
    )
    return row


async def all_tokens(session: AsyncSession) -> list[ApiTokenRow]:
    """The living first, each as it was made."""
    order = (ApiTokenRow.revoked_at.is_not(None), ApiTokenRow.made_at)
    return list(await session.scalars(select(ApiTokenRow).order_by(*order)))


@dataclass(frozen=True)
class Bearer:
    """Who asks."""

    id: str
    scopes: Sequence[str]
    used_on: date | None


async def bearer(asking: Asking, token: str) -> Bearer | None:
    """Whose token it is; None when it is nobody's, or revoked."""
    row = (await asking.execute(_BEARER, {"of_digest": digest_of(token)})).first()
    return None if row is None else Bearer(*row)


async def note_use(asking: Asking, one: Bearer) -> None:
    """Once a day: who asks must not wait for a disk each time."""
    today = datetime.now(UTC).date()
    if one.used_on != today:
        change = update(ApiTokenRow).where(ApiTokenRow.id == one.id).values(used_on=today)
        await asking.execute(change)


async def any_living(asking: Asking) -> bool:
    """Without one the door does not exist."""
    return bool(await asking.scalar(select(exists().where(_living()))))


def digest_of(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


def _living() -> ColumnElement[bool]:
    return ApiTokenRow.revoked_at.is_(None)


_BEARER: Any = select(ApiTokenRow.id, ApiTokenRow.scopes, ApiTokenRow.used_on).where(
    _living(), ApiTokenRow.digest == bindparam("of_digest", type_=LargeBinary)
)

"""The second factor: codes of an authenticator app (RFC 6238) and recovery codes."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from hmac import compare_digest

import pyotp
import segno
from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from calends.accounts.events import note
from calends.register.account_rows import FactorRow, RecoveryRow
from calends.vault.keys import ENGINE_KEY, CaseKey, Keyring

ISSUER = "Calends"
STEP_SECONDS = 30
RECOVERY_CODES = 10
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_RECOVERY_LETTERS = 16
"""80 bits: nobody guesses one, so they may be tried without waiting."""


class SecondFactor:
    def __init__(
        self, keyring: Keyring, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._keyring, self._clock = keyring, clock

    async def kinds(self, session: AsyncSession, user_id: str) -> set[str]:
        """Which kinds a colleague has: totp, webauthn."""
        rows = await session.scalars(select(FactorRow.kind).where(FactorRow.user_id == user_id))
        return set(rows)

    async def add_totp(self, session: AsyncSession, user_id: str, secret: str, code: str) -> bool:
        """Keeps the secret when `code` shows that the app has it; False when it does not."""
        step = self._step_of(secret, code, None)
        if step is None:
            return False
        key, factor_id, now = await self._key(), f"factor-{secrets.token_hex(16)}", self._clock()
        session.add(
            FactorRow(
                id=factor_id,
                user_id=user_id,
                kind="totp",
                sealed_secret=key.seal(secret.encode(), factor_id),
                sign_count=0,
                last_step=step,
                made_at=now,
            )
        )
        note(session, "factor_added", user_id=user_id, actor=user_id, factor="totp")
        return True

    async def check_totp(self, session: AsyncSession, user_id: str, code: str) -> bool:
        """Whether the code is right now; each one counts once (RFC 6238 5.2)."""
        key = await self._key()
        rows = await session.scalars(
            select(FactorRow)
            .where(FactorRow.user_id == user_id, FactorRow.kind == "totp")
            .with_for_update()
        )
        for row in rows:
            secret = key.open(row.sealed_secret, row.id).decode()
            step = self._step_of(secret, code, row.last_step)
            if step is not None:
                row.last_step, row.used_at = step, self._clock()
                return True
        return False

    async def new_recovery_codes(self, session: AsyncSession, user_id: str) -> list[str]:
        """Ten codes, shown once; earlier ones are void."""
        key = await self._key()
        await session.execute(delete(RecoveryRow).where(RecoveryRow.user_id == user_id))
        codes = [_recovery_code() for _ in range(RECOVERY_CODES)]
        for code in codes:
            session.add(RecoveryRow(user_id=user_id, digest=_recovery_digest(key, user_id, code)))
        note(session, "recovery_codes_made", user_id=user_id, actor=user_id)
        return codes

    async def use_recovery_code(self, session: AsyncSession, user_id: str, code: str) -> bool:
        digest = _recovery_digest(await self._key(), user_id, code)
        row = await session.get(RecoveryRow, (user_id, digest), with_for_update=True)
        if row is None or row.used_at is not None:
            return False
        row.used_at = self._clock()
        note(session, "recovery_code_used", user_id=user_id, actor=user_id)
        return True

    async def recovery_codes_left(self, session: AsyncSession, user_id: str) -> int:
        left = await session.scalar(
            select(func.count())
            .select_from(RecoveryRow)
            .where(RecoveryRow.user_id == user_id, RecoveryRow.used_at.is_(None))
        )
        return left or 0

    def _step_of(self, secret: str, code: str, last: int | None) -> int | None:
        """The time step whose code this is: now, the one before, the one after."""
        typed = "".join(c for c in code if c.isascii() and c.isdigit())
        now, totp = int(self._clock().timestamp()) // STEP_SECONDS, pyotp.TOTP(secret)
        good = [
            step
            for step in (now - 1, now, now + 1)
            if compare_digest(totp.generate_otp(step), typed) and (last is None or step > last)
        ]
        return good[0] if good else None

    async def _key(self) -> CaseKey:
        return await self._keyring.get(ENGINE_KEY)


def new_secret() -> str:
    """160 bits, as RFC 4226 4 recommends."""
    return pyotp.random_base32()


def provisioning_uri(secret: str, name: str) -> str:
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=ISSUER)


def qr_svg(uri: str) -> str:
    """The QR code as an SVG element without style or script."""
    drawn: str = segno.make(uri, error="m").svg_inline(
        scale=4, border=4, dark="#000", light="#fff", omitsize=True
    )
    return drawn


def is_recovery_code(code: str) -> bool:
    return len(_plain(code)) == _RECOVERY_LETTERS


def _recovery_code() -> str:
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(_RECOVERY_LETTERS))
    return "-".join(letters[i : i + 4] for i in range(0, _RECOVERY_LETTERS, 4))


def _plain(code: str) -> str:
    return "".join(c for c in code.upper() if c in _ALPHABET)


def _recovery_digest(key: CaseKey, user_id: str, code: str) -> bytes:
    return key.mark(f"recovery|{user_id}|{_plain(code)}")

"""Passkeys and security keys (WebAuthn level 2) as second factor."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_address
from urllib.parse import urlsplit

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import parse_authentication_credential_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import PublicKeyCredentialDescriptor

from calends.accounts.events import note
from calends.accounts.second_factor import ISSUER
from calends.register.account_rows import FactorRow
from calends.vault.keys import ENGINE_KEY, Keyring

CHALLENGE_BYTES = 32
LARGEST_ANSWER = 20_000
"""Characters of a browser's answer."""


@dataclass(frozen=True)
class Site:
    """Where our pages are, as browsers bind a passkey to it."""

    rp_id: str
    origin: str

    @classmethod
    def of(cls, public_url: str) -> Site | None:
        """None where browsers offer no passkeys: at an IP address, or without https."""
        url = urlsplit(public_url)
        host = url.hostname or ""
        try:
            ip_address(host)
        except ValueError:
            if url.scheme == "https" or host == "localhost":
                return cls(host, f"{url.scheme}://{url.netloc}")
        return None


class Passkeys:
    def __init__(self, keyring: Keyring, site: Site) -> None:
        self._keyring, self._site = keyring, site

    async def wish_to_add(
        self, session: AsyncSession, user_id: str, name: str, challenge: bytes
    ) -> str:
        """What the browser is asked, as JSON."""
        known = await session.scalars(_factors(user_id))
        options = generate_registration_options(
            rp_id=self._site.rp_id,
            rp_name=ISSUER,
            user_name=name,
            user_id=user_id.encode(),
            challenge=challenge,
            exclude_credentials=[_descriptor(row) for row in known],
        )
        return options_to_json(options)

    async def add(self, session: AsyncSession, user_id: str, challenge: bytes, answer: str) -> bool:
        """Keeps the passkey that the browser made; False for an answer that is not right."""
        if len(answer) > LARGEST_ANSWER:
            return False
        try:
            made = verify_registration_response(
                credential=answer,
                expected_challenge=challenge,
                expected_rp_id=self._site.rp_id,
                expected_origin=self._site.origin,
            )
        except (WebAuthnException, ValueError, KeyError, TypeError):
            return False
        known = await session.scalar(
            select(FactorRow.id).where(FactorRow.credential == made.credential_id)
        )
        if known is not None:
            return False
        key, factor_id = await self._keyring.get(ENGINE_KEY), f"factor-{secrets.token_hex(16)}"
        session.add(
            FactorRow(
                id=factor_id,
                user_id=user_id,
                kind="webauthn",
                sealed_secret=key.seal(made.credential_public_key, factor_id),
                credential=made.credential_id,
                sign_count=made.sign_count,
                made_at=datetime.now(UTC),
            )
        )
        note(session, "factor_added", user_id=user_id, actor=user_id, factor="webauthn")
        return True

    async def wish_to_check(self, session: AsyncSession, user_id: str, challenge: bytes) -> str:
        known = await session.scalars(_factors(user_id))
        options = generate_authentication_options(
            rp_id=self._site.rp_id,
            challenge=challenge,
            allow_credentials=[_descriptor(row) for row in known],
        )
        return options_to_json(options)

    async def check(
        self, session: AsyncSession, user_id: str, challenge: bytes, answer: str
    ) -> bool:
        """Whether one of this colleague's passkeys signed the challenge for our pages.

        A counter that went back is refused: the key was copied (WebAuthn 6.1.1).
        """
        if len(answer) > LARGEST_ANSWER:
            return False
        try:
            credential = parse_authentication_credential_json(answer)
            row: FactorRow | None = await session.scalar(
                _factors(user_id).where(FactorRow.credential == credential.raw_id).with_for_update()
            )
            if row is None:
                return False
            key = await self._keyring.get(ENGINE_KEY)
            checked = verify_authentication_response(
                credential=credential,
                expected_challenge=challenge,
                expected_rp_id=self._site.rp_id,
                expected_origin=self._site.origin,
                credential_public_key=key.open(row.sealed_secret, row.id),
                credential_current_sign_count=row.sign_count,
            )
        except (WebAuthnException, ValueError, KeyError, TypeError):
            return False
        row.sign_count, row.used_at = checked.new_sign_count, datetime.now(UTC)
        return True


def new_challenge() -> bytes:
    return secrets.token_bytes(CHALLENGE_BYTES)


def _factors(user_id: str) -> Select[FactorRow]:
    return select(FactorRow).where(FactorRow.user_id == user_id, FactorRow.kind == "webauthn")


def _descriptor(row: FactorRow) -> PublicKeyCredentialDescriptor:
    assert row.credential is not None
    return PublicKeyCredentialDescriptor(id=row.credential)

"""A visit: half an hour on the person's page after the code was typed.

It lives in the forms of the pages themselves, sealed: no cookie, no row, nothing to track. What
it opens is looked up again at every step, so that a revoked link ends it at once.
"""

from __future__ import annotations

import base64
import binascii
import json
from datetime import UTC, datetime, timedelta

from cryptography.exceptions import InvalidTag

from calends.vault.keys import ENGINE_KEY, Keyring

LASTS = timedelta(minutes=30)
LONGEST = 400
"""Characters of a sealed visit."""

_ABOUT = "visit"


class Visits:
    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    async def begin(self, link: bytes) -> str:
        """The visit of the link with that digest."""
        until = datetime.now(UTC) + LASTS
        content = json.dumps({"link": link.hex(), "until": until.isoformat()}).encode()
        key = await self._keyring.get(ENGINE_KEY)
        return base64.urlsafe_b64encode(key.seal(content, _ABOUT)).decode().rstrip("=")

    async def link_of(self, visit: str) -> bytes | None:
        """Digest of the link; None for what is no visit, or over."""
        if not 0 < len(visit) <= LONGEST or not visit.isascii():
            return None
        key = await self._keyring.get(ENGINE_KEY)
        try:
            sealed = base64.urlsafe_b64decode(visit + "=" * (-len(visit) % 4))
            content = json.loads(key.open(sealed, _ABOUT))
        except (binascii.Error, ValueError, InvalidTag):
            return None
        if datetime.now(UTC) > datetime.fromisoformat(content["until"]):
            return None
        return bytes.fromhex(content["link"])

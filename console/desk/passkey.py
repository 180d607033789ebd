"""What a page asks of the browser's passkeys, as JSON for `passkey.js`."""

from __future__ import annotations

from base64 import b64decode

from calends.accounts.entering import Door
from calends.accounts.sessions import Live


async def wish_to_check(door: Door, live: Live) -> str:
    """Empty when this colleague has no passkey, or browsers offer none at our address."""
    if door.passkeys is None or live.user is None or "challenge" not in live.state:
        return ""
    async with door.register.session() as session:
        if "webauthn" not in await door.factors.kinds(session, live.user.id):
            return ""
        challenge = b64decode(live.state["challenge"])
        return await door.passkeys.wish_to_check(session, live.user.id, challenge)


async def wish_to_add(door: Door, live: Live) -> str:
    if door.passkeys is None or live.user is None or "challenge" not in live.state:
        return ""
    async with door.register.session() as session:
        challenge = b64decode(live.state["challenge"])
        return await door.passkeys.wish_to_add(session, live.user.id, live.user.name, challenge)

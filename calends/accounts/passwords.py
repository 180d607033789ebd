"""Passwords: argon2id with the parameters of RFC 9106, checked off the event loop."""

from __future__ import annotations

import asyncio
import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from calends.problems import Problem

SHORTEST, LONGEST = 12, 256
"""Characters (NIST SP 800-63B asks for 8 at least, and no rules of composition)."""

_FEWEST_DIFFERENT = 5
_HASHER = PasswordHasher()
_AT_ONCE = 2
"""Each hash takes 64 MiB and a core: more at once would only make a flood of sign-ins heavier."""


@cache
def _gate(loop: asyncio.AbstractEventLoop) -> asyncio.Semaphore:
    return asyncio.Semaphore(_AT_ONCE)


@cache
def _nobodys_hash() -> str:
    return _HASHER.hash(secrets.token_urlsafe(32))


def require_fit(password: str, *about: str) -> None:
    """Raises Problem for a password that is too short, too uniform, or holds one of `about`."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise Problem(f"a password has {SHORTEST} to {LONGEST} characters")
    plain = password.casefold()
    if len(set(plain)) < _FEWEST_DIFFERENT:
        raise Problem(f"a password has at least {_FEWEST_DIFFERENT} different characters")
    if any(word and word.casefold() in plain for word in about):
        raise Problem("a password holds neither your name nor the company's")


async def hashed(password: str) -> str:
    async with _gate(asyncio.get_running_loop()):
        return await asyncio.to_thread(_HASHER.hash, password)


async def matches(password: str, known: str | None) -> bool:
    """Whether it is the password of that hash; without one the same work is done for nothing,
    so that the time of the answer does not tell whether there is such an account."""
    async with _gate(asyncio.get_running_loop()):
        good = await asyncio.to_thread(_verify, known or _nobodys_hash(), password)
    return good and known is not None


def _verify(known: str, password: str) -> bool:
    try:
        return _HASHER.verify(known, password[: LONGEST + 1])
    except (VerificationError, InvalidHashError):
        return False

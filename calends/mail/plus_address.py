"""A case's own address, where the server delivers `name+anything@` to `name@`."""

from __future__ import annotations

import re
from base64 import b32encode
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from calends.vault.keys import CaseKey

# Some programs write addresses in lower case, hence base32 and no capitals.
_TOKEN = re.compile(r"\+k([a-z2-7]{26})@", re.IGNORECASE)
MAX_TOKENS = 20


def thread_token(key: CaseKey) -> str:
    """128 bits that only the case's letters hold; the same whenever drawn."""
    return b32encode(key.mark("thread")[:16]).decode().lower().rstrip("=")


def plus_address(address: str, token: str) -> str:
    """`contact@firm.example` -> `contact+k…@firm.example`."""
    local, _, domain = address.rpartition("@")
    return f"{local}+k{token}@{domain}"


def tokens_in(addresses: Iterable[str]) -> list[str]:
    """The tokens of these addresses, in order; whether they are ours is not known here."""
    found = (match[1].lower() for match in map(_TOKEN.search, addresses) if match)
    return list(dict.fromkeys(found))[:MAX_TOKENS]

"""How registers that hold no address know one: keyed digests of a normal form, by channel."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

import phonenumbers

from calends.vault.keys import Keyring

_ENCLOSED = re.compile(r"^[^<>]*<([^<>]*)>\W*$")
"""`Ann Example <ann@example.org>`"""
_BLANKS = re.compile(r"\W+", re.UNICODE)


def marks_of(keyring: Keyring, channel: str, values: Iterable[str]) -> Iterator[bytes]:
    """The mark of each value that can be one of that channel, each once."""
    marks = (mark_of(keyring, channel, value) for value in values)
    yield from dict.fromkeys(mark for mark in marks if mark is not None)


def mark_of(keyring: Keyring, channel: str, value: str) -> bytes | None:
    """The mark of one value; None when it can be none of that channel."""
    known = normal(channel, value)
    return keyring.index(f"suppression:{_family(channel)}", known) if known else None


def normal(channel: str, value: str) -> str:
    """The form under which a value is known; empty when it is none of that channel.

    Post is compared without accents, case, punctuation: an envelope is written by hand.
    """
    text = unicodedata.normalize("NFKC", value).strip()
    if channel == "email":
        text = _ENCLOSED.sub(r"\1", text).removeprefix("mailto:").strip()
        local, at, domain = text.rpartition("@")
        return f"{local}@{domain}".casefold() if at and local and domain else ""
    if channel in ("phone", "sms"):
        return _phone(text)
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return _BLANKS.sub(" ", plain).strip()


def _phone(text: str) -> str:
    """E.164, a French number unless it says otherwise."""
    try:
        number = phonenumbers.parse(text, "FR")
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _family(channel: str) -> str:
    """Calls and texts go to the same number."""
    return "phone" if channel == "sms" else channel

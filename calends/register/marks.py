"""How registers that hold no address know one: keyed digests of a normal form, by channel."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

import phonenumbers

from calends.vault.keys import Keyring

_BLANKS = re.compile(r"\W+", re.UNICODE)


def marks_of(keyring: Keyring, channel: str, values: Iterable[str]) -> Iterator[bytes]:
    """The mark of each value that can be one of that channel, each once."""
    seen = dict.fromkeys(filter(None, (normal(channel, value) for value in values)))
    for value in seen:
        yield keyring.index(f"suppression:{_family(channel)}", value)


def normal(channel: str, value: str) -> str:
    """The form under which a value is known; empty when it is none of that channel.

    Post is compared without accents, case, punctuation: an envelope is written by hand.
    """
    text = unicodedata.normalize("NFKC", value).strip()
    if channel == "email":
        local, at, domain = text.rpartition("@")
        return f"{local}@{domain}".casefold() if at and local and domain else ""
    if channel in ("phone", "sms"):
        return _phone(text)
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().casefold()
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

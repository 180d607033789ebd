"""The person whose data they are: what names them is theirs to see, wherever it stands."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import phonenumbers

from calends.redaction.words import PARTICLES, folded

_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Subject:
    """Normalised: see `subject_of`."""

    names: frozenset[str] = frozenset()
    """Single words of the person's names, folded."""
    emails: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()
    """E.164"""
    numbers: frozenset[str] = frozenset()
    """IBANs and other numbers, letters and digits only, capitals."""
    addresses: frozenset[str] = frozenset()
    """Postal addresses, as the words of each, folded."""

    def with_(self, other: Subject) -> Subject:
        """The same person, known from more records."""
        return Subject(
            names=self.names | other.names,
            emails=self.emails | other.emails,
            phones=self.phones | other.phones,
            numbers=self.numbers | other.numbers,
            addresses=self.addresses | other.addresses,
        )

    def is_named(self, words: Iterable[str]) -> bool:
        """Whether these words of a name are all the person's own."""
        telling = {word for word in map(folded, words) if word not in PARTICLES}
        return bool(telling) and telling <= self.names

    def lives_at(self, text: str) -> bool:
        """Whether the address is one of the person's, written more or less fully."""
        words = set(_words(text))
        return any(len(words & set(own.split())) * 3 >= len(words) * 2 for own in self.addresses)


def subject_of(
    *,
    names: Iterable[str] = (),
    emails: Iterable[str] = (),
    phones: Iterable[str] = (),
    numbers: Iterable[str] = (),
    addresses: Iterable[str] = (),
    region: str = "FR",
) -> Subject:
    """From values as systems hold them. `region`: of phone numbers without a country."""
    return Subject(
        names=frozenset(word for name in names for word in _words(name) if word not in PARTICLES),
        emails=frozenset(email.strip().casefold() for email in emails if email.strip()),
        phones=frozenset(known for phone in phones if (known := e164(phone, region))),
        numbers=frozenset(plain_number(number) for number in numbers if number),
        addresses=frozenset(" ".join(_words(address)) for address in addresses if address.strip()),
    )


def e164(text: str, region: str) -> str:
    """The number in its one international form; empty when it is none."""
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def plain_number(text: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", text.upper())


def _words(text: str) -> list[str]:
    return _WORD.findall(folded(text))

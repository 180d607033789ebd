"""When a stored value is the one a person is known by, although it is written otherwise.

A field declares how its values are compared (`meta.match`); an e-mail address and a telephone
number have a sensible way of their own. Comparing is never likeness: what only resembles is a
candidate (see likeness.py), and a human resolves it.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

import phonenumbers

Match = Literal["exact", "ignore_case", "fold", "email", "phone"]
"""`fold`: neither case nor accents count. `phone`: neither spelling nor the national prefix."""

BY_IDENTITY: dict[str, Match] = {"email": "email", "phone_number": "phone", "phone": "phone"}

PHONE_FILL = " .-()/\u00a0\u202f\t"
"""What people put between the digits of a number."""
_LEAST_DIGITS = 6
_LONGEST_PHONE = 60
_NOT_DIGITS = re.compile(r"[^0-9]")

# Letters that decompose into no base letter and a mark.
LETTERS = {"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d"}
_LETTERS = str.maketrans(LETTERS)


def forms(match: Match, value: str, region: str) -> list[str]:
    """What `normal(match, stored)` may be when the stored value is this one. Empty when it says
    nothing: what is left of a number without digits would be what others left blank.

    `region` is the country (ISO 3166) whose numbers the field may hold without their prefix.
    """
    if match == "email":
        lowered = _lowered(value.strip())
        return list(dict.fromkeys([*lowered, *_domain_forms(lowered[0])]))
    if match == "ignore_case":
        return _lowered(value)
    if match == "phone":
        return _phone_forms(value, region)
    return [normal(match, value)]


def normal(match: Match, stored: str) -> str:
    """The stored value as it is compared."""
    if match == "phone":
        return _without_fill(stored)
    if match == "fold":
        return folded(stored)
    return stored.lower() if match in ("email", "ignore_case") else stored


def folded(text: str) -> str:
    """Without case and accents: `Ève Œuvrard` -> `eve oeuvrard`."""
    apart = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    return "".join(char for char in apart if not unicodedata.combining(char))


_ASCII_LOWER = str.maketrans({chr(n): chr(n + 32) for n in range(65, 91)})


def _lowered(text: str) -> list[str]:
    """In small letters; and with only ASCII ones made small, as databases without a locale do."""
    return list(dict.fromkeys([text.lower(), text.translate(_ASCII_LOWER)]))


def _domain_forms(address: str) -> list[str]:
    """The address with its domain in letters and in IDNA, whichever it came in."""
    local, at, domain = address.rpartition("@")
    if not at or (domain.isascii() and "xn--" not in domain):
        return []
    try:
        wire = domain.encode("idna")
        return [f"{local}@{wire.decode('ascii')}", f"{local}@{wire.decode('idna')}"]
    except UnicodeError:
        return []


def _without_fill(text: str) -> str:
    return "".join(char for char in text if char not in PHONE_FILL)


def _phone_forms(value: str, region: str) -> list[str]:
    bare = _without_fill(value)
    if sum(char.isdigit() for char in bare) < _LEAST_DIGITS:
        return []
    if len(value) > _LONGEST_PHONE:
        return [bare]
    try:
        number = phonenumbers.parse(value, region)
    except phonenumbers.NumberParseException:
        return [bare]
    national = phonenumbers.national_significant_number(number)
    if not phonenumbers.is_possible_number(number) or len(national) < _LEAST_DIGITS:
        return [bare]
    code = str(number.country_code)
    found = [f"+{code}{national}", f"{code}{national}", f"00{code}{national}"]
    found += [f"+{code}0{national}", f"{code}0{national}"]  # as in +33 (0)6…
    if number.country_code == phonenumbers.country_code_for_region(region):
        # Without its prefix a number of another country would be somebody else's here.
        written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
        found += [_NOT_DIGITS.sub("", written), national]
    return list(dict.fromkeys(found))

"""Numbers that lead to somebody: addresses of mail, phones, accounts, cards, social security."""

from __future__ import annotations

import re
from collections.abc import Iterator

import phonenumbers

from calends.redaction.spans import Reason, Span
from calends.redaction.subject import Subject, e164, plain_number

_EMAIL = re.compile(
    r"(?<![\w.%+'-])[\w.%+'-]{1,64}@(?:[^\W_](?:[\w-]{0,62})\.){1,8}[^\W\d_]{2,24}(?![\w-])"
)
_IBAN_BEGINS = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?=[ .-]?[A-Za-z0-9])")
# Length of an IBAN by country (ISO 13616 registry): SEPA, and some more.
_IBAN_LENGTHS = {
    **dict.fromkeys(("NO",), 15),
    **dict.fromkeys(("BE",), 16),
    **dict.fromkeys(("DK", "FI", "NL", "FO", "GL"), 18),
    **dict.fromkeys(("SI", "MK"), 19),
    **dict.fromkeys(("AT", "EE", "LT", "LU"), 20),
    **dict.fromkeys(("CH", "HR", "LI", "LV"), 21),
    **dict.fromkeys(("BG", "DE", "GB", "IE", "ME", "RS", "GE"), 22),
    **dict.fromkeys(("GI", "IL", "AE"), 23),
    **dict.fromkeys(("AD", "CZ", "ES", "MD", "RO", "SE", "SK", "TN", "SA"), 24),
    **dict.fromkeys(("PT",), 25),
    **dict.fromkeys(("IS", "TR"), 26),
    **dict.fromkeys(("FR", "GR", "IT", "MC", "SM"), 27),
    **dict.fromkeys(("AL", "CY", "HU", "LB", "PL"), 28),
    **dict.fromkeys(("MU", "MT"), 31),
    **dict.fromkeys(("MA",), 28),
}
_DIGITS = re.compile(r"(?<![\w+])\d(?:[ .-]?\d){12,18}(?![\w])")
_NIR = re.compile(
    r"(?<!\w)[12][ .]?\d{2}[ .]?(?:0[1-9]|1[0-2]|[2-9]\d)[ .]?(?:\d{2}|2[AB])[ .]?\d{3}[ .]?\d{3}"
    r"[ .]?(\d{2})(?!\w)"
)


def emails(text: str, subject: Subject) -> Iterator[Span]:
    for found in _EMAIL.finditer(text) if "@" in text else ():
        if found[0].casefold() not in subject.emails:
            yield Span(*found.span(), Reason.EMAIL)


def phones(text: str, subject: Subject, region: str) -> Iterator[Span]:
    """What a phone could dial; dates and amounts are not (rule: the number must be a valid one)."""
    for found in phonenumbers.PhoneNumberMatcher(text, region):
        known = phonenumbers.format_number(found.number, phonenumbers.PhoneNumberFormat.E164)
        if known not in subject.phones and e164(found.raw_string, region) not in subject.phones:
            yield Span(found.start, found.end, Reason.PHONE)


def ibans(text: str, subject: Subject) -> Iterator[Span]:
    for begin in _IBAN_BEGINS.finditer(text):
        length = _IBAN_LENGTHS.get(begin[0][:2].upper())
        end = _taken(text, begin.start(), length) if length else None
        if end is None:
            continue
        number = plain_number(text[begin.start() : end])
        if _mod_97(number) and number not in subject.numbers:
            yield Span(begin.start(), end, Reason.IBAN)


def cards(text: str, subject: Subject) -> Iterator[Span]:
    for found in _DIGITS.finditer(text):
        number = plain_number(found[0])
        if number[0] in "3456" and _luhn(number) and number not in subject.numbers:
            yield Span(*found.span(), Reason.CARD)


def social_numbers(text: str, subject: Subject) -> Iterator[Span]:
    """French numbers (NIR) with their key."""
    for found in _NIR.finditer(text):
        number = plain_number(found[0])
        digits = number[:13].replace("2A", "19").replace("2B", "18")
        right = digits.isdigit() and 97 - int(digits) % 97 == int(found[1])
        if right and number not in subject.numbers and number[:13] not in subject.numbers:
            yield Span(*found.span(), Reason.SOCIAL_NUMBER)


def _taken(text: str, start: int, length: int) -> int | None:
    """Where that many letters and digits end, with at most one separator between two."""
    place, left = start, length
    while place < len(text) and left:
        if text[place].isascii() and text[place].isalnum():
            left -= 1
        elif text[place] not in " .-\u00a0" or not text[place + 1 : place + 2].isalnum():
            return None
        place += 1
    after = text[place : place + 1]
    return place if not left and not (after.isascii() and after.isalnum()) else None


def _mod_97(iban: str) -> bool:
    moved = iban[4:] + iban[:4]
    return int("".join(str(int(sign, 36)) for sign in moved)) % 97 == 1


def _luhn(number: str) -> bool:
    total = 0
    for place, sign in enumerate(reversed(number)):
        digit = int(sign) * (1 + place % 2)
        total += digit - 9 if digit > 9 else digit
    return total % 10 == 0

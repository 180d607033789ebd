"""The human reference of a case, `2026-00042-K7`: year, number, two check characters.

It goes into letters and comes back in mails, typed by hand: any one wrong character and any two
neighbours swapped are noticed. It says nothing about the person.
"""

from __future__ import annotations

import re

# No 0/O, 1/I/L. 31 characters: a prime, so that every weight below has an inverse.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_PRIME = len(_ALPHABET)
# (weight, start) of each check character: the sum of digit * weight^position, modulo 31, moves
# with any one digit, and with two neighbours as weight != 1. The two weights differ, so that
# two wrong digits are noticed too. The starts make the example of the handbook valid.
_CHECKS = ((3, 4), (11, 23))
_MAX_NUMBER = 999_999_999

_CANONICAL = re.compile(rf"([0-9]{{4}})-([0-9]{{5,9}})-([{_ALPHABET}]{{2}})")
# Mail programs put other hyphens, spaces and line breaks around ours.
_HYPHEN = r"\s{0,3}[-\u2010-\u2015\u2212]\s{0,3}"
_WRITTEN = re.compile(
    rf"(?<![0-9A-Za-z])([0-9]{{4}}){_HYPHEN}([0-9]{{5,9}}){_HYPHEN}([{_ALPHABET}]{{2}})(?!\w)",
    re.IGNORECASE,
)


def make_reference(year: int, number: int) -> str:
    """The reference of the `number`-th case of a year.

    Raises ValueError unless the year has four digits and the number is 1 to 999,999,999.
    """
    if not 1000 <= year <= 9999:
        raise ValueError(f"a reference needs a year of four digits, not {year}")
    if not 1 <= number <= _MAX_NUMBER:
        raise ValueError(f"a reference needs a number from 1 to {_MAX_NUMBER}, not {number}")
    digits = f"{number:05}"
    return f"{year}-{digits}-{_check(f'{year}{digits}')}"


def is_reference(text: str) -> bool:
    """Whether the text is a reference exactly as `make_reference` writes it."""
    match = _CANONICAL.fullmatch(text)
    return match is not None and _valid(*match.groups())


def find_references(text: str) -> list[str]:
    """Every valid reference in a text, as `make_reference` writes it, in order, each once."""
    found: dict[str, None] = {}
    for match in _WRITTEN.finditer(text):
        year, number, check = match.groups()
        if _valid(year, number, check.upper()):
            found[f"{year}-{number}-{check.upper()}"] = None
    return list(found)


def _valid(year: str, number: str, check: str) -> bool:
    if int(year) < 1000 or int(number) == 0:
        return False
    return make_reference(int(year), int(number)) == f"{year}-{number}-{check}"


def _check(digits: str) -> str:
    return "".join(
        _ALPHABET[
            (
                start
                + sum(int(d) * pow(weight, i, _PRIME) for i, d in enumerate(reversed(digits), 1))
            )
            % _PRIME
        ]
        for weight, start in _CHECKS
    )

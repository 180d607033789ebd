"""Whether a record is about the requester: never because of a name (rule book §5 row 15).

A record given to a namesake is a personal data breach; two identifiers agree, or a human looks.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from calends.rules.trace import Step


class Identifier(StrEnum):
    NAME = "name"
    EMAIL = "email"
    PHONE = "phone"
    CUSTOMER_REFERENCE = "customer_reference"
    LOGIN = "login"
    POSTAL_ADDRESS = "postal_address"
    BIRTH_DATE = "birth_date"


_STRONG = frozenset(
    {Identifier.EMAIL, Identifier.PHONE, Identifier.CUSTOMER_REFERENCE, Identifier.LOGIN}
)
"""Held by one person at a time, as a rule; a household may share one."""
_TELLS_APART = frozenset({Identifier.NAME, Identifier.BIRTH_DATE})
_SOURCE = "GDPR 5(1)(d), 5(1)(f), 33: a wrong disclosure is a breach"


class SamePerson(StrEnum):
    SAME = "same"
    ASK_HUMAN = "ask_human"
    OTHER = "other"


@dataclass(frozen=True)
class Match:
    verdict: SamePerson
    why: Step


def is_same_person(
    agree: Collection[Identifier], differ: Collection[Identifier], *, homonyms: bool = False
) -> Match:
    """Whether the record belongs to the person whose identifiers these are.

    `agree`: identifiers of the person, proved or on file, that the record bears too; `differ`:
    those that it contradicts; `homonyms`: several records bear the name.
    """
    counting = {identifier for identifier in agree if identifier is not Identifier.NAME}
    strong = counting & _STRONG
    if not counting:
        named = Identifier.NAME in agree
        words = "only the name agrees" if named else "nothing agrees"
        return _match(SamePerson.ASK_HUMAN if named else SamePerson.OTHER, words)
    if _TELLS_APART & set(differ):
        # The e-mail of a couple, the phone of a household: their data are not one person's.
        return _match(SamePerson.ASK_HUMAN, "the same contact, but another person by name or age")
    if len(counting) >= 2:
        return _match(SamePerson.SAME, "two identifiers agree")
    if strong and not homonyms:
        return _match(SamePerson.SAME, "an identifier of one person agrees")
    return _match(SamePerson.ASK_HUMAN, "one identifier is not enough here")


def _match(verdict: SamePerson, words: str) -> Match:
    return Match(verdict, Step("match", str(verdict), _SOURCE, words))

"""What unclear words are taken for: in doubt for the person, and never at the cost of time.

Rule book §5 rows 28-32. Reading the words is the mail's business; this is what they then mean.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from calends.rules.trace import Step
from calends.rules.vocabulary import Language, Right


class Wording(StrEnum):
    STOP = "stop"  # one word, or a List-Unsubscribe
    STOP_INSIDE_OTHER_MAIL = "stop_inside_other_mail"  # a complaint that ends with it
    REMOVE_FROM_LIST = "remove_from_list"
    VAGUE = "vague"  # "RGPD", "mes données ?"


@dataclass(frozen=True)
class Reading:
    """What is done with it now, and what the person is asked beside."""

    rights: tuple[Right, ...]
    ask: Right | None
    """A right that may be meant too: asked once, while the first is already done."""
    pauses: bool
    why: Step


_STOP = "GDPR 21(2)-(3)"
_READINGS: dict[Wording, tuple[tuple[Right, ...], Right | None, str, str]] = {
    Wording.STOP: ((Right.PROSPECTING_OBJECTION,), None, _STOP, "no form, no reason"),
    Wording.STOP_INSIDE_OTHER_MAIL: (
        (Right.PROSPECTING_OBJECTION,),
        None,
        _STOP,
        "wherever it stands in the mail; the rest of it goes its own way",
    ),
    Wording.REMOVE_FROM_LIST: (
        (Right.PROSPECTING_OBJECTION,),
        Right.ERASURE,
        f"{_STOP}, 17",
        "objection now; whether all of it should be erased is asked, not assumed",
    ),
    Wording.VAGUE: (
        (Right.ACCESS,),
        Right.ACCESS,
        "GDPR 12(2), 15; EDPB 01/2022 §167",
        "taken for access; asked once what is meant, and no pause for it",
    ),
}


def reading_of(wording: Wording) -> Reading:
    """What a wording is taken for. It never stops the clock (rule book §2.2, recital 63)."""
    rights, ask, source, words = _READINGS[wording]
    return Reading(rights, ask, False, Step("wording", str(wording), source, words))


def languages_of_reply(asked: str) -> tuple[Language, ...]:
    """The languages of the reply to a message in that one (ISO 639-1); no delay for it.

    Another language than ours is answered in French with plain English beside it: a house rule
    for GDPR 12(1), "intelligible" (rule book §5 row 32).
    """
    if asked in tuple(Language):
        return (Language(asked),)
    return (Language.FR, Language.EN)

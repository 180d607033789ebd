"""The message that is nothing but an order: "STOP", or what a mail program sends to unsubscribe.

RFC 8058 and RFC 2369: the button of a mail program sends a mail to the address of List-Unsubscribe,
with a subject that the sender chose and a body of its own making, or none.
"""

from __future__ import annotations

import re

from calends.mail.rights import Demand
from calends.mail.sentences import fold
from calends.rules.vocabulary import Right

AN_ORDER = "an order alone"
_CONFIDENCE = 0.97
_MAX = 160  # characters of a message that is one order and a name
_ANSWERS = re.compile(r"(?:(?:re|rep|aw|fwd?|tr|wg|sv|r|i|rv) ?: ?)+")
_COURTESY = re.compile(
    r"(?:bonjour|bonsoir|hello|hi|hey|madame|monsieur|messieurs|dear \w+|hallo|hola|ciao|buongiorno"
    r"|svp|merci|please|bitte|thanks?|thank you|cordialement)\b[ ,.!]*"
)
_STOP = (
    r"(?:(?:ar+et(?:e[rz]?)?|stopp?)(?:\W+(?:it|now|please|e-?mails?|mails?|sms|spam\w*|all|pubs?|"
    r"publicites?|newsletters?|promos?|merci|svp|stop|tout|\d{2,6}|(?:au|le|les|a la|aux)\b))*"
    r"(?:\W+(?:demarchage|prospection))?)"
)
_ORDERS = (
    _STOP, "des?ins?cri(?:ption|re|vez[ -]?moi|t|s)", "desabo", "resilier", "retirer",
    "(?:me )?des?abon+n?e(?:r|z|ment)(?:[ -]moi)?",
    "(?:suprime|supprime|retire|enleve)[rz][ -]?moi",
    "(?:please )?un-?subscri(?:be|bed|ption)(?: me| please| now)*", "remove(?: me)?",
    "opt[ -]?out", "cancel subscription",
    "abmelden", "abbestellen", "austragen", "newsletter abmelden",
    "(?:darse? de )?baja", "cancelar suscripcion",
    "cancellami", "disiscriv(?:imi|etemi)", "disiscrizione", "cancellazione",
    "uitschrijven", "afmelden", "schrijf mij uit",
)  # fmt: skip
_ORDER = re.compile("|".join(_ORDERS))
_BY_PROGRAM = re.compile(r"(?:list-)?unsubscri(?:be|ption)\b\W*\S{0,200}")
_MADE_BY_PROGRAM = re.compile(
    r"automatically generated|automated message|automatisch erzeugt|genere automatiquement"
)


def order(subject: str, own: str) -> Demand | None:
    """The objection to prospecting that a message of one order makes; None for any other."""
    if len(own) > _MAX:
        return None
    subject_said = _ANSWERS.sub("", fold(subject))
    lines = [line.strip() for line in own.split("\n") if line.strip()]
    said = [_bare(line) for line in lines]
    first = next((number for number, words in enumerate(said) if words), None)
    if first is not None and _ORDER.fullmatch(said[first]):
        return _objection(lines[first])
    silent = first is None or bool(_MADE_BY_PROGRAM.search(fold(own)))
    if silent and (_ORDER.fullmatch(_bare(subject_said)) or _BY_PROGRAM.fullmatch(subject_said)):
        return _objection(subject)
    return None


def _objection(words: str) -> Demand:
    return Demand(Right.PROSPECTING_OBJECTION, _CONFIDENCE, words, because=AN_ORDER, quotes=[words])


def _bare(line: str) -> str:
    """The line without greetings, thanks and signs around it."""
    words = fold(line).strip(" .!*\"'<>()-")
    while match := _COURTESY.match(words):
        words = words[match.end() :]
    return words.strip(" .!,*\"'<>()-")

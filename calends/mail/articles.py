"""Articles of the GDPR that a sentence acts under, in the languages read here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from calends.rules.vocabulary import Right

_GDPR = re.compile(
    r"\b(?:rgpd|gdpr|ds-?gvo|avg)\b|reglement (?:\(?ue|europeen|general)|general data protection"
    r"|2016/679|protection des don|proteccion de datos|protezione dei dati"
)
_ARTICLE = re.compile(
    r"(?:\bl|\b)(?:art(?:icles?|iculos?|icol[oi]|ikel(?:en|s|n)?|s)?|§)\.? ?"
    r"((?:(?:\d{1,2})(?:[ ,]*(?:et|and|und|y|e|en|ou|or) ?)?)+)"
)
_NUMBER = re.compile(r"\d{1,2}")
_PARAGRAPH = re.compile(
    r"[ ,.-]*(?:\(|§|al(?:inea)?s?\.? ?|par(?:agraphe?)?\.? ?|abs(?:atz)?\.? ?|lid ?|comma ?"
    r"|apartado ?|,? ?sec(?:tion)?\.? ?)? ?([123])\b"
)
_RIGHTS = {
    "15": Right.ACCESS,
    "16": Right.RECTIFICATION,
    "17": Right.ERASURE,
    "18": Right.RESTRICTION,
    "20": Right.PORTABILITY,
    "21": Right.OBJECTION,
}


@dataclass(frozen=True)
class Cited:
    right: Right
    start: int  # in the folded sentence


def cited(folded: str, *, marketing: bool) -> Iterator[Cited]:
    """The rights whose articles this folded sentence cites as the GDPR's. `marketing`: it speaks of
    marketing, so that article 21 is its paragraph 2."""
    if not _GDPR.search(folded):
        return
    for match in _ARTICLE.finditer(folded):
        paragraph = _PARAGRAPH.match(folded, match.end(1))
        direct = paragraph is not None and paragraph[1] in "23"  # GDPR 21(2)-(3)
        for number in _NUMBER.findall(match[1]):
            right = _RIGHTS.get(number)
            if number == "21" and (direct or marketing):
                right = Right.PROSPECTING_OBJECTION
            elif number == "7" and paragraph is not None and paragraph[1] == "3":
                right = Right.CONSENT_WITHDRAWAL
            if right:
                yield Cited(right, match.start())

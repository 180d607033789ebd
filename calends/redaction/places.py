"""Postal addresses, as people write them in French and in English."""

from __future__ import annotations

import re
from collections.abc import Iterator

from calends.redaction.spans import Reason, Span
from calends.redaction.subject import Subject

_NUMBER = r"(?<![\w.,])\d{1,5}[ ]?(?:bis|ter|quater|[a-d])?,?[ ]"
_FRENCH_WAY = (
    r"(?:rue|avenue|av\.?|boulevard|bd\.?|bld|place|pl\.?|chemin|ch\.?|impasse|all[ée]es?|quai|route"
    r"|cours|square|passage|r[ée]sidence|lotissement|faubourg|fg|voie|sentier|mont[ée]e|hameau"
    r"|villa|ruelle|esplanade|promenade|cit[ée])"
)
_ENGLISH_WAY = (
    r"(?:street|st\.?|road|rd\.?|avenue|ave\.?|lane|ln\.?|drive|dr\.?|close|way|court|ct\.?|place"
    r"|square|terrace|gardens|crescent|boulevard|blvd\.?|grove|hill|mews|row|walk)"
)
_WORDS = r"[^\W\d_][\w'’.-]{0,40}"
_CAPITAL = r"[A-ZÀ-Ý][\w'’-]{1,40}"
_TOWN = (
    rf"(?:[ ,\n-]{{1,4}}(?:BP \d{{1,5}}[ ,\n-]{{1,4}})?\d{{5}}[ ]{_CAPITAL}"
    rf"(?:[ -]{_CAPITAL}){{0,3}})?"
)
_WAY_ENDS = r"(?=[,;.\n)]|[ ]\d{5}\b|$|[ ][a-zà-ÿ]{3,})"
_FRENCH = re.compile(rf"{_NUMBER}(?i:{_FRENCH_WAY})(?:[ ]{_WORDS}){{1,6}}?{_WAY_ENDS}{_TOWN}")
_ENGLISH = re.compile(
    rf"{_NUMBER}(?:[A-Z][\w'’-]{{0,30}}[ ]){{1,4}}(?i:{_ENGLISH_WAY})(?!\w)"
    r"(?:,?[ ][A-Z][^\W\d_]{1,30}(?!\w)){0,3}(?:,?[ ][A-Z]{1,2}\d[A-Z\d]?[ ]?\d[A-Z]{2}\b)?"
)
_TOWN_ALONE = re.compile(r"(?<![\w-])\d{5}[ ][A-ZÀ-Ý]{2}[A-ZÀ-Ý' -]{1,40}(?![\w])")


def addresses(text: str, subject: Subject) -> Iterator[Span]:
    for pattern in (_FRENCH, _ENGLISH, _TOWN_ALONE):
        for found in pattern.finditer(text):
            if not subject.lives_at(found[0]):
                yield Span(*found.span(), Reason.ADDRESS)

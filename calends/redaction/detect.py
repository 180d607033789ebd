"""Parts of a text that may speak of others: suspicions, on which a human decides."""

from __future__ import annotations

import re

from calends.redaction.numbers import cards, emails, ibans, phones, social_numbers
from calends.redaction.people import names, relations
from calends.redaction.places import addresses
from calends.redaction.spans import Reason, Span, merged
from calends.redaction.subject import Subject

LONGEST = 200_000
"""Characters of one text that are looked through; a longer one is suspect as a whole."""
PROSE_WORDS = 4
_WORDS = re.compile(r"[^\W\d_]{2,}")


def suspects(text: str, subject: Subject, region: str = "FR") -> list[Span]:
    """What may be about others, in order and without overlap. `region`: of phone numbers without
    a country. The subject's own name, addresses and numbers are not suspect."""
    if len(text) > LONGEST:
        return [Span(0, len(text), Reason.DECLARED)]
    return merged(
        [
            *emails(text, subject),
            *ibans(text, subject),
            *social_numbers(text, subject),
            *cards(text, subject),
            *phones(text, subject, region),
            *addresses(text, subject),
            *names(text, subject),
            *relations(text),
        ]
    )


def is_prose(text: str) -> bool:
    """Whether a text is more than a name or a code: several words, that may speak of anybody."""
    found = _WORDS.finditer(text)
    return all(next(found, None) is not None for _ in range(PROSE_WORDS))

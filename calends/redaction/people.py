"""Names of people, those they are related to, and those who told something."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from calends.redaction.spans import Reason, Span
from calends.redaction.subject import Subject
from calends.redaction.words import (
    BEFORE_SAID,
    GIVEN_NAMES,
    OWNERS,
    PARTICLES,
    RELATIONS,
    SAID,
    SHORT_TITLES,
    TITLES,
    WITNESSES,
    folded,
)

MOST_WORDS = 4
"""Of a name after its title or its first word, particles apart."""
_TOKEN = re.compile(r"[^\W\d_](?:[^\W\d_]|['’-](?=[^\W\d_])){0,60}")
_SAID_AFTER = re.compile(rf"[ ]{{0,2}},?[ ]{{0,2}}(?:qui )?(?:{SAID})", re.IGNORECASE)
_SAID_BEFORE = re.compile(rf"(?:{BEFORE_SAID})[ ]{{1,3}}$", re.IGNORECASE)
_RELATED = re.compile(rf"(?<!\w)(?:{OWNERS})[ ]?(?:{RELATIONS})(?!\w)", re.IGNORECASE)
_WITNESS = re.compile(rf"(?<!\w)(?:{WITNESSES})(?!\w)", re.IGNORECASE)
_LOOK_BACK = 30


@dataclass(frozen=True)
class _Token:
    start: int
    end: int
    text: str

    @cached_property
    def plain(self) -> str:
        return folded(self.text)

    @property
    def capital(self) -> bool:
        return self.text[0].isupper()

    @property
    def given(self) -> bool:
        return self.plain in GIVEN_NAMES or self.plain.split("-")[0] in GIVEN_NAMES

    @property
    def shouted(self) -> bool:
        return len(self.text) > 2 and self.text.isupper()

    @property
    def titled(self) -> bool:
        return self.capital and self.text[1:].islower()


def names(text: str, subject: Subject) -> Iterator[Span]:
    """People other than the subject; SOURCE when the text says that they told something."""
    tokens = [_Token(*found.span(), found[0]) for found in _TOKEN.finditer(text)]
    place = 0
    while place < len(tokens):
        words = _name_at(tokens, place, text)
        if not words:
            place += 1
            continue
        place += len(words)
        telling = [word.text for word in words if word.plain not in TITLES]
        parts = [part for word in telling for part in re.split("['’-]", word)]
        if not subject.is_named(parts):
            yield _as_source(text, words[0].start, words[-1].end, Reason.NAME)


def relations(text: str) -> Iterator[Span]:
    """People who are not named, and may be known all the same."""
    for found in _RELATED.finditer(text):
        yield _as_source(text, *found.span(), Reason.RELATION)
    for found in _WITNESS.finditer(text):
        yield Span(*found.span(), Reason.SOURCE)


def _name_at(tokens: Sequence[_Token], place: int, text: str) -> list[_Token]:
    """The words of the name that begins there, with its title; none when no name does."""
    first = tokens[place]
    if first.plain in TITLES and _is_title(first, text):
        rest = _following(tokens, place, text, dot_allowed=first.plain in SHORT_TITLES)
        return [first, *rest] if any(word.capital or _elided(word) for word in rest) else []
    if not first.capital:
        return []
    rest = _following(tokens, place, text)
    if first.given:
        return [first, *rest]
    # "Untel DURAND", "DURAND Jean": how forms and files write a name.
    if rest and first.titled and rest[0].shouted:
        return [first, rest[0]]
    if rest and first.shouted and rest[0].titled and rest[0].given:
        return [first, rest[0]]
    return []


def _is_title(token: _Token, text: str) -> bool:
    """`me` is a pronoun and `Me` a lawyer; `m` needs its capital."""
    return token.capital or token.plain not in ("m", "me", "mm", "pr", "dr", "ms", "mr")


def _following(
    tokens: Sequence[_Token], place: int, text: str, *, dot_allowed: bool = False
) -> list[_Token]:
    """The words after it that belong to a name, with particles between them."""
    words: list[_Token] = []
    taken = 0
    before = tokens[place]
    for token in tokens[place + 1 : place + 1 + 3 * MOST_WORDS]:
        gap = text[before.end : token.start]
        dotted = dot_allowed and not words and gap in (". ", ".", ".\u00a0")
        if not (dotted or (0 < len(gap) <= 2 and not gap.strip(" \u00a0"))):
            break
        if token.capital:
            taken += 1
        elif token.plain not in PARTICLES and token.plain.split("'")[0] not in PARTICLES:
            break
        words.append(token)
        before = token
        if taken == MOST_WORDS:
            break
    while words and not words[-1].capital and not _elided(words[-1]):
        words.pop()
    return words


def _elided(token: _Token) -> bool:
    """d'Artagnan: the particle and the name in one word."""
    head, _, rest = token.text.replace("’", "'").partition("'")
    return folded(head) in PARTICLES and rest[:1].isupper()


def _as_source(text: str, start: int, end: int, reason: Reason) -> Span:
    told = _SAID_AFTER.match(text, end)
    before = _SAID_BEFORE.search(text, max(0, start - _LOOK_BACK), start)
    return Span(start, end, Reason.SOURCE if told or before else reason)

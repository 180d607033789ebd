"""A text as sentences, and each sentence as words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

MAX_SENTENCE = 1000  # characters
MAX_QUOTE = 300  # characters

_SAME = str.maketrans(
    {"’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "œ": "oe", "Œ": "oe", "æ": "ae", "–": "-",
     "—": "-", "‑": "-", "‐": "-", "«": '"', "»": '"', "“": '"', "”": '"'}
)  # fmt: skip
_MARKS = re.compile("[\u0300-\u036f\u00ad\u200b-\u200f\u2060\ufeff]+")
_SHORTENED = (
    "art", "arts", "al", "par", "n", "M", "Mme", "Mr", "Mrs", "Dr", r"e\.g", "cf", "ex",  # fr, en
    "Abs", "Nr", "lit", "bzw", "bspw", "z", "ggf", "iVm", "bijv",  # de, nl
    r"p\.ej", "ad es",  # es, it
)  # fmt: skip
_SHORT = "".join(rf"(?<!\b{word}\.)" for word in _SHORTENED)
# One character class first, so that the engine skips to the next candidate.
_END = re.compile(
    r"[.!?…;¿¡\n](?:"
    rf"(?<!\n){_SHORT}[.!?…;]*[\"»)]*(?=\s|\Z)"
    r"|(?<=\n)[ \t]*(?:\n\s*|(?=(?:[-*•–·]|\d{1,2}[.)])[ \t])))",
    re.IGNORECASE,
)
_ITEM = re.compile(r"[ \t]*(?:[-*•–·]|\d{1,2}[.)])[ \t]")
_SHORT_LINE = 45  # characters: a shorter line was ended by its writer, not by the mail program
_WORD = re.compile(r"[^\W_]+|[,:]")
_NO_WORDS = re.compile(r"\S*(?:@|://|www\.)\S+")  # addresses and links say nothing


@dataclass(frozen=True, slots=True)
class Sentence:
    text: str
    words: list[str]  # as written, and the signs , and :
    lead: int = -1  # which sentence introduces the list that this is an item of; -1: none

    def quote(self, first: int) -> str:
        """The writer's own words: the whole sentence, or of a long one the part from that word."""
        if len(self.text) <= MAX_QUOTE:
            return self.text
        starts = [word.start() for word in _WORD.finditer(self.text)]
        start = starts[first] if first < len(starts) else 0
        return self.text[start : start + MAX_QUOTE].rstrip()


def fold(text: str) -> str:
    """Lower case, no accents, straight quotes, single blanks: how headers are compared here."""
    if text.isascii():
        return " ".join(text.lower().split())
    plain = unicodedata.normalize("NFKD", text.translate(_SAME).casefold())
    return " ".join(_MARKS.sub("", plain).split())


def words_of(text: str) -> list[str]:
    if "@" in text or "://" in text or "www." in text:
        # As many words as before, so that a word's place still tells where it stands.
        text = _NO_WORDS.sub(lambda m: re.sub(r"[^\W_]+", "0", m[0]), text)
    return _WORD.findall(text)


def sentences(text: str, subject: str = "") -> list[Sentence]:
    """The sentences in order, the subject first. Lines wrapped by a mail program are joined."""
    found = [Sentence(subject, words_of(subject))] if subject else []
    lead = -1
    for piece in _pieces(text):
        item = piece[0] in "-*•–·0123456789" and _ITEM.match(piece + " ") is not None
        found.append(Sentence(piece, words_of(piece), lead if item else -1))
        if piece[-1] == ":":
            lead = len(found) - 1
        elif not item:
            lead = -1
    return found


def _pieces(text: str) -> Iterator[str]:
    start = 0
    for end in _END.finditer(text):
        yield from _bounded(text[start : end.end()].strip())
        start = end.end()
    yield from _bounded(text[start:].strip())


def _bounded(piece: str) -> Iterator[str]:
    """The piece, parted where its writer ended a line, and at the length limit."""
    if not piece:
        return
    if "\n" not in piece and len(piece) <= MAX_SENTENCE:
        yield piece
        return
    current = ""
    lines = piece.split("\n")
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        for part in _cut(line):
            if current and len(current) + len(part) > MAX_SENTENCE:
                yield current
                current = ""
            current += ("\n" if current else "") + part
        if _ended_by_writer(line, following):
            yield current
            current = ""
    if current:
        yield current


def _ended_by_writer(line: str, following: str) -> bool:
    end = line.rstrip()
    return end.endswith(":") or (len(end) < _SHORT_LINE and not following.lstrip()[:1].islower())


def _cut(line: str) -> Iterator[str]:
    while len(line) > MAX_SENTENCE:
        blank = line.rfind(" ", 1, MAX_SENTENCE)
        end = blank if blank > 0 else MAX_SENTENCE
        yield line[:end]
        line = line[end:]
    yield line

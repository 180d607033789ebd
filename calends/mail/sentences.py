"""A text as sentences, each also in a folded form in which words are looked for."""

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
_END = re.compile(
    r"(?<!\bart)(?<!\barts)(?<!\bal)(?<!\bpar)(?<!\bn)(?<!\bM)(?<!\bMme)(?<!\be\.g)(?<!\bcf)"
    r"[.!?…;]+[\"»)]*(?=\s|\Z)|\n[ \t]*(?:\n[ \t]*)+|\n(?=[ \t]*(?:[-*•–·]|\d{1,2}[.)])[ \t])",
    re.IGNORECASE,
)
_ITEM = re.compile(r"[ \t]*(?:[-*•–·]|\d{1,2}[.)])[ \t]")
_SHORT_LINE = 45  # characters: a shorter line was ended by its writer, not by the mail program


@dataclass(frozen=True)
class Sentence:
    text: str
    folded: str
    item_of: str  # the folded sentence that introduces the list this is an item of, or ""

    def quote(self, start: int, end: int) -> str:
        """The writer's own words that folded[start:end] stands for: the whole sentence, or of a
        long one the part from the match on. Folding keeps the words, so words are counted."""
        if len(self.text) <= MAX_QUOTE:
            return self.text
        words = [word.start() for word in re.finditer(r"\S+", self.text)]
        first = words[min(self.folded.count(" ", 0, start), len(words) - 1)]
        return self.text[first : first + MAX_QUOTE].rstrip()


def fold(text: str) -> str:
    """Lower case, no accents, straight quotes, single blanks: how words are compared here."""
    plain = unicodedata.normalize("NFKD", text.translate(_SAME).casefold())
    return " ".join(_MARKS.sub("", plain).split())


def sentences(text: str) -> Iterator[Sentence]:
    """The sentences of a text, in order. Lines wrapped by a mail program are joined again."""
    lead = ""
    for piece in _pieces(text):
        stripped = piece.strip()
        if not stripped:
            continue
        folded = fold(stripped)
        item = bool(_ITEM.match(stripped + " "))
        if not item and lead and not lead.endswith(":"):
            lead = ""
        yield Sentence(stripped, folded, lead if lead.endswith(":") else "")
        if folded.endswith(":"):
            lead = folded
        elif not item:
            lead = ""


def _pieces(text: str) -> Iterator[str]:
    start = 0
    for end in _END.finditer(text):
        yield from _bounded(text[start : end.end()])
        start = end.end()
    yield from _bounded(text[start:])


def _bounded(piece: str) -> Iterator[str]:
    """The piece, parted where its writer ended a line, and at the length limit."""
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

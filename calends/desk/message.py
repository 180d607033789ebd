"""A message as a human reads it: every word of it, in its order, what carries a demand marked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from calends.mail.quoting import layers

Layer = Literal["own", "signature", "quoted"]
LONGEST_SHOWN = 60_000
"""Characters; the rest is in the file that can be downloaded."""


@dataclass(frozen=True)
class Piece:
    """A run of text; `rights` are those whose demand these words carry."""

    text: str
    rights: tuple[str, ...] = ()


@dataclass(frozen=True)
class Block:
    """Lines of one layer, together."""

    layer: Layer
    pieces: tuple[Piece, ...]


def blocks(text: str, quotes: Iterable[tuple[str, str]]) -> list[Block]:
    """The text in blocks; `quotes`: right and the words that carry it. Nothing is left out, so
    what the reader of mails took for quoted or a signature is seen by the human all the same."""
    shown = text[:LONGEST_SHOWN]
    wanted = list(quotes)
    return [Block(layer, tuple(marked(lines, wanted))) for layer, lines in _runs(shown)]


def marked(text: str, quotes: Sequence[tuple[str, str]]) -> Iterator[Piece]:
    """The text cut where a quote begins or ends, whatever blanks part its words there."""
    spans: list[tuple[int, int, str]] = []
    for right, quote in quotes:
        words = quote.split()
        if not words:
            continue
        found = re.search(r"\s+".join(re.escape(word) for word in words), text)
        if found is not None:
            spans.append((found.start(), found.end(), right))
    cuts = sorted({0, len(text), *(at for start, end, _ in spans for at in (start, end))})
    for start, end in pairwise(cuts):
        rights = tuple(right for first, last, right in spans if first <= start and end <= last)
        yield Piece(text[start:end], tuple(dict.fromkeys(rights)))


def _runs(text: str) -> Iterator[tuple[Layer, str]]:
    """Neighbouring lines of one layer; blank lines belong to what stands before them."""
    parted = layers(text)
    waiting: dict[Layer, list[str]] = {
        "own": _said(parted.own),
        "signature": _said(parted.signature),
        "quoted": _said(parted.quoted),
    }
    here: Layer = "own"
    run: list[str] = []
    for line in text.split("\n"):
        there = here if not line.strip() else _layer_of(line, waiting, here)
        if there != here and run:
            yield here, "\n".join(run)
            run = []
        here = there
        run.append(line)
    if run:
        yield here, "\n".join(run)


def _said(text: str) -> list[str]:
    """Lines that say something, the next one last."""
    return [line.strip() for line in reversed(text.split("\n")) if line.strip()]


def _layer_of(line: str, waiting: dict[Layer, list[str]], here: Layer) -> Layer:
    for layer in waiting:
        if waiting[layer] and waiting[layer][-1] == line.strip():
            waiting[layer].pop()
            return layer
    return here

"""Records that look like a person's without a link to them: candidates, for a human to resolve.

Names are compared without case, accents and order (rapidfuzz). Jeanne and Jean Martin are 92 of 100
alike: likeness never is a finding, and nothing is ever released because of it.
"""

from __future__ import annotations

import heapq
import json
import re
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Container, Iterable, Sequence
from contextlib import aclosing
from typing import Any

from rapidfuzz import fuzz

from calends.systems.dataset import Collection, Datasets
from calends.systems.matching import folded
from calends.systems.protocol import Candidate, Record, Seeds

LEAST = 85
"""Likeness below which two names are different people's."""
MOST = 20
"""Candidates given, the likeliest first."""
LOOKED_AT = 20_000
"""Rows of one collection that are compared at most."""

_WORD = re.compile(r"[^\W_]+")
_ACCENTED = frozenset("aceinouy")
Key = tuple[str, str]
Browse = Callable[[Collection, Sequence[str], Sequence[str]], AsyncGenerator[Record, None]]
"""Collection, its columns with a name, patterns -> records of which one column has one of the
patterns somewhere in it; few too many are no harm."""


async def candidates(
    datasets: Datasets, seeds: Seeds, known: Container[Key], browse: Browse
) -> AsyncIterator[Candidate]:
    """The likeliest first. `known` are the marks of what is found already."""
    names = [words for name in seeds.get("name", ()) if (words := words_of(name))]
    if not names:
        return
    patterns = sorted({p for words in names for word in words if (p := pattern(word))})
    best: list[tuple[int, int, Candidate]] = []
    for collection in datasets:
        columns = name_columns(collection)
        if not columns or collection.skipped or not patterns:
            continue
        async with aclosing(browse(collection, columns, patterns)) as records:
            async for record in records:
                score, fields = likeness(names, record.values, columns)
                if score >= LEAST and mark(record) not in known:
                    entry = (score, -len(best), Candidate(record, score, fields))
                    heapq.heappush(best, entry)
                    if len(best) > MOST:
                        heapq.heappop(best)
    for _, _, candidate in sorted(best, key=lambda entry: -entry[0]):
        yield candidate


def mark(record: Record) -> Key:
    """What makes it one record."""
    return record.collection, json.dumps(record.key, sort_keys=True)


def name_columns(collection: Collection) -> list[str]:
    """The columns that hold a name, by their declared category."""
    return [
        field.path[0]
        for field in collection.fields
        if len(field.path) == 1
        and any(c == "user.name" or c.startswith("user.name.") for c in field.data_categories)
    ]


def words_of(name: str) -> list[str]:
    return [word for word in _WORD.findall(folded(name[:200])) if len(word) > 1][:6]


def pattern(word: str) -> str | None:
    """For LIKE: letters that may carry an accent are any letter. None when too little is left."""
    wild = "".join("_" if letter in _ACCENTED else letter for letter in word)
    if len(word) >= 3 and len(wild.replace("_", "")) >= 2:
        return f"%{wild}%"
    return f"%{word}%" if len(word) >= 3 else None


def likeness(
    names: Iterable[Sequence[str]], values: Any, columns: Sequence[str]
) -> tuple[int, list[str]]:
    """How much the record's name is one of the names, 0 to 100, and the columns that count."""
    held = {c: folded(str(values[c])) for c in columns if values.get(c)}
    whole = [(" ".join(held.values()), list(held)), *((text, [c]) for c, text in held.items())]
    best: tuple[int, list[str]] = (0, [])
    for words in names:
        wanted = " ".join(words)
        for text, fields in whole:
            if len(text.split()) < min(2, len(words)):
                continue  # a first name alone is nobody's likeness
            score = int(fuzz.token_sort_ratio(wanted, text))
            if score > best[0]:
                best = (score, fields)
    return best


def matches(text: object, patterns: Sequence[str]) -> bool:
    """LIKE, in Python, for stores without it."""
    found = folded(str(text)) if text is not None else ""
    return any(re.search(p.strip("%").replace("_", "."), found) for p in patterns)

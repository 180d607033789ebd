"""Parts of a text, and why they may not be the reader's to see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Why a part of a text may have to be masked; the strongest first, where parts overlap."""

    SOURCE = "source"  # somebody who told something: witness, informant (rule book §5 row 20)
    NAME = "name"
    RELATION = "relation"  # "his wife", "the neighbour"
    EMAIL = "email"
    PHONE = "phone"
    IBAN = "iban"
    CARD = "card"
    SOCIAL_NUMBER = "social_number"
    ADDRESS = "address"
    DECLARED = "declared"  # the whole field may hold data of others, says its declaration
    STATED = "stated"  # a human marked it


_STRENGTH = {reason: rank for rank, reason in enumerate(Reason)}


@dataclass(frozen=True, order=True)
class Span:
    """Characters `start` to `end` (excluded) of a text."""

    start: int
    end: int
    reason: Reason


def merged(spans: Iterable[Span]) -> list[Span]:
    """The spans in order, overlapping ones as one of the strongest reason among them."""
    found: list[Span] = []
    for span in sorted(spans):
        if found and span.start < found[-1].end:
            last = found.pop()
            reason = min(last.reason, span.reason, key=_STRENGTH.__getitem__)
            span = Span(last.start, max(last.end, span.end), reason)
        found.append(span)
    return found

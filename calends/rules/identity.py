"""How surely the requester must be known: as lightly as the stake allows (GDPR 12(2), 12(6))."""

from __future__ import annotations

from collections.abc import Iterable

from calends.rules.rights import rule_for
from calends.rules.vocabulary import Assurance, Right

_LEVELS = tuple(Assurance)  # declared from the lightest to the surest


def enough(have: Assurance, need: Assurance) -> bool:
    """Whether the assurance reached covers the one needed."""
    return _LEVELS.index(have) >= _LEVELS.index(need)


def required_assurance(rights: Iterable[Right]) -> Assurance:
    """The highest assurance that any of these rights needs; IA0 when there is none."""
    needed = (rule_for(right).assurance for right in rights)
    return max(needed, key=_LEVELS.index, default=Assurance.IA0)

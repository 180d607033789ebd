"""Editions of the law: a case keeps the one that it was born under.

A case lives up to three months (GDPR 12(3)) and its evidence years longer: a change of the law
becomes a new edition here, with the day from which it applies, and no running case moves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Edition:
    """The numbers of the law that dates hang on."""

    name: str
    valid_from: date
    """First local day of receipt to which it applies."""
    source: str
    answer_months: int = 1
    """GDPR 12(3), first sentence."""
    extension_months: int = 2
    """GDPR 12(3), second sentence."""

    @property
    def whole(self) -> int:
        """Months from receipt to the end of an extension."""
        return self.answer_months + self.extension_months


# GDPR 99(2): applies from 25 May 2018; earlier receipts are counted the same way. The proposal
# COM(2025)837 (Digital Omnibus) is not adopted, so there is no edition for it (rule book §2.2).
EDITIONS = (Edition("2026.1", date(2018, 5, 25), "GDPR 12(3), 99(2)"),)


def edition_on(day: date, editions: Sequence[Edition] = EDITIONS) -> Edition:
    """The edition in force for a receipt on that local day; the first one for older receipts."""
    in_force = [edition for edition in editions if edition.valid_from <= day]
    if not in_force:
        return min(editions, key=lambda edition: edition.valid_from)
    return max(in_force, key=lambda edition: edition.valid_from)


def edition_named(name: str, editions: Sequence[Edition] = EDITIONS) -> Edition:
    """The edition of that name. Raises ValueError when there is none."""
    for edition in editions:
        if edition.name == name:
            return edition
    known = ", ".join(edition.name for edition in editions)
    raise ValueError(f"no edition of the rules named {name[:40]!r}: one of {known}")

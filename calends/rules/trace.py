"""Why something is what it is: each answer of the rules can be asked for its article."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """Why one value is what it is."""

    name: str
    value: str
    """ISO 8601 for a local date or a UTC instant; else the code name of what was decided."""
    source: str
    """The article, or `house rule: …` where no text says it."""
    words: str

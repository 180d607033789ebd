"""One thing that the auditor found wrong."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, and its mend."""

    kind: str
    about: str
    """A reference or an id; nothing personal."""
    what: str
    mend: str

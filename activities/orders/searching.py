"""Searching the declared systems."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field

from activities.orders.step import CaseStep
from calends.rules.vocabulary import SearchState


class SearchSystem(CaseStep):
    system: str
    round: int = 0
    """Grows when the system is to be searched again."""
    attempt: int = 0
    """Grows when a human says so: a processor that cancelled a request is asked anew."""


class Candidates(BaseModel):
    system: str
    count: int


class SearchFailed(CaseStep):
    system: str
    reason: str
    since: datetime
    skipped: bool = False
    """A human decided, with a reason, that this system is not searched."""
    by_role: str = ""
    """Who decided it."""


class ToReview(BaseModel):
    """What a human must look at before a copy leaves; the items are sealed blobs."""

    texts: int
    suspects: dict[str, int] = Field({})
    """Reason (`calends.redaction.spans.Reason`) -> passages that may speak of others."""


class HandSearched(CaseStep):
    system: str
    found: bool
    upload: str = ""


class Searched(BaseModel):
    system: str
    state: SearchState
    count: int = 0
    since: datetime | None = None
    reason: str = ""
    speaks_of_others: bool = False
    """Fields declared `third_party` hold something: a human looks first (GDPR 15(4))."""
    released: bool = False
    """All that was found may be disclosed unreviewed (`auto_release`)."""
    stakes: list[str] = Field([])
    """What the findings are about, by the harm of a mistake (rules `identity.Stake`)."""
    tells: dict[str, str] = Field({})
    """Other systems that these records lead into -> digest of what they are told."""

"""The case, its searches and its person's page, as every letter may need them."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from calends.letters.inputs.base import Count, Input, Line
from calends.rules.vocabulary import Language, Right, SearchState


class CaseFacts(Input):
    """One case as its letters see it."""

    reference: str = Field(pattern=r"^[A-Z0-9][A-Z0-9-]{0,31}$")
    language: Language
    received: date
    safe_due: date
    legal_due: date
    extended_safe_due: date
    rights: tuple[Right, ...] = ()
    addressee: str = Field("", max_length=200, description="only when the person is identified")


class SystemOutcome(Input):
    """How the search of one system ended."""

    name: Line
    state: SearchState
    count: Count = 0
    since: date | None = Field(None, description="failed or waiting: since when")
    reason: Line = Field("", description="skipped: why")


class PageAccess(Input):
    """The person's own page: an address, a code to type there, the last day of both."""

    url: str = Field(pattern=r"^https?://[^\s<>\"]{1,500}$")
    code: str = Field(pattern=r"^[0-9A-Z]{4}-[0-9A-Z]{4}$")
    expires: date


class Withheld(Input):
    """Something not given in an access reply, and why (GDPR 12(4), 15(4))."""

    what: Line
    reason: Line


class RecipientNotice(Input):
    """What a recipient was told (GDPR 19)."""

    name: Line
    state: Literal["told", "confirmed", "silent", "pending", "failed", "impossible"]
    """told: and no answer is due; confirmed: it answered that it acted; silent: told, and reminded
    without an answer; pending: the message is under way; failed: it did not get through."""
    on: date | None = Field(None, description="when it was told, or when it confirmed")


class Reason(Input):
    """A fact that the case knows and that explains why something is late or not done."""

    kind: Literal[
        "system_silent", "records_found", "task_open", "several_requests", "in_progress", "stated"
    ]
    name: Line = Field("", description="the system, or the kind of task")
    count: Count = 0
    since: date | None = None
    text: Line = Field("", description="stated: the DPO's own words")


class NotDone(Input):
    """A right that was not, or not wholly, carried out, and why (GDPR 12(4))."""

    right: Right
    reasons: tuple[Reason, ...] = ()


class AddedRight(Input):
    """A right added later in the thread: its clock starts at its own receipt (rule book §5.38)."""

    right: Right
    received: date
    safe_due: date


class FurtherPoint(Input):
    """Why a further answer is sent after a first one."""

    kind: Literal["late_system", "corrected", "completed"]
    name: Line = Field("", description="late_system: its name")
    text: Line = Field("", description="corrected, completed: what, in the DPO's words")

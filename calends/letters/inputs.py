"""What a letter is made from: plain inputs that a case fills. No behaviour here.

Dates are days in the controller's time zone. Free texts are in the letter's language.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from calends.rules.vocabulary import Language, Right, SearchState, Verdict

Line = Annotated[str, Field(max_length=1_000)]
Count = Annotated[int, Field(ge=0)]


class _Input(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CaseFacts(_Input):
    """One case as its letters see it."""

    reference: str = Field(pattern=r"^[A-Z0-9][A-Z0-9-]{0,31}$")
    language: Language
    received: date
    safe_due: date
    legal_due: date
    extended_safe_due: date
    rights: tuple[Right, ...] = ()
    addressee: str = Field("", max_length=200, description="only when the person is identified")


class SystemOutcome(_Input):
    """How the search of one system ended."""

    name: Line
    state: SearchState
    count: Count = 0
    since: date | None = Field(None, description="failed or waiting: since when")
    reason: Line = Field("", description="skipped: why")


class ErasureLine(_Input):
    """What became of one data set (rule book §1.5)."""

    system: Line
    collection: Line = ""
    verdict: Verdict
    count: Count = 0
    until: date | None = None
    source: Line = Field("", description="the law that obliges to keep, with its article")
    exception: Line = Field("", description='the exception of the GDPR, e.g. "17(3)(b)"')
    reason: Line = ""


class PageAccess(_Input):
    """The person's own page: an address, a code to type there, the last day of both."""

    url: str = Field(pattern=r"^https?://[^\s<>\"]{1,500}$")
    code: str = Field(pattern=r"^[0-9A-Z]{4}-[0-9A-Z]{4}$")
    expires: date


class Withheld(_Input):
    """Something not given in an access reply, and why (GDPR 12(4), 15(4))."""

    what: Line
    reason: Line


class RecipientNotice(_Input):
    """What a recipient was told (GDPR 19)."""

    name: Line
    state: Literal["told", "pending", "failed", "impossible"]
    on: date | None = None


class ChannelStop(_Input):
    """A channel on which prospecting stopped (GDPR 21(3)), and from which day."""

    channel: Literal["email", "post", "phone", "sms", "profiling"]
    since: date


class Reason(_Input):
    """A fact that the case knows and that explains why something is late or not done."""

    kind: Literal[
        "system_silent", "records_found", "task_open", "several_requests", "in_progress", "stated"
    ]
    name: Line = Field("", description="the system, or the kind of task")
    count: Count = 0
    since: date | None = None
    text: Line = Field("", description="stated: the DPO's own words")


class NotDone(_Input):
    """A right that was not, or not wholly, carried out, and why (GDPR 12(4))."""

    right: Right
    reasons: tuple[Reason, ...] = ()

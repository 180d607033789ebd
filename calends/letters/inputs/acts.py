"""What was done, right by right: the substance of the replies."""

from __future__ import annotations

from datetime import date
from typing import Literal, Self

from pydantic import Field, model_validator

from calends.letters.inputs.base import Count, Input, Line
from calends.rules.vocabulary import Verdict

Basis = Literal["consent", "contract", "legal_obligation", "legitimate_interest", "UNSET"]


class ErasureLine(Input):
    """What became of one data set (rule book §1.5)."""

    system: Line
    collection: Line = ""
    verdict: Verdict
    count: Count = 0
    until: date | None = None
    source: Line = Field("", description="the law that obliges to keep, with its article")
    exception: Line = Field("", description='the exception of the GDPR, e.g. "17(3)(b)"')
    reason: Line = ""


class ChannelStop(Input):
    """A channel on which prospecting stopped (GDPR 21(3)), and from which day."""

    channel: Literal["email", "post", "phone", "sms", "profiling"]
    since: date


class PortableSet(Input):
    """One data set in a portability file (GDPR 20(1): provided, on consent or contract)."""

    system: Line
    title: Line = ""
    count: Count = 0
    basis: Literal["consent", "contract"]


class ExcludedSet(Input):
    """One data set that is not in the portability file, and why."""

    what: Line
    why: Literal["other_basis", "not_provided", "not_automated", "rights_of_others", "stated"]
    """other_basis: neither consent nor contract; not_provided: made or inferred by the controller;
    not_automated: paper; rights_of_others: GDPR 20(4); stated: the DPO's words."""
    basis: Basis = Field("UNSET", description="other_basis: which one")
    text: Line = Field("", description="stated: why")


class Change(Input):
    """One field corrected or completed (GDPR 16). Bank details are never printed whole."""

    system: Line
    title: Line = Field("", description="the data set, in words")
    field: Line = Field(description="the field, in words")
    kind: Literal["corrected", "completed", "disagreement_noted"] = "corrected"
    before: Line = Field("", description="empty: there was nothing")
    after: Line
    on: date


class NotChanged(Input):
    """Something asked to be corrected that was not, and why."""

    what: Line
    why: Literal["voucher", "opinion", "unproved", "not_found", "already_right", "stated"]
    """voucher: an issued accounting document (C. com. L123-22); opinion: an appraisal, beside which
    the disagreement is noted; unproved: contested and not established."""
    text: Line = Field("", description="stated: why, in the DPO's words")


class ContactChange(Input):
    """A change of contact or bank details that waits for a yes at the old contact."""

    kind: Literal["email", "phone", "postal", "bank"]
    new: Line = Field(description="the new value; the letter shows a part of it only")
    asked_on: date
    answer_by: date


class RestrictedSet(Input):
    """One data set whose processing is restricted (GDPR 18)."""

    system: Line
    title: Line = ""
    count: Count = 0


class ObjectionOutcome(Input):
    """What became of an objection, for one purpose (GDPR 21(1))."""

    purpose: Line
    outcome: Literal["stopped", "compelling", "claims", "consent", "contract", "legal_obligation"]
    """stopped: granted; compelling, claims: refused on grounds that `balancing` demonstrates;
    consent: stopped as withdrawn consent; contract, legal_obligation: 21(1) does not apply."""
    since: date | None = Field(None, description="stopped, consent: from which day")
    balancing: Line = Field("", description="compelling, claims: the balancing, in words")

    @model_validator(mode="after")
    def _said(self) -> Self:
        if self.outcome in ("compelling", "claims") and not self.balancing.strip():
            raise ValueError("a refused objection needs its balancing (GDPR 21(1))")
        if self.outcome in ("stopped", "consent") and self.since is None:
            raise ValueError("a granted objection needs the day since when")
        return self


class WithdrawnConsent(Input):
    """A consent that was withdrawn (GDPR 7(3))."""

    purpose: Line
    since: date = Field(description="from when nothing is processed on it")
    on_record: bool = Field(True, description="False: no such consent was found")


class Remaining(Input):
    """What is still processed after a withdrawal, on another basis."""

    what: Line
    basis: Basis
    source: Line = Field("", description="the law that obliges, with its article")
    until: date | None = None


class HumanReview(Input):
    """A decision examined anew by a person (GDPR 22(3))."""

    what: Line = Field(description="the decision that was contested")
    reviewed_on: date
    reviewer: Line = Field(description="the function of the person, not the name")
    heard: bool = Field(description="the person concerned gave their point of view")
    criteria: tuple[Line, ...] = Field(min_length=1, description="those that decided")
    changed: bool
    decision: Line
    reasons: tuple[Line, ...] = Field(min_length=1)


class PurgedSet(Input):
    """One data set that was kept until a date and is now deleted."""

    system: Line
    title: Line = ""
    count: Count = 0
    until: date
    source: Line = Field("", description="the law that obliged to keep")

"""How long things are kept, as the company file says it: scheduled phases, and files of cases."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

StartEvent = Literal[
    "last_active_response", "end_of_relationship", "first_deposit", "document_date"
]
"""From what a period counts; `calends.rules.phases.RESETS` says what starts each again."""

Lifetime = Annotated[str, Field(pattern=r"^(P\d+Y(\d+M)?(\d+D)?|P\d+M(\d+D)?|P\d+D|UNSET)$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class PhaseSettings(_Strict):
    """Who lets records go from active to archive to their end (rule book §3.1)."""

    run: Literal["by_hand", "scheduled"] = Field(
        "by_hand", description="scheduled: every night, without `calends retention run`"
    )
    approved_by: str = Field("", description="who approved the schedule: name and function")
    most_records: int = Field(
        10_000, ge=1, le=1_000_000, description="of one system in one scheduled run; more: a human"
    )

    @model_validator(mode="after")
    def _somebody_approved(self) -> Self:
        if self.run == "scheduled" and not self.approved_by.strip():
            raise ValueError("a scheduled run needs `approved_by`: who approved it")
        return self


class CaseFileSettings(_Strict):
    """How long the files of closed cases are kept (rule book §4). No law fixes it: the DPO's
    assessment. `UNSET`: kept until a human says otherwise."""

    findings: Lifetime = Field("P30D", description="what was found and handed over; then digests")
    correspondence: Lifetime = Field("P12M", description="the request and the letters")
    file: Lifetime = Field("P5Y", description="all of it: the key is destroyed (C. civ. 2224)")
    objections: Lifetime = Field(
        "P6Y", description="the same, of prospecting objections (CP 226-18-1)"
    )

"""What the company file may settle beside its facts: mail, clock, identity, alerts, the desk."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from calends.rules.pause import HARD_ASK_DELAY_DAYS, PauseMode


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class MailFacts(_Strict):
    """What the company's mail server does, and whom a look-alike would imitate."""

    authserv_id: str = Field(
        "", description="RFC 8601 authserv-id that our own server writes; unset: verdict unknown"
    )
    verify_dkim: bool = Field(False, description="also verify DKIM signatures here (asks the DNS)")
    plus_addressing: bool = Field(
        False, description="the server delivers name+anything@ to name@: replies find their case"
    )
    known_domains: list[str] = Field([], description="domains of partners, beside our own")
    letters_per_minute: int = Field(
        60, ge=0, le=6000, description="to one recipient domain, as a burst or spread; 0: no limit"
    )
    bounce_hours: int = Field(
        24, ge=0, le=168, description="an answered case stays open so long, for what comes back"
    )


class DeadlineSettings(_Strict):
    """Contested points of the clock, with the rule book's defaults (§2.2, §2.5)."""

    count_local_holidays: bool = Field(
        False, description="the region's own holidays count too, beside the national ones"
    )
    extension_enabled: bool = Field(True, description="two more months may be taken: GDPR 12(3)")
    last_call_working_days_before: int = Field(
        2, ge=1, le=10, description="before the safe date the case answers by itself"
    )
    extension_decision_working_days_before: int = Field(
        5, ge=2, le=15, description="before the safe date an extension is decided"
    )
    acknowledgment_working_days: int = Field(
        2, ge=1, le=5, description="after receipt the acknowledgment has gone"
    )
    identity_pause: PauseMode = Field(PauseMode.NONE, description="décret 2019-536 art. 77")
    max_ask_delay_days: int = Field(
        HARD_ASK_DELAY_DAYS,
        ge=0,
        le=HARD_ASK_DELAY_DAYS,
        description="asked so many days after receipt, the question of identity may still pause",
    )


class IdentitySettings(_Strict):
    """How surely a person must be known (rule book §1, "Identity assurance levels")."""

    ladder: Literal["proportionate", "contact_only"] = Field(
        "proportionate",
        description="whether bank, sensitive or contract data found ask for a second factor",
    )


class Alerts(_Strict):
    """Who is told when something is late; the DPO always is."""

    deputy_email: str = Field("", description="told too, when the DPO is away")
    management_email: str = Field("", description="paged at last calls; unset: the DPO")
    webhook: str = Field("", description="URL paged with level, reference and what; ${NAME}")


class DeskSettings(_Strict):
    """How the console decides."""

    second_eyes: list[Literal["disclosure", "destruction"]] = Field(
        default=["disclosure", "destruction"],
        description="acts that a second person confirms, never the one who proposed them",
    )
    undo_seconds: int = Field(
        30, ge=0, le=600, description="so long a decision of consequence can be taken back"
    )

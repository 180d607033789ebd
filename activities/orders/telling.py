"""What recipients are told (GDPR 19)."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

from activities.orders.step import CaseStep
from calends.rules.vocabulary import Right

ToldOf = Literal[
    "rectify", "erase", "restrict", "lift", "stop_prospecting", "object", "withdraw_consent"
]
"""The act that a recipient is told of, and asked to do likewise."""


class PrepareNotices(CaseStep):
    right: Right
    act: ToldOf


class Notice(BaseModel):
    """What one recipient is told. `purpose` names the notice in its case, and its letter."""

    recipient: str
    right: Right
    by: str  # mail, http, hand
    purpose: str
    system: str = ""
    """http: the declared system that is the recipient's interface."""


class NoticesPrepared(BaseModel):
    notices: list[Notice]


class TellByHttp(CaseStep):
    notice: Notice


class Told(BaseModel):
    recipient: str


class RecordNotice(CaseStep):
    notice: Notice
    state: str
    by_role: str

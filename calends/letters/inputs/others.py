"""What is said to others than the person, or about them: recipients, the DPO, the post."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from calends.letters.inputs.acts import Change
from calends.letters.inputs.base import Count, Input, Line
from calends.letters.inputs.case import PageAccess


class NamedRecipient(Input):
    """Who received data, and when (GDPR 15(1)(c); CJEU C-154/21: named)."""

    name: Line
    role: Line = ""
    country: Line = Field("", description="only outside France, in words")
    start: date | None = None
    end: date | None = Field(None, description="None: still receives")


class DataSetRecipients(Input):
    """The recipients of one data set. None of them: it was disclosed to nobody."""

    title: Line
    recipients: tuple[NamedRecipient, ...] = ()


class KnownBy(Input):
    """What a recipient needs to find the person again, and nothing more."""

    kind: Literal["name", "email", "phone", "postal", "customer_number", "reference"]
    value: Line


class RecipientOrder(Input):
    """What a recipient is told to do (GDPR 19; 21(3) for prospecting)."""

    act: Literal[
        "rectify", "erase", "restrict", "lift", "stop_prospecting", "object", "withdraw_consent"
    ]
    recipient: Line
    decided_on: date
    answer_by: date
    identifiers: tuple[KnownBy, ...] = ()
    page: PageAccess | None = Field(None, description="where the identifiers wait, when sealed")
    data_sets: tuple[Line, ...] = ()
    changes: tuple[Change, ...] = Field((), description="rectify: what is right now")


class PostingOrder(Input):
    """A letter that a person must print and post."""

    subject: Line
    address: tuple[Line, ...] = Field(min_length=1, max_length=7)
    post_by: date
    pages: Count = 0
    registered: bool = Field(False, description="with acknowledgment of receipt")

"""When a request was received: the event from which the month counts.

Arrival at any channel of the controller, read or not (EDPB 01/2022 §52-56, §159); the earliest
known arrival of the same request rules. Rule book §2.1-2, §2.2, §5 rows 24-27, 64.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from calends.rules.trace import Step
from calends.rules.zones import at_local


class Channel(StrEnum):
    """How a request reached the controller."""

    MAIL = "mail"  # any mailbox of the controller; the wrong one gives no extra time
    POST_DELIVERED = "post_delivered"
    POST_PRESENTED = "post_presented"  # first presentation of a registered letter
    ORAL = "oral"
    SOCIAL_MEDIA = "social_media"  # an official account
    PROCESSOR = "processor"  # a processor or agent of the controller
    IMPORTED = "imported"  # received before Calends was there
    WRONG_ADDRESS = "wrong_address"  # not the controller's, or manifestly not for this


_WORDS: dict[Channel, tuple[str, str]] = {
    Channel.MAIL: ("EDPB 01/2022 §52-56", "arrival in a mailbox of the controller, whoever reads"),
    Channel.POST_DELIVERED: ("house rule: the stamp of delivery", "the letter was delivered"),
    Channel.POST_PRESENTED: (
        "house rule: the earliest of presentation and delivery",
        "the registered letter was first presented",
    ),
    Channel.ORAL: ("GDPR 12(2)", "the day of the call or visit; confirmed in writing"),
    Channel.SOCIAL_MEDIA: ("EDPB 01/2022 §52-56", "an official channel is a valid one"),
    Channel.PROCESSOR: (
        "house rule: the earliest known arrival",
        "it reached a processor or agent of the controller",
    ),
    Channel.IMPORTED: ("GDPR 12(3)", "the original receipt stays, whatever tool handles it"),
}


@dataclass(frozen=True)
class Arrival:
    """One arrival of one request. `at`: UTC instant."""

    channel: Channel
    at: datetime


@dataclass(frozen=True)
class Receipt:
    at: datetime
    why: Step


def arrival_on(channel: Channel, day: date, tz: str) -> Arrival:
    """An arrival of which only the local day is known, such as a stamp: from its first hour."""
    return Arrival(channel, at_local(day, 0, tz))


def receipt_of(arrivals: Iterable[Arrival]) -> Receipt:
    """The receipt of a request that arrived in these ways. Raises ValueError when none counts."""
    counting = [arrival for arrival in arrivals if arrival.channel in _WORDS]
    if not counting:
        raise ValueError("the request reached no channel of the controller")
    first = min(counting, key=lambda arrival: arrival.at)
    source, words = _WORDS[first.channel]
    return Receipt(first.at, Step("received", f"{first.at:%Y-%m-%dT%H:%M:%SZ}", source, words))

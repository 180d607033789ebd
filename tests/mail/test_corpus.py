"""How well messages are read that were written as people write. `make bench` prints the figures."""

from __future__ import annotations

from functools import cache

import pytest

from calends.mail.reading import Reading, read_message
from calends.rules.vocabulary import MessageKind, Right
from tests.mail.corpus import Message, Score, messages, score

RIGHTS = [right for right in Right if right is not Right.AUTHORITY_INQUIRY]
PARTS = pytest.mark.parametrize("part", ["open", "kept", "fresh"])
TUNED = pytest.mark.parametrize("part", ["open", "kept"])
REQUESTS = [m for m in messages() if m.kind is MessageKind.REQUEST]


@cache
def _score(part: str) -> Score:
    return score(messages(part))


def _reading(message: Message) -> Reading:
    return read_message(message.raw)


def test_the_corpus_is_large_and_half_of_it_was_kept_aside() -> None:
    assert len(messages()) >= 600
    assert len(messages("open")) <= len(messages()) / 2


@PARTS
def test_a_request_is_read_as_one_or_goes_to_a_human(part: str) -> None:
    floor = {"open": 1.0, "kept": 0.98, "fresh": 0.9}[part]
    assert _score(part).requests_found >= floor * _score(part).requests


@TUNED
@pytest.mark.parametrize("right", RIGHTS)
def test_a_right_is_found_where_it_is_exercised(right: Right, part: str) -> None:
    assert _score(part).recall(right) >= (0.95 if part == "open" else 0.85)


@TUNED
@pytest.mark.parametrize("right", RIGHTS)
def test_a_right_is_not_found_where_it_is_not_exercised(right: Right, part: str) -> None:
    assert _score(part).precision(right) >= 0.9


def test_rights_are_found_in_words_never_met_before() -> None:
    assert _score("fresh").recall() >= 0.8
    assert _score("fresh").precision() >= 0.9


@PARTS
def test_daily_business_seldom_costs_a_look(part: str) -> None:
    assert _score(part).false_alarms <= 0.08 * _score(part).daily


@pytest.mark.parametrize("message", REQUESTS, ids=lambda m: m.place)
def test_the_words_that_carry_a_demand_are_the_writers_own(message: Message) -> None:
    for demand in _reading(message).demands:
        assert demand.quote
        assert demand.quote in message.text or demand.quote in message.subject


@TUNED
def test_what_a_human_must_see_goes_to_a_human(part: str) -> None:
    must = [m for m in messages(part) if m.triage]
    seen = [m for m in must if _reading(m).needs_triage]
    assert len(seen) >= (1.0 if part == "open" else 0.9) * len(must)


MACHINES = [m for m in messages() if m.kind in (MessageKind.AUTO_REPLY, MessageKind.BOUNCE)]


@pytest.mark.parametrize("message", MACHINES, ids=lambda m: m.place)
def test_an_automatic_reply_or_a_bounce_opens_no_case(message: Message) -> None:
    reading = _reading(message)
    assert reading.kind is message.kind
    assert reading.demands == []
    assert not reading.needs_triage

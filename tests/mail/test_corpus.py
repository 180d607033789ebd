"""How well messages are read that were written as people write. `make bench` prints the figures.

The half kept aside while tuning is held to lower floors: it is the honest half.
"""

from __future__ import annotations

from functools import cache

import pytest

from calends.mail.reading import Reading, read_message
from calends.rules.vocabulary import MessageKind, Right
from tests.mail.corpus import Message, Score, messages, score

RIGHTS = [right for right in Right if right is not Right.AUTHORITY_INQUIRY]
HALVES = pytest.mark.parametrize("held_out", [False, True], ids=["open", "held-out"])
REQUESTS = [m for m in messages() if m.kind is MessageKind.REQUEST]


@cache
def _score(held_out: bool) -> Score:
    return score(messages(held_out=held_out))


def _reading(message: Message) -> Reading:
    return read_message(message.raw)


def test_the_corpus_is_large_and_half_of_it_was_kept_aside() -> None:
    assert len(messages()) >= 240
    assert abs(len(messages(held_out=True)) - len(messages(held_out=False))) <= len(messages()) / 20


@HALVES
def test_no_request_is_dropped(held_out: bool) -> None:
    floor = 0.97 if held_out else 1.0
    assert _score(held_out).requests_found >= floor * _score(held_out).requests


@HALVES
@pytest.mark.parametrize("right", RIGHTS)
def test_a_right_is_found_where_it_is_exercised(right: Right, held_out: bool) -> None:
    assert _score(held_out).recall(right) >= (0.75 if held_out else 0.95)


@HALVES
@pytest.mark.parametrize("right", RIGHTS)
def test_a_right_is_not_found_where_it_is_not_exercised(right: Right, held_out: bool) -> None:
    assert _score(held_out).precision(right) >= (0.8 if held_out else 0.95)


@HALVES
def test_daily_business_seldom_costs_a_look(held_out: bool) -> None:
    assert _score(held_out).false_alarms <= 2


@pytest.mark.parametrize("message", REQUESTS, ids=lambda m: m.place)
def test_the_words_that_carry_a_demand_are_the_writers_own(message: Message) -> None:
    for demand in _reading(message).demands:
        assert demand.quote
        assert demand.quote in message.text or demand.quote in message.subject


@HALVES
def test_what_a_human_must_see_goes_to_a_human(held_out: bool) -> None:
    must = [m for m in messages(held_out=held_out) if m.triage]
    seen = [m for m in must if _reading(m).needs_triage]
    assert len(seen) >= (0.9 if held_out else 1.0) * len(must)


MACHINES = [m for m in messages() if m.kind in (MessageKind.AUTO_REPLY, MessageKind.BOUNCE)]


@pytest.mark.parametrize("message", MACHINES, ids=lambda m: m.place)
def test_an_automatic_reply_or_a_bounce_opens_no_case(message: Message) -> None:
    reading = _reading(message)
    assert reading.kind is message.kind
    assert reading.demands == []
    assert not reading.needs_triage

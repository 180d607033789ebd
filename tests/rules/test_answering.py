from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calends.rules.answering import Delivery, Letter, State, how_it_stands
from calends.rules.clock import compute_clock
from calends.rules.receipt import Channel, arrival_on
from calends.rules.replies import ANSWERS, Turn
from calends.rules.vocabulary import Right

PARIS = ZoneInfo("Europe/Paris")
RECEIVED = arrival_on(Channel.MAIL, date(2026, 6, 10), "Europe/Paris").at
CLOCK = compute_clock(RECEIVED, tz="Europe/Paris", region="FR")
DUE, EXTENDED_DUE = CLOCK.legal_due, CLOCK.extended_legal_due
IN_TIME = date(2026, 7, 8)

letters = st.builds(
    Letter,
    st.sampled_from(Turn),
    st.lists(st.sampled_from(Right), max_size=3).map(tuple),
    st.sampled_from(Delivery),
    st.integers(0, 100).map(lambda days: date(2026, 6, 10) + timedelta(days=days)),
)


def letter(
    turn: Turn,
    day: date = IN_TIME,
    delivery: Delivery = Delivery.SENT,
    right: Right = Right.ACCESS,
) -> Letter:
    return Letter(turn, (right,), delivery, day)


def stands(*sent: Letter, today: date, right: Right = Right.ACCESS) -> tuple[State, date, bool]:
    found = how_it_stands(right, sent, CLOCK, today)
    return found.state, found.due, found.on_time


@pytest.mark.parametrize("turn", sorted(ANSWERS - {Turn.EXTENSION, Turn.PARTIAL}))
def test_an_answer_that_was_sent_in_time_answers(turn: Turn) -> None:
    for delivery in (Delivery.SENT, Delivery.POSTED):
        assert stands(letter(turn, delivery=delivery), today=DUE) == (State.ANSWERED, DUE, True)


@pytest.mark.parametrize("turn", sorted(set(Turn) - ANSWERS))
def test_what_is_no_answer_leaves_the_demand_open(turn: Turn) -> None:
    assert stands(letter(turn), today=DUE) == (State.OPEN, DUE, True)
    assert stands(letter(turn), today=DUE + timedelta(days=1)) == (State.LATE, DUE, False)


@pytest.mark.parametrize("delivery", [Delivery.WRITTEN, Delivery.BOUNCED])
def test_a_reply_that_bounced_or_never_left_answers_nothing(delivery: Delivery) -> None:
    reply = letter(Turn.FINAL, delivery=delivery)
    assert stands(reply, today=DUE + timedelta(days=1)) == (State.LATE, DUE, False)


@pytest.mark.parametrize("turn", [Turn.EXTENSION, Turn.PARTIAL])
def test_a_notice_inside_the_month_extends_and_the_answer_is_still_owed(turn: Turn) -> None:
    notice = letter(turn)
    after = DUE + timedelta(days=1)
    assert stands(notice, today=after) == (State.EXTENDED, EXTENDED_DUE, True)
    late = EXTENDED_DUE + timedelta(days=1)
    assert stands(notice, today=late) == (State.LATE, EXTENDED_DUE, False)
    reply = letter(Turn.FINAL, EXTENDED_DUE)
    assert stands(notice, reply, today=late) == (State.ANSWERED, EXTENDED_DUE, True)


def test_a_notice_on_the_last_day_of_the_month_is_in_time() -> None:
    on_it = letter(Turn.EXTENSION, DUE)
    assert stands(on_it, today=DUE + timedelta(days=1)) == (State.EXTENDED, EXTENDED_DUE, True)


def test_a_notice_after_the_month_extends_nothing() -> None:
    late = letter(Turn.EXTENSION, DUE + timedelta(days=1))
    assert stands(late, today=DUE + timedelta(days=1)) == (State.LATE, DUE, False)


@pytest.mark.parametrize("right", [Right.PROSPECTING_OBJECTION, Right.CONSENT_WITHDRAWAL])
def test_what_is_never_extended_is_late_after_the_month_whatever_notice_was_sent(
    right: Right,
) -> None:
    notice = letter(Turn.EXTENSION, right=right)
    after = DUE + timedelta(days=1)
    assert stands(notice, today=after, right=right) == (State.LATE, DUE, False)


def test_an_answer_after_the_legal_date_is_late_in_law() -> None:
    reply = letter(Turn.FINAL, DUE + timedelta(days=1))
    assert stands(reply, today=DUE + timedelta(days=9)) == (State.ANSWERED, DUE, False)


def test_the_erasure_of_a_minors_data_is_not_extended() -> None:
    notice = letter(Turn.EXTENSION, right=Right.ERASURE)
    after = DUE + timedelta(days=1)
    adult = how_it_stands(Right.ERASURE, [notice], CLOCK, after)
    minor = how_it_stands(Right.ERASURE, [notice], CLOCK, after, minor=True)
    assert (adult.state, minor.state) == (State.EXTENDED, State.LATE)


@given(st.lists(letters, max_size=6), st.sampled_from(Right), st.integers(0, 120))
def test_letters_about_other_rights_change_nothing(
    sent: list[Letter], right: Right, days: int
) -> None:
    today = date(2026, 6, 10) + timedelta(days=days)
    own = [one for one in sent if right in one.rights]
    assert how_it_stands(right, sent, CLOCK, today) == how_it_stands(right, own, CLOCK, today)

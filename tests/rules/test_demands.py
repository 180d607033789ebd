from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calends.rules.demands import (
    Demand,
    DemandState,
    FurtherMessage,
    Meaning,
    in_order_of_law,
    place_of_message,
    withdrawal_of,
)
from calends.rules.vocabulary import Assurance, Right

FIRST = datetime(2026, 6, 10, 12, tzinfo=UTC)
LATER = datetime(2026, 6, 20, 12, tzinfo=UTC)
ACCESS = Demand(Right.ACCESS, FIRST)

demands = st.lists(
    st.builds(
        Demand,
        st.sampled_from(Right),
        st.integers(0, 9).map(lambda days: FIRST + timedelta(days=days)),
        st.sampled_from(DemandState),
    ),
    max_size=6,
)
some_rights = st.lists(st.sampled_from(Right), max_size=4).map(tuple)
messages = st.builds(
    FurtherMessage,
    st.just(LATER),
    some_rights,
    some_rights,
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)


def meanings(*known: Demand, **message: object) -> list[tuple[Meaning, Right | None]]:
    places = place_of_message(known, FurtherMessage(LATER, **message))  # type: ignore[arg-type]
    return [(place.meaning, place.right) for place in places]


def test_the_same_message_again_is_a_duplicate_whatever_it_says() -> None:
    (place,) = place_of_message(
        [ACCESS], FurtherMessage(LATER, rights=(Right.ERASURE,), same_content=True)
    )
    assert (place.meaning, place.counts_from) == (Meaning.DUPLICATE, None)
    assert "EDPB" in place.why.source


def test_demanding_again_what_is_not_answered_is_a_reminder_under_the_first_receipt() -> None:
    (place,) = place_of_message([ACCESS], FurtherMessage(LATER, rights=(Right.ACCESS,)))
    assert (place.meaning, place.counts_from) == (Meaning.REMINDER, FIRST)


def test_asking_where_the_answer_is_is_a_reminder() -> None:
    assert meanings(ACCESS, chases=True) == [(Meaning.REMINDER, None)]


def test_a_message_that_says_nothing_of_the_request_is_to_be_read() -> None:
    assert meanings(ACCESS) == [(Meaning.TO_READ, None)]


def test_nobody_can_be_reminded_of_what_is_answered() -> None:
    answered = Demand(Right.ACCESS, FIRST, DemandState.ANSWERED)
    assert meanings(answered, chases=True) == [(Meaning.TO_READ, None)]


def test_a_right_added_later_has_its_own_receipt() -> None:
    (place,) = place_of_message([ACCESS], FurtherMessage(LATER, rights=(Right.ERASURE,)))
    assert (place.meaning, place.right, place.counts_from) == (
        Meaning.ADDED_RIGHT,
        Right.ERASURE,
        LATER,
    )


def test_another_scope_of_the_same_right_keeps_the_first_clock() -> None:
    (place,) = place_of_message(
        [ACCESS], FurtherMessage(LATER, rights=(Right.ACCESS,), changes_scope=True)
    )
    assert (place.meaning, place.counts_from) == (Meaning.SCOPE_CHANGED, FIRST)


def test_demanding_again_after_the_answer_is_a_new_case() -> None:
    answered = Demand(Right.ACCESS, FIRST, DemandState.ANSWERED)
    (place,) = place_of_message([answered], FurtherMessage(LATER, rights=(Right.ACCESS,)))
    assert (place.meaning, place.counts_from) == (Meaning.NEW_CASE, LATER)


def test_demanding_again_what_was_given_up_starts_a_month_of_its_own() -> None:
    given_up = Demand(Right.ACCESS, FIRST, DemandState.WITHDRAWN)
    (place,) = place_of_message([given_up], FurtherMessage(LATER, rights=(Right.ACCESS,)))
    assert (place.meaning, place.counts_from) == (Meaning.ADDED_RIGHT, LATER)


def test_a_request_is_withdrawn_as_a_whole_or_in_part() -> None:
    erasure = Demand(Right.ERASURE, FIRST)
    assert meanings(erasure, ACCESS, withdraws_all=True) == [
        (Meaning.WITHDRAWAL, Right.ACCESS),
        (Meaning.WITHDRAWAL, Right.ERASURE),
    ]
    assert meanings(erasure, ACCESS, withdraws=(Right.ERASURE,)) == [
        (Meaning.WITHDRAWAL, Right.ERASURE)
    ]


def test_what_is_answered_cannot_be_withdrawn_any_more() -> None:
    answered = Demand(Right.ERASURE, FIRST, DemandState.ANSWERED)
    assert meanings(answered, withdraws_all=True) == [(Meaning.TO_READ, None)]


def test_one_message_may_give_up_one_right_and_add_another() -> None:
    assert meanings(ACCESS, rights=(Right.ERASURE,), withdraws=(Right.ACCESS,)) == [
        (Meaning.ADDED_RIGHT, Right.ERASURE),
        (Meaning.WITHDRAWAL, Right.ACCESS),
    ]


@given(demands, messages)
def test_every_message_has_a_place_with_its_reason_and_no_demand_is_lost(
    known: list[Demand], message: FurtherMessage
) -> None:
    places = place_of_message(known, message)
    assert places
    assert all(place.why.source and place.why.words for place in places)
    if not message.same_content:
        demanded = {p.right for p in places if p.meaning is not Meaning.WITHDRAWAL}
        assert set(message.rights) <= demanded
        assert not {p.right for p in places if p.meaning is Meaning.WITHDRAWAL} & set(
            message.rights
        )
    for place in places:
        if place.meaning in (Meaning.REMINDER, Meaning.SCOPE_CHANGED, Meaning.WITHDRAWAL):
            assert place.counts_from is None or place.counts_from < LATER


@given(demands)
def test_demands_are_carried_out_in_the_order_of_the_law_and_each_keeps_its_receipt(
    known: list[Demand],
) -> None:
    ordered = in_order_of_law(known)
    assert sorted(map(id, ordered)) == sorted(map(id, known))
    places = [list(Right).index(demand.right) for demand in ordered]
    assert len(places) == len(known)
    erasures = [n for n, demand in enumerate(ordered) if demand.right is Right.ERASURE]
    assert erasures == list(range(len(ordered) - len(erasures), len(ordered)))


@pytest.mark.parametrize(
    ("have", "written", "accepted"),
    [
        (Assurance.IA1, True, True),
        (Assurance.IA2, True, True),
        (Assurance.IA0, True, False),
        (Assurance.IA1, False, False),
    ],
)
def test_a_request_is_given_up_in_writing_by_somebody_as_surely_known(
    have: Assurance, written: bool, accepted: bool
) -> None:
    found = withdrawal_of(Right.ACCESS, have=have, need=Assurance.IA1, written=written)
    assert found.accepted is accepted
    assert not found.effect_stays


@pytest.mark.parametrize(
    ("right", "stays"),
    [
        (Right.RESTRICTION, True),
        (Right.OBJECTION, True),
        (Right.PROSPECTING_OBJECTION, True),
        (Right.CONSENT_WITHDRAWAL, True),
        (Right.ERASURE, False),
        (Right.RECTIFICATION, False),
    ],
)
def test_what_already_stopped_stays_stopped_when_the_request_is_given_up(
    right: Right, stays: bool
) -> None:
    found = withdrawal_of(right, have=Assurance.IA1, need=Assurance.IA1, written=True)
    assert (found.accepted, found.effect_stays) == (True, stays)

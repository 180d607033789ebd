import pytest
from hypothesis import given
from hypothesis import strategies as st

from calends.rules.replies import (
    ANSWERS,
    CUT_OFF,
    REFUSAL,
    Turn,
    items_of_turn,
    missing,
    missing_items,
    required_items,
)
from calends.rules.vocabulary import Right


@pytest.mark.parametrize("right", Right)
def test_every_right_has_a_checklist_of_its_own_without_repeats(right: Right) -> None:
    for refused in (False, True):
        items = required_items(right, refused=refused, suppressed=True)
        assert items
        assert len(items) == len(set(items))


def test_an_access_reply_owes_all_that_article_15_lists() -> None:
    assert required_items(Right.ACCESS) == (
        "confirmation",
        "purposes",
        "categories",
        "recipients",
        "retention",
        "rights",
        "complaint",
        "source",
        "automated_decisions",
        "transfers",
        "copy",
        "withheld",
    )


@pytest.mark.parametrize("right", Right)
def test_a_refusal_owes_reasons_authority_and_judicial_remedy(right: Right) -> None:
    assert set(REFUSAL) <= set(required_items(right, refused=True))
    assert set(required_items(right)) <= set(required_items(right, refused=True))


def test_a_suppression_entry_must_be_explained_once_there_is_one() -> None:
    complete = required_items(Right.ERASURE)
    assert missing_items(Right.ERASURE, complete) == ()
    assert missing_items(Right.ERASURE, complete, suppressed=True) == ("suppression",)


@given(st.sampled_from(Right), st.sets(st.text(max_size=12)), st.data())
def test_what_is_missing_is_what_is_owed_and_not_there(
    right: Right, noise: set[str], data: st.DataObject
) -> None:
    items = required_items(right)
    present = data.draw(st.sets(st.sampled_from(items))) | (noise - set(items))
    missing = missing_items(right, present)
    assert missing == tuple(item for item in items if item not in present)


@pytest.mark.parametrize(
    ("right", "owed"),
    [
        (Right.RECIPIENTS, {"confirmation", "recipients", "complaint"}),
        (Right.PORTABILITY, {"data_file", "excluded", "no_erasure", "complaint", "remedy"}),
        (Right.RECTIFICATION, {"before_after", "systems", "recipients", "not_changed"}),
        (Right.ERASURE, {"erased", "kept", "backups", "recipients", "remedy"}),
        (
            Right.RESTRICTION,
            {"scope", "ground", "effects", "end_condition", "notice", "recipients"},
        ),
        (Right.OBJECTION, {"stopped", "since", "balancing", "remedy"}),
        (Right.PROSPECTING_OBJECTION, {"stopped", "since", "channels"}),
        (Right.CONSENT_WITHDRAWAL, {"consent", "since", "remains"}),
        (Right.HUMAN_REVIEW, {"automated_decision", "criteria", "decision", "reasons"}),
        (Right.AUTHORITY_INQUIRY, {"answered_by_person"}),
    ],
)
def test_each_right_owes_what_the_rule_book_lists(right: Right, owed: set[str]) -> None:
    assert set(required_items(right)) == owed


@pytest.mark.parametrize(
    ("turn", "owed"),
    [
        (Turn.REFUSAL, {"reasons", "authority", "judicial_remedy"}),
        (Turn.NOT_IDENTIFIED, {"reasons", "authority", "judicial_remedy"}),
        (Turn.DECEASED_REFUSAL, {"reasons", "authority", "judicial_remedy"}),
        (Turn.FORCED, {"reasons", "authority", "judicial_remedy"}),
        (Turn.EXTENSION, {"extension", "reasons", "authority", "judicial_remedy"}),
        (Turn.PARTIAL, {"extension", "reasons", "authority", "judicial_remedy"}),
        (Turn.LIFT_NOTICE, {"notice", "reasons", "afterwards", "complaint"}),
        (Turn.WITHDRAWAL_CONFIRMED, {"withdrawn", "complaint"}),
        (Turn.ACKNOWLEDGMENT, {"dates"}),
        (Turn.HOLDING, set()),
        (Turn.FINAL, set()),
    ],
)
def test_each_turn_of_a_case_owes_its_own_items(turn: Turn, owed: set[str]) -> None:
    assert set(items_of_turn(turn)) == owed
    if turn is not Turn.FINAL:
        assert set(items_of_turn(turn, Right)) == owed


@given(st.lists(st.sampled_from(Right)), st.booleans(), st.booleans(), st.booleans())
def test_a_reply_to_several_demands_owes_the_items_of_each_once(
    rights: list[Right], refused: bool, suppressed: bool, cut_off: bool
) -> None:
    options = {"refused": refused, "suppressed": suppressed, "cut_off": cut_off}
    items = items_of_turn(Turn.FINAL, rights, **options)
    assert len(items) == len(set(items))
    assert set(items) == {i for right in rights for i in required_items(right, **options)}
    assert missing(items, items) == ()
    assert missing(items, ()) == items


def test_what_refuses_owes_12_4_and_what_only_informs_is_no_answer() -> None:
    for turn in ANSWERS - {Turn.FINAL}:
        assert {"reasons", "authority", "judicial_remedy"} <= set(items_of_turn(turn))
    assert ANSWERS.isdisjoint(
        {Turn.HOLDING, Turn.ACKNOWLEDGMENT, Turn.LIFT_NOTICE, Turn.WITHDRAWAL_CONFIRMED}
    )


def test_a_copy_that_stops_at_a_day_says_which() -> None:
    assert CUT_OFF in required_items(Right.ACCESS, cut_off=True)
    assert missing_items(Right.ACCESS, required_items(Right.ACCESS), cut_off=True) == (CUT_OFF,)

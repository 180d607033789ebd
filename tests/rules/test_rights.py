import pytest
from hypothesis import given
from hypothesis import strategies as st

from calends.rules.rights import Act, Human, Search, in_order, may_extend, rule_for
from calends.rules.vocabulary import Assurance, Right

some_rights = st.lists(st.sampled_from(Right))


@pytest.mark.parametrize("right", Right)
def test_every_right_has_its_own_rule_with_its_article(right: Right) -> None:
    rule = rule_for(right)
    assert rule.right is right
    assert rule.article.startswith("GDPR ")


@pytest.mark.parametrize("right", Right)
def test_who_needs_no_assurance_waits_for_no_identity(right: Right) -> None:
    rule = rule_for(right)
    assert rule.waits_for_identity == (rule.assurance is not Assurance.IA0)


@pytest.mark.parametrize(
    ("right", "hours"), [(Right.PROSPECTING_OBJECTION, 24), (Right.CONSENT_WITHDRAWAL, 72)]
)
def test_what_law_gives_no_month_is_done_in_hours_and_never_extended(
    right: Right, hours: int
) -> None:
    rule = rule_for(right)
    assert (rule.sla_hours, rule.provider_sla_hours) == (hours, 72)
    assert not rule.waits_for_identity
    assert not may_extend(right)


def test_no_right_asks_for_an_identity_document_by_itself() -> None:
    assert all(rule_for(right).assurance is not Assurance.IA3 for right in Right)


@given(some_rights)
def test_the_order_keeps_each_right_once_and_puts_erasure_last(rights: list[Right]) -> None:
    ordered = in_order(rights)
    assert set(ordered) == set(rights)
    assert len(ordered) == len(set(rights))
    if Right.ERASURE in rights:
        assert ordered[-1] is Right.ERASURE


STOPS = (
    Right.PROSPECTING_OBJECTION,
    Right.CONSENT_WITHDRAWAL,
    Right.RESTRICTION,
    Right.OBJECTION,
)
SNAPSHOTS = (Right.ACCESS, Right.RECIPIENTS, Right.PORTABILITY)
CHANGES = (Right.RECTIFICATION, Right.ERASURE)


@pytest.mark.parametrize(
    ("first", "then"),
    [*((a, b) for a in STOPS for b in SNAPSHOTS), *((a, b) for a in SNAPSHOTS for b in CHANGES)],
)
def test_what_stops_comes_before_snapshots_and_snapshots_before_changes(
    first: Right, then: Right
) -> None:
    assert in_order([then, first]) == (first, then)


def test_the_erasure_of_a_minors_data_is_never_extended() -> None:
    assert may_extend(Right.ERASURE)
    assert not may_extend(Right.ERASURE, minor=True)
    assert may_extend(Right.ACCESS, minor=True)


@pytest.mark.parametrize("right", Right)
def test_every_right_says_what_helps_where_to_look_and_what_a_human_decides(right: Right) -> None:
    rule = rule_for(right)
    assert rule.inputs
    assert len(set(rule.inputs)) == len(rule.inputs)
    assert bool(rule.human_decides) == (rule.human is not Human.NEVER)


def test_what_cannot_be_undone_is_never_done_without_a_human() -> None:
    for right in Right:
        if rule_for(right).act in (Act.CHANGE, Act.ERASE):
            assert rule_for(right).human is Human.ALWAYS


def test_only_the_authority_is_answered_by_humans_alone() -> None:
    alone = [right for right in Right if rule_for(right).human is Human.ALONE]
    assert alone == [Right.AUTHORITY_INQUIRY]
    assert rule_for(Right.AUTHORITY_INQUIRY).act is Act.FREEZE_FILE


@pytest.mark.parametrize("right", [Right.ACCESS, Right.ERASURE, Right.RESTRICTION])
def test_access_erasure_and_restriction_look_everywhere_archives_too(right: Right) -> None:
    assert rule_for(right).search is Search.EVERYWHERE

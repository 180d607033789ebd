from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calends.rules.identity import (
    Contact,
    Required,
    Stake,
    enough,
    highest,
    required_assurance,
    required_for_case,
)
from calends.rules.rights import rule_for
from calends.rules.vocabulary import Assurance, Right

IA0, IA1, IA2, IA3 = Assurance
any_demand = st.builds(
    required_assurance,
    st.sampled_from(Right),
    st.lists(st.sampled_from(Stake)),
    st.sampled_from(Contact),
    homonyms=st.booleans(),
    for_other_contact=st.booleans(),
)


def test_a_surer_identity_is_enough_for_a_lighter_need_and_never_the_reverse() -> None:
    for lighter, surer in combinations(Assurance, 2):
        assert enough(surer, lighter)
        assert not enough(lighter, surer)
    assert all(enough(level, level) for level in Assurance)
    assert highest([]) is IA0


@pytest.mark.parametrize("right", Right)
def test_ordinary_data_asked_from_a_contact_on_file_need_the_default_of_the_right(
    right: Right,
) -> None:
    assert required_assurance(right).assurance is rule_for(right).assurance


@pytest.mark.parametrize(
    ("right", "stake", "needed"),
    [
        (Right.ACCESS, Stake.SENSITIVE, IA2),
        (Right.PORTABILITY, Stake.SENSITIVE, IA2),
        (Right.ERASURE, Stake.SENSITIVE, IA1),
        (Right.ACCESS, Stake.BANK, IA2),
        (Right.RECTIFICATION, Stake.BANK, IA2),
        (Right.ERASURE, Stake.BANK, IA2),
        (Right.RESTRICTION, Stake.BANK, IA1),
        (Right.ERASURE, Stake.ACCOUNT_OR_CONTRACT, IA2),
        (Right.ACCESS, Stake.ACCOUNT_OR_CONTRACT, IA1),
        (Right.ACCESS, Stake.CCTV, IA2),
        (Right.RECTIFICATION, Stake.CONTACT_DETAIL, IA2),
        (Right.ACCESS, Stake.CONTACT_DETAIL, IA1),
        (Right.OBJECTION, Stake.SENSITIVE, IA1),
        (Right.PROSPECTING_OBJECTION, Stake.SENSITIVE, IA0),
    ],
)
def test_the_assurance_grows_with_the_harm_of_a_mistake(
    right: Right, stake: Stake, needed: Assurance
) -> None:
    assert required_assurance(right, [stake]).assurance is needed


@pytest.mark.parametrize("contact", [Contact.UNKNOWN, Contact.SHARED, Contact.POSTAL])
def test_a_contact_that_proves_nothing_about_the_person_needs_a_second_factor(
    contact: Contact,
) -> None:
    assert required_assurance(Right.ACCESS, contact=contact).assurance is IA2
    assert required_assurance(Right.PROSPECTING_OBJECTION, contact=contact).assurance is IA0


def test_homonyms_need_two_identifiers() -> None:
    found = required_assurance(Right.ACCESS, homonyms=True)
    assert found.assurance is IA2
    assert "two identifiers" in found.why[-1].words


def test_a_consent_given_through_another_contact_is_withdrawn_by_who_controls_that_one() -> None:
    assert required_assurance(Right.CONSENT_WITHDRAWAL).assurance is IA0
    other = required_assurance(Right.CONSENT_WITHDRAWAL, for_other_contact=True)
    assert other.assurance is IA1
    assert required_assurance(Right.PROSPECTING_OBJECTION, for_other_contact=True).assurance is IA0


@given(any_demand)
def test_no_demand_ever_needs_a_document_by_itself_and_every_level_says_why(
    required: Required,
) -> None:
    assert required.assurance is not IA3
    assert any(step.value == required.assurance for step in required.why)
    assert all(step.source and step.words for step in required.why)


@given(st.lists(any_demand))
def test_a_case_needs_the_highest_assurance_of_its_demands_and_says_which_asked_for_it(
    demands: list[Required],
) -> None:
    case = required_for_case(demands)
    assert case.assurance is highest(required.assurance for required in demands)
    assert all(enough(case.assurance, required.assurance) for required in demands)
    assert all(step.value == case.assurance for step in case.why)
    assert bool(case.why) == bool(demands)


@given(st.sampled_from(Right), st.sets(st.sampled_from(Stake)), st.sampled_from(Contact))
def test_more_at_stake_never_needs_less_assurance(
    right: Right, stakes: set[Stake], contact: Contact
) -> None:
    assert enough(
        required_assurance(right, stakes, contact).assurance, required_assurance(right).assurance
    )

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calends.rules.matching import Identifier, SamePerson, is_same_person

NAME, EMAIL, PHONE = Identifier.NAME, Identifier.EMAIL, Identifier.PHONE
some = st.sets(st.sampled_from(Identifier))


@pytest.mark.parametrize(
    ("agree", "differ", "homonyms", "verdict"),
    [
        ({EMAIL}, set(), False, SamePerson.SAME),
        ({EMAIL, NAME}, set(), False, SamePerson.SAME),
        ({EMAIL}, set(), True, SamePerson.ASK_HUMAN),
        ({EMAIL, NAME}, set(), True, SamePerson.ASK_HUMAN),
        ({EMAIL, PHONE}, set(), True, SamePerson.SAME),
        ({EMAIL, Identifier.BIRTH_DATE}, set(), True, SamePerson.SAME),
        ({Identifier.BIRTH_DATE, NAME}, set(), False, SamePerson.ASK_HUMAN),
        ({Identifier.POSTAL_ADDRESS}, set(), False, SamePerson.ASK_HUMAN),
        ({NAME}, set(), False, SamePerson.ASK_HUMAN),
        ({NAME}, {EMAIL}, False, SamePerson.ASK_HUMAN),
        (set(), set(), False, SamePerson.OTHER),
        (set(), {NAME}, False, SamePerson.OTHER),
        ({EMAIL}, {PHONE}, False, SamePerson.SAME),
    ],
)
def test_a_record_is_the_persons_by_its_identifiers(
    agree: set[Identifier], differ: set[Identifier], homonyms: bool, verdict: SamePerson
) -> None:
    assert is_same_person(agree, differ, homonyms=homonyms).verdict is verdict


@given(some, st.booleans())
def test_a_name_never_makes_two_records_one_person(agree: set[Identifier], homonyms: bool) -> None:
    with_name = is_same_person(agree | {NAME}, (), homonyms=homonyms).verdict
    without = is_same_person(agree - {NAME}, (), homonyms=homonyms).verdict
    assert (with_name is SamePerson.SAME) == (without is SamePerson.SAME)


@given(some, st.sampled_from([NAME, Identifier.BIRTH_DATE]))
def test_the_shared_contact_of_a_couple_does_not_make_them_one_person(
    agree: set[Identifier], differs: Identifier
) -> None:
    verdict = is_same_person(agree - {differs}, {differs}).verdict
    assert verdict is not SamePerson.SAME


@given(some, some, st.booleans())
def test_every_match_says_why(
    agree: set[Identifier], differ: set[Identifier], homonyms: bool
) -> None:
    found = is_same_person(agree, differ, homonyms=homonyms)
    assert found.why.value == found.verdict
    assert found.why.words

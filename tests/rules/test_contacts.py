import pytest
from hypothesis import given
from hypothesis import strategies as st

from calends.rules.contacts import (
    AskAt,
    Sign,
    contact_kind,
    is_role_address,
    looks_like_takeover,
    where_to_ask,
    where_to_confirm_change,
)
from calends.rules.identity import Contact


@pytest.mark.parametrize(
    "address",
    [
        "info@firm.example",
        "Contact@firm.example",
        "contact-nantes@firm.example",
        "service.client@firm.example",
        "no-reply@firm.example",
        "noreply@firm.example",
        "rh+cv@firm.example",
        "info2@firm.example",
        "secretariat_direction@firm.example",
    ],
)
def test_an_address_that_names_a_desk_is_shared(address: str) -> None:
    assert is_role_address(address)
    assert contact_kind(address, people_on_file=1) is Contact.SHARED


@pytest.mark.parametrize(
    "address",
    ["jeanne.martin@firm.example", "infocom.durand@x.example", "salesman@x.example", "@", ""],
)
def test_an_address_that_names_a_person_is_not(address: str) -> None:
    assert not is_role_address(address)


@pytest.mark.parametrize(
    ("people", "kind"), [(0, Contact.UNKNOWN), (1, Contact.ON_FILE), (2, Contact.SHARED)]
)
def test_an_address_proves_only_when_one_person_on_file_bears_it(
    people: int, kind: Contact
) -> None:
    assert contact_kind("jeanne@firm.example", people_on_file=people) is kind


@pytest.mark.parametrize(
    ("written_from", "other", "postal", "at"),
    [
        (Contact.ON_FILE, True, True, AskAt.WRITTEN_FROM),
        (Contact.UNKNOWN, True, True, AskAt.CONTACT_ON_FILE),
        (Contact.SHARED, True, False, AskAt.CONTACT_ON_FILE),
        (Contact.UNKNOWN, False, True, AskAt.POSTAL_ON_FILE),
        (Contact.UNKNOWN, False, False, AskAt.NOBODY),
    ],
)
def test_the_code_goes_to_a_contact_that_was_on_file_before(
    written_from: Contact, other: bool, postal: bool, at: AskAt
) -> None:
    found = where_to_ask(written_from, other_contact_on_file=other, postal_on_file=postal)
    assert found.at is at
    assert "nothing reveals whether data exist" in found.why.source


@pytest.mark.parametrize(
    ("reachable", "postal", "postal_changes", "at"),
    [
        (True, True, True, AskAt.CONTACT_ON_FILE),
        (False, True, False, AskAt.POSTAL_ON_FILE),
        (False, True, True, AskAt.HUMAN),
        (False, False, False, AskAt.HUMAN),
    ],
)
def test_a_changed_contact_is_confirmed_at_the_old_one_first(
    reachable: bool, postal: bool, postal_changes: bool, at: AskAt
) -> None:
    found = where_to_confirm_change(
        old_contact_reachable=reachable, postal_on_file=postal, postal_changes_too=postal_changes
    )
    assert found.at is at


@given(st.sets(st.sampled_from(Sign)), st.sampled_from(Sign))
def test_more_signs_of_a_takeover_never_calm_anybody(signs: set[Sign], more: Sign) -> None:
    assert looks_like_takeover(signs | {more}) or not looks_like_takeover(signs)


def test_one_harmless_sign_alerts_nobody_and_two_do() -> None:
    assert not looks_like_takeover([])
    assert not looks_like_takeover([Sign.NEW_ADDRESS_FOR_KNOWN_PERSON])
    assert looks_like_takeover([Sign.NEW_ADDRESS_FOR_KNOWN_PERSON, Sign.ANSWER_ELSEWHERE])
    assert looks_like_takeover([Sign.CONTACT_CHANGE_WITH_ACCESS])

from dataclasses import replace
from datetime import date

import pytest

from calends.rules.deceased import PROOFS, HeirPurpose, HeirRequest, heir_may_act
from calends.rules.decision import Outcome
from calends.rules.minors import child_may_act, erasure_lane, parent_may_act
from calends.rules.rights import rule_for
from calends.rules.standing import (
    Mandate,
    agent_may_act,
    association_may_act,
    guardian_may_act,
    lawyer_may_act,
    legal_person_may_act,
    split_by_subject,
    stranger_may_act,
)
from calends.rules.vocabulary import Right

TODAY = date(2026, 6, 10)
MANDATE = Mandate(
    (Right.ACCESS, Right.ERASURE),
    date(2026, 12, 31),
    principal_identified=True,
    agent_identified=True,
)
STOP = Right.PROSPECTING_OBJECTION


def test_an_agent_with_a_complete_mandate_acts_within_it() -> None:
    found = agent_may_act(MANDATE, [Right.ERASURE, Right.ACCESS], TODAY)
    assert found.decision.accepted
    assert found.covered == (Right.ACCESS, Right.ERASURE)
    assert not found.ask_person_directly


@pytest.mark.parametrize(
    ("mandate", "missing"),
    [
        (replace(MANDATE, rights=()), "object"),
        (replace(MANDATE, ends=None), "duration"),
        (replace(MANDATE, ends=date(2026, 6, 9)), "duration"),
        (replace(MANDATE, principal_identified=False), "principal_identity"),
        (replace(MANDATE, agent_identified=False), "agent_identity"),
    ],
)
def test_a_mandate_states_object_and_duration_and_who_both_are(
    mandate: Mandate, missing: str
) -> None:
    found = agent_may_act(mandate, [Right.ACCESS, STOP], TODAY)
    assert (found.decision.outcome, found.decision.ask) == (Outcome.ASK, (missing,))
    assert found.covered == (STOP,)


def test_a_mandate_covers_the_rights_that_it_names_and_on_its_last_day_too() -> None:
    found = agent_may_act(replace(MANDATE, ends=TODAY), [Right.ACCESS, Right.PORTABILITY], TODAY)
    assert (found.decision.outcome, found.decision.ask) == (Outcome.ASK, ("object",))
    assert found.covered == (Right.ACCESS,)


def test_a_doubt_about_an_agent_is_cleared_with_the_person_directly() -> None:
    found = agent_may_act(MANDATE, [Right.ACCESS], TODAY, doubt="the signature differs")
    assert found.decision.outcome is Outcome.ASK
    assert found.ask_person_directly
    assert found.covered == ()


def test_lawyers_and_associations_are_read_by_a_human() -> None:
    assert lawyer_may_act().outcome is Outcome.HUMAN
    assert association_may_act().outcome is Outcome.HUMAN


def test_a_guardian_shows_the_judgment() -> None:
    assert guardian_may_act(proof_seen=True).accepted
    asked = guardian_may_act(proof_seen=False)
    assert (asked.outcome, asked.ask) == (Outcome.ASK, ("judgment",))


def test_a_company_has_no_right_and_the_people_in_it_have() -> None:
    assert legal_person_may_act(natural_person_inside=False).outcome is Outcome.REFUSE
    assert legal_person_may_act(natural_person_inside=True).accepted


@pytest.mark.parametrize("right", Right)
def test_a_stranger_gets_what_needs_no_identity_and_is_asked_for_the_rest(right: Right) -> None:
    found = stranger_may_act(right)
    asked = rule_for(right).waits_for_identity
    assert found.outcome is (Outcome.ASK if asked else Outcome.ACCEPT)


@pytest.mark.parametrize("writer", [None, 0, 2])
def test_a_message_for_several_people_is_a_case_each_with_a_mandate_each(
    writer: int | None,
) -> None:
    cases = split_by_subject(3, writer)
    assert [case.subject for case in cases] == [0, 1, 2]
    assert [case.is_writer for case in cases] == [n == writer for n in range(3)]
    assert all(case.needs_mandate is not case.is_writer for case in cases)
    assert all((case.why.words == "the writer") is case.is_writer for case in cases)


@pytest.mark.parametrize(
    ("shown", "disagree", "outcome"),
    [
        (True, False, Outcome.ACCEPT),
        (False, False, Outcome.ASK),
        (True, True, Outcome.HUMAN),
        (False, True, Outcome.HUMAN),
    ],
)
def test_parents_act_for_their_child_and_their_quarrel_is_for_a_human(
    shown: bool, disagree: bool, outcome: Outcome
) -> None:
    found = parent_may_act(authority_shown=shown, parents_disagree=disagree)
    assert found.decision.outcome is outcome


@pytest.mark.parametrize(
    ("age", "right", "own", "outcome", "child_language"),
    [
        (15, Right.ACCESS, False, Outcome.ACCEPT, True),
        (17, Right.ERASURE, False, Outcome.ACCEPT, True),
        (18, Right.ERASURE, False, Outcome.ACCEPT, False),
        (14, Right.ACCESS, False, Outcome.HUMAN, True),
        (14, Right.CONSENT_WITHDRAWAL, True, Outcome.ACCEPT, True),
        (14, Right.CONSENT_WITHDRAWAL, False, Outcome.HUMAN, True),
        (14, Right.ACCESS, True, Outcome.HUMAN, True),
        (9, Right.PROSPECTING_OBJECTION, False, Outcome.ACCEPT, True),
    ],
)
def test_a_child_acts_alone_from_fifteen_and_is_never_refused_for_age(
    age: int, right: Right, own: bool, outcome: Outcome, child_language: bool
) -> None:
    found = child_may_act(age, right, on_own_consent=own)
    assert found.decision.outcome is outcome
    assert found.language_for_child is child_language


@pytest.mark.parametrize(
    ("right", "minor", "online", "is_open"),
    [
        (Right.ERASURE, True, True, True),
        (Right.ERASURE, True, False, False),
        (Right.ERASURE, False, True, False),
        (Right.ACCESS, True, True, False),
    ],
)
def test_what_was_collected_online_from_a_minor_is_erased_in_the_fast_lane(
    right: Right, minor: bool, online: bool, is_open: bool
) -> None:
    found = erasure_lane(right, minor_when_collected=minor, online_service=online)
    assert (found.fast, found.extension_allowed) == (is_open, not is_open)


HEIR = HeirRequest(HeirPurpose.SETTLE_ESTATE, death_shown=True, heir_shown=True)


@pytest.mark.parametrize(
    ("request_", "outcome"),
    [
        (HEIR, Outcome.ACCEPT),
        (replace(HEIR, purpose=HeirPurpose.TAKE_DEATH_INTO_ACCOUNT), Outcome.ACCEPT),
        (replace(HEIR, purpose=HeirPurpose.OTHER), Outcome.REFUSE),
        (replace(HEIR, directives_known=True), Outcome.HUMAN),
        (replace(HEIR, heirs_disagree=True), Outcome.HUMAN),
        (replace(HEIR, death_shown=False), Outcome.ASK),
    ],
)
def test_heirs_act_for_the_estate_or_because_of_the_death_and_for_nothing_else(
    request_: HeirRequest, outcome: Outcome
) -> None:
    found = heir_may_act(request_)
    assert found.outcome is outcome
    assert "loi 78-17 art. 85" in found.why[0].source


def test_an_heir_is_asked_for_what_is_missing_only() -> None:
    assert heir_may_act(replace(HEIR, death_shown=False)).ask == ("death_certificate",)
    assert heir_may_act(replace(HEIR, heir_shown=False)).ask == PROOFS

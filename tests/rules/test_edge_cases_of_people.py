"""Rule book §5, rows 1-23: what the rules answer about who asks, for whom, about what."""

from datetime import date

import pytest

from calends.rules.contacts import (
    AskAt,
    contact_kind,
    where_to_ask,
    where_to_confirm_change,
)
from calends.rules.deceased import HeirPurpose, HeirRequest, heir_may_act
from calends.rules.decision import Outcome
from calends.rules.demands import Demand, in_order_of_law
from calends.rules.disclosure import Content, Way, hold_images, how_to_give
from calends.rules.identity import Contact, required_assurance
from calends.rules.matching import Identifier, SamePerson, is_same_person
from calends.rules.minors import child_may_act, erasure_lane, parent_may_act
from calends.rules.proof import AnswerTo, Evidence, Piece, answer_to, assurance_of
from calends.rules.receipt import Channel, arrival_on
from calends.rules.refusing import Reason, may_refuse
from calends.rules.rights import Search, in_order, rule_for
from calends.rules.standing import (
    Mandate,
    agent_may_act,
    association_may_act,
    guardian_may_act,
    split_by_subject,
)
from calends.rules.statutes import statute, verdict_under
from calends.rules.vocabulary import Assurance, Right, Verdict

RECEIVED = arrival_on(Channel.MAIL, date(2026, 6, 10), "Europe/Paris").at
TODAY = date(2026, 6, 10)


def test_row_01_several_rights_in_one_mail_share_the_receipt_and_go_in_the_order_of_the_law() -> (
    None
):
    written = (Right.ERASURE, Right.RECTIFICATION, Right.ACCESS, Right.RESTRICTION)
    ordered = in_order_of_law(Demand(right, RECEIVED) for right in written)
    assert [demand.right for demand in ordered] == [
        Right.RESTRICTION,
        Right.ACCESS,
        Right.RECTIFICATION,
        Right.ERASURE,
    ]
    assert {demand.received for demand in ordered} == {RECEIVED}


def test_row_02_access_is_delivered_before_the_erasure_that_was_written_first() -> None:
    assert in_order((Right.ERASURE, Right.ACCESS)) == (Right.ACCESS, Right.ERASURE)


def test_row_03_a_mail_for_two_people_is_two_cases_and_the_other_one_needs_a_mandate() -> None:
    own, other = split_by_subject(2, writer=0)
    assert (own.is_writer, own.needs_mandate) == (True, False)
    assert (other.is_writer, other.needs_mandate) == (False, True)


def test_row_04_of_a_household_account_each_gets_the_own_part_only() -> None:
    assert how_to_give(Content.OF_BOTH).way is Way.REDACT
    couple = is_same_person({Identifier.EMAIL}, {Identifier.NAME})
    assert couple.verdict is SamePerson.ASK_HUMAN


def test_row_05_parents_act_for_a_minor_and_from_fifteen_the_child_alone() -> None:
    parent = parent_may_act(authority_shown=True, parents_disagree=False)
    assert parent.decision.accepted
    assert child_may_act(15, Right.ACCESS).decision.accepted
    assert child_may_act(12, Right.ACCESS).decision.outcome is Outcome.HUMAN
    assert child_may_act(12, Right.ACCESS).language_for_child
    assert erasure_lane(Right.ERASURE, minor_when_collected=True, online_service=True).fast


def test_row_06_when_parents_disagree_a_human_decides() -> None:
    found = parent_may_act(authority_shown=True, parents_disagree=True)
    assert found.decision.outcome is Outcome.HUMAN


def test_row_07_the_guardian_of_an_adult_shows_the_judgment() -> None:
    assert guardian_may_act(proof_seen=False).ask == ("judgment",)
    assert guardian_may_act(proof_seen=True).accepted


def test_row_08_an_heir_settles_the_estate_or_has_the_death_noted_and_learns_nothing_else() -> None:
    for purpose in (HeirPurpose.SETTLE_ESTATE, HeirPurpose.TAKE_DEATH_INTO_ACCOUNT):
        assert heir_may_act(HeirRequest(purpose, death_shown=True, heir_shown=True)).accepted
        assert heir_may_act(HeirRequest(purpose, death_shown=True, heir_shown=False)).ask
    curious = HeirRequest(HeirPurpose.OTHER, death_shown=True, heir_shown=True)
    assert heir_may_act(curious).outcome is Outcome.REFUSE


def test_row_09_an_agents_mandate_is_complete_or_completed_and_a_doubt_goes_to_the_person() -> None:
    mandate = Mandate((Right.ACCESS,), date(2026, 12, 31), True, True)
    assert agent_may_act(mandate, [Right.ACCESS], TODAY).decision.accepted
    assert agent_may_act(mandate, [Right.ERASURE], TODAY).decision.ask == ("object",)
    assert agent_may_act(mandate, [Right.ACCESS], TODAY, doubt="forged?").ask_person_directly


def test_row_10_many_requests_by_one_agent_are_no_reason_to_refuse_any() -> None:
    for human in (True, False):
        found = may_refuse(Reason.MANY_BY_ONE_AGENT, decided_by_human=human)
        assert found.outcome is Outcome.REFUSE


def test_row_11_a_representative_body_is_read_by_a_human() -> None:
    assert association_may_act().outcome is Outcome.HUMAN


def test_row_12_an_employee_gets_the_own_mail_and_a_claim_in_court_is_no_reason_to_refuse() -> None:
    assert how_to_give(Content.MAIL_SENT_OR_RECEIVED).way is Way.GIVE
    assert how_to_give(Content.MAIL_MENTIONING).way is Way.HUMAN
    found = may_refuse(Reason.LITIGATION_AIM, decided_by_human=True)
    assert found.outcome is Outcome.REFUSE


def test_row_13_a_former_employee_writes_from_a_private_address_and_private_mail_stays_shut() -> (
    None
):
    private = contact_kind("jeanne@home.example", people_on_file=0)
    assert required_assurance(Right.ACCESS, contact=private).assurance is Assurance.IA2
    assert rule_for(Right.ACCESS).search is Search.EVERYWHERE
    assert how_to_give(Content.MARKED_PRIVATE).way is Way.HUMAN


def test_row_14_a_candidate_gets_the_interview_notes_and_is_erased_on_demand() -> None:
    assert how_to_give(Content.OPINION).way is Way.GIVE
    found = verdict_under(statute("candidates"), date(2025, 9, 1), TODAY)
    assert found.verdict is Verdict.ERASED


def test_row_15_homonyms_are_never_merged_on_the_name() -> None:
    name_only = is_same_person({Identifier.NAME}, (), homonyms=True)
    assert name_only.verdict is SamePerson.ASK_HUMAN
    one = is_same_person({Identifier.NAME, Identifier.EMAIL}, (), homonyms=True)
    assert one.verdict is SamePerson.ASK_HUMAN
    two = is_same_person({Identifier.EMAIL, Identifier.CUSTOMER_REFERENCE}, (), homonyms=True)
    assert two.verdict is SamePerson.SAME


@pytest.mark.parametrize(
    ("other", "postal", "at"),
    [
        (True, True, AskAt.CONTACT_ON_FILE),
        (False, True, AskAt.POSTAL_ON_FILE),
        (False, False, AskAt.NOBODY),
    ],
)
def test_row_16_an_unknown_address_is_never_asked_itself_and_learns_nothing(
    other: bool, postal: bool, at: AskAt
) -> None:
    found = where_to_ask(Contact.UNKNOWN, other_contact_on_file=other, postal_on_file=postal)
    assert found.at is at
    assert required_assurance(Right.ACCESS, contact=Contact.UNKNOWN).assurance is Assurance.IA2


def test_row_17_a_shared_mailbox_proves_nobody() -> None:
    shared = contact_kind("info@firm.example", people_on_file=1)
    assert shared is Contact.SHARED
    proof = assurance_of([Piece(Evidence.CODE_AT_CONTACT, shared)])
    assert proof.assurance is Assurance.IA0


def test_row_18_a_changed_address_is_confirmed_at_the_old_one_or_by_post() -> None:
    found = where_to_confirm_change(
        old_contact_reachable=True, postal_on_file=True, postal_changes_too=False
    )
    assert found.at is AskAt.CONTACT_ON_FILE
    gone = where_to_confirm_change(
        old_contact_reachable=False, postal_on_file=True, postal_changes_too=False
    )
    assert gone.at is AskAt.POSTAL_ON_FILE
    to = answer_to(Contact.UNKNOWN, proved=True, other_contact_on_file=True, postal_on_file=True)
    assert to is AnswerTo.CONTACT_ON_FILE


def test_row_19_data_of_others_are_blackened_or_withheld_and_the_reason_is_kept() -> None:
    assert how_to_give(Content.OF_BOTH).way is Way.REDACT
    assert how_to_give(Content.OF_OTHERS).way is Way.WITHHOLD
    assert "15(4)" in how_to_give(Content.OF_OTHERS).why.source


def test_row_20_who_blew_the_whistle_stays_unnamed() -> None:
    assert how_to_give(Content.WITNESS).way is Way.WITHHOLD


def test_row_21_opinions_and_internal_notes_are_given() -> None:
    assert how_to_give(Content.OPINION).way is Way.GIVE


def test_row_22_what_counsel_wrote_is_for_a_human() -> None:
    assert how_to_give(Content.PRIVILEGED).way is Way.HUMAN


def test_row_23_images_are_frozen_on_receipt_and_the_others_on_them_blurred() -> None:
    held = hold_images(date(2026, 5, 12))
    assert held.freeze_at_once
    assert held.gone_after == date(2026, 6, 12)
    assert hold_images(None).ask
    assert how_to_give(Content.IMAGE).way is Way.REDACT

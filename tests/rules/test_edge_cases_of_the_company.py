"""Rule book §5, rows 47-73: what the rules answer about the company's own part."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from calends.rules.answering import Delivery, Letter, State, how_it_stands
from calends.rules.approvers import Colleague, approver_for
from calends.rules.authority import authority_inquiry
from calends.rules.capacity import Capacity, handling_of, not_identifiable
from calends.rules.casefile import SECURITY_INTERNALS, demand_about_file
from calends.rules.clock import compute_clock
from calends.rules.decision import Outcome
from calends.rules.disclosure import Content, Way, backups_gone_after, how_to_give
from calends.rules.editions import Edition, edition_named
from calends.rules.erasure import Holds, Purpose, verdict_for_record
from calends.rules.extension import ExtensionAsked, Ground, may_extend_now
from calends.rules.incidents import Incident, Risk, incident_plan
from calends.rules.phases import Change, Kept, change_due, phase_of
from calends.rules.receipt import Arrival, Channel, receipt_of
from calends.rules.recipients import NoticeState, notice_plan, notice_state
from calends.rules.refusing import Reason, may_charge, may_refuse
from calends.rules.replies import CUT_OFF, Turn, missing_items, required_items
from calends.rules.retention import Reason as Why
from calends.rules.retention import RetentionRule
from calends.rules.rights import Act, Human, rule_for
from calends.rules.standing import legal_person_may_act, stranger_may_act
from calends.rules.statutes import statute, verdict_under
from calends.rules.vocabulary import Basis, Right, Verdict

AT = datetime(2026, 6, 10, 12, tzinfo=UTC)
TODAY = date(2026, 6, 10)
CLOCK = compute_clock(AT, tz="Europe/Paris", region="FR")
PROSPECTING = RetentionRule("prospecting", "P3Y")
OFFICE = (
    Colleague("dpo", frozenset({"dpo"})),
    Colleague("deputy", frozenset({"deputy"})),
    Colleague("boss", frozenset({"management"})),
)


def test_row_47_as_processor_we_forward_and_tell_the_person_and_answer_nothing() -> None:
    found = handling_of(Capacity.PROCESSOR)
    assert (found.answers_on_substance, found.own_clock) == (False, False)
    assert (found.forward_to, found.tell_person) == ("controller", True)


def test_row_48_a_joint_controller_answers_and_relays() -> None:
    found = handling_of(Capacity.JOINT_CONTROLLER)
    assert (found.answers_on_substance, found.forward_to) == (True, "joint_controller")


def test_row_49_a_request_about_another_company_is_redirected_with_help() -> None:
    found = handling_of(Capacity.OTHER_COMPANY)
    assert (found.answers_on_substance, found.tell_person) == (False, True)


def test_row_50_who_cannot_be_identified_is_told_so_and_may_give_more() -> None:
    told = not_identifiable([Right.ACCESS], demonstrated=False, more_identifiers_given=False)
    assert (told.outcome, told.ask) == (Outcome.ASK, ("identifier",))
    shown = not_identifiable([Right.ACCESS], demonstrated=True, more_identifiers_given=False)
    assert shown.outcome is Outcome.REFUSE
    given = not_identifiable([Right.ACCESS], demonstrated=True, more_identifiers_given=True)
    assert given.accepted


def test_row_51_a_breach_that_a_request_reveals_runs_72_hours_from_awareness() -> None:
    plan = incident_plan(Incident.SUSPECTED_IN_REQUEST, AT, Risk.NOT_ASSESSED)
    assert plan.notify_authority_by == AT + timedelta(hours=72)


def test_row_52_an_answer_to_the_wrong_person_is_an_incident_and_called_back() -> None:
    plan = incident_plan(Incident.WRONG_RECIPIENT, AT, Risk.HIGH)
    assert (plan.recall, plan.tell_people, plan.document) == (True, True, True)


def test_row_53_under_litigation_or_a_police_request_nothing_is_erased_and_nobody_tipped_off() -> (
    None
):
    record = [Purpose(Basis.CONSENT, PROSPECTING, date(2020, 1, 1))]
    for holds in (Holds(litigation=True), Holds(authority=True, may_be_told=False)):
        found = verdict_for_record(record, TODAY, holds=holds)
        assert found.verdict is Verdict.RETAINED
        assert found.told is holds.may_be_told
        phase = phase_of([Kept(PROSPECTING, date(2020, 1, 1))], TODAY, holds=holds)
        assert change_due(phase, archived=True, at_end="delete") is Change.NOTHING


def test_row_54_archived_data_are_accessible_and_erased_by_their_rule() -> None:
    assert how_to_give(Content.ARCHIVED).way is Way.GIVE
    over = verdict_under(statute("accounting"), date(2010, 1, 1), TODAY)
    assert over.verdict is Verdict.ERASED
    running = verdict_under(statute("accounting"), date(2024, 1, 1), TODAY)
    assert running.verdict is Verdict.ARCHIVED_RESTRICTED


def test_row_55_backups_are_searched_only_for_the_only_copy_and_end_on_a_stated_day() -> None:
    assert how_to_give(Content.BACKUP).way is Way.NOT_SEARCHED
    assert how_to_give(Content.BACKUP_ONLY_COPY).way is Way.HUMAN
    assert backups_gone_after(TODAY, "P30D").value == "2026-07-10"


def test_row_56_a_silent_system_is_a_partial_answer_in_time_and_only_grounds_extend() -> None:
    partial = Letter(Turn.PARTIAL, (Right.ACCESS,), Delivery.SENT, CLOCK.safe_due)
    found = how_it_stands(Right.ACCESS, [partial], CLOCK, CLOCK.legal_due + timedelta(days=1))
    assert found.state is State.EXTENDED
    effort = ExtensionAsked((Ground.EFFORT,), "much to do", by_dpo=True, day=CLOCK.safe_due)
    assert not may_extend_now(CLOCK, [Right.ACCESS], effort).allowed
    silent = notice_state(notice_plan(AT), AT + timedelta(days=8), sent=True, answered=False)
    assert silent is NoticeState.SILENT


def test_row_57_who_is_away_is_stood_in_for_up_the_ladder() -> None:
    away = replace(OFFICE[0], absent=True)
    assert approver_for("dpo", (away, *OFFICE[1:])).id == "deputy"
    both = (away, replace(OFFICE[1], absent=True), OFFICE[2])
    assert approver_for("dpo", both).id == "boss"


@pytest.mark.parametrize("turn", [Turn.HOLDING, Turn.ACKNOWLEDGMENT])
def test_row_58_a_holding_letter_is_no_answer(turn: Turn) -> None:
    letter = Letter(turn, (Right.ACCESS,), Delivery.SENT, CLOCK.safe_due)
    late = CLOCK.legal_due + timedelta(days=1)
    assert how_it_stands(Right.ACCESS, [letter], CLOCK, late).state is State.LATE


def test_row_59_a_colleague_never_approves_their_own_request() -> None:
    assert approver_for("dpo", OFFICE, requester="dpo").id == "deputy"
    assert approver_for("dpo", OFFICE, acted=["dpo", "deputy"]).id == "boss"


def test_row_60_a_dpo_who_is_complained_of_or_decided_the_purposes_does_not_decide() -> None:
    assert approver_for("dpo", OFFICE, complained_of=["dpo"]).id == "deputy"
    assert approver_for("dpo", OFFICE, decided_purposes=["dpo"]).id == "deputy"


def test_row_61_no_purge_takes_what_was_located_for_an_open_demand() -> None:
    kept = [Kept(PROSPECTING, date(2020, 1, 1))]
    held = phase_of(kept, TODAY, holds=Holds(other_demand_open=True))
    assert held.held_by == ("other_demand_open",)
    assert change_due(held, archived=True, at_end="delete") is Change.NOTHING
    assert change_due(phase_of(kept, TODAY), archived=True, at_end="delete") is Change.DELETE


def test_row_62_a_reply_says_up_to_which_day_its_copy_goes_when_data_arrived_after_it() -> None:
    said = required_items(Right.ACCESS)
    assert missing_items(Right.ACCESS, said, cut_off=True) == (CUT_OFF,)


def test_row_63_a_case_keeps_the_rules_that_it_was_born_under() -> None:
    later = Edition("later", date(2026, 7, 1), "a law to come", answer_months=2)
    born = edition_named(CLOCK.rules_version)
    again = compute_clock(AT, tz="Europe/Paris", region="FR", edition=born)
    assert again == CLOCK
    assert compute_clock(AT, tz="Europe/Paris", region="FR", edition=later).nominal > again.nominal


def test_row_64_an_imported_request_keeps_its_original_receipt() -> None:
    original = Arrival(Channel.IMPORTED, AT - timedelta(days=20))
    found = receipt_of([Arrival(Channel.MAIL, AT), original])
    assert found.at == original.at


def test_row_65_summer_time_and_zones_move_no_date(shared: Path) -> None:
    cases = json.loads((shared / "cases" / "deadlines.json").read_text(encoding="utf-8"))
    of_zones = [case for case in cases if "D050" <= case["id"] <= "D065"]
    assert of_zones
    for case in of_zones:
        clock = compute_clock(
            datetime.fromisoformat(case["received"]), tz=case["tz"], region=case["region"]
        )
        assert f"{clock.received_local}" == case["received_local_date"], case["id"]
        assert f"{clock.legal_due_expires:%Y-%m-%dT%H:%M:%SZ}" == case["due_expires_utc"]


def test_row_66_a_company_closed_in_august_has_no_day_more() -> None:
    july = compute_clock(datetime(2026, 7, 20, 12, tzinfo=UTC), tz="Europe/Paris", region="FR")
    assert (july.nominal, july.safe_due) == (date(2026, 8, 20), date(2026, 8, 20))
    assert not may_refuse(Reason.HOLIDAYS, decided_by_human=True).accepted


def test_row_67_it_is_free() -> None:
    found = may_charge(excessive_demonstrated=False, amount_announced=True)
    assert found.outcome is Outcome.REFUSE
    assert not may_refuse(Reason.NO_PAYMENT, decided_by_human=True).accepted


def test_row_68_who_lives_abroad_has_the_same_rights() -> None:
    assert not may_refuse(Reason.LIVES_ABROAD, decided_by_human=True).accepted


def test_row_69_a_company_has_no_right_and_the_people_in_it_have() -> None:
    assert legal_person_may_act(natural_person_inside=False).outcome is Outcome.REFUSE
    assert legal_person_may_act(natural_person_inside=True).accepted


def test_row_70_an_anonymous_objection_is_honoured_and_the_rest_waits_for_identity() -> None:
    assert stranger_may_act(Right.PROSPECTING_OBJECTION).accepted
    assert stranger_may_act(Right.ACCESS).ask == ("identity",)


def test_row_71_who_asks_for_proof_of_erasure_gets_attestations_and_no_logs() -> None:
    found = how_to_give(Content.SECURITY_INTERNAL)
    assert found.way is Way.WITHHOLD
    assert "attestations" in found.why.words


def test_row_72_the_request_file_is_accessible_and_its_erasure_refused_with_its_date() -> None:
    until = date(2031, 6, 10)
    given = demand_about_file(Right.ACCESS, TODAY, until)
    assert (given.decision.accepted, given.withheld) == (True, SECURITY_INTERNALS)
    refused = demand_about_file(Right.ERASURE, TODAY, until)
    assert (refused.decision.outcome, refused.purge_on) == (Outcome.REFUSE, until)


def test_row_73_a_letter_of_the_authority_is_answered_by_humans_and_freezes_the_file() -> None:
    rule = rule_for(Right.AUTHORITY_INQUIRY)
    assert (rule.human, rule.act) == (Human.ALONE, Act.FREEZE_FILE)
    found = authority_inquiry(TODAY, date(2026, 6, 30), "FR")
    assert (found.due, found.alert) == (date(2026, 6, 30), ("dpo", "management"))
    frozen = verdict_for_record([], TODAY, holds=Holds(authority=True))
    assert (frozen.verdict, frozen.reason) == (Verdict.RETAINED, Why.AUTHORITY_HOLD)

"""Rule book §5, rows 24-46: what the rules answer about how, when and how often it was asked."""

from datetime import UTC, date, datetime, timedelta

import pytest

from calends.rules.answering import Delivery, Letter, State, how_it_stands
from calends.rules.calendar import add_working_days
from calends.rules.clock import Clock, compute_clock
from calends.rules.contacts import Sign, looks_like_takeover
from calends.rules.demands import (
    Demand,
    DemandState,
    FurtherMessage,
    Meaning,
    Place,
    place_of_message,
    withdrawal_of,
)
from calends.rules.disclosure import Content, Way, how_to_give
from calends.rules.documents import unasked_document
from calends.rules.identity import Contact, required_assurance
from calends.rules.milestones import post_by
from calends.rules.proof import AnswerTo, Evidence, Piece, answer_to, assurance_of
from calends.rules.receipt import Arrival, Channel, arrival_on, receipt_of
from calends.rules.refusing import Demonstration, Reason, may_refuse
from calends.rules.replies import Turn
from calends.rules.speed import effect_due
from calends.rules.vocabulary import Assurance, Language, Right
from calends.rules.wording import Wording, languages_of_reply, reading_of

AT = datetime(2026, 6, 10, 12, tzinfo=UTC)
LATER = AT + timedelta(days=9)
STOP = Right.PROSPECTING_OBJECTION
ACCESS = Demand(Right.ACCESS, AT)


def clock_of(received: datetime) -> Clock:
    return compute_clock(received, tz="Europe/Paris", region="FR")


def place(demand: Demand, message: FurtherMessage) -> Place:
    (found,) = place_of_message([demand], message)
    return found


def test_row_24_a_request_by_telephone_counts_from_the_call() -> None:
    written_down_later = Arrival(Channel.MAIL, AT + timedelta(days=2))
    found = receipt_of([written_down_later, Arrival(Channel.ORAL, AT)])
    assert found.at == AT
    assert "confirmed in writing" in found.why.words


def test_row_25_a_message_on_an_official_social_account_is_a_request() -> None:
    assert receipt_of([Arrival(Channel.SOCIAL_MEDIA, AT)]).at == AT


def test_row_26_a_letter_counts_from_its_first_presentation_and_its_answer_is_posted_early() -> (
    None
):
    presented = arrival_on(Channel.POST_PRESENTED, date(2026, 6, 10), "Europe/Paris")
    fetched = arrival_on(Channel.POST_DELIVERED, date(2026, 6, 20), "Europe/Paris")
    clock = clock_of(receipt_of([fetched, presented]).at)
    assert clock.received_local == date(2026, 6, 10)
    assert add_working_days(post_by(clock), 3, "FR") == clock.safe_due


def test_row_27_the_wrong_mailbox_of_the_company_gives_it_no_extra_time() -> None:
    wrong_colleague = Arrival(Channel.MAIL, AT)
    forwarded = Arrival(Channel.MAIL, AT + timedelta(days=6))
    assert receipt_of([forwarded, wrong_colleague]).at == AT


@pytest.mark.parametrize("stake_contact", list(Contact))
def test_row_28_stop_your_mails_inside_a_sales_mail_is_an_objection_that_asks_nobody_who_they_are(
    stake_contact: Contact,
) -> None:
    assert reading_of(Wording.STOP_INSIDE_OTHER_MAIL).rights == (STOP,)
    assert required_assurance(STOP, contact=stake_contact).assurance is Assurance.IA0


def test_row_29_one_word_is_enough_and_takes_effect_within_a_day() -> None:
    assert reading_of(Wording.STOP).rights == (STOP,)
    due = effect_due(STOP, AT)
    assert due is not None
    assert due.own_tools == AT + timedelta(hours=24)


def test_row_30_remove_me_from_your_list_stops_now_and_asks_about_erasure_beside() -> None:
    found = reading_of(Wording.REMOVE_FROM_LIST)
    assert (found.rights, found.ask, found.pauses) == ((STOP,), Right.ERASURE, False)


def test_row_31_a_vague_mail_is_taken_for_access_asked_once_and_pauses_nothing() -> None:
    found = reading_of(Wording.VAGUE)
    assert (found.rights, found.ask, found.pauses) == ((Right.ACCESS,), Right.ACCESS, False)


def test_row_32_another_language_costs_no_time_and_is_answered_in_french_and_plain_english() -> (
    None
):
    assert languages_of_reply("pl") == (Language.FR, Language.EN)
    found = may_refuse(Reason.OTHER_LANGUAGE, decided_by_human=True)
    assert not found.accepted


def test_row_33_an_insulting_request_is_a_request() -> None:
    assert not may_refuse(Reason.INSULTING, decided_by_human=True).accepted


def test_row_34_the_same_request_again_is_a_reminder_under_the_first_receipt() -> None:
    chased = place(ACCESS, FurtherMessage(LATER, rights=(Right.ACCESS,)))
    assert (chased.meaning, chased.counts_from) == (Meaning.REMINDER, AT)
    copied = place(ACCESS, FurtherMessage(LATER, same_content=True))
    assert copied.meaning is Meaning.DUPLICATE


def test_row_35_after_the_answer_it_is_a_new_case_and_after_a_year_never_excessive() -> None:
    answered = Demand(Right.ACCESS, AT, DemandState.ANSWERED)
    again = place(answered, FurtherMessage(LATER, rights=(Right.ACCESS,)))
    assert (again.meaning, again.counts_from) == (Meaning.NEW_CASE, LATER)
    shown = Demonstration("every week", "to hurt", by_dpo=True, counsel_heard=True)
    found = may_refuse(
        Reason.EXCESSIVE,
        decided_by_human=True,
        shown=shown,
        last_answered=date(2025, 6, 10),
        received=date(2026, 6, 10),
    )
    assert not found.accepted


def test_row_36_abuse_is_shown_in_both_elements_by_dpo_and_counsel_or_it_is_none() -> None:
    shown = Demonstration("every week", "to hurt", by_dpo=True, counsel_heard=True)
    assert may_refuse(Reason.EXCESSIVE, decided_by_human=True, shown=shown).accepted
    assert may_refuse(Reason.EXCESSIVE, decided_by_human=True).ask
    assert not may_refuse(Reason.EXCESSIVE, decided_by_human=False, shown=shown).accepted


def test_row_37_a_request_is_given_up_in_writing_and_a_restriction_stays() -> None:
    need = required_assurance(Right.RESTRICTION).assurance
    given_up = withdrawal_of(Right.RESTRICTION, have=need, need=need, written=True)
    assert (given_up.accepted, given_up.effect_stays) == (True, True)
    stranger = withdrawal_of(Right.RESTRICTION, have=Assurance.IA0, need=need, written=True)
    assert not stranger.accepted


def test_row_38_another_scope_keeps_the_clock_and_an_added_right_has_its_own() -> None:
    wider = place(ACCESS, FurtherMessage(LATER, rights=(Right.ACCESS,), changes_scope=True))
    assert (wider.meaning, wider.counts_from) == (Meaning.SCOPE_CHANGED, AT)
    added = place(ACCESS, FurtherMessage(LATER, rights=(Right.ERASURE,)))
    assert (added.meaning, added.counts_from) == (Meaning.ADDED_RIGHT, LATER)


def test_row_40_a_reply_that_bounced_leaves_the_date_unmet_until_another_one_is_sent() -> None:
    clock = clock_of(AT)
    bounced = Letter(Turn.FINAL, (Right.ACCESS,), Delivery.BOUNCED, date(2026, 7, 8))
    posted = Letter(Turn.FINAL, (Right.ACCESS,), Delivery.POSTED, date(2026, 7, 9))
    late = clock.legal_due + timedelta(days=1)
    assert how_it_stands(Right.ACCESS, [bounced], clock, late).state is State.LATE
    answered = how_it_stands(Right.ACCESS, [bounced, posted], clock, late)
    assert (answered.state, answered.on_time) == (State.ANSWERED, True)


def test_row_43_an_identity_document_that_nobody_asked_for_is_deleted_and_the_person_told() -> None:
    not_needed = unasked_document(AT, identity_still_needed=False)
    assert (not_needed.use, not_needed.delete_by, not_needed.tell_person) == (False, AT, True)
    helpful = unasked_document(AT, identity_still_needed=True)
    assert helpful.use
    assert helpful.delete_by == AT + timedelta(hours=72)


def test_row_44_health_told_unasked_stays_sealed_with_the_request() -> None:
    found = how_to_give(Content.SENSITIVE_UNASKED)
    assert found.way is Way.GIVE
    assert "copied nowhere" in found.why.words


def test_row_45_a_forged_sender_proves_nothing_and_no_data_go_to_a_new_address() -> None:
    assert assurance_of([Piece(Evidence.FROM_HEADER)]).assurance is Assurance.IA0
    to = answer_to(Contact.UNKNOWN, proved=True, other_contact_on_file=False, postal_on_file=False)
    assert to is AnswerTo.NOWHERE
    assert looks_like_takeover([Sign.NEW_ADDRESS_FOR_KNOWN_PERSON, Sign.SENDER_NOT_AUTHENTICATED])

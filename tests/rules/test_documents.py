from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calends.rules.decision import Outcome
from calends.rules.documents import (
    LIFETIME_HOURS,
    MASK,
    DocumentAsk,
    SeenNote,
    delete_document_by,
    may_ask_document,
    unasked_document,
    why_delete_by,
)
from calends.rules.identity import Contact, Stake
from calends.rules.vocabulary import Right

RECEIVED = datetime(2026, 6, 10, 12, tzinfo=UTC)
FULL = DocumentAsk("two customers, one name", approved_by_dpo=True, lighter_means_tried=True)


def test_a_document_is_asked_only_with_doubt_stake_approval_and_nothing_lighter_left() -> None:
    found = may_ask_document(Right.ACCESS, [Stake.BANK], Contact.ON_FILE, FULL)
    assert found.outcome is Outcome.ACCEPT
    assert found.ask == MASK


@pytest.mark.parametrize(
    ("ask", "stake", "words"),
    [
        (replace(FULL, doubt=" "), Stake.BANK, "no reasonable doubt"),
        (replace(FULL, approved_by_dpo=False), Stake.BANK, "the DPO has not approved"),
        (replace(FULL, lighter_means_tried=False), Stake.BANK, "a lighter proof"),
        (FULL, Stake.ORDINARY, "IA1 is enough"),
    ],
)
def test_without_one_of_them_it_is_refused_and_the_reason_stated(
    ask: DocumentAsk, stake: Stake, words: str
) -> None:
    found = may_ask_document(Right.ACCESS, [stake], Contact.ON_FILE, ask)
    assert found.outcome is Outcome.REFUSE
    (step,) = found.why
    assert words in step.words
    assert "12(6)" in step.source


@pytest.mark.parametrize("right", [Right.PROSPECTING_OBJECTION, Right.CONSENT_WITHDRAWAL])
@pytest.mark.parametrize("stake", Stake)
def test_nobody_shows_a_document_to_say_stop(right: Right, stake: Stake) -> None:
    assert not may_ask_document(right, [stake], Contact.UNKNOWN, FULL).accepted


@given(st.integers(-100, 1000), st.booleans())
def test_a_copy_is_gone_at_the_decision_and_never_later_than_72_hours(
    hours: int, decided: bool
) -> None:
    by = delete_document_by(RECEIVED, RECEIVED + timedelta(hours=hours) if decided else None)
    assert RECEIVED <= by <= RECEIVED + timedelta(hours=LIFETIME_HOURS)
    if decided and 0 <= hours <= LIFETIME_HOURS:
        assert by == RECEIVED + timedelta(hours=hours)


def test_the_end_of_a_copy_answers_why() -> None:
    kept = why_delete_by(RECEIVED)
    assert (kept.value, kept.words) == ("2026-06-13T12:00:00Z", "72 hours after receipt")
    decided = why_delete_by(RECEIVED, RECEIVED + timedelta(hours=2))
    assert (decided.value, decided.words) == ("2026-06-10T14:00:00Z", "at the decision")


def test_only_by_whom_when_and_with_what_result_is_kept_of_a_document() -> None:
    assert set(SeenNote.__dataclass_fields__) == {"seen_by_role", "seen_at", "matched"}


@pytest.mark.parametrize(("needed", "hours"), [(True, 72), (False, 0)])
def test_a_copy_that_nobody_asked_for_is_deleted_and_the_person_told(
    needed: bool, hours: int
) -> None:
    found = unasked_document(RECEIVED, identity_still_needed=needed)
    assert (found.use, found.tell_person) == (needed, True)
    assert found.delete_by == RECEIVED + timedelta(hours=hours)

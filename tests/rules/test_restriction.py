from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calends.rules.decision import Outcome
from calends.rules.restriction import (
    ENDS,
    REVIEW_DAYS,
    Ground,
    RestrictionFacts,
    Use,
    grounds_of,
    may_lift,
    may_use,
    next_review,
    rectify_while_restricted,
)

AT = datetime(2026, 6, 10, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("facts", "grounds"),
    [
        (RestrictionFacts(), ()),
        (RestrictionFacts(accuracy_contested=True), (Ground.ACCURACY_CONTESTED,)),
        (RestrictionFacts(unlawful=True), ()),
        (RestrictionFacts(opposes_erasure=True), ()),
        (RestrictionFacts(unlawful=True, opposes_erasure=True), (Ground.UNLAWFUL,)),
        (RestrictionFacts(person_needs_for_claims=True), ()),
        (RestrictionFacts(controller_needs_no_longer=True), ()),
        (
            RestrictionFacts(controller_needs_no_longer=True, person_needs_for_claims=True),
            (Ground.CLAIMS_OF_PERSON,),
        ),
        (RestrictionFacts(objection_pending=True), (Ground.OBJECTION_PENDING,)),
        (RestrictionFacts(*[True] * 6), tuple(Ground)),
    ],
)
def test_the_four_grounds_of_the_law_hold_each_with_all_its_conditions(
    facts: RestrictionFacts, grounds: tuple[Ground, ...]
) -> None:
    assert grounds_of(facts) == grounds


def test_every_ground_has_its_end() -> None:
    assert set(ENDS) == set(Ground)


@pytest.mark.parametrize("use", Use)
@pytest.mark.parametrize("consents", [True, False])
def test_restricted_data_are_stored_and_used_only_as_the_law_says(use: Use, consents: bool) -> None:
    frozen = use in (Use.READ, Use.CAMPAIGN, Use.CHANGE, Use.PURGE)
    assert may_use(use, person_consents=consents).accepted == (consents or not frozen)


@pytest.mark.parametrize(
    ("reached", "decided", "told", "outcome"),
    [
        (False, True, AT - timedelta(days=1), Outcome.REFUSE),
        (True, False, AT - timedelta(days=1), Outcome.HUMAN),
        (True, True, None, Outcome.ASK),
        (True, True, AT, Outcome.ASK),
        (True, True, AT + timedelta(days=1), Outcome.ASK),
        (True, True, AT - timedelta(seconds=1), Outcome.ACCEPT),
    ],
)
def test_a_restriction_is_lifted_only_after_the_person_was_told(
    reached: bool, decided: bool, told: datetime | None, outcome: Outcome
) -> None:
    for ground in Ground:
        found = may_lift(ground, end_reached=reached, decided_by_human=decided, told=told, at=AT)
        assert found.outcome is outcome


def test_no_restriction_is_lifted_without_a_human_and_a_notice() -> None:
    for ground, reached, decided in product(Ground, (True, False), (True, False)):
        found = may_lift(ground, end_reached=reached, decided_by_human=decided, told=None, at=AT)
        assert not found.accepted


@given(st.integers(0, 400))
def test_a_human_looks_again_every_thirty_days(days: int) -> None:
    start = date(2026, 6, 10)
    today = start + timedelta(days=days)
    review = date.fromisoformat(next_review(start, today).value)
    assert today < review <= today + timedelta(days=REVIEW_DAYS)
    assert (review - start).days % REVIEW_DAYS == 0


def test_the_first_review_is_thirty_days_after_the_restriction() -> None:
    start = date(2026, 6, 10)
    assert next_review(start, start).value == "2026-07-10"
    assert next_review(start, start - timedelta(days=3)).value == "2026-07-10"
    assert next_review(start, date(2026, 7, 10)).value == "2026-08-09"


def test_what_is_restricted_is_rectified_with_consent_or_after_the_notice() -> None:
    assert rectify_while_restricted(person_consents=True).accepted
    asked = rectify_while_restricted(person_consents=False)
    assert (asked.outcome, "lift_notice" in asked.ask) == (Outcome.ASK, True)

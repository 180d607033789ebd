from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from calends.rules.retention import (
    ARTICLES,
    Reason,
    RecordVerdict,
    RetentionRule,
    verdict_for_erasure,
)
from calends.rules.vocabulary import Verdict

TODAY = date(2026, 6, 10)
INVOICES = RetentionRule(
    "accounting", "P10Y", statutory=True, from_financial_year_end=True, source="C. com. L123-22"
)
PROSPECTS = RetentionRule("prospects", "P3Y", source="CNIL")
CONTRACT = RetentionRule("contract", "P3Y", archive="P5Y")
BASES = ("consent", "contract", "legal_obligation", "legitimate_interest", "UNSET")


def outcome(
    rule: RetentionRule | None, basis: str, start: date | None
) -> tuple[Verdict, str, date | None]:
    found = verdict_for_erasure(rule, basis, start, TODAY)
    return found.verdict, found.reason, found.until


def test_an_invoice_is_archived_ten_years_from_the_end_of_its_financial_year() -> None:
    assert verdict_for_erasure(
        INVOICES, "legal_obligation", date(2024, 3, 5), TODAY
    ) == RecordVerdict(
        Verdict.ARCHIVED_RESTRICTED,
        date(2034, 12, 31),
        "accounting",
        "C. com. L123-22",
        "legal_obligation",
        minimise=True,
    )


@pytest.mark.parametrize(
    ("ends", "dated", "until"),
    [
        ("12-31", date(2024, 3, 5), date(2034, 12, 31)),
        ("06-30", date(2024, 3, 5), date(2034, 6, 30)),
        ("06-30", date(2024, 6, 30), date(2034, 6, 30)),
        ("06-30", date(2024, 7, 1), date(2035, 6, 30)),
        ("02-29", date(2023, 1, 5), date(2033, 2, 28)),
        ("02-29", date(2024, 2, 29), date(2034, 2, 28)),
    ],
)
def test_the_financial_year_ends_when_the_company_says(ends: str, dated: date, until: date) -> None:
    rule = replace(INVOICES, financial_year_ends=ends)
    assert outcome(rule, "contract", dated)[2] == until


@pytest.mark.parametrize("ends", ["", "31-12", "02-30", "1231", "W1-1"])
def test_a_financial_year_that_ends_on_no_day_is_refused(ends: str) -> None:
    with pytest.raises(ValueError, match="not a day of a year"):
        replace(INVOICES, financial_year_ends=ends)


@pytest.mark.parametrize(
    ("today", "verdict"),
    [
        (date(2034, 12, 31), Verdict.ARCHIVED_RESTRICTED),
        (date(2035, 1, 1), Verdict.ERASED),
    ],
)
def test_the_last_day_of_a_statutory_duration_is_still_kept(today: date, verdict: Verdict) -> None:
    found = verdict_for_erasure(INVOICES, "legal_obligation", date(2024, 3, 5), today)
    assert found.verdict is verdict


@pytest.mark.parametrize("basis", BASES)
def test_a_statute_prevails_over_whatever_basis_the_purpose_has(basis: str) -> None:
    assert outcome(INVOICES, basis, date(2024, 3, 5))[1] == Reason.LEGAL_OBLIGATION
    assert outcome(INVOICES, basis, date(2010, 3, 5))[:2] == (
        Verdict.ERASED,
        Reason.OBLIGATION_OVER,
    )
    assert outcome(INVOICES, basis, None)[:2] == (Verdict.HUMAN, Reason.START_UNKNOWN)


@pytest.mark.parametrize("basis", BASES)
@pytest.mark.parametrize(
    "rule",
    [None, RetentionRule("x", "UNSET"), replace(CONTRACT, archive="UNSET")],
    ids=["no rule", "active unset", "archive unset"],
)
def test_where_no_duration_is_set_a_human_decides(rule: RetentionRule | None, basis: str) -> None:
    assert outcome(rule, basis, date(2020, 1, 1)) == (Verdict.HUMAN, Reason.NO_DURATION, None)


@pytest.mark.parametrize("start", [None, date(2020, 1, 1), date(2030, 1, 1)])
def test_on_consent_an_erasure_demand_withdraws_it(start: date | None) -> None:
    assert outcome(PROSPECTS, "consent", start)[:2] == (Verdict.ERASED, Reason.CONSENT_WITHDRAWN)


def test_a_legal_obligation_that_no_statute_carries_goes_to_a_human() -> None:
    assert outcome(PROSPECTS, "legal_obligation", TODAY)[:2] == (
        Verdict.HUMAN,
        Reason.OBLIGATION_WITHOUT_STATUTE,
    )


@pytest.mark.parametrize("basis", ["UNSET", "", "vital_interests"])
def test_without_a_known_legal_basis_a_human_decides(basis: str) -> None:
    assert outcome(PROSPECTS, basis, TODAY)[:2] == (Verdict.HUMAN, Reason.NO_LEGAL_BASIS)


@pytest.mark.parametrize("basis", ["contract", "legitimate_interest"])
@pytest.mark.parametrize(
    ("rule", "start", "expected"),
    [
        (CONTRACT, None, (Verdict.HUMAN, Reason.START_UNKNOWN, None)),
        (CONTRACT, date(2026, 6, 11), (Verdict.HUMAN, Reason.RELATIONSHIP_RUNS, None)),
        (PROSPECTS, date(2025, 1, 1), (Verdict.ERASED, Reason.NO_LONGER_NECESSARY, None)),
        (PROSPECTS, date(2023, 1, 1), (Verdict.ERASED, Reason.DURATION_OVER, None)),
        (CONTRACT, TODAY, (Verdict.HUMAN, Reason.CLAIMS_MAY_NEED_IT, date(2031, 6, 10))),
        (
            CONTRACT,
            date(2022, 1, 1),  # active phase over, archive still running
            (Verdict.HUMAN, Reason.CLAIMS_MAY_NEED_IT, date(2027, 1, 1)),
        ),
        (CONTRACT, date(2021, 6, 10), (Verdict.HUMAN, Reason.CLAIMS_MAY_NEED_IT, TODAY)),
        (CONTRACT, date(2021, 6, 9), (Verdict.ERASED, Reason.DURATION_OVER, None)),
        (
            replace(CONTRACT, archive_counts_from="end_of_active"),
            date(2021, 6, 9),
            (Verdict.HUMAN, Reason.CLAIMS_MAY_NEED_IT, date(2029, 6, 9)),
        ),
        (RetentionRule("card_cvv", "none"), None, (Verdict.ERASED, Reason.DURATION_OVER, None)),
    ],
)
def test_a_policy_duration_is_a_ceiling_and_only_claims_make_a_human_look(
    basis: str,
    rule: RetentionRule,
    start: date | None,
    expected: tuple[Verdict, str, date | None],
) -> None:
    assert outcome(rule, basis, start) == expected


def test_a_date_that_means_never_does_not_break_a_plan() -> None:
    assert outcome(INVOICES, "contract", date.max)[2] == date.max


@pytest.mark.parametrize("text", ["P", "3 years", "PT1H", ""])
def test_a_rule_with_an_unreadable_period_cannot_be_made(text: str) -> None:
    with pytest.raises(ValueError, match="not an ISO 8601 period"):
        RetentionRule("x", text)
    with pytest.raises(ValueError, match="not an ISO 8601 period"):
        RetentionRule("x", "P1Y", archive=text)


def test_every_reason_rests_on_an_article() -> None:
    assert set(ARTICLES) == set(Reason)
    assert all(article.startswith("GDPR ") for article in ARTICLES.values())


def test_a_verdict_survives_the_journey_through_pydantic_json() -> None:
    found = verdict_for_erasure(INVOICES, "contract", date(2024, 3, 5), TODAY)
    adapter = TypeAdapter(RecordVerdict)
    assert adapter.validate_json(adapter.dump_json(found)) == found


periods = st.one_of(
    st.sampled_from(["none", "UNSET"]),
    st.builds(
        lambda years, months, days: f"P{years}Y{months}M{days}D",
        st.integers(0, 12),
        st.integers(0, 30),
        st.integers(0, 60),
    ),
)
rules = st.builds(
    RetentionRule,
    st.just("rule"),
    periods,
    periods,
    st.sampled_from(["start", "end_of_active"]),
    st.booleans(),
    st.booleans(),
)
dates = st.dates(date(1990, 1, 1), date(2060, 1, 1))


@given(rules, st.sampled_from(BASES), st.none() | dates, dates)
def test_only_a_statute_that_still_runs_keeps_a_record_without_a_human(
    rule: RetentionRule, basis: str, start: date | None, today: date
) -> None:
    found = verdict_for_erasure(rule, basis, start, today)
    assert found.verdict in (Verdict.ERASED, Verdict.HUMAN, Verdict.ARCHIVED_RESTRICTED)
    if found.verdict is Verdict.ARCHIVED_RESTRICTED:
        assert rule.statutory
        assert found.until is not None
        assert found.until >= today
    if found.verdict is Verdict.ERASED:
        assert found.until is None
        assert not rule.unset()


@given(rules, st.sampled_from(BASES), dates, dates, st.integers(0, 4000))
def test_what_was_to_be_erased_is_still_to_be_erased_later(
    rule: RetentionRule, basis: str, start: date, today: date, days: int
) -> None:
    if verdict_for_erasure(rule, basis, start, today).verdict is Verdict.ERASED:
        later = verdict_for_erasure(rule, basis, start, today + timedelta(days=days))
        assert later.verdict is Verdict.ERASED


@given(rules.filter(lambda rule: not rule.unset()), dates)
def test_the_archive_never_ends_before_the_active_phase(rule: RetentionRule, start: date) -> None:
    assert start <= rule.active_until(start) <= rule.kept_until(start)

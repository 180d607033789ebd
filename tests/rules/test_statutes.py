from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calends.rules.periods import Period
from calends.rules.retention import NONE, Reason
from calends.rules.statutes import STATUTES, Effect, Statute, statute, verdict_under
from calends.rules.vocabulary import Verdict

TODAY = date(2026, 6, 10)
LONG_AGO, LATELY = date(2005, 1, 10), date(2026, 5, 20)
texts = st.sampled_from(list(STATUTES.values()))


@pytest.mark.parametrize("text", STATUTES.values(), ids=STATUTES)
def test_every_text_has_its_source_its_mark_and_a_duration(text: Statute) -> None:
    assert STATUTES[text.key] is text
    assert text.source
    assert text.start
    assert text.mark[0] in "VSM"
    assert text.duration == NONE or Period.parse(text.duration)


# The rows of rule book §3.2, by what they do to an erasure demand.
@pytest.mark.parametrize(
    ("key", "effect", "duration"),
    [
        ("accounting", Effect.OBLIGATION, "P10Y"),
        ("tax", Effect.OBLIGATION, "P6Y"),
        ("e_contract", Effect.OBLIGATION, "P10Y"),
        ("civil_prescription", Effect.CLAIMS, "P5Y"),
        ("consumer_claim", Effect.CLAIMS, "P2Y"),
        ("construction", Effect.CLAIMS, "P10Y"),
        ("property_mgmt", Effect.OBLIGATION, "P10Y"),
        ("aml", Effect.OBLIGATION, "P5Y"),
        ("payslips", Effect.OBLIGATION, "P5Y"),
        ("staff_register", Effect.OBLIGATION, "P5Y"),
        ("working_time", Effect.OBLIGATION, "P1Y"),
        ("working_time_forfait", Effect.OBLIGATION, "P3Y"),
        ("candidates", Effect.CEILING, "P2Y"),
        ("prospects", Effect.CEILING, "P3Y"),
        ("customers_marketing", Effect.CEILING, "P3Y"),
        ("suppression_list", Effect.SUPPRESSION, "P3Y"),
        ("card_number", Effect.CLAIMS, "P13M"),
        ("card_number_deferred", Effect.CLAIMS, "P15M"),
        ("card_cvv", Effect.INCIDENT, "none"),
        ("iban_mandate", Effect.CLAIMS, "P13M"),
        ("cctv", Effect.CEILING, "P1M"),
        ("badge", Effect.CEILING, "P3M"),
        ("cookies", Effect.CEILING, "P13M"),
        ("cookies_data", Effect.CEILING, "P25M"),
        ("cookies_choice", Effect.CEILING, "P6M"),
        ("security_logs", Effect.WEIGH, "P1Y"),
    ],
)
def test_the_library_is_the_table_of_the_rule_book(key: str, effect: Effect, duration: str) -> None:
    text = statute(key)
    assert (text.effect, text.duration) == (effect, duration)
    assert len(STATUTES) == 26


@pytest.mark.parametrize(
    ("effect", "start", "verdict", "reason"),
    [
        (Effect.OBLIGATION, LATELY, Verdict.ARCHIVED_RESTRICTED, Reason.LEGAL_OBLIGATION),
        (Effect.OBLIGATION, LONG_AGO, Verdict.ERASED, Reason.OBLIGATION_OVER),
        (Effect.OBLIGATION, None, Verdict.HUMAN, Reason.START_UNKNOWN),
        (Effect.CLAIMS, LATELY, Verdict.HUMAN, Reason.CLAIMS_MAY_NEED_IT),
        (Effect.CLAIMS, LONG_AGO, Verdict.ERASED, Reason.DURATION_OVER),
        (Effect.CLAIMS, None, Verdict.HUMAN, Reason.START_UNKNOWN),
        (Effect.CEILING, LATELY, Verdict.ERASED, Reason.NO_LONGER_NECESSARY),
        (Effect.CEILING, LONG_AGO, Verdict.ERASED, Reason.DURATION_OVER),
        (Effect.CEILING, None, Verdict.ERASED, Reason.NO_LONGER_NECESSARY),
        (Effect.SUPPRESSION, LATELY, Verdict.SUPPRESSION_ENTRY, Reason.SUPPRESSION_NEEDED),
        (Effect.SUPPRESSION, None, Verdict.SUPPRESSION_ENTRY, Reason.SUPPRESSION_NEEDED),
        (Effect.WEIGH, LATELY, Verdict.HUMAN, Reason.GROUNDS_TO_WEIGH),
        (Effect.WEIGH, None, Verdict.HUMAN, Reason.GROUNDS_TO_WEIGH),
        (Effect.WEIGH, LONG_AGO, Verdict.ERASED, Reason.DURATION_OVER),
        (Effect.INCIDENT, LATELY, Verdict.ERASED, Reason.UNLAWFUL_TO_HOLD),
    ],
)
def test_each_text_does_to_an_erasure_what_its_effect_says(
    effect: Effect, start: date | None, verdict: Verdict, reason: Reason
) -> None:
    for text in STATUTES.values():
        if text.effect is effect:
            found = verdict_under(text, start, TODAY)
            assert (found.verdict, found.reason) == (verdict, reason), text.key
            assert (found.rule, found.source) == (text.key, text.source)
            assert found.minimise == (verdict is Verdict.ARCHIVED_RESTRICTED)


@given(texts, st.dates(date(2000, 1, 1), date(2050, 1, 1)), st.integers(0, 9000))
def test_only_an_obligation_keeps_a_record_by_itself_and_only_until_its_end(
    text: Statute, start: date, days: int
) -> None:
    found = verdict_under(text, start, start + timedelta(days=days))
    if found.verdict is Verdict.ARCHIVED_RESTRICTED:
        assert text.effect is Effect.OBLIGATION
        assert found.until is not None
        assert found.until >= start + timedelta(days=days)
    assert found.verdict is not Verdict.RETAINED


def test_an_invoice_is_kept_ten_years_from_the_end_of_its_year_and_a_payslip_from_its_issue() -> (
    None
):
    assert verdict_under(statute("accounting"), date(2024, 3, 5), TODAY).until == date(2034, 12, 31)
    assert verdict_under(statute("payslips"), date(2024, 3, 5), TODAY).until == date(2029, 3, 5)


@pytest.mark.parametrize(
    ("event", "verdict"), [(date(2025, 6, 10), Verdict.HUMAN), (date(2025, 6, 9), Verdict.ERASED)]
)
def test_a_log_is_weighed_up_to_its_last_day(event: date, verdict: Verdict) -> None:
    assert verdict_under(statute("security_logs"), event, TODAY).verdict is verdict


def test_a_text_that_nobody_knows_is_refused_with_the_list() -> None:
    with pytest.raises(ValueError, match=r"named 'nothing'.*accounting"):
        statute("nothing")

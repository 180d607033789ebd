from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calends.rules.erasure import (
    ClaimNeed,
    Fallen,
    Holds,
    Purpose,
    fields_to_drop,
    verdict_for_record,
)
from calends.rules.retention import ARTICLES, Reason, RecordVerdict, RetentionRule
from calends.rules.statutes import STATUTES, statute
from calends.rules.vocabulary import Basis, Verdict

TODAY = date(2026, 6, 10)
ISSUED = date(2024, 3, 5)
PROSPECTING = Purpose(Basis.CONSENT, RetentionRule("prospecting", "P3Y"), date(2025, 1, 1))
CONTRACT = Purpose(
    Basis.CONTRACT, RetentionRule("contract", "P3Y", archive="P5Y"), date(2024, 1, 1)
)
INVOICE = Purpose(
    Basis.LEGAL_OBLIGATION,
    RetentionRule("accounting", "P10Y", statutory=True, from_financial_year_end=True),
    ISSUED,
)
UNSET = Purpose(Basis.CONTRACT, RetentionRule("works", "UNSET"), ISSUED)
ACCOUNTING = (statute("accounting"), ISSUED)
PRESCRIPTION = (statute("civil_prescription"), ISSUED)

purposes = st.builds(
    Purpose,
    st.sampled_from([*Basis, "other"]),
    st.none() | st.sampled_from([p.rule for p in (PROSPECTING, CONTRACT, INVOICE, UNSET)]),
    st.none() | st.dates(date(2010, 1, 1), date(2030, 1, 1)),
    st.none() | st.sampled_from(Fallen),
)
texts = st.tuples(
    st.sampled_from(list(STATUTES.values())),
    st.none() | st.dates(date(2010, 1, 1), date(2030, 1, 1)),
)
holds = st.builds(Holds, *[st.booleans()] * 5)


def outcome(*served: Purpose, **known: object) -> tuple[Verdict, str]:
    found = verdict_for_record(served, TODAY, **known)  # type: ignore[arg-type]
    return found.verdict, found.reason


def test_a_record_that_serves_one_purpose_has_the_verdict_of_that_purpose() -> None:
    assert outcome(PROSPECTING) == (Verdict.ERASED, Reason.CONSENT_WITHDRAWN)
    assert outcome(CONTRACT) == (Verdict.HUMAN, Reason.CLAIMS_MAY_NEED_IT)
    assert outcome(INVOICE) == (Verdict.ARCHIVED_RESTRICTED, Reason.LEGAL_OBLIGATION)


def test_a_record_of_which_nobody_says_why_it_is_kept_goes_to_a_human() -> None:
    assert outcome() == (Verdict.HUMAN, Reason.NO_DURATION)


def test_what_only_the_law_still_needs_is_archived_minimised_and_dated() -> None:
    found = verdict_for_record([PROSPECTING, INVOICE], TODAY)
    assert (found.verdict, found.until) == (Verdict.ARCHIVED_RESTRICTED, date(2034, 12, 31))
    assert found.minimise


@pytest.mark.parametrize("fallen", Fallen)
def test_a_purpose_that_fell_carries_nothing_any_more(fallen: Fallen) -> None:
    for purpose in (CONTRACT, UNSET, replace(CONTRACT, rule=None)):
        verdict, reason = outcome(replace(purpose, fallen=fallen))
        assert (verdict, reason) == (Verdict.ERASED, fallen.value)
        assert ARTICLES[Reason(reason)].startswith("GDPR 17(1)")


def test_a_law_that_obliges_stands_even_when_the_purpose_fell() -> None:
    fell = replace(INVOICE, fallen=Fallen.OBJECTED)
    assert outcome(fell)[0] is Verdict.ARCHIVED_RESTRICTED
    assert outcome(replace(CONTRACT, fallen=Fallen.OBJECTED), statutes=[ACCOUNTING]) == (
        Verdict.ARCHIVED_RESTRICTED,
        Reason.LEGAL_OBLIGATION,
    )


def test_a_possible_claim_that_the_law_outlasts_anyway_asks_no_human() -> None:
    assert outcome(CONTRACT, statutes=[ACCOUNTING])[0] is Verdict.ARCHIVED_RESTRICTED
    assert outcome(statutes=[ACCOUNTING, PRESCRIPTION])[0] is Verdict.ARCHIVED_RESTRICTED


@pytest.mark.parametrize(("day", "human"), [(4, False), (5, False), (6, True)])
def test_the_last_day_of_the_law_covers_a_claim_that_ends_on_it(day: int, human: bool) -> None:
    claim = (statute("civil_prescription"), date(2024, 3, day))
    payslip = (statute("payslips"), date(2024, 3, 5))  # five years, too
    verdict, _ = outcome(statutes=[payslip, claim])
    assert (verdict is Verdict.HUMAN) is human


def test_a_claim_that_outlasts_the_law_asks_a_human() -> None:
    short = (statute("working_time"), date(2026, 1, 1))
    assert outcome(CONTRACT, statutes=[short]) == (Verdict.HUMAN, Reason.CLAIMS_MAY_NEED_IT)


@pytest.mark.parametrize(
    ("claims", "verdict", "reason"),
    [
        (ClaimNeed.UNDECIDED, Verdict.HUMAN, Reason.CLAIMS_MAY_NEED_IT),
        (ClaimNeed.NEEDED, Verdict.RETAINED, Reason.CLAIM_NEEDS_IT),
        (ClaimNeed.NOT_NEEDED, Verdict.ERASED, Reason.NO_LONGER_NECESSARY),
    ],
)
def test_a_claim_keeps_a_record_only_when_a_human_wrote_which_one(
    claims: ClaimNeed, verdict: Verdict, reason: Reason
) -> None:
    assert outcome(CONTRACT, claims=claims) == (verdict, reason)
    assert outcome(PROSPECTING, claims=claims)[0] is Verdict.ERASED


def test_a_running_relationship_is_for_a_human_even_beside_a_law() -> None:
    running = replace(CONTRACT, start=date(2027, 1, 1))
    assert outcome(running, INVOICE) == (Verdict.HUMAN, Reason.RELATIONSHIP_RUNS)


@pytest.mark.parametrize(
    ("held", "verdict", "reason"),
    [
        (Holds(litigation=True), Verdict.RETAINED, Reason.LITIGATION_HOLD),
        (Holds(authority=True), Verdict.RETAINED, Reason.AUTHORITY_HOLD),
        (Holds(litigation=True, restricted=True), Verdict.RETAINED, Reason.LITIGATION_HOLD),
        (Holds(restricted=True), Verdict.HUMAN, Reason.RESTRICTED),
        (Holds(other_demand_open=True), Verdict.HUMAN, Reason.OTHER_DEMAND_OPEN),
        (Holds(), Verdict.ERASED, Reason.CONSENT_WITHDRAWN),
    ],
)
def test_a_hold_keeps_what_would_go(held: Holds, verdict: Verdict, reason: Reason) -> None:
    assert outcome(PROSPECTING, holds=held) == (verdict, reason)


@pytest.mark.parametrize("told", [True, False])
def test_a_hold_is_told_to_the_person_unless_that_would_prejudice_it(told: bool) -> None:
    held = Holds(authority=True, may_be_told=told)
    assert verdict_for_record([PROSPECTING], TODAY, holds=held).told is told
    assert verdict_for_record([PROSPECTING], TODAY, holds=Holds(authority=True)).told


@given(st.lists(purposes, max_size=4), st.lists(texts, max_size=3), holds)
def test_nothing_held_is_ever_destroyed(
    served: list[Purpose], laws: list[tuple[object, date | None]], held: Holds
) -> None:
    found = verdict_for_record(served, TODAY, statutes=laws, holds=held)  # type: ignore[arg-type]
    if held.litigation or held.authority or held.restricted or held.other_demand_open:
        assert found.verdict in (Verdict.RETAINED, Verdict.HUMAN)
    assert Reason(found.reason) in ARTICLES


@given(st.lists(purposes, max_size=4), st.lists(texts, max_size=3), purposes)
def test_another_purpose_never_lets_go_what_the_others_keep(
    served: list[Purpose], laws: list[tuple[object, date | None]], more: Purpose
) -> None:
    def of(some: list[Purpose]) -> RecordVerdict:
        return verdict_for_record(some, TODAY, statutes=laws)  # type: ignore[arg-type]

    if of(served).verdict is not Verdict.ERASED and (served or laws):
        assert of([*served, more]).verdict is not Verdict.ERASED


@given(st.lists(purposes, min_size=1, max_size=4), st.permutations(range(4)))
def test_the_order_of_purposes_changes_no_verdict(served: list[Purpose], order: list[int]) -> None:
    shuffled = [served[n] for n in order if n < len(served)]
    one, other = verdict_for_record(served, TODAY), verdict_for_record(shuffled, TODAY)
    assert (one.verdict, one.until) == (other.verdict, other.until)


def test_the_invoice_stays_and_what_only_marketing_needed_goes() -> None:
    serves = {
        "number": {"accounting"},
        "phone": {"prospecting"},
        "preferences": {"prospecting", "service"},
        "billed_address": {"accounting", "prospecting"},
        "unknown": set[str](),
    }
    assert fields_to_drop(serves, ["accounting"]) == ("phone", "preferences")
    assert fields_to_drop(serves, ["accounting", "service"]) == ("phone",)

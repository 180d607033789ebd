from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calends.rules.clock import compute_clock
from calends.rules.extension import ExtensionAsked, Ground, may_extend_now
from calends.rules.vocabulary import Right

CLOCK = compute_clock(
    datetime(2026, 6, 10, 14, tzinfo=ZoneInfo("Europe/Paris")), tz="Europe/Paris", region="FR"
)
ASKED = ExtensionAsked(
    (Ground.COMPLEXITY,), "eleven systems, two of them on paper", by_dpo=True, day=date(2026, 7, 3)
)
NEVER = (Right.PROSPECTING_OBJECTION, Right.CONSENT_WITHDRAWAL, Right.AUTHORITY_INQUIRY)


def test_the_dpo_may_extend_with_reasons_inside_the_month() -> None:
    found = may_extend_now(CLOCK, [Right.ACCESS], ASKED)
    assert (found.allowed, found.extended, found.refused) == (True, (Right.ACCESS,), ())
    assert "2026-09-10" in found.why[-1].words


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        (replace(ASKED, by_dpo=False), "the DPO decides it"),
        (replace(ASKED, reasons="  "), "no reasons for the person"),
        (replace(ASKED, grounds=()), "no complexity, no number"),
        (replace(ASKED, grounds=(Ground.EFFORT,)), "no complexity, no number"),
        (replace(ASKED, grounds=(Ground.ABSENCE, Ground.HABIT)), "no complexity, no number"),
        (replace(ASKED, day=CLOCK.safe_due + timedelta(days=1)), "the notice is due by 2026-07-10"),
        (replace(ASKED, already_extended=True), "it was extended before"),
    ],
)
def test_an_extension_that_lacks_a_condition_is_refused_with_the_reason(
    asked: ExtensionAsked, words: str
) -> None:
    found = may_extend_now(CLOCK, [Right.ACCESS], asked)
    assert not found.allowed
    assert found.refused == (Right.ACCESS,)
    assert [step.words for step in found.why] == [words]


def test_the_notice_may_still_go_on_the_safe_day_itself() -> None:
    on_it = replace(ASKED, day=CLOCK.safe_due)
    assert may_extend_now(CLOCK, [Right.ERASURE], on_it).extended == (Right.ERASURE,)


def test_the_company_file_may_forbid_every_extension() -> None:
    assert not may_extend_now(CLOCK, [Right.ACCESS], ASKED, enabled=False).allowed


def test_a_refusal_has_one_month_and_no_more() -> None:
    found = may_extend_now(CLOCK, [Right.ACCESS], ASKED, refusal=True)
    assert not found.allowed
    assert found.why[0].source == "GDPR 12(4)"


def test_an_effort_beside_a_real_ground_takes_nothing_away() -> None:
    asked = replace(ASKED, grounds=(Ground.EFFORT, Ground.NUMBER))
    assert may_extend_now(CLOCK, [Right.ACCESS], asked).allowed


@pytest.mark.parametrize("right", NEVER)
def test_what_has_no_month_is_never_extended_even_beside_what_is(right: Right) -> None:
    found = may_extend_now(CLOCK, [right, Right.ACCESS], ASKED)
    assert (found.extended, found.refused) == ((Right.ACCESS,), (right,))
    alone = may_extend_now(CLOCK, [right], ASKED)
    assert not alone.allowed
    assert alone.why[0].source.startswith("GDPR")


def test_the_erasure_of_a_minors_data_is_not_extended_and_says_which_law() -> None:
    found = may_extend_now(CLOCK, [Right.ERASURE, Right.ACCESS], ASKED, minor=True)
    assert (found.extended, found.refused) == ((Right.ACCESS,), (Right.ERASURE,))
    assert "loi 78-17 art. 51 II" in found.why[0].source


@given(st.lists(st.sampled_from(Right), unique=True), st.booleans())
def test_each_demand_is_extended_or_refused_and_none_is_forgotten(
    rights: list[Right], minor: bool
) -> None:
    found = may_extend_now(CLOCK, rights, ASKED, minor=minor)
    assert sorted([*found.extended, *found.refused]) == sorted(rights)
    assert len(found.why) == len(found.refused) + bool(found.extended)

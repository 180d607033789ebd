import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calends.rules.clock import Clock, compute_clock
from calends.rules.pause import (
    HARD_ASK_DELAY_DAYS,
    IdentityAsk,
    PauseMode,
    days_paused,
    may_pause,
    open_pause,
    paused_clock,
)
from calends.rules.rights import rule_for
from calends.rules.vocabulary import Right

PARIS = ZoneInfo("Europe/Paris")
RECEIVED = datetime(2026, 6, 10, 14, tzinfo=PARIS)
ON = PauseMode.FR_DECREE_77
ASK = IdentityAsk(datetime(2026, 6, 11, 9, tzinfo=PARIS), "two people of that name", approved=True)


def clock_of(received: datetime = RECEIVED, region: str = "FR") -> Clock:
    return compute_clock(received, tz="Europe/Paris", region=region)


def on(text: str, tz: str) -> datetime:
    return datetime.fromisoformat(text).replace(hour=12, tzinfo=ZoneInfo(tz))


def test_every_published_pause_case_holds(shared: Path) -> None:
    cases = json.loads((shared / "cases" / "deadline_pauses.json").read_text(encoding="utf-8"))
    assert cases
    for case in cases:
        tz = case["tz"]
        clock = compute_clock(
            datetime.fromisoformat(case["received"]), tz=tz, region=case["region"]
        )
        asked = on(case["identity_info_requested"], tz)
        paused = paused_clock(clock, asked, on(case["identity_info_received"], tz))
        ask = replace(ASK, asked=asked)
        found = {
            "due_no_pause": f"{clock.legal_due}",
            "safe_due_no_pause": f"{clock.safe_due}",
            "days_suspended_conservative": paused.paused_days,
            "due_paused_conservative": f"{paused.legal_due}",
            "safe_due_paused": f"{paused.safe_due}",
            "pause_admissible": may_pause(clock, Right.ACCESS, ask, mode=ON).allowed,
        }
        assert found == {name: case[name] for name in found}, case["id"]


def test_the_pause_is_off_unless_the_company_file_turns_it_on() -> None:
    found = may_pause(clock_of(), Right.ACCESS, ASK)
    assert not found.allowed
    assert [step.words for step in found.why] == ["the pause is off"]
    assert may_pause(clock_of(), Right.ACCESS, ASK, mode=ON).allowed


@pytest.mark.parametrize(
    ("right", "ask", "words"),
    [
        (Right.ACCESS, replace(ASK, doubt=" "), "no reasonable doubt is recorded"),
        (Right.ACCESS, replace(ASK, approved=False), "no human approved it"),
        (Right.ACCESS, replace(ASK, asked_before=True), "it was asked before: once only"),
        (Right.ACCESS, replace(ASK, proportionate=False), "more was asked than is needed"),
        (
            Right.ACCESS,
            replace(ASK, asked=RECEIVED + timedelta(days=8)),
            "asked after 8 days, 7 at most",
        ),
        (Right.ACCESS, replace(ASK, asked=RECEIVED - timedelta(days=1)), "asked before receipt"),
        (
            Right.PROSPECTING_OBJECTION,
            ASK,
            "PROSPECTING_OBJECTION asks nobody who they are",
        ),
        (Right.CONSENT_WITHDRAWAL, ASK, "CONSENT_WITHDRAWAL asks nobody who they are"),
    ],
)
def test_one_missing_condition_is_enough_and_is_named(
    right: Right, ask: IdentityAsk, words: str
) -> None:
    found = may_pause(clock_of(), right, ask, mode=ON)
    assert not found.allowed
    assert [step.words for step in found.why] == [words]
    assert all(step.source for step in found.why)


@pytest.mark.parametrize("right", Right)
def test_only_a_right_that_waits_for_identity_can_be_paused(right: Right) -> None:
    found = may_pause(clock_of(), right, ASK, mode=ON)
    assert found.allowed == rule_for(right).waits_for_identity


@given(st.integers(0, 400), st.integers(0, 400))
def test_no_setting_lets_the_question_come_later_than_seven_days(delay: int, setting: int) -> None:
    ask = replace(ASK, asked=RECEIVED + timedelta(days=delay))
    found = may_pause(clock_of(), Right.ACCESS, ask, mode=ON, max_ask_delay_days=setting)
    assert found.allowed == (delay <= min(setting, HARD_ASK_DELAY_DAYS))


@given(st.dates(date(2019, 1, 1), date(2090, 1, 1)), st.integers(-3, 300))
def test_only_whole_days_strictly_between_asking_and_answering_count(
    asked: date, days: int
) -> None:
    answered = asked + timedelta(days=days)
    between = [asked + timedelta(days=n) for n in range(1, max(days, 1))]
    assert days_paused(asked, answered) == len(between)
    assert all(asked < day < answered for day in between)


@given(st.integers(0, 7), st.integers(0, 90))
def test_a_pause_stops_the_clock_and_never_starts_it_again(delay: int, days: int) -> None:
    clock = clock_of()
    asked = RECEIVED + timedelta(days=delay)
    paused = paused_clock(clock, asked, asked + timedelta(days=days))
    assert paused.nominal - clock.nominal == timedelta(days=paused.paused_days)
    assert paused.received == clock.received
    assert clock.safe_due <= paused.safe_due
    assert paused_clock(paused, asked, asked + timedelta(days=days)) == paused


def test_a_pause_is_counted_in_local_days() -> None:
    late_in_paris = datetime(2026, 6, 11, 22, 30, tzinfo=UTC)  # the 12th in Paris
    answered = datetime(2026, 6, 18, 12, tzinfo=UTC)
    assert paused_clock(clock_of(), late_in_paris, answered).paused_days == 5


def test_a_paused_clock_says_so_and_cites_the_decree() -> None:
    paused = paused_clock(clock_of(), ASK.asked, datetime(2026, 6, 18, 9, tzinfo=PARIS))
    steps = {step.name: step for step in paused.trace}
    assert "6 whole days of pause" in steps["nominal"].words
    assert "décret 2019-536 art. 77" in steps["nominal"].source
    assert "6 days of pause" in steps["extended_legal_due"].words


def test_who_does_not_answer_is_reminded_twice_and_the_case_closes_reopenable_at_thirty_days() -> (
    None
):
    found = open_pause(ASK.asked, "Europe/Paris")
    assert [at.astimezone(PARIS).date() for at in found.reminders] == [
        date(2026, 6, 18),
        date(2026, 6, 25),
    ]
    assert found.close == datetime(2026, 7, 11, 9, tzinfo=PARIS)
    assert [step.value for step in found.why] == [
        "2026-06-18T07:00:00Z",
        "2026-06-25T07:00:00Z",
        "2026-07-11T07:00:00Z",
    ]
    assert all(step.source.startswith("GDPR") for step in found.why)

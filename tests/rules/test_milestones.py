from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from calends.rules.calendar import REGIONS, is_working_day
from calends.rules.clock import Clock, compute_clock
from calends.rules.milestones import (
    POST_DAYS,
    Milestones,
    compute_milestones,
    post_by,
    why_milestones,
    why_post_by,
)

instants = st.datetimes(
    datetime(2019, 1, 1),  # noqa: DTZ001
    datetime(2098, 12, 31),  # noqa: DTZ001
    timezones=st.just(UTC),
)
PARIS = ZoneInfo("Europe/Paris")


def clock_of(received: datetime, region: str = "FR") -> Clock:
    return compute_clock(received, tz="Europe/Paris", region=region)


def test_a_wednesday_in_june_has_the_milestones_of_the_rule_book() -> None:
    # Received on 10 June 2026, a Wednesday; safe_due is Friday 10 July.
    stones = compute_milestones(clock_of(datetime(2026, 6, 10, 12, tzinfo=UTC)))

    def nine(month: int, day: int) -> datetime:
        return datetime(2026, month, day, 9, tzinfo=PARIS)

    assert stones == Milestones(
        triage=nine(6, 11),
        acknowledge=nine(6, 12),
        identity_ask=nine(6, 15),
        identity_reminders=(nine(6, 17), nine(6, 24)),
        collection=nine(6, 19),  # the 20th is a Saturday
        draft=nine(6, 26),  # the 28th is a Sunday
        approval=nine(7, 2),
        extension_decision=nine(7, 3),
        last_call=nine(7, 8),
        safe_due_end=datetime(2026, 7, 11, tzinfo=PARIS),
        extended_last_call=nine(9, 8),
        extended_safe_due_end=datetime(2026, 9, 11, tzinfo=PARIS),
        legal_due_expires=datetime(2026, 7, 11, tzinfo=PARIS),
    )


def test_collection_draft_and_approval_are_days_10_18_and_22() -> None:
    # Received on Friday 5 June 2026: the 15th, 23rd and 27th less a Saturday.
    monday = compute_milestones(clock_of(datetime(2026, 6, 5, 12, tzinfo=UTC)))
    assert [stone.date() for stone in (monday.collection, monday.draft, monday.approval)] == [
        date(2026, 6, 15),
        date(2026, 6, 23),
        date(2026, 6, 26),
    ]


def test_the_options_move_what_they_name() -> None:
    stones = compute_milestones(
        clock_of(datetime(2026, 6, 10, 12, tzinfo=UTC)),
        last_call_working_days_before=3,
        extension_decision_working_days_before=6,
        acknowledgment_working_days=1,
    )
    assert stones.last_call.date() == date(2026, 7, 7)
    assert stones.extension_decision.date() == date(2026, 7, 2)
    assert stones.acknowledge.date() == date(2026, 6, 11)
    assert stones.extended_last_call.date() == date(2026, 9, 7)


@given(instants, st.sampled_from(REGIONS), st.integers(1, 10), st.integers(2, 15))
def test_nothing_is_planned_after_last_call_nor_before_receipt(
    received: datetime, region: str, last_call_before: int, extension_before: int
) -> None:
    clock = clock_of(received, region)
    stones = compute_milestones(
        clock,
        last_call_working_days_before=last_call_before,
        extension_decision_working_days_before=extension_before,
    )
    planned = [
        stones.triage,
        stones.acknowledge,
        stones.identity_ask,
        *stones.identity_reminders,
        stones.collection,
        stones.draft,
        stones.approval,
        stones.extension_decision,
    ]
    assert all(received < instant <= stones.last_call for instant in planned)
    assert stones.last_call < stones.safe_due_end <= stones.legal_due_expires
    assert stones.last_call < stones.extended_last_call < stones.extended_safe_due_end
    assert stones.triage <= stones.acknowledge <= stones.identity_ask
    assert stones.collection <= stones.draft <= stones.approval


@given(instants, st.sampled_from(REGIONS))
def test_work_is_planned_for_nine_in_the_morning_of_working_days(
    received: datetime, region: str
) -> None:
    stones = compute_milestones(clock_of(received, region))
    for instant in (
        stones.triage,
        stones.acknowledge,
        stones.identity_ask,
        stones.collection,
        stones.draft,
        stones.approval,
        stones.extension_decision,
        stones.last_call,
        stones.extended_last_call,
    ):
        local = instant.astimezone(PARIS)
        assert (local.hour, local.minute) == (9, 0)
        assert is_working_day(local.date(), region)
        assert instant.utcoffset() == timedelta(0)


def test_milestones_survive_the_journey_through_pydantic_json() -> None:
    stones = compute_milestones(clock_of(datetime(2026, 1, 31, 12, tzinfo=UTC)))
    adapter = TypeAdapter(Milestones)
    assert adapter.validate_json(adapter.dump_json(stones)) == stones


def test_a_year_out_of_reach_is_refused() -> None:
    clock = clock_of(datetime(2100, 9, 1, tzinfo=UTC))
    with pytest.raises(ValueError, match="outside"):
        compute_milestones(clock, identity_ask_working_days=120)


@given(instants, st.sampled_from(REGIONS))
def test_a_letter_is_posted_three_working_days_before_the_safe_date(
    received: datetime, region: str
) -> None:
    clock = clock_of(received, region)
    for extended in (False, True):
        due = clock.extended_safe_due if extended else clock.safe_due
        posted = post_by(clock, extended=extended)
        between = [posted + timedelta(days=n) for n in range(1, (due - posted).days + 1)]
        assert sum(is_working_day(day, region) for day in between) == POST_DAYS
        assert is_working_day(posted, region)
        why = why_post_by(clock, extended=extended)
        assert (why.value, str(due) in why.words) == (str(posted), True)


def test_a_reply_by_post_has_its_last_calls_earlier_by_the_way_of_the_letter() -> None:
    clock = clock_of(datetime(2026, 6, 10, 12, tzinfo=UTC))
    stones = compute_milestones(clock, by_post=True)
    # Posted by Tuesday 7 July, decided two working days before.
    assert post_by(clock) == date(2026, 7, 7)
    assert stones.last_call.date() == date(2026, 7, 3)
    assert stones.extended_last_call.date() == date(2026, 9, 3)
    assert stones.safe_due_end == compute_milestones(clock).safe_due_end


def test_every_milestone_answers_why() -> None:
    stones = compute_milestones(clock_of(datetime(2026, 6, 10, 12, tzinfo=UTC)))
    steps = why_milestones(stones)
    assert {step.name for step in steps} == set(Milestones.__dataclass_fields__)
    assert len(steps) == len(Milestones.__dataclass_fields__) + 1  # two reminders
    assert all(step.source and step.words for step in steps)
    assert next(s.value for s in steps if s.name == "last_call") == "2026-07-08T07:00:00Z"

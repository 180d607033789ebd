from dataclasses import replace
from datetime import date, timedelta
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calends.rules.erasure import Holds
from calends.rules.phases import (
    RESETS,
    Activity,
    Change,
    Kept,
    Phase,
    PhaseOfRecord,
    change_due,
    latest_start_due,
    phase_of,
    start_of,
)
from calends.rules.retention import RetentionRule
from calends.rules.statutes import statute

# The policy's table: five years in all, counted from the end of the relationship.
CONTRACT = Kept(RetentionRule("contract", "P3Y", archive="P5Y"), date(2023, 6, 10))
PROSPECTING = Kept(RetentionRule("prospecting", "P3Y"), date(2023, 6, 10))
INVOICE = Kept(statute("accounting").rule(), date(2023, 6, 10))
UNSET = Kept(RetentionRule("works", "UNSET"), date(2023, 6, 10))

periods = st.sampled_from(["none", "P0D", "P30D", "P13M", "P3Y", "P10Y"])
rules = st.builds(
    RetentionRule,
    st.just("rule"),
    periods,
    periods,
    st.sampled_from(["start", "end_of_active"]),
)
dates = st.dates(date(2000, 1, 1), date(2060, 1, 1))
kepts = st.lists(st.builds(Kept, rules, dates), min_size=1, max_size=3)
ORDER = (Phase.ACTIVE, Phase.INTERMEDIATE_ARCHIVE, Phase.OVER)


def found(*kept: Kept, on: date, holds: Holds | None = None) -> tuple[Phase, date | None]:
    phase = phase_of(kept, on, holds=holds)
    return phase.phase, phase.next_change


@pytest.mark.parametrize(
    ("on", "phase", "change"),
    [
        (date(2023, 6, 10), Phase.ACTIVE, date(2026, 6, 11)),
        (date(2026, 6, 10), Phase.ACTIVE, date(2026, 6, 11)),
        (date(2026, 6, 11), Phase.INTERMEDIATE_ARCHIVE, date(2028, 6, 11)),
        (date(2028, 6, 10), Phase.INTERMEDIATE_ARCHIVE, date(2028, 6, 11)),
        (date(2028, 6, 11), Phase.OVER, None),
    ],
)
def test_a_record_goes_from_active_to_archive_to_its_end_on_the_days_of_the_policy(
    on: date, phase: Phase, change: date | None
) -> None:
    assert found(CONTRACT, on=on) == (phase, change)


def test_a_record_without_archive_goes_from_active_to_its_end() -> None:
    assert found(PROSPECTING, on=date(2026, 6, 10)) == (Phase.ACTIVE, date(2026, 6, 11))
    assert found(PROSPECTING, on=date(2026, 6, 11)) == (Phase.OVER, None)


def test_a_law_keeps_in_the_archive_what_the_policy_would_let_go() -> None:
    assert found(PROSPECTING, INVOICE, on=date(2026, 6, 11)) == (
        Phase.INTERMEDIATE_ARCHIVE,
        date(2034, 1, 1),
    )


@pytest.mark.parametrize("start", [None, date(2027, 1, 1)])
def test_while_the_contract_runs_the_record_is_active_without_a_date(start: date | None) -> None:
    running = replace(CONTRACT, start=start)
    assert found(running, INVOICE, on=date(2026, 6, 11)) == (Phase.ACTIVE, None)


def test_without_a_set_duration_nothing_is_done_and_a_human_is_asked() -> None:
    for kept in ([], [UNSET], [CONTRACT, UNSET]):
        phase = phase_of(kept, date(2040, 1, 1))
        assert (phase.phase, phase.next_change) == (Phase.UNKNOWN, None)
        assert change_due(phase, archived=False, at_end="delete") is Change.ASK_HUMAN


def test_a_date_that_means_never_has_no_next_change() -> None:
    forever = Kept(RetentionRule("x", "P9999Y"), date(2023, 6, 10))
    assert found(forever, on=date(2026, 6, 11)) == (Phase.ACTIVE, None)


@pytest.mark.parametrize(
    ("on", "archived", "at_end", "change"),
    [
        (date(2026, 6, 10), False, "delete", Change.NOTHING),
        (date(2026, 6, 11), False, "delete", Change.ARCHIVE),
        (date(2026, 6, 11), True, "delete", Change.NOTHING),
        (date(2028, 6, 11), True, "delete", Change.DELETE),
        (date(2028, 6, 11), True, "anonymise", Change.ANONYMISE),
        (date(2028, 6, 11), True, None, Change.ASK_HUMAN),
    ],
)
def test_upkeep_does_what_is_due_and_nothing_twice(
    on: date, archived: bool, at_end: Literal["delete", "anonymise"] | None, change: Change
) -> None:
    assert change_due(phase_of([CONTRACT], on), archived=archived, at_end=at_end) is change


@pytest.mark.parametrize(
    ("holds", "archiving", "deleting"),
    [
        (Holds(restricted=True), Change.NOTHING, Change.NOTHING),
        (Holds(other_demand_open=True), Change.NOTHING, Change.NOTHING),
        (Holds(litigation=True), Change.ARCHIVE, Change.NOTHING),
        (Holds(authority=True), Change.ARCHIVE, Change.NOTHING),
        (Holds(), Change.ARCHIVE, Change.DELETE),
    ],
)
def test_a_hold_stops_what_is_due(holds: Holds, archiving: Change, deleting: Change) -> None:
    for on, change in ((date(2026, 6, 11), archiving), (date(2028, 6, 11), deleting)):
        phase = phase_of([CONTRACT], on, holds=holds)
        assert change_due(phase, archived=False, at_end="delete") is change
        assert bool(phase.held_by) == (change is Change.NOTHING)


@given(kepts, dates, st.integers(0, 4000))
def test_phases_only_go_forward_and_change_on_the_day_they_said(
    kept: list[Kept], on: date, days: int
) -> None:
    def at(day: date) -> PhaseOfRecord:
        return phase_of(kept, day)

    now, later = at(on), at(on + timedelta(days=days))
    assert ORDER.index(now.phase) <= ORDER.index(later.phase)
    if now.next_change is not None:
        assert now.next_change > on
        assert at(now.next_change).phase is not now.phase
        assert at(now.next_change - timedelta(days=1)).phase is now.phase


@pytest.mark.parametrize(
    ("event", "happened", "start"),
    [
        ("last_active_response", [], None),
        (
            "last_active_response",
            [
                (Activity.CONSENT_GIVEN, date(2023, 1, 1)),
                (Activity.ACTIVE_RESPONSE, date(2024, 1, 1)),
                (Activity.MAIL_OPENED, date(2026, 1, 1)),
            ],
            date(2024, 1, 1),
        ),
        (
            "end_of_relationship",
            [
                (Activity.CONTRACT_ENDED, date(2023, 1, 1)),
                (Activity.LOGIN, date(2025, 1, 1)),
                (Activity.PURCHASE, date(2024, 1, 1)),
            ],
            date(2025, 1, 1),
        ),
        (
            "first_deposit",
            [
                (Activity.FIRST_DEPOSIT, date(2025, 1, 1)),
                (Activity.FIRST_DEPOSIT, date(2026, 1, 1)),
            ],
            date(2025, 1, 1),
        ),
        ("document_date", [(Activity.DOCUMENT_DATED, date(2024, 3, 5))], date(2024, 3, 5)),
    ],
)
def test_a_period_starts_again_at_what_the_policy_names_and_at_nothing_else(
    event: str, happened: list[tuple[Activity, date]], start: date | None
) -> None:
    assert start_of(event, happened) == start


def test_opening_a_mail_is_no_activity() -> None:
    assert not any(Activity.MAIL_OPENED in resets for resets in RESETS.values())


def test_an_unknown_start_event_is_refused() -> None:
    with pytest.raises(ValueError, match="no start event 'birthday'"):
        start_of("birthday", [])


@given(kepts, st.dates(date(2000, 1, 1), date(2080, 1, 1)))
def test_a_record_that_started_after_the_latest_start_due_has_nothing_due(
    kept: list[Kept], today: date
) -> None:
    rules = [one.rule for one in kept]
    latest = latest_start_due(rules, today)

    def is_active(start: date) -> bool:
        return phase_of([Kept(rule, start) for rule in rules], today).phase is Phase.ACTIVE

    assert latest is not None
    assert not is_active(latest)
    assert is_active(latest + timedelta(days=1))


def test_before_any_period_can_have_ended_nothing_is_due() -> None:
    assert latest_start_due([RetentionRule("long", "P3Y")], date(3, 1, 1)) is None

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from calends.rules.rights import rule_for
from calends.rules.speed import effect_due, notice_due
from calends.rules.vocabulary import Right

PARIS = ZoneInfo("Europe/Paris")
RECEIVED = datetime(2026, 8, 14, 18, tzinfo=PARIS)  # a Friday evening, a holiday follows


@pytest.mark.parametrize(
    ("right", "own", "providers"),
    [
        (Right.PROSPECTING_OBJECTION, 24, 72),
        (Right.CONSENT_WITHDRAWAL, 72, 72),
    ],
)
def test_what_has_no_month_is_due_in_hours_that_no_holiday_stops(
    right: Right, own: int, providers: int
) -> None:
    found = effect_due(right, RECEIVED)
    assert found is not None
    assert found.own_tools - RECEIVED == timedelta(hours=own)
    assert found.providers - RECEIVED == timedelta(hours=providers)
    assert all(step.source.startswith(rule_for(right).article) for step in found.why)
    assert found.why[0].value == f"{found.own_tools:%Y-%m-%dT%H:%M:%SZ}"


@pytest.mark.parametrize(
    "right", [r for r in Right if r not in (Right.PROSPECTING_OBJECTION, Right.CONSENT_WITHDRAWAL)]
)
def test_every_other_right_has_the_month(right: Right) -> None:
    assert effect_due(right, RECEIVED) is None


def test_recipients_are_told_within_seventy_two_hours_of_the_act() -> None:
    step = notice_due(datetime(2026, 7, 1, 12, tzinfo=ZoneInfo("UTC")))
    assert (step.value, step.source[:7]) == ("2026-07-04T12:00:00Z", "GDPR 19")

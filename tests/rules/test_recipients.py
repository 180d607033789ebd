from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calends.rules.recipients import (
    Disclosure,
    NoticeState,
    must_be_told,
    notice_plan,
    notice_state,
    recipients_of,
)
from calends.rules.rights import Act, rule_for
from calends.rules.vocabulary import Right

HOST = Disclosure("hosting", "orders")
OLD_MAILER = Disclosure("mailer", "orders", date(2020, 1, 1), date(2022, 12, 31))
POLICE = Disclosure("police", "orders", authority_inquiry=True)
PRINTER = Disclosure("printer", "letters", date(2024, 1, 1))
ALL = (HOST, OLD_MAILER, POLICE, PRINTER, HOST)
ACTED = datetime(2026, 6, 10, 12, tzinfo=UTC)


def test_recipients_are_named_by_data_set_each_once_and_past_ones_too() -> None:
    assert recipients_of(ALL, ["orders", "letters", "notes"]) == {
        "orders": ("hosting", "mailer"),
        "letters": ("printer",),
        "notes": (),
    }


@pytest.mark.parametrize(
    ("since", "until", "named"),
    [
        (date(2022, 12, 31), None, ("hosting", "mailer")),
        (date(2023, 1, 1), None, ("hosting",)),
        (None, date(2020, 1, 1), ("hosting", "mailer")),
        (None, date(2019, 12, 31), ("hosting",)),
        (date(2021, 1, 1), date(2021, 2, 1), ("hosting", "mailer")),
    ],
)
def test_a_period_names_who_received_in_it_both_days_included(
    since: date | None, until: date | None, named: tuple[str, ...]
) -> None:
    assert recipients_of(ALL, ["orders"], since=since, until=until)["orders"] == named


def test_an_authority_in_an_inquiry_of_its_own_is_not_named() -> None:
    assert "police" not in str(recipients_of(ALL, ["orders"]))


@pytest.mark.parametrize("right", Right)
def test_recipients_are_told_of_what_changed_and_of_nothing_else(right: Right) -> None:
    told = must_be_told(rule_for(right).act, ALL, ["orders", "letters"])
    changes = {
        Right.RECTIFICATION,
        Right.ERASURE,
        Right.RESTRICTION,
        Right.OBJECTION,
        Right.PROSPECTING_OBJECTION,
        Right.CONSENT_WITHDRAWAL,
    }
    assert told == (("hosting", "mailer", "printer") if right in changes else ())


def test_a_recipient_of_two_data_sets_is_told_once() -> None:
    both = (HOST, Disclosure("hosting", "letters"))
    assert must_be_told(Act.ERASE, both, ["orders", "letters"]) == ("hosting",)


@pytest.mark.parametrize(
    ("days", "sent", "answered", "impossible", "state"),
    [
        (0, False, False, "", NoticeState.TO_SEND),
        (30, False, False, " ", NoticeState.TO_SEND),
        (1, True, False, "", NoticeState.WAITING),
        (7, True, False, "", NoticeState.SILENT),
        (40, True, True, "", NoticeState.ANSWERED),
        (40, False, False, "the company was dissolved", NoticeState.IMPOSSIBLE),
    ],
)
def test_a_silent_recipient_is_reminded_and_named(
    days: int, sent: bool, answered: bool, impossible: str, state: NoticeState
) -> None:
    found = notice_state(
        notice_plan(ACTED),
        ACTED + timedelta(days=days),
        sent=sent,
        answered=answered,
        impossible=impossible,
    )
    assert found is state


@given(st.datetimes(datetime(2019, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_a_notice_goes_within_72_hours_then_two_reminders_then_a_human(acted: datetime) -> None:
    plan = notice_plan(acted)
    assert plan.send_by - acted == timedelta(hours=72)
    assert [(at - acted).days for at in (*plan.reminders, plan.escalate)] == [7, 14, 30]
    assert plan.send_by < plan.reminders[0] < plan.reminders[1] < plan.escalate
    assert "GDPR 19" in plan.why.source

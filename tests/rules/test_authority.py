from datetime import date

import pytest

from calends.rules.authority import ALERTED, authority_inquiry

RECEIVED = date(2026, 6, 10)


def test_the_authoritys_deadline_is_the_one_in_its_letter_planned_on_a_working_day() -> None:
    found = authority_inquiry(RECEIVED, date(2026, 6, 28), "FR")  # a Sunday
    assert (found.due, found.plan_by) == (date(2026, 6, 28), date(2026, 6, 26))
    assert found.warn_on == (date(2026, 6, 19), date(2026, 6, 23), date(2026, 6, 25))
    assert found.alert == ALERTED == ("dpo", "management")


def test_warnings_of_a_short_deadline_begin_at_once() -> None:
    found = authority_inquiry(RECEIVED, date(2026, 6, 12), "FR")
    assert found.warn_on == (date(2026, 6, 10), date(2026, 6, 11))


def test_without_a_stated_deadline_a_human_reads_the_letter_the_same_day() -> None:
    found = authority_inquiry(RECEIVED, None, "FR")
    assert (found.due, found.plan_by, found.warn_on) == (None, None, (RECEIVED,))
    assert {step.value for step in found.why} == {"human"}


@pytest.mark.parametrize("due", [None, date(2026, 6, 28)])
def test_every_date_of_an_authoritys_letter_has_its_source(due: date | None) -> None:
    assert all(step.source for step in authority_inquiry(RECEIVED, due, "FR").why)

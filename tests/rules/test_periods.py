from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calends.rules.periods import Period, add_months


@pytest.mark.parametrize(
    ("start", "text", "end"),
    [
        (date(2026, 1, 31), "P1M", date(2026, 2, 28)),
        (date(2024, 2, 29), "P1Y", date(2025, 2, 28)),
        (date(2024, 2, 29), "P4Y", date(2028, 2, 29)),
        (date(2026, 6, 10), "P13M", date(2027, 7, 10)),
        (date(2026, 6, 10), "P1Y2M3D", date(2027, 8, 13)),
        (date(2026, 6, 10), "P30D", date(2026, 7, 10)),
        (date(2026, 6, 10), "P0D", date(2026, 6, 10)),
        (date(9999, 12, 31), "P1D", date.max),
        (date(9999, 12, 31), "P10Y", date.max),
        (date(2026, 1, 1), "P9999Y999999D", date.max),
    ],
)
def test_a_period_ends_where_the_calendar_says(start: date, text: str, end: date) -> None:
    assert Period.parse(text).after(start) == end


@pytest.mark.parametrize(
    "text", ["", "P", "3Y", "P3", "PT1H", "P-1Y", "P1D1Y", "P1W", "P٣Y", "P1Y\n"]
)
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not an ISO 8601 period"):
        Period.parse(text)


@given(st.dates(date(1900, 1, 1), date(2200, 1, 1)), st.integers(0, 600))
def test_months_later_is_the_same_date_or_the_last_day_of_that_month(
    day: date, months: int
) -> None:
    later = add_months(day, months)
    assert later.year * 12 + later.month == day.year * 12 + day.month + months
    assert later.day <= day.day
    if later.day < day.day:
        assert date.fromordinal(later.toordinal() + 1).day == 1


@given(
    st.dates(date(1900, 1, 1), date(2200, 1, 1)),
    st.dates(date(1900, 1, 1), date(2200, 1, 1)),
    st.integers(0, 20),
    st.integers(0, 40),
    st.integers(0, 400),
)
def test_a_later_start_never_ends_earlier(
    one: date, other: date, years: int, months: int, days: int
) -> None:
    period = Period.parse(f"P{years}Y{months}M{days}D")
    first, second = sorted((one, other))
    assert first <= period.after(first) <= period.after(second)

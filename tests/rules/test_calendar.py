from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calends.rules.calendar import (
    LAST_YEAR,
    REGIONS,
    add_working_days,
    is_working_day,
    next_working_day,
    previous_working_day,
    public_holidays,
)

days = st.dates(date(2018, 5, 25), date(2090, 1, 1))
regions = st.sampled_from(REGIONS)


def test_the_national_list_is_the_eleven_days_of_the_labour_code() -> None:
    assert sorted(public_holidays(2026, "FR")) == [
        date(2026, 1, 1),
        date(2026, 4, 6),
        date(2026, 5, 1),
        date(2026, 5, 8),
        date(2026, 5, 14),
        date(2026, 5, 25),
        date(2026, 7, 14),
        date(2026, 8, 15),
        date(2026, 11, 1),
        date(2026, 11, 11),
        date(2026, 12, 25),
    ]


@pytest.mark.parametrize(
    ("region", "own_days"),
    [
        ("FR-57", {date(2026, 4, 3), date(2026, 12, 26)}),
        ("FR-67", {date(2026, 4, 3), date(2026, 12, 26)}),
        ("FR-68", {date(2026, 4, 3), date(2026, 12, 26)}),
        ("FR-971", {date(2026, 5, 27)}),
        ("FR-972", {date(2026, 5, 22)}),
        ("FR-973", {date(2026, 6, 10)}),
        ("FR-974", {date(2026, 12, 20)}),
        ("FR-975", set()),
        ("FR-976", {date(2026, 4, 27)}),
        ("FR-BL", {date(2026, 10, 9)}),
        ("FR-MF", {date(2026, 5, 28)}),
    ],
)
def test_a_region_adds_the_days_of_its_law_and_none_of_custom(
    region: str, own_days: set[date]
) -> None:
    assert public_holidays(2026, region) - public_holidays(2026, "FR") == own_days
    assert public_holidays(2026, "FR") <= public_holidays(2026, region)


@given(st.integers(1984, LAST_YEAR))
def test_custom_gives_no_region_overseas_a_day_in_any_year(year: int) -> None:
    for region in ("FR-971", "FR-972", "FR-MF"):
        assert date(year, 7, 21) not in public_holidays(year, region)
        assert len(public_holidays(year, region) - public_holidays(year, "FR")) <= 1


@given(days, regions)
def test_rolling_to_a_working_day_skips_no_working_day(day: date, region: str) -> None:
    later, earlier = next_working_day(day, region), previous_working_day(day, region)
    assert earlier <= day <= later
    assert is_working_day(later, region)
    assert is_working_day(earlier, region)
    between = [earlier + timedelta(days=n) for n in range(1, (later - earlier).days)]
    assert not any(is_working_day(other, region) for other in between if other != day)
    assert (later == day) == is_working_day(day, region) == (earlier == day)


@given(days, st.integers(1, 30), regions)
def test_the_nth_working_day_has_n_working_days_up_to_it(
    day: date, count: int, region: str
) -> None:
    later, earlier = add_working_days(day, count, region), add_working_days(day, -count, region)
    for first, last in ((day + timedelta(days=1), later), (earlier, day - timedelta(days=1))):
        span = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        assert sum(is_working_day(other, region) for other in span) == count
    assert is_working_day(later, region)
    assert is_working_day(earlier, region)


def test_no_working_day_added_leaves_the_day_where_it_is() -> None:
    assert add_working_days(date(2026, 8, 15), 0, "FR") == date(2026, 8, 15)


@pytest.mark.parametrize("region", ["", "fr", "FR-99", "BE", "57"])
def test_an_unknown_region_is_refused_with_the_list_of_known_ones(region: str) -> None:
    with pytest.raises(ValueError, match=r"unknown region .*FR-57.*FR-MF"):
        is_working_day(date(2026, 6, 10), region)


@pytest.mark.parametrize("year", [1971, 2101])
def test_a_year_without_known_holidays_is_refused(year: int) -> None:
    with pytest.raises(ValueError, match="outside 1972-2100"):
        public_holidays(year, "FR")

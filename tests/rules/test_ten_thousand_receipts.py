"""The clock against a second count written differently (tests/rules/independent.py)."""

import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calends.rules.calendar import REGIONS, is_working_day
from calends.rules.clock import Clock, compute_clock
from tests.rules.independent import Dates, count, works

ZONES = (
    "Europe/Paris",
    "America/Martinique",
    "Indian/Reunion",
    "America/Miquelon",
    "Pacific/Kiritimati",
    "America/Havana",  # its DST begins and ends at midnight
    "America/Santiago",
)
FIRST = datetime(2018, 5, 25, tzinfo=UTC)
SPAN = timedelta(days=365 * 60)


def dates_of(clock: Clock) -> Dates:
    return Dates(*(getattr(clock, name) for name in Dates.__dataclass_fields__))


@pytest.mark.parametrize("seed", range(10))
def test_ten_thousand_receipts_in_all_zones_and_regions_agree_with_a_second_count(
    seed: int,
) -> None:
    draw = random.Random(seed)
    for _ in range(1000):
        received = FIRST + draw.random() * SPAN
        tz, region = draw.choice(ZONES), draw.choice(REGIONS)
        local, paused = draw.random() < 0.5, draw.choice((0, 0, 0, draw.randrange(40)))
        clock = compute_clock(
            received, tz=tz, region=region, count_local_holidays=local, paused_days=paused
        )
        assert dates_of(clock) == count(received, tz, region, local=local, paused_days=paused), (
            received,
            tz,
            region,
            local,
            paused,
        )


@given(
    st.datetimes(FIRST.replace(tzinfo=None), datetime(2098, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001
    st.sampled_from(ZONES),
    st.sampled_from(REGIONS),
    st.booleans(),
    st.integers(0, 60),
)
def test_any_clock_agrees_with_the_second_count_and_ends_with_the_last_hour_of_its_day(
    received: datetime, tz: str, region: str, local: bool, paused: int
) -> None:
    clock = compute_clock(
        received, tz=tz, region=region, count_local_holidays=local, paused_days=paused
    )
    assert dates_of(clock) == count(received, tz, region, local=local, paused_days=paused)
    assert clock.received_local == received.astimezone(ZoneInfo(tz)).date()
    assert clock.legal_due_expires.utcoffset() == timedelta(0)
    last = (clock.legal_due_expires - timedelta(seconds=1)).astimezone(ZoneInfo(tz))
    after = clock.legal_due_expires.astimezone(ZoneInfo(tz))
    assert (last.date(), after.date()) == (clock.legal_due, clock.legal_due + timedelta(days=1))


def test_every_day_of_sixteen_years_is_a_working_day_in_both_counts_or_in_none() -> None:
    day = FIRST.date()
    for _ in range(365 * 16):
        for region in REGIONS:
            assert is_working_day(day, region) == works(day, region), (day, region)
        day += timedelta(days=1)

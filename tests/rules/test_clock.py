import json
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from calends.rules.clock import Clock, compute_clock

ZONES = (
    "Europe/Paris",
    "America/Martinique",
    "Indian/Reunion",
    "America/Miquelon",
    "Pacific/Kiritimati",
    "America/Havana",  # its DST begins and ends at midnight
    "America/Santiago",
)
instants = st.datetimes(
    datetime(2019, 1, 1),  # noqa: DTZ001
    datetime(2098, 12, 31),  # noqa: DTZ001
    timezones=st.just(UTC),
)


def paris(*parts: int, **options: Any) -> Clock:
    received = datetime(*parts, tzinfo=ZoneInfo("Europe/Paris"))  # type: ignore[misc, arg-type]
    return compute_clock(received, tz="Europe/Paris", **{"region": "FR", **options})


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_every_published_deadline_case_holds(shared: Path) -> None:
    cases = json.loads((shared / "cases" / "deadlines.json").read_text(encoding="utf-8"))
    assert cases
    for case in cases:
        clock = compute_clock(
            _instant(case["received"]),
            tz=case["tz"],
            region=case["region"],
            count_local_holidays=True,
        )
        found = {
            "received_local_date": f"{clock.received_local}",
            "due": f"{clock.legal_due}",
            "due_nominal": f"{clock.nominal}",
            "safe_due": f"{clock.safe_due}",
            "due_expires_utc": f"{clock.legal_due_expires:%Y-%m-%dT%H:%M:%SZ}",
            "extended_due": f"{clock.extended_legal_due}",
            "safe_extended_due": f"{clock.extended_safe_due}",
        }
        assert found == {name: case[name] for name in found}, case["id"]


@given(instants, st.sampled_from(ZONES), st.integers(-23, 23))
def test_the_offset_in_which_an_instant_is_written_changes_nothing(
    received: datetime, tz: str, hours: int
) -> None:
    elsewhere = received.astimezone(timezone(timedelta(hours=hours)))
    assert compute_clock(elsewhere, tz=tz, region="FR") == compute_clock(
        received, tz=tz, region="FR"
    )


def test_the_shortest_month_to_plan_for_has_26_days() -> None:
    day, shortest = datetime(2019, 1, 1, 12, tzinfo=UTC), 99
    for _ in range(365 * 12):
        clock = compute_clock(day, tz="Europe/Paris", region="FR")
        shortest = min(shortest, (clock.safe_due - clock.received_local).days)
        day += timedelta(days=1)
    assert shortest == 26


def test_a_local_holiday_moves_the_legal_date_only_when_counted_and_plans_always() -> None:
    off = paris(2024, 2, 29, 12, region="FR-57")
    on = paris(2024, 2, 29, 12, region="FR-57", count_local_holidays=True)
    good_friday = date(2024, 3, 29)
    assert (off.nominal, off.legal_due, off.safe_due) == (
        good_friday,
        good_friday,
        date(2024, 3, 28),
    )
    assert (on.nominal, on.legal_due, on.safe_due) == (
        good_friday,
        date(2024, 4, 2),
        date(2024, 3, 28),
    )


def test_both_hours_of_the_hour_that_comes_twice_are_the_same_day() -> None:
    twice = datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Paris"))
    first, second = (
        compute_clock(twice.replace(fold=fold), tz="Europe/Paris", region="FR") for fold in (0, 1)
    )
    assert second.received - first.received == timedelta(hours=1)
    assert first.legal_due == second.legal_due == date(2026, 11, 25)


def test_every_date_of_a_clock_answers_why() -> None:
    clock = paris(2026, 1, 31, 12)
    steps = {step.name: step for step in clock.trace}
    assert len(steps) == len(clock.trace)
    for name in (
        "received_local",
        "nominal",
        "legal_due",
        "safe_due",
        "extended_legal_due",
        "extended_safe_due",
    ):
        assert steps[name].value == str(getattr(clock, name))
        assert steps[name].source
        assert steps[name].words
    assert steps["legal_due_expires"].value == "2026-03-02T23:00:00Z"
    assert "no 31" in steps["nominal"].words
    assert "2026-02-28 is a Saturday (FR): the next working day" in steps["legal_due"].words
    assert "the previous working day" in steps["safe_due"].words
    assert "3(4)" in steps["legal_due"].source


@pytest.mark.parametrize(
    ("region", "articles"),
    [("FR", "L3133-1"), ("FR-57", "L3133-1, L3134-13"), ("FR-974", "L3133-1, L3422-2")],
)
def test_the_legal_date_cites_the_law_of_the_holidays_that_it_counts(
    region: str, articles: str
) -> None:
    clock = paris(2026, 6, 10, 14, region=region, count_local_holidays=True)
    (source,) = (step.source for step in clock.trace if step.name == "legal_due")
    assert source.endswith(f"C. trav. {articles}")


def test_a_holiday_is_named_as_the_reason_of_a_move() -> None:
    steps = {step.name: step.words for step in paris(2026, 11, 25, 10).trace}
    assert steps["legal_due"] == "2026-12-25 is a public holiday (FR): the next working day"


def test_a_sunday_is_called_a_sunday() -> None:
    steps = {step.name: step.words for step in paris(2026, 5, 28, 10).trace}
    assert steps["safe_due"] == "2026-06-28 is a Sunday (FR): the previous working day"


@given(instants)
def test_a_clock_survives_the_journey_through_pydantic_json(received: datetime) -> None:
    clock = compute_clock(received, tz="Europe/Paris", region="FR")
    adapter = TypeAdapter(Clock)
    assert adapter.validate_json(adapter.dump_json(clock)) == clock


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="no UTC offset"):
        compute_clock(datetime(2026, 6, 10, 14), tz="Europe/Paris", region="FR")  # noqa: DTZ001


@pytest.mark.parametrize(
    "tz",
    [
        "",
        "Paris",
        "Europe",
        "europe",
        "../etc/passwd",
        "/etc/passwd",
        "zone.tab",
        "right/Europe/Paris",
        "localtime",
        "a\0b",
        "\udcff",
        "x" * 5000,
    ],
)
def test_what_is_no_zone_of_the_world_is_refused_in_one_short_line(tz: str) -> None:
    with pytest.raises(ValueError, match="unknown time zone") as refused:
        compute_clock(datetime(2026, 6, 10, tzinfo=UTC), tz=tz, region="FR")
    assert len(str(refused.value).splitlines()) == 1
    assert len(str(refused.value)) < 250


@pytest.mark.parametrize(
    "received",
    [
        datetime.min.replace(tzinfo=timezone(timedelta(hours=14))),
        datetime.max.replace(tzinfo=timezone(timedelta(hours=-12))),
        datetime(1971, 12, 31, tzinfo=UTC),
        datetime(2100, 12, 31, tzinfo=UTC),
    ],
)
def test_a_year_out_of_reach_is_refused(received: datetime) -> None:
    with pytest.raises(ValueError, match="outside 1972-2100"):
        compute_clock(received, tz="Europe/Paris", region="FR")


def test_an_unknown_region_is_refused_even_where_it_would_not_count() -> None:
    with pytest.raises(ValueError, match="unknown region"):
        paris(2026, 6, 10, 14, region="FR-99")

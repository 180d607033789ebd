"""Working days of France and its regions, as Reg. (EEC, Euratom) 1182/71 art. 2 counts them.

A working day is any day other than a Saturday, a Sunday or a public holiday. In French labour
law Saturday is a `jour ouvrable`; here it is not.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

NATIONAL = "FR"
FIRST_YEAR, LAST_YEAR = 1972, 2100
"""First full year of Reg. 1182/71; last year that the holiday tables know."""

# Our region -> the subdivision of the `holidays` package. Alsace-Moselle adds Good Friday and
# 26 December; overseas, the abolition of slavery; 975, Saint-Pierre-et-Miquelon, nothing.
# Saint-Martin: the code still prints 27 May; the State and the territory have kept 28 May since
# 2018, and so do we.
_SUBDIVISIONS: dict[str, str | None] = {
    NATIONAL: None,
    "FR-57": "57",
    "FR-67": "6AE",
    "FR-68": "6AE",
    "FR-971": "971",
    "FR-972": "972",
    "FR-973": "973",
    "FR-974": "974",
    "FR-975": "PM",
    "FR-976": "976",
    "FR-BL": "BL",
    "FR-MF": "MF",
}
REGIONS = tuple(_SUBDIVISIONS)

# The package adds days that custom gives and no law designates (rule book §2.2).
_CUSTOMARY_REGIONS = frozenset({"FR-971", "FR-972", "FR-MF"})
_CUSTOMARY = frozenset({"Good Friday", "Mi-Careme", "Victor Schoelcher Day"})


_NATIONAL_LAW = "C. trav. L3133-1"
_ALSACE_MOSELLE = frozenset({"FR-57", "FR-67", "FR-68"})


def holiday_law(region: str) -> str:
    """The articles that designate the public holidays of a region."""
    if region == NATIONAL:
        return _NATIONAL_LAW
    return f"{_NATIONAL_LAW}, {'L3134-13' if region in _ALSACE_MOSELLE else 'L3422-2'}"


def require_year(year: int) -> None:
    """Raises ValueError when the holidays of that year are not known."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(
            f"year {year} is outside {FIRST_YEAR}-{LAST_YEAR}, whose public holidays are known"
        )


@lru_cache(maxsize=2048)
def public_holidays(year: int, region: str) -> frozenset[date]:
    """The public holidays of that year in that region (`holiday_law`).

    Raises ValueError for a region that is not in REGIONS or a year that is not known.
    """
    if region not in _SUBDIVISIONS:
        raise ValueError(f"unknown region {region[:40]!r}: one of {', '.join(REGIONS)}")
    require_year(year)
    import holidays  # slow to import: only who counts days pays for it

    table = holidays.country_holidays(
        "FR", years=year, subdiv=_SUBDIVISIONS[region], language="en_US"
    )
    dropped = _CUSTOMARY if region in _CUSTOMARY_REGIONS else frozenset()
    return frozenset(day for day in table if not dropped.issuperset(table.get_list(day)))


def is_working_day(day: date, region: str) -> bool:
    """Reg. 1182/71 art. 2(2). Raises ValueError for an unknown region or year."""
    return day.weekday() < 5 and day not in public_holidays(day.year, region)


def next_working_day(day: date, region: str) -> date:
    """The day itself when it is a working day, else the first one after it (art. 3(4))."""
    while not is_working_day(day, region):
        day += timedelta(days=1)
    return day


def previous_working_day(day: date, region: str) -> date:
    """The day itself when it is a working day, else the last one before it."""
    while not is_working_day(day, region):
        day -= timedelta(days=1)
    return day


def add_working_days(day: date, count: int, region: str) -> date:
    """The `count`-th working day after the day, before it when negative, the day itself for 0.

    The day itself never counts (Reg. 1182/71 art. 3(1)).
    """
    step = timedelta(days=1 if count > 0 else -1)
    for _ in range(abs(count)):
        day += step
        while not is_working_day(day, region):
            day += step
    return day

"""Local days and UTC instants: the controller's time zone decides which day it is."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

# Not zones of the world but of one machine, or zones that count leap seconds.
_REFUSED = ("right/", "posix/", "localtime", "posixrules")


@lru_cache(maxsize=512)
def zone_of(tz: str) -> ZoneInfo:
    """The time zone of that IANA name. Raises ValueError when there is none."""
    try:
        if tz.startswith(_REFUSED):
            raise ValueError("not a zone of the world")
        return ZoneInfo(tz)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"unknown time zone {tz[:40]!r}: an IANA name is meant") from error


def local_day(instant: datetime, tz: str) -> date:
    """The calendar day of a UTC instant in that zone."""
    return instant.astimezone(zone_of(tz)).date()


def at_local(day: date, hour: int, tz: str) -> datetime:
    """The UTC instant of a full hour of a local day."""
    return datetime.combine(day, time(hour), tzinfo=zone_of(tz)).astimezone(UTC)


def end_of_day(day: date, tz: str) -> datetime:
    """The UTC instant at which a local day is over (Reg. 1182/71 art. 3(2): the last hour)."""
    return at_local(day + timedelta(days=1), 0, tz)

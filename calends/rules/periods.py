"""Calendar periods added to dates, safe at the ends of months."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import MAXYEAR, date, timedelta

_ISO = re.compile(r"P(?=\d)(?:(\d{1,4})Y)?(?:(\d{1,5})M)?(?:(\d{1,6})D)?", re.ASCII)


def add_months(day: date, months: int) -> date:
    """The same date so many months later, else the last day of that month.

    Reg. 1182/71 art. 3(2)(c): 31 January and one month is 28 or 29 February. A date beyond
    year 9999 becomes date.max, which databases use for "never".
    """
    year, month0 = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > MAXYEAR:
        return date.max
    last = calendar.monthrange(year, month0 + 1)[1]
    return date(year, month0 + 1, min(day.day, last))


@dataclass(frozen=True)
class Period:
    """Years and months (as months), then days."""

    months: int
    days: int

    @classmethod
    def parse(cls, text: str) -> Period:
        """An ISO 8601 period of years, months and days. Raises ValueError for anything else."""
        match = _ISO.fullmatch(text)
        if match is None:
            raise ValueError(f"not an ISO 8601 period of years, months, days: {text[:40]!r}")
        years, months, days = (int(part or 0) for part in match.groups())
        return cls(years * 12 + months, days)

    def after(self, day: date) -> date:
        """The day on which the period ends that starts on `day`; at most date.max."""
        try:
            return add_months(day, self.months) + timedelta(days=self.days)
        except OverflowError:
            return date.max

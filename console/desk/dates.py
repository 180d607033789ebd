"""Days and instants as a person says them, in the controller's zone and the reader's language."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from calends.letters.words import day_in_words
from calends.rules.vocabulary import Language
from console.desk.language import Words

_WEEKDAYS = {
    Language.FR: "lundi mardi mercredi jeudi vendredi samedi dimanche",
    Language.EN: "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
}
_SHORT_MONTHS = {
    Language.FR: "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.",
    Language.EN: "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
}


class Dates:
    """`now` is asked once, so that one page has one today."""

    def __init__(self, words: Words, tz: str, now: datetime | None = None) -> None:
        self._t, self._zone = words, ZoneInfo(tz)
        self.now = now or datetime.now(UTC)
        self.today = self.now.astimezone(self._zone).date()

    def local(self, when: date | datetime) -> date:
        return when.astimezone(self._zone).date() if isinstance(when, datetime) else when

    def day(self, when: date | datetime) -> str:
        """`24 novembre 2026`"""
        return day_in_words(self.local(when), self._t.language)

    def day_of(self, iso: str) -> str:
        """The day of an ISO date, in words."""
        return self.day(date.fromisoformat(iso[:10]))

    def date_of(self, iso: str) -> date:
        return date.fromisoformat(iso[:10])

    def near(self, when: date | datetime) -> str:
        """`24 novembre`, with the year when it is another one."""
        day = self.local(when)
        return self.day(day).removesuffix(f" {self.today.year}")

    def long(self, when: date | datetime) -> str:
        """`mardi 24 novembre 2026`"""
        weekday = _WEEKDAYS[self._t.language].split()[self.local(when).weekday()]
        return f"{weekday} {self.day(when)}"

    def number(self, when: date | datetime) -> str:
        return str(self.local(when).day)

    def month(self, when: date | datetime) -> str:
        return _SHORT_MONTHS[self._t.language].split()[self.local(when).month - 1]

    def short(self, when: date | datetime) -> str:
        """`24 nov.`, with the year when it is another one."""
        day = self.local(when)
        year = "" if day.year == self.today.year else f" {day.year}"
        return f"{day.day} {self.month(day)}{year}"

    def time(self, when: datetime) -> str:
        return f"{when.astimezone(self._zone):%H:%M}"

    def moment(self, when: datetime) -> str:
        """`24 novembre 2026, 14:05`"""
        return f"{self.day(when)}, {self.time(when)}"

    def iso(self, when: date | datetime) -> str:
        return when.isoformat()

    def days_to(self, when: date | datetime) -> int:
        return (self.local(when) - self.today).days

    def left(self, when: date | datetime) -> str:
        """`today`, `tomorrow`, `in 4 days`, `2 days late`"""
        days = self.days_to(when)
        if days in (0, 1):
            return self._t["due_tomorrow"] if days else self._t["due_today"]
        if days < 0:
            return self._t.count("days_late", -days)
        return self._t.count("days_left", days)

    def ago(self, when: date | datetime) -> str:
        """`today`, `yesterday`, `4 days ago`"""
        days = -self.days_to(when)
        if days in (0, 1):
            return self._t["ago_yesterday"] if days else self._t["ago_today"]
        return self._t.count("days_ago", days) if days > 0 else self.day(when)

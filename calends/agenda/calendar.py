"""The deadlines as an iCalendar feed (RFC 5545): the back-up when nobody opens the console."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from icalendar import Alarm, Calendar, Event

from calends.agenda.deadlines import Deadline, Due
from calends.agenda.words import task_words, text
from calends.rules.vocabulary import Language

REFRESH = timedelta(hours=1)
EARLIER = timedelta(hours=15)
"""Before the day begins: nine in the morning of the day before."""


def calendar_of(
    deadlines: Iterable[Deadline], *, language: Language, now: datetime, url: str
) -> bytes:
    """One whole-day event a deadline. Nothing in it names the person of a case."""
    calendar = Calendar()
    calendar.add("prodid", "-//Calends//Deadlines//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", text("calendar", language))
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", REFRESH)
    for deadline in deadlines:
        calendar.add_component(_event(deadline, language, now, url))
    made: bytes = calendar.to_ical()
    return made


def summary(deadline: Deadline, language: Language) -> str:
    if deadline.due is not Due.TASK:
        return text(deadline.due, language, reference=deadline.reference)
    return text(
        "task_of" if deadline.system else "task",
        language,
        reference=deadline.reference,
        task=task_words(deadline.kind, language),
        system=deadline.system,
    )


def _event(deadline: Deadline, language: Language, now: datetime, url: str) -> Event:
    event = Event()
    event.add("uid", f"{deadline.due}.{deadline.task_id or deadline.case_id}@calends")
    event.add("dtstamp", now.astimezone(UTC))
    event.add("dtstart", deadline.day)
    event.add("dtend", deadline.day + timedelta(days=1))
    event.add("summary", summary(deadline, language))
    event.add("url", f"{url.rstrip('/')}/desk")
    event.add("transp", "TRANSPARENT")
    event.add("class", "PRIVATE")
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", summary(deadline, language))
    alarm.add("trigger", -EARLIER)
    event.add_component(alarm)
    return event

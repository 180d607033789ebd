"""Days, instants and other people's texts as a line shows them."""

from __future__ import annotations

import unicodedata
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def days_left(due: date, tz: str, now: datetime | None = None) -> str:
    """How far a due day is from today in the controller's zone, in words."""
    days = (due - (now or datetime.now(UTC)).astimezone(ZoneInfo(tz)).date()).days
    if days == 0:
        return "due today"
    count = f"{abs(days)} day{'s' if abs(days) > 1 else ''}"
    return f"{count} left" if days > 0 else f"{count} late"


def local(moment: datetime, tz: str) -> str:
    """An instant as the controller's clock on the wall shows it."""
    return f"{moment.astimezone(ZoneInfo(tz)):%Y-%m-%d %H:%M}"


def shown(text: str) -> str:
    """Somebody else's text on one line, with nothing in it that moves the cursor, changes
    colours or turns the reading direction."""
    return "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in text).strip()


def short(task_id: str) -> str:
    """A task's id as lists show it; `claim`, `show` and `complete` take it."""
    return task_id[:13]

"""Why a letter has not left, in the reader's words: for who is to mend its delivery."""

from __future__ import annotations

from collections.abc import Iterable

from calends.company import Company
from calends.register.models import OutboxRow, TaskRow
from console.desk.language import Words
from console.desk.naming import letter_title
from workflows.tasks import TaskKind


def unsent(
    company: Company, words: Words, task: TaskRow, letters: Iterable[OutboxRow]
) -> list[str]:
    """A line for each letter of the case that waits for the mend; none for other tasks."""
    if task.kind != TaskKind.MEND_DELIVERY:
        return []
    return [
        words("unsent", letter=letter_title(company, words, letter.purpose), why=why)
        for letter in letters
        if (why := _why(words, letter))
    ]


def _why(words: Words, letter: OutboxRow) -> str:
    if letter.state == "sending":
        return words["unsent_doubtful"]
    if letter.state == "sent" or not letter.reason:
        return ""
    if letter.reason.startswith("SMTP "):
        return words("unsent_smtp", code=letter.reason.removeprefix("SMTP "))
    return words.get(f"unsent_{letter.reason}", letter.reason)

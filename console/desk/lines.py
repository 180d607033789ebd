"""A line of the queue in words: what is to be done, by when, and who does it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from calends.company import Company
from calends.desk.board import Group, Line
from calends.rules.rights import rule_for
from calends.rules.vocabulary import Right
from console.desk.dates import Dates
from console.desk.language import Words
from console.desk.naming import system_name

Risk = Literal["late", "soon", "calm"]
SOON_DAYS = 3
"""Last call is two working days before the safe date: from here on there is no slack."""


@dataclass(frozen=True)
class Shown:
    """One line as the template prints it."""

    line: Line
    title: str
    about: list[str]
    """Sentences."""
    risk: Risk
    number: str
    unit: str
    href: str
    holder: str = ""
    mine: bool = False


class Teller:
    """Tells lines in the reader's language. `names`: id of a colleague -> name."""

    def __init__(
        self, words: Words, dates: Dates, company: Company, names: dict[str, str], me: set[str]
    ) -> None:
        self._t, self._d, self._company = words, dates, company
        self._names, self._me = names, me

    def shown(self, line: Line, group: Group) -> Shown:
        number, unit = self._countdown(line)
        holder = self._names.get(line.claimed_by, line.claimed_by) if line.claimed_by else ""
        return Shown(
            line=line,
            title=self._title(line, group),
            about=[*self._to_do(line), *self._answer_due(line)],
            risk=self._risk(line, group),
            number=number,
            unit=unit,
            href=f"/desk/task/{line.task_id}" if line.task_id else f"/desk/case/{line.reference}",
            holder=holder,
            mine=line.claimed_by in self._me,
        )

    def _title(self, line: Line, group: Group) -> str:
        if line.proposed:
            what = self._t.get(f"done_{line.proposed}", line.proposed)
            return self._t("confirm_this" if group is Group.NEEDS_ME else "waits_second", what=what)
        if line.kind:
            title = self._t.get(f"task_{line.kind}", self._t["task_unknown"])
            return f"{title} · {system_name(self._company, line.system)}" if line.system else title
        if group is Group.PERSON:
            return self._person(line)
        if group is Group.WRONG:
            return self._wrong(line)
        return self._t["engine_works"]

    def _to_do(self, line: Line) -> list[str]:
        if line.due_at is None:
            return []
        late = self._d.days_to(line.due_at) < 0
        when, day = self._d.left(line.due_at), self._d.near(line.due_at)
        return [self._t("do_by_late" if late else "do_by", when=when, day=day)]

    def _answer_due(self, line: Line) -> list[str]:
        if not self._unanswered(line):
            return []
        return [self._t("answer_due", day=self._d.near(line.answer_by))]

    def _unanswered(self, line: Line) -> bool:
        """A case without a demand has not been read yet, and its clock runs all the same."""
        return bool(line.open_rights) or not line.rights

    def _person(self, line: Line) -> str:
        waiting = [r for r in line.open_rights if rule_for(Right(r)).waits_for_identity]
        if line.open_rights and not waiting:
            return self._t["being_objected"]
        if not line.open_rights and line.rights:
            return self._t["person_over"]
        return self._t("person_asked", next=self._next_step(line))

    def _next_step(self, line: Line) -> str:
        now = datetime.now(UTC)
        for name in ("identity_reminder_1", "identity_reminder_2"):
            at = line.milestones.get(name)
            if at and datetime.fromisoformat(at) > now:
                return self._t("person_next_reminder", day=self._d.near(datetime.fromisoformat(at)))
        at = line.milestones.get("last_call")
        day = self._d.near(datetime.fromisoformat(at) if at else line.answer_by)
        return self._t("person_next_answer", day=day)

    def _wrong(self, line: Line) -> str:
        if self._d.days_to(line.answer_by) < 0 and line.open_rights:
            return self._t("late_for", day=self._d.near(line.answer_by))
        level, _, what = (line.attention or "").partition(":")
        if level == "management":
            return self._t("attention_management", what=self._t.get(f"what_{what}", what))
        return self._t["attention_dpo"]

    def _risk(self, line: Line, group: Group) -> Risk:
        left = self._d.days_to(line.answer_by) if self._unanswered(line) else SOON_DAYS + 1
        task = self._d.days_to(line.due_at) if line.due_at is not None else 1
        if left < 0 or task < 0:
            return "late"
        return "soon" if left <= SOON_DAYS or task == 0 or group is Group.WRONG else "calm"

    def _countdown(self, line: Line) -> tuple[str, str]:
        """Days to the answer: the number that is large, and its unit."""
        if not self._unanswered(line):
            return "✓", self._t["unit_answered"]
        days = self._d.days_to(line.answer_by)
        unit = self._t.count("unit_days", abs(days))
        return str(abs(days)), f"{unit} {self._t['unit_late']}" if days < 0 else unit

"""All that crosses a workflow's border: how it starts, signals, updates, queries, its result."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel

from calends.rules.vocabulary import Right


class Opening(BaseModel):
    """What starts a case. The message itself stays sealed in the register."""

    case_id: str
    inbox_id: str
    received_at: datetime
    rights: list[Right]
    needs_triage: bool
    language: str


class MailArrived(BaseModel):
    """Signal: a message of this case is in the inbox. The same one may come twice."""

    inbox_id: str


class ContactProved(BaseModel):
    """Update: the person typed the code on their page."""

    channel: str = "page"


class TaskOutcome(BaseModel):
    """Update: a human did a task. Its id and version make a second completion the first one."""

    task_id: str
    version: int
    outcome: str
    by_role: str = "dpo"
    reason: str = ""
    rights: list[Right] = []
    upload: str = ""


class Accepted(BaseModel):
    """Answer to an update: what the case made of it."""

    outcome: str


class TaskView(BaseModel):
    id: str
    kind: str
    due_at: datetime
    system: str = ""
    version: int = 1


class CaseView(BaseModel):
    """Query: where the case stands, naming nobody."""

    reference: str
    state: str
    rights: dict[Right, str]
    identified: bool
    searches: dict[str, str]
    tasks: list[TaskView]
    extended: bool
    forced: bool


class Closing(BaseModel):
    """What a case ends as."""

    reference: str
    outcome: str
    rights: dict[Right, str]
    forced: bool

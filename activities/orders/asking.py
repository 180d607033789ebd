"""What humans are asked, and what is said loudly."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field

from activities.orders.step import CaseStep


class OpenTask(CaseStep):
    task_id: str
    kind: str
    role: str
    due_at: datetime
    system: str = ""
    facts: dict[str, str] = Field({})


class TaskDone(CaseStep):
    task_id: str
    version: int
    outcome: str
    by_role: str
    reason: str = ""
    details: dict[str, str] = Field({})


class TasksWithdrawn(CaseStep):
    task_ids: list[str]


class Escalate(CaseStep):
    """Something is late: told to the DPO or to management, by reference only."""

    level: str  # dpo, management
    what: str


class Escalated(BaseModel):
    letters: list[str]
    """The alerts to write: to the DPO, to who stands in for them, to management."""
    pages: bool
    """The company file has a webhook."""


class Page(CaseStep):
    level: str
    what: str

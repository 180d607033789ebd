"""What a case knows of itself. Only its stages, its clock and its message handlers change it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from temporalio import workflow

from calends.rules.vocabulary import Right, SearchState
from workflows.messages import CaseView, Closing, Opening, TaskOutcome, TaskView
from workflows.tasks import TaskKind

with workflow.unsafe.imports_passed_through():
    from activities.orders import CarriedOut, Opened, Searched

WAITS_FOR_NOBODY = frozenset({Right.PROSPECTING_OBJECTION})
"""GDPR 21(3): no identity step, no decision."""


@dataclass
class OpenTask:
    id: str
    kind: TaskKind
    opened_at: datetime
    due_at: datetime
    system: str = ""
    version: int = 1
    outcome: TaskOutcome | None = None


@dataclass
class Case:
    """The state of one case inside its workflow."""

    opening: Opening
    opened: Opened | None = None
    rights: dict[Right, str] = field(default_factory=dict)
    """Each demand and how it stands: "open", or its outcome."""
    identity_asked: bool = False
    identified: bool = False
    searches: dict[str, Searched] = field(default_factory=dict)
    carried_out: list[CarriedOut] = field(default_factory=list)
    tasks: dict[str, OpenTask] = field(default_factory=dict)
    mail: list[str] = field(default_factory=list)
    seen_mail: set[str] = field(default_factory=set)
    extension_reason: str = ""
    extended: bool = False
    forced: bool = False
    acting: bool = False
    stage: str = "received"
    deliveries: set[asyncio.Task[None]] = field(default_factory=set)
    """Letters of the engine's own on their way."""
    answers: set[asyncio.Task[None]] = field(default_factory=set)
    """Replies on their way: the case does not close before they are sent."""
    triaged: bool = False
    reminders: int = 0
    alerts: list[str] = field(default_factory=list)
    rearmed: int = 0
    """How often a new month began (a contact proved after the art. 12(6) answer)."""
    over: bool = False
    """The clock gave the last answer there is to give."""
    ended_as: str = ""
    closed: bool = False

    @property
    def id(self) -> str:
        return self.opening.case_id

    @property
    def reference(self) -> str:
        return self.opened.reference if self.opened else ""

    @property
    def unanswered(self) -> list[Right]:
        return [right for right, state in self.rights.items() if state == "open"]

    @property
    def needs_identity(self) -> bool:
        return any(right not in WAITS_FOR_NOBODY for right in self.rights)

    def due(self, milestone: str) -> datetime:
        """The instant of a milestone of the clock this case was born under."""
        assert self.opened is not None
        return next(m.at for m in self.opened.milestones if m.name == milestone)

    def open_tasks(self) -> list[OpenTask]:
        return [task for task in self.tasks.values() if task.outcome is None]

    def unexplained(self) -> list[Searched]:
        """Systems that have not answered: what a reply must name (design, "Completeness")."""
        late = (SearchState.FAILED, SearchState.WAITING)
        return [search for search in self.searches.values() if search.state in late]

    def view(self) -> CaseView:
        return CaseView(
            reference=self.reference,
            state=self.stage,
            rights=dict(self.rights),
            identified=self.identified,
            searches={name: search.state for name, search in self.searches.items()},
            tasks=[
                TaskView(id=t.id, kind=t.kind, due_at=t.due_at, system=t.system, version=t.version)
                for t in self.open_tasks()
            ],
            extended=self.extended,
            forced=self.forced,
        )

    def closing(self, outcome: str) -> Closing:
        return Closing(
            reference=self.reference, outcome=outcome, rights=dict(self.rights), forced=self.forced
        )


async def happens_by(condition: Callable[[], bool], due: datetime, why: str) -> bool:
    """Waits until the condition holds or the absolute instant `due` comes; True if it holds.

    An escaping TimeoutError would fail the case, hence this one place that catches it.
    """
    while not condition():
        left = due - workflow.now()
        if left.total_seconds() <= 0:
            return False
        try:
            await workflow.wait_condition(condition, timeout=left, timeout_summary=why)
        except TimeoutError:
            continue
    return True

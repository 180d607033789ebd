"""What a case knows of itself. Only its stages, its clock and its message handlers change it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from temporalio import workflow

from calends.rules.rights import in_order, rule_for
from calends.rules.vocabulary import Assurance, Right, SearchState
from workflows.messages import CaseView, Closing, Opening, TaskOutcome, TaskView
from workflows.tasks import TaskKind

with workflow.unsafe.imports_passed_through():
    from activities.orders import CarriedOut, Milestone, Opened, Searched


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
class Month:
    """The time to answer demands that were received together (GDPR 12(3)): one clock."""

    number: int
    milestones: list[Milestone]
    edition: int = 0
    """Grows when the milestones change: a pause, and its end."""
    extended: bool = False
    over: bool = False
    """Its last word was said."""
    extension: OpenTask | None = None
    """The DPO is asked whether to extend it."""

    def due(self, milestone: str) -> datetime:
        """The instant of a milestone."""
        return next(m.at for m in self.milestones if m.name == milestone)

    def purpose(self, letter: str) -> str:
        """The name of a letter of this month; the first month's have no number."""
        return f"{letter}:{self.number}" if self.number else letter


@dataclass
class Demand:
    """One right exercised in the case."""

    right: Right
    month: Month
    state: str = "open"
    """`open`, or how it ended: answered, refused, not_identified, forced, by_hand, withdrawn."""
    under_way: bool = False
    passed: bool = False
    """What must come before later rights is done (rule book §5 rows 1-2)."""
    told: bool = False
    """Recipients were told that its data are restricted: they are told of the end, too."""

    @property
    def open(self) -> bool:
        return self.state == "open"

    def due(self, milestone: str) -> datetime:
        return self.month.due(milestone)


@dataclass
class Case:
    """The state of one case inside its workflow."""

    opening: Opening
    opened: Opened | None = None
    months: list[Month] = field(default_factory=list)
    demands: dict[Right, Demand] = field(default_factory=dict)
    assurance: Assurance = Assurance.IA0
    identity_asked: datetime | None = None
    proofs: set[str] = field(default_factory=set)
    """Links whose code was typed: `identity`, `identity:on_file`, `confirm_change`."""
    paused: bool = False
    searches: dict[str, Searched] = field(default_factory=dict)
    locating: bool = False
    located: bool = False
    search_round: int = 0
    """Grows when the systems are to be searched again."""
    carried_out: list[CarriedOut] = field(default_factory=list)
    frozen: dict[Right, Demand] = field(default_factory=dict)
    """The demands whose restriction holds (GDPR 18)."""
    reviews: int = 0
    tasks: dict[str, OpenTask] = field(default_factory=dict)
    mail: list[str] = field(default_factory=list)
    seen_mail: set[str] = field(default_factory=set)
    heard: int = 0
    """How many messages and additions of the person were taken in."""
    documents: set[str] = field(default_factory=set)
    """Identity documents that were sent and are not destroyed yet."""
    asked_more: int = 0
    given_up: int = 0
    bounced: set[str] = field(default_factory=set)
    forced: bool = False
    acting: int = 0
    """Acts under way: the clock never ends the case in the middle of one."""
    stage: str = "received"
    deliveries: set[asyncio.Task[None]] = field(default_factory=set)
    """Letters of the engine's own, and other parts that the close waits an hour for."""
    answers: set[asyncio.Task[None]] = field(default_factory=set)
    """Replies on their way: the case does not close before they are sent."""
    pursuits: set[asyncio.Task[None]] = field(default_factory=set)
    """One a demand: from its identity step to its reply."""
    clocks: set[asyncio.Task[None]] = field(default_factory=set)
    """One a month."""
    called_back: set[str] = field(default_factory=set)
    """Processors that were asked and say that they have news."""
    searching: set[asyncio.Task[None]] = field(default_factory=set)
    telling: set[asyncio.Task[None]] = field(default_factory=set)
    """Notices to recipients on their way."""
    lasting: set[asyncio.Task[None]] = field(default_factory=set)
    """What the case stays open for after its replies: recipients who have not answered, marks that
    a system has not taken, documents to be destroyed, messages that a human must read."""
    recipients_said: dict[str, str] = field(default_factory=dict)
    """Purpose of a notice -> `done`, or empty: words that a human must read."""
    reminders: int = 0
    alerts: list[str] = field(default_factory=list)
    replied_at: datetime | None = None
    """When the newest reply left, or was to leave."""
    reading: bool = False
    """A further message, or a letter that came back, is being taken in."""
    closed: bool = False

    @property
    def id(self) -> str:
        return self.opening.case_id

    @property
    def reference(self) -> str:
        return self.opened.reference if self.opened else ""

    @property
    def identified(self) -> bool:
        return self.assurance is not Assurance.IA0

    @property
    def month(self) -> Month:
        """The month that presses most: the first with something to answer."""
        pressing = [d.month for d in self.demands.values() if d.open]
        return min(pressing, key=lambda m: m.number) if pressing else self.months[-1]

    def due(self, milestone: str) -> datetime:
        return self.month.due(milestone)

    def demand(self, rights: list[Right], month: Month) -> None:
        """Takes up these rights, in the order of the law; a right given up or answered anew."""
        for right in in_order(rights):
            self.demands[right] = Demand(right, month)
        self.demands = {right: self.demands[right] for right in in_order(self.demands)}

    def unanswered(self, month: Month | None = None) -> list[Demand]:
        return [d for d in self.demands.values() if d.open and month in (None, d.month)]

    def may_start(self, right: Right) -> bool:
        """Every right that the law puts before this one is answered, or done what it must do."""
        earlier = in_order(self.demands)[: in_order(self.demands).index(right)]
        return all(self.demands[r].passed or not self.demands[r].open for r in earlier)

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
            rights=self.states(),
            identified=self.identified,
            assurance=self.assurance,
            searches={name: search.state for name, search in self.searches.items()},
            tasks=[
                TaskView(id=t.id, kind=t.kind, due_at=t.due_at, system=t.system, version=t.version)
                for t in self.open_tasks()
            ],
            extended=any(month.extended for month in self.months),
            forced=self.forced,
        )

    def closing(self, outcome: str) -> Closing:
        return Closing(
            reference=self.reference, outcome=outcome, rights=self.states(), forced=self.forced
        )

    def states(self) -> dict[Right, str]:
        return {right: demand.state for right, demand in self.demands.items()}


def waits_for_nobody(right: Right) -> bool:
    """GDPR 21(3), 7(3): no identity step, no decision."""
    return not rule_for(right).waits_for_identity


class Settled(Exception):
    """The demand ended otherwise meanwhile: the clock answered it, or the person gave it up."""


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


async def happens(demand: Demand, condition: Callable[[], bool]) -> None:
    """Waits for the condition as long as the demand is open. Raises Settled otherwise."""
    await workflow.wait_condition(lambda: condition() or not demand.open)
    if not demand.open:
        raise Settled

"""What workflows hand to activities and get back: references, counts, states; never content."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel

from calends.rules.vocabulary import Right, SearchState


class CaseStep(BaseModel):
    """One step of one case. `at` is the business instant (UTC): the workflow's now."""

    case_id: str
    at: datetime


class OpenCase(CaseStep):
    inbox_id: str
    received_at: datetime
    rights: list[Right]
    needs_triage: bool
    language: str


class SystemFacts(BaseModel):
    """What a workflow must know of a declared system."""

    id: str
    kind: str
    auto_release: bool
    takes_objections: bool


class Milestone(BaseModel):
    """A named instant (UTC) at which the clock looks at the case."""

    name: str
    at: datetime


class Opened(BaseModel):
    reference: str
    safe_due: datetime
    milestones: list[Milestone]
    systems: list[SystemFacts]
    can_write_back: bool
    first_letter: str
    """Purpose of the letter that was written at once and is to be sent: the request to prove the
    contact, or an acknowledgment (at most one per address in 24 hours); empty: none."""


class SetDemands(CaseStep):
    rights: list[Right]
    why: str


class Rearm(CaseStep):
    """A person proved their contact after the art. 12(6) answer: a new month begins."""


class Rearmed(BaseModel):
    safe_due: datetime
    milestones: list[Milestone]


class WriteLetter(CaseStep):
    """A letter of the engine's own: its template name is its purpose, `number` tells repeats."""

    letter: str
    number: int = 0

    @property
    def purpose(self) -> str:
        return f"{self.letter}:{self.number}" if self.number else self.letter


class Send(CaseStep):
    purposes: list[str]
    insist: bool = False
    """Send also what is in doubt or was refused: a human said so, or the day of doubt is over."""


class SendState(BaseModel):
    purpose: str
    state: str  # sent, later, refused, doubtful
    reason: str = ""
    recipients: list[str] = []
    """Ids of the recipients whom the reply says we tell (GDPR 19)."""


class ReadReply(CaseStep):
    inbox_id: str


class ReplyRead(BaseModel):
    """What a further message in the case turned out to be."""

    proves_contact: bool = False
    needs_reading: bool = False


class RecordIdentity(CaseStep):
    channel: str  # page, mail, dpo
    assurance: str


class SearchSystem(CaseStep):
    system: str
    again: bool = False


class SearchFailed(CaseStep):
    system: str
    reason: str
    since: datetime
    skipped: bool = False
    """A human decided, with a reason, that this system is not searched."""


class HandSearched(CaseStep):
    system: str
    found: bool
    upload: str = ""


class Searched(BaseModel):
    system: str
    state: SearchState
    count: int = 0
    since: datetime | None = None
    reason: str = ""
    speaks_of_others: bool = False
    """Fields declared `third_party` hold something: a human looks first (GDPR 15(4))."""


class OpenTask(CaseStep):
    task_id: str
    kind: str
    role: str
    due_at: datetime
    system: str = ""
    facts: dict[str, str] = {}


class TaskDone(CaseStep):
    task_id: str
    version: int
    outcome: str
    by_role: str
    reason: str = ""


class TasksWithdrawn(CaseStep):
    task_ids: list[str]


class DraftPlan(CaseStep):
    systems: list[str]


class PlanDrafted(BaseModel):
    """Counts of records by verdict; the plan itself is a sealed blob."""

    counts: dict[str, int]
    systems: list[str]
    undecided: int


class ApprovePlan(CaseStep):
    erase_undecided: bool
    by_role: str


class CarryOut(CaseStep):
    system: str


class CarriedOut(BaseModel):
    system: str
    done: dict[str, int]
    already: int = 0
    left: int = 0


class Objected(BaseModel):
    system: str
    rows: int


class Answer(CaseStep):
    """Write and send the reply to one demand; `form` says which letter."""

    right: Right | None
    form: str  # final, partial, extension, not_identified, forced
    refused: str = ""
    pending: list[Searched] = []
    open_tasks: dict[str, datetime] = {}
    carried_out: list[CarriedOut] = []


class Escalate(CaseStep):
    """Something is late: told to the DPO or to management, by reference only."""

    level: str  # dpo, management
    what: str


class CloseCase(CaseStep):
    outcome: str


class ArchiveHistories(BaseModel):
    limit: int = 50

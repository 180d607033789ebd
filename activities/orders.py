"""What workflows hand to activities and get back: references, counts, states; never content."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel

from calends.rules.vocabulary import Assurance, Right, SearchState


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
    by_post: bool = False


class SystemFacts(BaseModel):
    """What a workflow must know of a declared system."""

    id: str
    kind: str
    takes: list[str] = []
    """Events that it declares a mark for: objections, restriction, lift, withdrawal."""


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
    says_more: bool = False
    """The message names its writer otherwise too: a customer number, a postal address."""
    stakes_count: bool = True
    """What was found may ask for more than control of a contact (company file, `identity`)."""
    pauses: bool = False
    """The company file allows the pause of decree 2019-536 art. 77."""
    lingers_hours: int = 0
    """How long a case stays open after its last reply, so that a bounce finds it."""
    first_letter: str
    """Purpose of the letter that was written at once and is to be sent: the request to prove the
    contact, or an acknowledgment (at most one per address in 24 hours); empty: none."""


class SetDemands(CaseStep):
    rights: list[Right]
    why: str


class BeginMonth(CaseStep):
    """Rights that count from a later receipt: added by a further message (`inbox_id`), or rested
    until the person proved their contact."""

    rights: list[Right]
    number: int
    inbox_id: str = ""
    received_at: datetime | None = None


class MoveClock(CaseStep):
    """The pause of decree 2019-536 art. 77; `answered_at` None: not answered yet."""

    asked_at: datetime
    answered_at: datetime | None


class MonthBegun(BaseModel):
    safe_due: datetime
    milestones: list[Milestone]


class SplitMessage(CaseStep):
    """One message, several people: a case for each of the others."""

    people: int


class JoinCase(CaseStep):
    reference: str


class Joined(BaseModel):
    case_id: str
    """Empty: no open case has that reference."""


class WriteLetter(CaseStep):
    """A letter of the engine's own: its template name is its purpose, `number` tells repeats."""

    letter: str
    """Name of its template, with what it is about after a colon."""
    number: int = 0
    reason: str = ""

    @property
    def purpose(self) -> str:
        return f"{self.letter}:{self.number}" if self.number else self.letter

    @property
    def template(self) -> str:
        return self.letter.partition(":")[0]

    @property
    def about(self) -> str:
        return self.letter.partition(":")[2]


class Send(CaseStep):
    purpose: str
    insist: bool = False
    """Send also what is in doubt or was refused: a human said so, or the day of doubt is over."""
    posted_on: str = ""
    """A letter on paper: the local day (ISO) on which it was posted."""


class SendState(BaseModel):
    purpose: str
    state: str  # sent, later, refused, doubtful, paper
    reason: str = ""


class Returned(BaseModel):
    """A letter that came back: the right that it had answered, if it was a reply to one."""

    right: Right | None = None


class ReadReply(CaseStep):
    inbox_id: str
    open_rights: list[Right] = []


class ReplyRead(BaseModel):
    """What a further message in the case turned out to be (rules `demands.place_of_message`)."""

    proves: str = ""
    """Purpose of the link whose code it quotes, from the address that the code was sent to."""
    recipient: str = ""
    """Id of the recipient that it comes from."""
    recipient_says: str = ""
    """done, or nothing that a machine may record by itself."""
    adds: list[Right] = []
    gives_up: list[Right] = []
    needs_reading: bool = False


class RecordIdentity(CaseStep):
    channel: str  # page, mail, dpo, document
    assurance: Assurance
    purpose: str = ""
    """Purpose of the link whose code was typed."""
    means: str = ""
    """By what the DPO is sure, in their words: sealed."""


class ForgetDocument(CaseStep):
    blob: str
    seen_by: str
    matched: bool


class Forgotten(BaseModel):
    purpose: str = ""
    """The letter that tells the person that their document is destroyed; empty: none."""


class ChooseCandidate(CaseStep):
    candidate: str


class Chosen(BaseModel):
    can_be_asked: bool
    """A contact stands in the chosen record, and it is not a mailbox of several people."""


class SearchSystem(CaseStep):
    system: str
    round: int = 0
    """Grows when the system is to be searched again."""
    attempt: int = 0
    """Grows when a human says so: a processor that cancelled a request is asked anew."""


class Candidates(BaseModel):
    system: str
    count: int


class SearchFailed(CaseStep):
    system: str
    reason: str
    since: datetime
    skipped: bool = False
    """A human decided, with a reason, that this system is not searched."""
    by_role: str = ""
    """Who decided it."""


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
    released: bool = False
    """All that was found may be disclosed unreviewed (`auto_release`)."""
    stakes: list[str] = []
    """What the findings are about, by the harm of a mistake (rules `identity.Stake`)."""
    tells: dict[str, str] = {}
    """Other systems that these records lead into -> digest of what they are told."""


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
    details: dict[str, str] = {}


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


class ApproveRectification(CaseStep):
    upload: str
    """Blob with the changes as the DPO wants them; empty: as drafted."""
    by_role: str


class RectificationDrafted(BaseModel):
    changes: int
    documents: int
    """Issued accounting documents that hold the same datum: never altered (C. com. L123-22)."""


class RectificationApproved(BaseModel):
    systems: list[str]
    asks_old_contact: bool


class CarryOut(CaseStep):
    system: str
    plan: str = "erase"
    """erase, rectify."""
    month: int = 0
    """Of the demand: what is demanded again is asked of a processor again."""
    attempt: int = 0
    """Grows when it was said to be done and was not: then a processor is asked anew."""


class CarriedOut(BaseModel):
    system: str
    plan: str = "erase"
    done: dict[str, int]
    already: int = 0
    left: int = 0


class Suppressed(BaseModel):
    channels: list[str]


class Mark(CaseStep):
    """Sets, on all of the person's records in a system, what it declares for this event."""

    system: str
    event: str
    channels: list[str] = []


class Marked(BaseModel):
    system: str
    rows: int


class Restriction(CaseStep):
    right: Right
    ground: str = ""


class Answer(CaseStep):
    """Write and send a reply; `form` says which letter, `month` whose clock it answers."""

    right: Right | None
    form: str  # final, partial, extension, not_identified, forced
    month: int = 0
    unanswered: list[Right] = []
    refused: str = ""
    details: dict[str, str] = {}
    pending: list[Searched] = []
    open_tasks: dict[str, datetime] = {}
    carried_out: list[CarriedOut] = []


class PrepareNotices(CaseStep):
    right: Right
    act: str  # rectify, erase, restrict, lift, stop_prospecting


class Notice(BaseModel):
    """What one recipient is told. `purpose` is the letter's in the outbox."""

    recipient: str
    right: Right
    by: str  # mail, http, hand
    purpose: str


class NoticesPrepared(BaseModel):
    notices: list[Notice]


class TellByHttp(CaseStep):
    notice: Notice


class Told(BaseModel):
    recipient: str


class RecordNotice(CaseStep):
    notice: Notice
    state: str
    by_role: str


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


class CloseCase(CaseStep):
    outcome: str
    states: dict[Right, str] = {}
    """How each demand ended."""


class ArchiveHistories(BaseModel):
    limit: int = 50

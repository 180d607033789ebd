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
    by_post: bool = False
    """The person wrote a letter and is answered by letter: last calls come earlier."""


class MailArrived(BaseModel):
    """Signal: a message of this case is in the inbox. The same one may come twice."""

    inbox_id: str


class ProcessorAnswered(BaseModel):
    """Signal: a processor that was asked says that it has news. It may come twice."""

    system: str


class LetterBounced(BaseModel):
    """Signal: a letter of this case did not arrive, whatever its server had said."""

    purpose: str
    permanent: bool = True


class ContactProved(BaseModel):
    """Update: the person typed the code on their page."""

    channel: str = "page"
    purpose: str = "identity"
    """Purpose of the link: `identity`, the contact written from; `identity:on_file`, a contact
    that was on file; `confirm_change`, the old contact agrees to its change."""


class GivenUp(BaseModel):
    """Update: the person takes their request back, on a page only they can reach. None: all."""

    rights: list[Right] = []


class InformationAdded(BaseModel):
    """Update: the person added words or a document on their page; sealed already."""

    blob: str
    document: bool = False


class TaskOutcome(BaseModel):
    """Update: a human did a task. Its id and version make a second completion the first one."""

    task_id: str
    version: int
    outcome: str
    by_role: str = "dpo"
    reason: str = ""
    rights: list[Right] = []
    upload: str = ""
    details: dict[str, str] = {}
    """What the outcome must say besides (`tasks.WANTS`)."""


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
    assurance: str = "IA0"
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

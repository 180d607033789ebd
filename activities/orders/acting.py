"""What is planned, approved and done in the systems and the registers."""

from __future__ import annotations

from pydantic import BaseModel, Field

from activities.orders.step import CaseStep
from calends.rules.vocabulary import Right


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
    attempt: int = 0
    """Grows when it was said to be done and was not: then a processor is asked anew."""


class CarriedOut(BaseModel):
    system: str
    plan: str = "erase"
    done: dict[str, int]
    already: int = 0
    left: int = 0


class Rehearsed(BaseModel):
    """The dry run of a plan in one system; what each record would become is a sealed blob."""

    system: str
    can: bool = True
    """False: this kind of system cannot say beforehand."""
    counts: dict[str, int] = Field({})
    """deleted, changed, moved, already, refused -> records, if the plan is approved."""
    with_all: dict[str, int] = Field({})
    """The same if what is undecided is erased, too; empty when nothing is."""


class Suppressed(BaseModel):
    channels: list[str]


class Mark(CaseStep):
    """Sets, on all of the person's records in a system, what it declares for this event."""

    system: str
    event: str
    channels: list[str] = Field([])


class Marked(BaseModel):
    system: str
    rows: int


class Restriction(CaseStep):
    right: Right
    ground: str = ""


class Lifted(BaseModel):
    held_otherwise: bool
    """Another case of the same person has their data restricted still."""

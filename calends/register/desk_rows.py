"""Tables of the desk: finding a case by a name, who stands in for whom, decisions under way."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from calends.register.base import Base


class TermRow(Base):
    """A word of a name, or an address, that a case can be found by: a keyed digest, no text."""

    __tablename__ = "case_terms"
    mark: Mapped[bytes] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    __table_args__ = (Index("case_terms_case", "case_id"),)


class AbsenceRow(Base):
    """From the first to the last day, the deputy sees and does what is the absent one's."""

    __tablename__ = "absences"
    user_id: Mapped[str] = mapped_column(primary_key=True)
    first_day: Mapped[date] = mapped_column(primary_key=True)
    last_day: Mapped[date]
    deputy_id: Mapped[str]
    __table_args__ = (Index("absences_deputy", "deputy_id", "last_day"),)


class DecisionRow(Base):
    """What a human decided of a task, until the case has heard of it.

    A second pair of eyes may have to look first, and for a short while it can be taken back.
    The answer itself (reason, rights) is sealed under the case's key.
    """

    __tablename__ = "decisions"
    id: Mapped[str] = mapped_column(primary_key=True)
    task_id: Mapped[str] = mapped_column(ForeignKey("tasks.id"))
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    version: Mapped[int]
    outcome: Mapped[str]
    sealed_answer: Mapped[bytes]
    state: Mapped[str]  # proposed, confirmed, told, taken_back, refused
    proposed_by: Mapped[str]
    proposed_at: Mapped[datetime]
    confirmed_by: Mapped[str | None]
    confirmed_at: Mapped[datetime | None]
    goes_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]
    refusal: Mapped[str | None]
    __table_args__ = (
        # One decision of a task at a time: of two people who decide at once, one wins.
        Index(
            "decisions_standing",
            "task_id",
            unique=True,
            postgresql_where="state IN ('proposed', 'confirmed')",
        ),
        Index("decisions_going", "goes_at", postgresql_where="state = 'confirmed'"),
        Index("decisions_case", "case_id"),
    )

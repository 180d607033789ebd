"""Tables of what a case does beside its demands: months, notices, restrictions, consents."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from calends.register.base import Base


class MonthRow(Base):
    """The time to answer demands that were received together, with every date's why."""

    __tablename__ = "months"
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    received_at: Mapped[datetime]
    clock: Mapped[dict[str, Any]]
    milestones: Mapped[dict[str, Any]]
    safe_due: Mapped[date]
    legal_due: Mapped[date]
    answer_by: Mapped[date]
    """`safe_due`, or the extended one once the notice of GDPR 12(3) has left in time."""


class NoticeRow(Base):
    """What a recipient was told (GDPR 19), and what became of it."""

    __tablename__ = "notices"
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    purpose: Mapped[str] = mapped_column(primary_key=True)
    """`notice:<act>:<right>:<recipient>`, as its letter in the outbox; with the month's number
    when the right was demanded again."""
    right: Mapped[str]
    recipient: Mapped[str]
    by: Mapped[str]  # mail, http, hand
    act: Mapped[str]
    month: Mapped[int]
    state: Mapped[str]  # pending, told, confirmed, silent, failed, impossible
    told_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class RestrictionRow(Base):
    """Whose data are restricted (GDPR 18): keyed digests, no address. Other systems ask before
    they read, change or purge."""

    __tablename__ = "restrictions"
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    right: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    mark: Mapped[bytes] = mapped_column(primary_key=True)
    ground: Mapped[str | None]
    since: Mapped[datetime]
    lifted_at: Mapped[datetime | None]
    __table_args__ = (
        Index(
            "restrictions_mark",
            "channel",
            "mark",
            postgresql_include=["ground", "since"],
            postgresql_where="lifted_at IS NULL",
        ),
    )


class WithdrawalRow(Base):
    """The consent ledger: which consents were withdrawn, by whom as keyed digest (GDPR 7(3))."""

    __tablename__ = "consent_withdrawals"
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    purpose: Mapped[str] = mapped_column(primary_key=True)
    mark: Mapped[bytes]
    since: Mapped[datetime]
    __table_args__ = (Index("consent_withdrawals_mark", "mark", "purpose"),)

"""Tables of what is kept and until when: holds, plans, records kept for a time, checkpoints."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column

from calends.register.base import Base


class HoldRow(Base):
    """Something must stay as it is: a claim, an inquiry (GDPR 17(3)(b), (e)).

    A system, a collection, a person, a case, or a person within a system. Who is held is sealed
    under a key of its own, destroyed when the hold is lifted; the reason under the house's.
    """

    __tablename__ = "holds"
    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]  # litigation, authority
    system: Mapped[str | None]
    collection: Mapped[str | None]
    case_id: Mapped[str | None]
    of_person: Mapped[bool]
    may_be_told: Mapped[bool]
    """False: telling the person would prejudice the inquiry."""
    sealed_person: Mapped[bytes | None]
    sealed_reason: Mapped[bytes]
    review_on: Mapped[date | None]
    since: Mapped[datetime]
    lifted_at: Mapped[datetime | None]
    __table_args__ = (Index("holds_standing", "since", postgresql_where="lifted_at IS NULL"),)


class HoldMarkRow(Base):
    """By what a held person is known: keyed digests, gone when the hold is lifted."""

    __tablename__ = "hold_marks"
    hold_id: Mapped[str] = mapped_column(
        ForeignKey("holds.id", ondelete="CASCADE"), primary_key=True
    )
    mark: Mapped[bytes] = mapped_column(primary_key=True)
    __table_args__ = (Index("hold_marks_mark", "mark"),)


class PlanRow(Base):
    """A plan of retention for one system: drafted, approved, carried out. Which records, is
    sealed under the plan's key, destroyed when it is done."""

    __tablename__ = "retention_plans"
    id: Mapped[str] = mapped_column(primary_key=True)
    system: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date]
    """The local day for which the phases were judged."""
    drafted_at: Mapped[datetime]
    state: Mapped[str]  # drafted, approved, done, dropped
    facts: Mapped[dict[str, Any]]
    """How many of what, naming nobody."""
    sealed_approver: Mapped[bytes | None]
    done_at: Mapped[datetime | None]


class KeptRow(Base):
    """A record that an erasure left until a date (rule book §3.3(9)). Which one is sealed under a
    key of the month of that date, destroyed once all of it is gone."""

    __tablename__ = "kept_records"
    key_id: Mapped[str] = mapped_column(ForeignKey("keys.id"), primary_key=True)
    mark: Mapped[bytes] = mapped_column(primary_key=True)
    """Keyed digest of system and record: the same record kept twice is one row."""
    system: Mapped[str]
    case_id: Mapped[str]
    until: Mapped[date]
    sealed_record: Mapped[bytes]
    held_by: Mapped[str | None]
    """What kept it beyond its date when it was last looked at."""
    looked_on: Mapped[date | None]
    __table_args__ = (Index("kept_records_due", "system", "until"),)


class CheckpointRow(Base):
    """A signed statement of how every chain of the ledger stood at an instant.

    Each carries the digest of the one before, so none can be dropped unnoticed.
    """

    __tablename__ = "checkpoints"
    number: Mapped[int] = mapped_column(BigInteger, Identity(always=False), primary_key=True)
    at: Mapped[datetime]
    heads: Mapped[int]
    """Chains that grew since the one before; they are its `CheckpointHeadRow`s."""
    previous: Mapped[str]
    digest: Mapped[str]
    public_key: Mapped[str]
    signature: Mapped[str]


class CheckpointHeadRow(Base):
    """The end of one chain at a checkpoint."""

    __tablename__ = "checkpoint_heads"
    chain_id: Mapped[str] = mapped_column(primary_key=True)
    checkpoint: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("checkpoints.number"), primary_key=True
    )
    seq: Mapped[int]
    hash: Mapped[str]
    __table_args__ = (Index("checkpoint_heads_checkpoint", "checkpoint"),)

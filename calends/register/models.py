"""The register's tables. Columns hold facts that name nobody; what does is `sealed_…` or a blob."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Identity,
    Index,
    Integer,
    PrimaryKeyConstraint,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

# The tables of these modules belong to the same metadata.
from calends.register import account_rows as account_rows
from calends.register import case_rows as case_rows
from calends.register import desk_rows as desk_rows
from calends.register import erasure_rows as erasure_rows
from calends.register import house_rows as house_rows
from calends.register import keeping_rows as keeping_rows
from calends.register import mail_rows as mail_rows
from calends.register.base import Base as Base


class KeyRow(Base):
    """A case's data key, wrapped; `wrapped` NULL = destroyed, and the case's content with it."""

    __tablename__ = "keys"
    id: Mapped[str] = mapped_column(primary_key=True)
    wrapped: Mapped[bytes | None]
    made_at: Mapped[datetime]
    destroyed_at: Mapped[datetime | None]


class BlobRow(Base):
    __tablename__ = "blobs"
    id: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[str]
    name: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    chunks: Mapped[int]
    digest: Mapped[str]
    __table_args__ = (UniqueConstraint("case_id", "name"),)


class BlobChunkRow(Base):
    __tablename__ = "blob_chunks"
    blob_id: Mapped[str] = mapped_column(
        ForeignKey("blobs.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    sealed: Mapped[bytes]


class InboxRow(Base):
    """A message as it arrived. `delivery` (keyed digest) makes the same message one row."""

    __tablename__ = "inbox"
    id: Mapped[str] = mapped_column(primary_key=True)
    delivery: Mapped[bytes] = mapped_column(unique=True)
    case_id: Mapped[str]
    received_at: Mapped[datetime]
    channel: Mapped[str]
    state: Mapped[str]  # received, dispatched
    kind: Mapped[str | None]
    joined_case: Mapped[str | None]
    cut: Mapped[bool] = mapped_column(default=False)
    """Only its beginning was taken: it is larger than a message may be."""
    threaded: Mapped[str | None]
    """What tied it to a case: token, message_id, reference."""
    related_case: Mapped[str | None]
    """The case it speaks of. `joined_case` is where it went."""
    from_other: Mapped[bool] = mapped_column(default=False)
    """Not from the address that the case writes to, or not certainly."""
    attempts: Mapped[int] = mapped_column(default=0)
    retry_at: Mapped[datetime | None]
    failure: Mapped[str | None]
    """Why it could not be read, or could not be dispatched: a code or a class."""
    __table_args__ = (
        Index("inbox_waiting", "received_at", postgresql_where="state = 'received'"),
        Index("inbox_case", "case_id"),
        Index("inbox_joined", "joined_case", postgresql_where="joined_case IS NOT NULL"),
    )


def _safe_due(context: Any) -> date:
    """A new case is answered by its `safe_due`."""
    due: date = context.get_current_parameters()["safe_due"]
    return due


class CaseRow(Base):
    __tablename__ = "cases"
    id: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, Identity(), unique=True)
    reference: Mapped[str | None] = mapped_column(unique=True)
    state: Mapped[str]
    language: Mapped[str]
    received_at: Mapped[datetime]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    assurance: Mapped[str]
    clock: Mapped[dict[str, Any]]
    milestones: Mapped[dict[str, Any]]
    safe_due: Mapped[date]
    legal_due: Mapped[date]
    answer_by: Mapped[date] = mapped_column(default=_safe_due)
    """`safe_due`, or the extended one once the notice of GDPR 12(3) has left in time."""
    attention: Mapped[str | None]
    by_post: Mapped[bool] = mapped_column(default=False)
    """The person wrote on paper and is answered on paper."""
    sealed_person: Mapped[bytes]
    writer_index: Mapped[bytes | None]
    head_seq: Mapped[int] = mapped_column(default=0)
    head_hash: Mapped[str] = mapped_column(default="0" * 64)
    history_archived: Mapped[bool] = mapped_column(default=False)
    __table_args__ = (
        Index("cases_open", "safe_due", postgresql_where="closed_at IS NULL"),
        Index(
            "cases_queue",
            "answer_by",
            "number",
            postgresql_include=["id", "assurance"],
            postgresql_where="closed_at IS NULL",
        ),
        Index(
            "cases_attention",
            "answer_by",
            "number",
            postgresql_where="closed_at IS NULL AND attention IS NOT NULL",
        ),
        Index("cases_writer", "writer_index"),
    )


class DemandRow(Base):
    __tablename__ = "demands"
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    right: Mapped[str] = mapped_column(primary_key=True)
    received_at: Mapped[datetime]
    state: Mapped[str]
    outcome: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    month: Mapped[int] = mapped_column(default=0)
    """Number of its `MonthRow`."""


class TaskRow(Base):
    """One thing a human must do. The workflow is the authority; this is the queue."""

    __tablename__ = "tasks"
    id: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    kind: Mapped[str]
    role: Mapped[str]
    system: Mapped[str | None]
    state: Mapped[str]  # open, claimed, done, withdrawn
    version: Mapped[int]
    opened_at: Mapped[datetime]
    due_at: Mapped[datetime]
    claimed_by: Mapped[str | None]
    outcome: Mapped[str | None]
    completed_at: Mapped[datetime | None]
    facts: Mapped[dict[str, Any]]
    __table_args__ = (
        Index("tasks_open", "due_at", postgresql_where="state IN ('open', 'claimed')"),
        Index("tasks_case", "case_id"),
        Index("tasks_case_open", "case_id", postgresql_where="state IN ('open', 'claimed')"),
    )


class SearchRow(Base):
    """How the search of one system ended; the findings are the blob `finding:<system>`."""

    __tablename__ = "searches"
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    system: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str]
    count: Mapped[int] = mapped_column(BigInteger)
    collections: Mapped[dict[str, Any]]
    reason: Mapped[str | None]
    since: Mapped[datetime]
    speaks_of_others: Mapped[bool] = mapped_column(default=False)
    round: Mapped[int] = mapped_column(default=0)
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What the case must know of the findings, naming nobody: `released`, `stakes`, `tells`."""


class OutboxRow(Base):
    """A letter that goes once. The mail itself is the blob `letter:<purpose>`."""

    __tablename__ = "outbox"
    id: Mapped[str] = mapped_column(primary_key=True)
    case_id: Mapped[str]
    purpose: Mapped[str]
    message_id: Mapped[str] = mapped_column(unique=True)
    sealed_recipient: Mapped[bytes]
    digest: Mapped[str]
    null_sender: Mapped[bool]
    on_paper: Mapped[bool] = mapped_column(default=False)
    """A human posts it; the blob `paper:<purpose>` is its PDF."""
    state: Mapped[str]  # written, sending, sent, doubtful, refused
    attempts: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str | None]
    """Why it is refused, or why the last attempt came to nothing: a code, nobody's words."""
    turn_at: Mapped[datetime | None]
    """When its turn comes among the letters to one domain; None: it has not waited for one."""
    written_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    sent_wall: Mapped[datetime | None]
    bounced_at: Mapped[datetime | None]
    """When it came back for good (RFC 3464), though its state says sent."""
    bounce_status: Mapped[str | None]
    __table_args__ = (
        UniqueConstraint("case_id", "purpose"),
        Index("outbox_stuck", "case_id", postgresql_where="state IN ('refused', 'doubtful')"),
    )


class TokenRow(Base):
    """A link of the person's page: random, kept as digest, revocable, with a code to type."""

    __tablename__ = "tokens"
    digest: Mapped[bytes] = mapped_column(primary_key=True)
    case_id: Mapped[str]
    purpose: Mapped[str]
    code_digest: Mapped[bytes]
    state: Mapped[str]  # open, used, revoked
    tries: Mapped[int] = mapped_column(default=0)
    uses: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    __table_args__ = (UniqueConstraint("case_id", "purpose"),)


class LedgerRow(Base):
    """The chained evidence. `once` makes an event that is written twice one event."""

    __tablename__ = "ledger"
    case_id: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    once: Mapped[str]
    kind: Mapped[str]
    at: Mapped[datetime]
    wall: Mapped[datetime]
    actor: Mapped[str]
    activity: Mapped[str]
    facts: Mapped[dict[str, Any]]
    previous: Mapped[str]
    hash: Mapped[str]
    __table_args__ = (UniqueConstraint("case_id", "once"),)


class SuppressionRow(Base):
    """Whom prospecting must not reach (GDPR 21(3)): a keyed digest per channel, no address."""

    # The key's index holds all that is asked, so that the table itself is not read for an answer.
    __tablename__ = "suppression"
    __table_args__ = (PrimaryKeyConstraint("channel", "mark", postgresql_include=["since"]),)
    channel: Mapped[str] = mapped_column(primary_key=True)
    mark: Mapped[bytes] = mapped_column(primary_key=True)
    since: Mapped[datetime]
    case_id: Mapped[str]
    """Case, or change by hand, that it comes from; empty once that file is destroyed."""

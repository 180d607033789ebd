"""Tables of the mail's way in: which mailboxes are read, what was taken, what came back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ARRAY, BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from calends.register.base import Base


class MailboxRow(Base):
    """A mailbox and how reading it goes. `failure` is a code; nothing here names anybody."""

    __tablename__ = "mailboxes"
    id: Mapped[str] = mapped_column(primary_key=True)
    watched: Mapped[bool]  # False: declared once, and not any more
    began_at: Mapped[datetime]
    uidvalidity: Mapped[int | None] = mapped_column(BigInteger)
    tried_at: Mapped[datetime | None]
    succeeded_at: Mapped[datetime | None]
    failing_since: Mapped[datetime | None]
    failure: Mapped[str | None]
    compared_at: Mapped[datetime | None]
    in_mailbox: Mapped[int | None]
    in_ledger: Mapped[int | None]
    not_taken: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), default=list)
    """UIDs that are in the mailbox and, at the last comparison, were not in the ledger."""


class MailboxMessageRow(Base):
    """The ledger that decides what is new: one message by its place in a mailbox (RFC 9051 2.3.1).

    `state`: kept (it became `inbox_id`), known (the same message had come before), cut (only its
    beginning was taken), older (from before the mailbox is read).
    """

    __tablename__ = "mailbox_messages"
    mailbox: Mapped[str] = mapped_column(ForeignKey("mailboxes.id"), primary_key=True)
    uidvalidity: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    uid: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    inbox_id: Mapped[str | None] = mapped_column(ForeignKey("inbox.id", ondelete="SET NULL"))
    state: Mapped[str]
    noted_at: Mapped[datetime]
    left_at: Mapped[datetime | None]
    """When it was moved by us, or found to be no longer there."""


class BounceRow(Base):
    """A letter of ours that came back, by the inbox row of the message that says so."""

    __tablename__ = "bounces"
    inbox_id: Mapped[str] = mapped_column(
        ForeignKey("inbox.id", ondelete="CASCADE"), primary_key=True
    )
    outbox_id: Mapped[str] = mapped_column(ForeignKey("outbox.id", ondelete="CASCADE"), index=True)
    permanent: Mapped[bool]
    status: Mapped[str | None]  # RFC 3463, such as 5.1.1
    noted_at: Mapped[datetime]


class ThreadRow(Base):
    """Whose thread a plus-address token belongs to; the token itself is in letters only."""

    __tablename__ = "threads"
    digest: Mapped[bytes] = mapped_column(primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), unique=True)


class TurnRow(Base):
    """When a letter to one domain of recipients may leave next; the domain by a keyed digest.

    `used_until` runs a whole interval ahead with each letter: what lies within a minute of now
    is the burst that is allowed (GCRA).
    """

    __tablename__ = "sending_turns"
    domain: Mapped[bytes] = mapped_column(primary_key=True)
    used_until: Mapped[datetime]

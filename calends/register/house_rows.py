"""Tables of the house itself, of no case: its own chain, tokens of the API, changes by hand."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from calends.register.base import Base


class ChainRow(Base):
    """The head of a chain of the ledger that belongs to no case."""

    __tablename__ = "chains"
    id: Mapped[str] = mapped_column(primary_key=True)
    head_seq: Mapped[int] = mapped_column(default=0)
    head_hash: Mapped[str] = mapped_column(default="0" * 64)


class ApiTokenRow(Base):
    """A program that may ask the registers: its token is kept as digest only."""

    __tablename__ = "api_tokens"
    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    digest: Mapped[bytes] = mapped_column(unique=True)
    scopes: Mapped[list[str]]  # suppression, restriction
    made_at: Mapped[datetime]
    used_on: Mapped[date | None]
    """The last day (UTC) on which it was used."""
    revoked_at: Mapped[datetime | None]


class SuppressionChangeRow(Base):
    """An objection told by phone or at the counter, or an entry taken back; who, is only marked.

    The reason in the human's words is sealed under the house's key.
    """

    __tablename__ = "suppression_changes"
    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]  # add, remove
    how: Mapped[str]
    channels: Mapped[list[str]]
    at: Mapped[datetime]
    sealed_reason: Mapped[bytes]
    __table_args__ = (Index("suppression_changes_at", "at"),)

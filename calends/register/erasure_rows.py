"""The erasure list: what was erased, so that it can be erased again in a restored backup."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from calends.register.base import Base


class ErasureRow(Base):
    """One erased record. Which one is sealed under a key of its month, and that key is destroyed
    when no backup can hold the record any more; then nobody can say what stood here."""

    __tablename__ = "erasures"
    key_id: Mapped[str] = mapped_column(ForeignKey("keys.id"), primary_key=True)
    mark: Mapped[bytes] = mapped_column(primary_key=True)
    """Keyed digest of system and record: the same record remembered twice is one row."""
    system: Mapped[str]
    case_id: Mapped[str]
    at: Mapped[datetime]
    wall: Mapped[datetime]
    sealed_order: Mapped[bytes]
    replayed_at: Mapped[datetime | None]
    """Last time that it was found again, and erased again."""
    __table_args__ = (Index("erasures_system", "system", "wall"),)

"""Tables of who gets in. A colleague's name and address are sealed; ids are random."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column

from calends.register.base import Base


class UserRow(Base):
    """A colleague. `login` and `subject` are keyed digests, so that they can be looked up."""

    __tablename__ = "users"
    id: Mapped[str] = mapped_column(primary_key=True)
    login: Mapped[bytes] = mapped_column(unique=True)
    sealed_profile: Mapped[bytes]
    roles: Mapped[list[str]]
    systems: Mapped[list[str]]
    state: Mapped[str]  # invited, active, disabled
    password: Mapped[str | None]
    subject: Mapped[bytes | None] = mapped_column(unique=True)
    made_at: Mapped[datetime]
    made_by: Mapped[str]


class FactorRow(Base):
    """A second factor. `sealed_secret`: the TOTP secret, or the public key of a passkey."""

    __tablename__ = "user_factors"
    id: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), index=True)
    kind: Mapped[str]  # totp, webauthn
    sealed_secret: Mapped[bytes]
    credential: Mapped[bytes | None] = mapped_column(unique=True)
    sign_count: Mapped[int] = mapped_column(BigInteger, default=0)
    last_step: Mapped[int | None] = mapped_column(BigInteger)
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class RecoveryRow(Base):
    """A recovery code, once usable; kept as keyed digest."""

    __tablename__ = "user_recovery_codes"
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), primary_key=True)
    digest: Mapped[bytes] = mapped_column(primary_key=True)
    used_at: Mapped[datetime | None]


class SessionRow(Base):
    """A browser that is signing in or signed in; known by the digest of its token."""

    __tablename__ = "user_sessions"
    digest: Mapped[bytes] = mapped_column(primary_key=True)
    user_id: Mapped[str | None] = mapped_column(ForeignKey("users.id"), index=True)
    stage: Mapped[str]  # provider, second_factor, enrol, full
    how: Mapped[str]
    made_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    proved_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    sealed_state: Mapped[bytes | None]


class InvitationRow(Base):
    """A set-up link, once usable."""

    __tablename__ = "user_invitations"
    digest: Mapped[bytes] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), index=True)
    made_at: Mapped[datetime]
    made_by: Mapped[str]
    used_at: Mapped[datetime | None]


class TryRow(Base):
    """Failed sign-ins under a keyed digest: of a name that was typed, whether known or not."""

    __tablename__ = "sign_in_tries"
    key: Mapped[bytes] = mapped_column(primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[datetime]


class AccountEventRow(Base):
    """What happened to accounts and at the door; only ever added to."""

    __tablename__ = "account_events"
    number: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    at: Mapped[datetime]
    kind: Mapped[str]
    user_id: Mapped[str | None]
    actor: Mapped[str]
    facts: Mapped[dict[str, Any]]
    __table_args__ = (Index("account_events_at", "at"),)


class FeedRow(Base):
    """A colleague's calendar feed: its address holds the token, revoked with the row."""

    __tablename__ = "user_feeds"
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), primary_key=True)
    digest: Mapped[bytes] = mapped_column(unique=True)
    made_at: Mapped[datetime]
    fetched_at: Mapped[datetime | None]

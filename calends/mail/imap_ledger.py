"""What the register knows of mailboxes: which message was taken, and how reading goes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from calends.register.mail_rows import MailboxMessageRow, MailboxRow


@dataclass(frozen=True)
class Place:
    """A mailbox as one UIDVALIDITY numbers it: only within it does a UID mean a message."""

    mailbox: str
    uidvalidity: int


async def watch(session: AsyncSession, mailboxes: Collection[str], now: datetime) -> None:
    """These mailboxes are read from now on, and no others."""
    await session.execute(update(MailboxRow).values(watched=MailboxRow.id.in_(mailboxes)))
    for mailbox in mailboxes:
        await session.execute(
            insert(MailboxRow)
            .values(id=mailbox, watched=True, began_at=now, not_taken=[])
            .on_conflict_do_nothing()
        )


async def taken(session: AsyncSession, place: Place, start: int = 1) -> set[int]:
    """UIDs from `start` on that stand in the ledger, wherever their messages are by now."""
    rows = await session.scalars(
        select(MailboxMessageRow.uid).where(_at(place), MailboxMessageRow.uid >= start)
    )
    return set(rows)


async def to_move(session: AsyncSession, place: Place) -> set[int]:
    """UIDs of messages that were taken and not moved yet."""
    rows = await session.scalars(
        select(MailboxMessageRow.uid).where(
            _at(place), MailboxMessageRow.left_at.is_(None), MailboxMessageRow.state != "older"
        )
    )
    return set(rows)


async def note(
    session: AsyncSession,
    place: Place,
    uid: int,
    state: str,
    now: datetime,
    inbox_id: str | None = None,
) -> None:
    """Notes a message in the caller's transaction; the first note of a place stands."""
    await session.execute(
        insert(MailboxMessageRow)
        .values(
            mailbox=place.mailbox,
            uidvalidity=place.uidvalidity,
            uid=uid,
            inbox_id=inbox_id,
            state=state,
            noted_at=now,
        )
        .on_conflict_do_nothing()
    )


async def left(session: AsyncSession, place: Place, uids: Collection[int], now: datetime) -> None:
    """These messages are no longer where they were."""
    await session.execute(
        update(MailboxMessageRow)
        .where(_at(place), MailboxMessageRow.uid.in_(uids), MailboxMessageRow.left_at.is_(None))
        .values(left_at=now)
    )


async def succeeded(session: AsyncSession, place: Place, now: datetime) -> None:
    await session.execute(
        update(MailboxRow)
        .where(MailboxRow.id == place.mailbox)
        .values(
            uidvalidity=place.uidvalidity,
            tried_at=now,
            succeeded_at=now,
            failing_since=None,
            failure=None,
        )
    )


async def failed(session: AsyncSession, mailbox: str, code: str, now: datetime) -> None:
    await session.execute(
        update(MailboxRow)
        .where(MailboxRow.id == mailbox)
        .values(
            tried_at=now,
            failure=code,
            failing_since=func.coalesce(MailboxRow.failing_since, now),
        )
    )


async def compare(
    session: AsyncSession, place: Place, present: Collection[int], now: datetime
) -> list[int]:
    """Holds the mailbox against the ledger, notes both counts and what differs.

    Returns the UIDs that are there and were not taken. What was taken and is no longer there has
    been moved or deleted by somebody: that is their right, and noted.
    """
    there, rows = (
        set(present),
        await session.scalars(
            select(MailboxMessageRow.uid).where(_at(place), MailboxMessageRow.left_at.is_(None))
        ),
    )
    known = set(rows)
    missing = sorted(there - known)
    if gone := known - there:
        await left(session, place, gone, now)
    await session.execute(
        update(MailboxRow)
        .where(MailboxRow.id == place.mailbox)
        .values(
            compared_at=now,
            in_mailbox=len(there),
            in_ledger=len(known & there),
            not_taken=missing,
        )
    )
    return missing


def _at(place: Place) -> ColumnElement[bool]:
    return (MailboxMessageRow.mailbox == place.mailbox) & (
        MailboxMessageRow.uidvalidity == place.uidvalidity
    )

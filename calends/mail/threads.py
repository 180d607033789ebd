"""Which case a message belongs to, and how surely.

The case's plus-address and the Message-IDs of its letters tie a message to it; both are keyed,
so that they cannot be guessed, and an id must be in the outbox: one of our shape alone is a
forgery. A reference in the subject only brings the message before a human. None of them grants
anything, and a message from another address than the case writes to is flagged.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from calends.mail.message import Mail
from calends.mail.plus_address import tokens_in
from calends.register.mail_rows import ThreadRow
from calends.register.models import CaseRow, InboxRow, OutboxRow
from calends.vault.keys import Keyring

MAX_IDS = 50


async def remember_thread(session: AsyncSession, case_id: str, token: str) -> None:
    """In the caller's transaction; doing it twice changes nothing."""
    await session.execute(
        insert(ThreadRow).values(digest=_digest(token), case_id=case_id).on_conflict_do_nothing()
    )


@dataclass(frozen=True)
class Thread:
    case_id: str
    by: Literal["token", "message_id", "reference"]
    closed: bool
    from_other: bool
    """The message is not from the address that the case writes to, or not certainly."""


async def thread_of(
    session: AsyncSession, keyring: Keyring, mail: Mail, reference: str | None
) -> Thread | None:
    """The case that a message belongs to, by the surest tie there is."""
    case: CaseRow | None = None
    by: Literal["token", "message_id", "reference"] = "token"
    if tokens := tokens_in(mail.to):
        case = await _by_token(session, tokens)
    if case is None:
        case, by = await _by_message_id(session, mail), "message_id"
    if case is None and reference:
        case = await session.scalar(select(CaseRow).where(CaseRow.reference == reference))
        by = "reference"
    if case is None:
        return None
    return Thread(case.id, by, case.closed_at is not None, not _writer(keyring, case, mail))


async def acknowledged(session: AsyncSession, case_id: str) -> int:
    """How many acknowledgments the thread that led to this case has had; a message to a closed
    case begins another one, and so do two machines that answer each other."""
    thread = [case_id]
    while len(thread) <= MAX_IDS:
        earlier = await session.scalar(
            select(InboxRow.related_case).where(InboxRow.case_id == thread[-1])
        )
        if earlier is None or earlier in thread:
            break
        thread.append(earlier)
    count = await session.scalar(
        select(func.count())
        .select_from(OutboxRow)
        .where(OutboxRow.case_id.in_(thread), OutboxRow.purpose == "acknowledgment")
    )
    return count or 0


async def case_of_tokens(session: AsyncSession, tokens: Iterable[str]) -> str | None:
    case = await _by_token(session, list(tokens))
    return case.id if case else None


async def _by_token(session: AsyncSession, tokens: list[str]) -> CaseRow | None:
    found: CaseRow | None = await session.scalar(
        select(CaseRow)
        .join(ThreadRow, ThreadRow.case_id == CaseRow.id)
        .where(ThreadRow.digest.in_([_digest(token) for token in tokens]))
        .order_by(CaseRow.closed_at.is_not(None), CaseRow.number.desc())
        .limit(1)
    )
    return found


async def _by_message_id(session: AsyncSession, mail: Mail) -> CaseRow | None:
    """What it answers goes before what it refers to, the newest before the older."""
    named = list(dict.fromkeys([*mail.in_reply_to, *reversed(mail.references)]))[:MAX_IDS]
    if not named:
        return None
    rows = await session.execute(
        select(OutboxRow.message_id, CaseRow)
        .join(CaseRow, CaseRow.id == OutboxRow.case_id)
        .where(OutboxRow.message_id.in_(named))
    )
    cases = {row[0]: row[1] for row in rows}
    return next((cases[named_id] for named_id in named if named_id in cases), None)


def _writer(keyring: Keyring, case: CaseRow, mail: Mail) -> bool:
    sender = mail.sender
    if sender.ambiguous or sender.address is None or case.writer_index is None:
        return False
    return keyring.index("address", sender.address) == case.writer_index


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()

"""Letters that came back, as the register keeps them.

`bounces` holds every report of a letter of ours; a letter that came back for good has
`bounced_at` too, though its state says `sent`: its server had taken it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from calends.register.cases import instant_for
from calends.register.ledger import append_event
from calends.register.mail_rows import BounceRow
from calends.register.models import CaseRow, OutboxRow

LEFT = ("sending", "sent", "doubtful", "refused")
"""States of a letter that a server may have taken; `refused`: it came back before."""


@dataclass(frozen=True)
class Bounced:
    """A letter of a case did not arrive; `permanent`: and will not."""

    case_id: str
    purpose: str
    permanent: bool


async def record_bounce(
    session: AsyncSession, inbox_id: str, letter: OutboxRow, *, permanent: bool, status: str | None
) -> Bounced:
    """Notes the report and the letter's fate, in the caller's transaction and in the ledger.

    The same report twice is one.
    """
    await session.execute(
        insert(BounceRow)
        .values(
            inbox_id=inbox_id,
            outbox_id=letter.id,
            permanent=permanent,
            status=status,
            noted_at=datetime.now(UTC),
        )
        .on_conflict_do_nothing()
    )
    case = await session.get_one(CaseRow, letter.case_id)
    at = await instant_for(session, case)
    if permanent and await append_event(
        session,
        case.id,
        once=f"letter_bounced:{inbox_id}",
        kind="letter_bounced",
        at=at,
        activity="",
        actor="mail",
        facts={"purpose": letter.purpose, "status": status or ""},
    ):
        letter.bounced_at, letter.bounce_status = at, status
    return Bounced(letter.case_id, letter.purpose, permanent)


async def letter_named(
    session: AsyncSession, message_ids: Sequence[str], case_id: str | None
) -> OutboxRow | None:
    """The letter with one of these ids, else the last one that left in the case; locked."""
    left = select(OutboxRow).where(OutboxRow.state.in_(LEFT))
    by_id = left.where(OutboxRow.message_id.in_(message_ids))
    found = await session.scalar(by_id.limit(1).with_for_update())
    if found is None and case_id is not None:
        last = left.where(OutboxRow.case_id == case_id).order_by(OutboxRow.sent_wall.desc())
        found = await session.scalar(last.limit(1).with_for_update())
    letter: OutboxRow | None = found
    return letter

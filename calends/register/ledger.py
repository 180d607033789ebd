"""The ledger: what happened, chained per case, written in the transaction it testifies to."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from calends.evidence.chain import LedgerEvent, chain_after, instant
from calends.register.models import CaseRow, LedgerRow

_LOCK = {"key_share": True}
"""FOR NO KEY UPDATE: rows that refer to the case take a key share lock on it, and two writers
that hold one each would wait for each other's FOR UPDATE for ever."""


async def append_event(
    session: AsyncSession,
    case_id: str,
    *,
    once: str,
    kind: str,
    at: datetime,
    activity: str,
    actor: str = "engine",
    facts: Mapping[str, Any] | None = None,
) -> bool:
    """Appends an event in the caller's transaction; False when `once` was already testified.

    Locks the case's row: of two writers the second continues the first one's chain.
    """
    case = await session.get_one(CaseRow, case_id, with_for_update=_LOCK, populate_existing=True)
    event = chain_after(
        case.head_seq,
        case.head_hash,
        case_id=case_id,
        kind=kind,
        at=instant(at),
        wall=instant(datetime.now(UTC)),
        actor=actor,
        activity=activity,
        facts=dict(facts or {}),
    )
    added = await session.scalar(
        insert(LedgerRow)
        .values(**_values(event), once=once)
        .on_conflict_do_nothing(index_elements=["case_id", "once"])
        .returning(LedgerRow.seq)
    )
    if added is None:
        return False
    case.head_seq, case.head_hash = event.seq, event.hash
    await session.flush()
    return True


async def last_event(session: AsyncSession, case: CaseRow) -> LedgerEvent | None:
    row = await session.get(LedgerRow, (case.id, case.head_seq)) if case.head_seq else None
    return None if row is None else event_of(row)


async def events(session: AsyncSession, case_id: str) -> AsyncIterator[LedgerEvent]:
    """The case's events in order, streamed."""
    rows = await session.stream_scalars(
        select(LedgerRow).where(LedgerRow.case_id == case_id).order_by(LedgerRow.seq)
    )
    async for row in rows:
        yield event_of(row)


def event_of(row: LedgerRow) -> LedgerEvent:
    return LedgerEvent(
        case_id=row.case_id,
        seq=row.seq,
        kind=row.kind,
        at=instant(row.at),
        wall=instant(row.wall),
        actor=row.actor,
        activity=row.activity,
        facts=row.facts,
        previous=row.previous,
        hash=row.hash,
    )


def _values(event: LedgerEvent) -> dict[str, Any]:
    values = {name: getattr(event, name) for name in LedgerEvent.__dataclass_fields__}
    return values | {
        "at": datetime.fromisoformat(event.at),
        "wall": datetime.fromisoformat(event.wall),
        "facts": dict(event.facts),
    }

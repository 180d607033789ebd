"""The house's own chain of the ledger: what was done of no case (GDPR 5(2), 24).

Objections told by phone, tokens, holds, retention plans, checkpoints. Chained like a case's.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from calends.evidence.chain import chain_after, instant
from calends.register.house_rows import ChainRow
from calends.register.ledger import row_values
from calends.register.models import LedgerRow

HOUSE = "house"
"""Id of the chain, where a case has its own."""


async def append_house_event(
    session: AsyncSession,
    *,
    once: str,
    kind: str,
    at: datetime,
    actor: str = "engine",
    facts: Mapping[str, Any] | None = None,
) -> bool:
    """Appends an event in the caller's transaction; False when `once` was already testified.

    Locks the chain: of two writers the second continues the first one's.
    """
    await session.execute(
        insert(ChainRow).values(id=HOUSE, head_seq=0, head_hash="0" * 64).on_conflict_do_nothing()
    )
    head = await session.get_one(ChainRow, HOUSE, with_for_update=True, populate_existing=True)
    known = select(LedgerRow.seq).where(LedgerRow.case_id == HOUSE, LedgerRow.once == once)
    if await session.scalar(known) is not None:
        return False
    event = chain_after(
        head.head_seq,
        head.head_hash,
        case_id=HOUSE,
        kind=kind,
        at=instant(at),
        wall=instant(datetime.now(UTC)),
        actor=actor,
        activity="",
        facts=dict(facts or {}),
    )
    session.add(LedgerRow(**row_values(event), once=once))
    head.head_seq, head.head_hash = event.seq, event.hash
    await session.flush()
    return True

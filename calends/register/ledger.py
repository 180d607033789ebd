"""The ledger: what happened, chained per case, written in the transaction it testifies to."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import bindparam, exists, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.sql.dml import ReturningUpdate

from calends.evidence.chain import LedgerEvent, chain_after, instant
from calends.register.models import CaseRow, LedgerRow

_LOCK = {"key_share": True}
"""FOR NO KEY UPDATE: rows that refer to the case take a key share lock on it, and two writers
that hold one each would wait for each other's FOR UPDATE for ever."""

_LOCKED = "locked case"
"""Key under which a session notes the case that it has locked, and in which transaction."""


def _append() -> ReturningUpdate[tuple[int]]:
    """The event and the head of its case's chain, together or not at all."""
    row = {column.name: bindparam(column.name, type_=column.type) for column in _COLUMNS}
    added = (
        insert(LedgerRow)
        .values(row)
        .on_conflict_do_nothing(index_elements=["case_id", "once"])
        .returning(LedgerRow.seq)
        .cte("added")
    )
    return (
        update(CaseRow)
        .where(CaseRow.id == row["case_id"], exists(select(added.c.seq)))
        .values(head_seq=row["seq"], head_hash=row["hash"])
        .returning(CaseRow.head_seq)
    )


_COLUMNS = LedgerRow.__table__.columns
_APPEND = _append()  # made once: making a statement costs more than sending it


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
    case = await locked_case(session, case_id)
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
    connection = await session.connection()
    moved = await connection.execute(_APPEND, {**row_values(event), "once": once})
    if moved.first() is None:
        return False
    set_committed_value(case, "head_seq", event.seq)
    set_committed_value(case, "head_hash", event.hash)
    return True


async def locked_case(session: AsyncSession, case_id: str) -> CaseRow:
    """The case's row as it is now, locked until the transaction ends; asked for once in it."""
    locked: tuple[object, CaseRow] | None = session.info.get(_LOCKED)
    transaction = session.sync_session.get_transaction()
    if locked is not None and locked[0] is transaction and locked[1].id == case_id:
        return locked[1]
    case = await session.get_one(CaseRow, case_id, with_for_update=_LOCK, populate_existing=True)
    # Held here, so that whoever asks the session for the row finds it without asking the server.
    session.info[_LOCKED] = (session.sync_session.get_transaction(), case)
    return case


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


def row_values(event: LedgerEvent) -> dict[str, Any]:
    """The event as a row of the ledger, but for `once`."""
    values = {name: getattr(event, name) for name in LedgerEvent.__dataclass_fields__}
    return values | {
        "at": datetime.fromisoformat(event.at),
        "wall": datetime.fromisoformat(event.wall),
        "facts": dict(event.facts),
    }

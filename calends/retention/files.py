"""The files of closed cases end in parts (rule book §4): what was found, then the correspondence,
then all of it. The last end is one destroyed key; the ledger and the sealed history stay as proof.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, delete, exists, func, not_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from calends.evidence.exporting import HISTORY_BLOB
from calends.register.case_rows import RestrictionRow
from calends.register.holds import marked_holds, person_marks, standing_holds
from calends.register.ledger import append_event, locked_case
from calends.register.models import (
    BlobChunkRow,
    BlobRow,
    CaseRow,
    DemandRow,
    KeyRow,
    OutboxRow,
    SuppressionRow,
    TokenRow,
)
from calends.register.terms import forget_case
from calends.retention.keeping import Keeping
from calends.rules.periods import Period
from calends.rules.vocabulary import Right
from calends.vault.keys import ENGINE_KEY, KeyDestroyed

Part = Literal["findings", "correspondence", "file"]
PARTS: tuple[Part, ...] = ("findings", "correspondence", "file")
FINDINGS = ("finding:", "told:", "candidates:", "export:", "plan:", "rectif", "review")
"""Beginnings of the names of blobs that hold what was found and handed over."""
DECISIONS = (
    HISTORY_BLOB,
    "certificate",
    "reason:",
    "details:",
    "letter:reply",
    "letter:refusal",
    "paper:reply",
    "paper:refusal",
)
"""What stays until the file ends: the record of the decision and the reply."""
AT_ONCE = 200


@dataclass(frozen=True)
class FileEnd:
    """One part of one case's file whose time is over."""

    case_id: str
    reference: str
    part: Part
    closed: date
    until: date
    held_by: tuple[str, ...] = ()
    """Why it stays all the same."""


async def ends_due(keeping: Keeping, today: date) -> AsyncIterator[FileEnd]:
    """Every part whose last day has passed on that local day, with what holds it."""
    for part in PARTS:
        after = ""
        while cases := await _closed(keeping, part, today, after):
            for case, right in cases:
                after = case.id
                period = _period(keeping, part, right)
                closed = _local_day(keeping, case.closed_at)
                until = period.after(closed) if period else date.max
                if until < today:
                    held = await _held(keeping, case)
                    yield FileEnd(case.id, case.reference or case.id, part, closed, until, held)


async def end(keeping: Keeping, due: FileEnd, at: datetime) -> bool:
    """Ends one part in one transaction with its event; False when something holds it, or it had
    ended. Doing it twice is doing it once."""
    async with keeping.register.session() as session:
        case = await locked_case(session, due.case_id)
        if await _held(keeping, case):
            return False
        ended = await (_shred if due.part == "file" else _empty)(keeping, session, case, due, at)
        await session.commit()
        return ended


async def _closed(
    keeping: Keeping, part: Part, today: date, after: str
) -> list[tuple[CaseRow, bool]]:
    """Closed cases that still have that part, and whether they were objections only; by id."""
    settings = keeping.company.case_files
    texts = (settings.file, settings.objections) if part == "file" else (getattr(settings, part),)
    periods = [Period.parse(text) for text in texts if text != "UNSET"]
    if not periods:
        return []
    # Two days early: the exact day is judged in the controller's zone.
    soonest = min(_start_of(period, today) for period in periods) + timedelta(days=2)
    other = exists().where(
        DemandRow.case_id == CaseRow.id, DemandRow.right != Right.PROSPECTING_OBJECTION
    )
    some = exists().where(DemandRow.case_id == CaseRow.id)
    rows = (
        select(CaseRow, and_(some, not_(other)).label("objections"))
        .join(KeyRow, KeyRow.id == CaseRow.id)
        .where(
            KeyRow.wrapped.is_not(None),
            CaseRow.history_archived,
            CaseRow.closed_at < datetime.combine(soonest, time(), UTC),
            CaseRow.id > after,
        )
        .order_by(CaseRow.id)
        .limit(AT_ONCE)
    )
    if part != "file":
        rows = rows.where(
            exists().where(
                BlobRow.case_id == CaseRow.id, _of_part(part), BlobChunkRow.blob_id == BlobRow.id
            )
        )
    async with keeping.register.session() as session:
        return [(row[0], bool(row[1])) for row in await session.execute(rows)]


def _start_of(period: Period, today: date) -> date:
    """A day from which the period has surely not ended before `today`, and hardly a later one."""
    days = timedelta(days=period.days + 28 * period.months)
    return today - days if days < timedelta(days=today.toordinal() - 1) else date.min


def _period(keeping: Keeping, part: Part, objections: bool) -> Period | None:
    settings = keeping.company.case_files
    text = settings.objections if part == "file" and objections else getattr(settings, part)
    return None if text == "UNSET" else Period.parse(text)


def _local_day(keeping: Keeping, at: datetime | None) -> date:
    assert at is not None  # asked of closed cases only
    return at.astimezone(ZoneInfo(keeping.company.controller.tz)).date()


async def _held(keeping: Keeping, case: CaseRow) -> tuple[str, ...]:
    """A restriction that stands, a claim or an inquiry on the case or its person."""
    async with keeping.register.session() as session:
        standing = exists().where(
            RestrictionRow.case_id == case.id, RestrictionRow.lifted_at.is_(None)
        )
        found = {"restricted"} if await session.scalar(select(standing)) else set()
        found |= {row.kind for row in await standing_holds(session) if row.case_id == case.id}
        try:
            seeds = await keeping.seeds_of(case.id, case.sealed_person)
        except KeyDestroyed:
            seeds = {}
        marked = await marked_holds(session, person_marks(keeping.keyring, seeds))
        found |= {row.kind for row in marked if row.system is None and row.collection is None}
    return tuple(sorted(found))


async def _empty(
    keeping: Keeping, session: AsyncSession, case: CaseRow, due: FileEnd, at: datetime
) -> bool:
    """The content goes; name and digest of each blob stay as proof of what there was."""
    names = await _without_content(session, case.id, _of_part(due.part))
    if not names:
        return False
    facts = {"part": due.part, "until": due.until.isoformat(), "blobs": len(names)}
    once = f"content_destroyed:{due.part}:{at.isoformat()}"
    return await append_event(
        session, case.id, once=once, kind="content_destroyed", at=at, activity="", facts=facts
    )


async def _shred(
    keeping: Keeping, session: AsyncSession, case: CaseRow, due: FileEnd, at: datetime
) -> bool:
    """Destroys the key, and with it all that it sealed, wherever a copy of it lies."""
    if not await _first_time(session, case, due, at):
        return False
    # Its payloads stay sealed under the key that goes: what remains readable is the skeleton.
    await keeping.blobs.move(session, case.id, HISTORY_BLOB, ENGINE_KEY)
    documents = list(
        await session.scalars(select(KeyRow.id).where(KeyRow.id.startswith(f"{case.id}:")))
    )
    for key_id in (case.id, *documents):
        await _without_content(session, key_id, BlobRow.name.is_not(None))
        await keeping.keyring.destroy(session, key_id)
    await forget_case(session, case.id)
    case.sealed_person, case.writer_index = b"", None
    mine = {"synchronize_session": False}
    of_case = (
        update(OutboxRow).where(OutboxRow.case_id == case.id).values(sealed_recipient=b""),
        update(SuppressionRow).where(SuppressionRow.case_id == case.id).values(case_id=""),
        delete(TokenRow).where(TokenRow.case_id == case.id),
        delete(RestrictionRow).where(RestrictionRow.case_id == case.id),
    )
    for change in of_case:
        await session.execute(change, execution_options=mine)
    return True


async def _first_time(session: AsyncSession, case: CaseRow, due: FileEnd, at: datetime) -> bool:
    facts = {"closed": due.closed.isoformat(), "until": due.until.isoformat()}
    return await append_event(
        session,
        case.id,
        once="case_shredded",
        kind="case_shredded",
        at=at,
        activity="",
        facts=facts,
    )


async def _without_content(
    session: AsyncSession, key_id: str, which: ColumnElement[bool]
) -> Sequence[str]:
    """Deletes the sealed chunks of these blobs; returns the names of those that had any."""
    blobs = select(BlobRow.id).where(BlobRow.case_id == key_id, which)
    gone = await session.scalars(
        delete(BlobChunkRow).where(BlobChunkRow.blob_id.in_(blobs)).returning(BlobChunkRow.blob_id),
        execution_options={"synchronize_session": False},
    )
    return sorted(set(gone))


def _of_part(part: Part) -> ColumnElement[bool]:
    def begins(names: Sequence[str]) -> ColumnElement[bool]:
        return or_(*(func.starts_with(BlobRow.name, name) for name in names))

    if part == "findings":
        return begins(FINDINGS)
    return not_(or_(begins(FINDINGS), begins(DECISIONS)))

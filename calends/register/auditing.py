"""What the register itself shows to be wrong, asked of its tables and of no workflow code."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from calends.evidence.chain import ChainCheck, EvidenceBroken
from calends.register.auditing_keeping import keeping_findings
from calends.register.auditing_mail import bounce_findings, mailbox_findings
from calends.register.case_rows import MonthRow
from calends.register.finding import Finding as Finding
from calends.register.heads import chain_heads
from calends.register.ledger import event_of
from calends.register.models import CaseRow, DemandRow, InboxRow, LedgerRow, OutboxRow

INBOX_PATIENCE = timedelta(minutes=15)
OUTBOX_PATIENCE = timedelta(days=1)
EXTENDING = ("extension", "partial")
"""Letters that extend the month by two (GDPR 12(3)); the clock's partial answer is one."""


async def findings(session: AsyncSession, now: datetime) -> list[Finding]:
    """Everything wrong in the register at the instant `now` (aware)."""
    sources = (
        _late(session, now),
        _closed_unanswered(session),
        _inbox(session, now),
        _outbox(session, now),
        bounce_findings(session),
        mailbox_findings(session, now),
        keeping_findings(session, now),
        broken_chains(session),
    )
    return [found for source in sources async for found in source]


async def _late(session: AsyncSession, now: datetime) -> AsyncIterator[Finding]:
    """Each open demand by its own month: a case may hold several, received one after the other."""
    # A day of margin here, because "past" is decided below in each case's own zone.
    rows = await session.execute(
        select(CaseRow, DemandRow.right, MonthRow)
        .join(DemandRow, DemandRow.case_id == CaseRow.id)
        .outerjoin(
            MonthRow,
            (MonthRow.case_id == DemandRow.case_id) & (MonthRow.number == DemandRow.month),
        )
        .where(CaseRow.closed_at.is_(None), DemandRow.state == "open")
        .where(func.coalesce(MonthRow.safe_due, CaseRow.safe_due) <= now.date() + timedelta(days=1))
        .order_by(CaseRow.safe_due, CaseRow.number, DemandRow.right)
    )
    for case, right, month in rows.all():
        due, without_notice = await due_day(session, case, month)
        days = (local_day(case, now) - due).days
        if days > 0:
            extended = ", said to be extended and no notice left in time" if without_notice else ""
            yield Finding(
                "late",
                name_of(case),
                f"{right} not answered, {days} day{'s' if days > 1 else ''} past {due}{extended}",
                f"calends case show {name_of(case)}: do its open tasks, mend its letters",
            )


async def due_day(
    session: AsyncSession, case: CaseRow, month: MonthRow | None
) -> tuple[date, bool]:
    """The day by which a month is answered, and whether an extension is claimed without proof.

    Its `answer_by`; but one that lies beyond `safe_due` counts only when the notice of GDPR 12(3)
    left by `safe_due`, as the outbox shows. A case without months is its own.
    """
    judged = month or case
    if judged.answer_by <= judged.safe_due:
        return judged.answer_by, False
    number = month.number if month else 0
    purposes = [f"{form}:{number}" if number else form for form in EXTENDING]
    sent = await session.scalars(
        select(OutboxRow.sent_at).where(
            OutboxRow.case_id == case.id,
            OutboxRow.purpose.in_(purposes),
            OutboxRow.state == "sent",
        )
    )
    if any(at is not None and local_day(case, at) <= judged.safe_due for at in sent):
        return judged.answer_by, False
    return judged.safe_due, True


async def _closed_unanswered(session: AsyncSession) -> AsyncIterator[Finding]:
    rows = await session.execute(
        select(CaseRow, DemandRow.right)
        .join(DemandRow, DemandRow.case_id == CaseRow.id)
        .where(CaseRow.closed_at.is_not(None), DemandRow.state == "open")
    )
    for case, right in rows.all():
        yield Finding(
            "closed_unanswered",
            name_of(case),
            f"closed, and {right} was never answered",
            "answer the person by hand and note it in the file of the case",
        )


async def _inbox(session: AsyncSession, now: datetime) -> AsyncIterator[Finding]:
    rows = await session.scalars(
        select(InboxRow)
        .where(InboxRow.state == "received", InboxRow.received_at < now - INBOX_PATIENCE)
        .order_by(InboxRow.received_at)
    )
    for row in rows:
        yield Finding(
            "undispatched",
            row.case_id,
            f"a message received {row.received_at:%Y-%m-%d %H:%M} UTC is not dispatched"
            + (f" ({row.failure}, {row.attempts} times)" if row.failure else ""),
            "start starter.py, or see its log",
        )


async def _outbox(session: AsyncSession, now: datetime) -> AsyncIterator[Finding]:
    """Letters of open cases only: what a closed case left unsent, nothing can send any more."""
    rows = await session.execute(
        select(CaseRow, OutboxRow)
        .join(CaseRow, CaseRow.id == OutboxRow.case_id)
        .where(CaseRow.closed_at.is_(None), OutboxRow.state != "sent")
        .order_by(OutboxRow.written_at)
    )
    for case, letter in rows.all():
        given_up = letter.state in ("refused", "doubtful")
        if not given_up and letter.written_at > now - OUTBOX_PATIENCE:
            continue
        why = f" ({letter.reason})" if letter.reason else ""
        yield Finding(
            "letter",
            name_of(case),
            f"letter {letter.purpose} is {letter.state}{why} "
            f"since {letter.written_at:%Y-%m-%d %H:%M} UTC",
            "do the case's mend_delivery task; see that the mail server is right (calends doctor)",
        )


async def broken_chains(session: AsyncSession) -> AsyncIterator[Finding]:
    """Every ledger, streamed; its end is held against what the case's row knows of it.

    One statement, hence one snapshot: a case that writes meanwhile is not found broken.
    """
    heads: dict[str, tuple[str, int, str]] = {}
    checks: dict[str, ChainCheck] = {}
    broken: dict[str, str] = {}
    known = chain_heads().subquery()
    rows = await session.stream(
        select(LedgerRow, known)
        .join(known, known.c.id == LedgerRow.case_id, full=True)
        .order_by(LedgerRow.case_id, LedgerRow.seq)
    )
    async for row, case_id, name, head_seq, head_hash in rows:
        if case_id is not None:
            heads[case_id] = (name, head_seq, head_hash)
        if row is None or row.case_id in broken:
            continue
        try:
            checks.setdefault(row.case_id, ChainCheck()).add(event_of(row))
        except EvidenceBroken as fault:
            broken[row.case_id] = fault.what
        except ValueError as fault:
            broken[row.case_id] = f"event {row.seq} is not a ledger event: {fault}"
    for case_id, (_, seq, digest) in heads.items():
        last = checks[case_id].last if case_id in checks else None
        if case_id not in broken and (last.seq if last else 0) != seq:
            broken[case_id] = f"ends at event {last.seq if last else 0}, and {seq} were written"
        elif case_id not in broken and last is not None and last.hash != digest:
            broken[case_id] = "its last event is not the one that the case knows"
    for case_id, what in broken.items():
        yield Finding(
            "ledger",
            heads[case_id][0] if case_id in heads else case_id,
            f"ledger: {what}",
            "somebody changed the register: compare with a backup and exported evidence",
        )


def name_of(case: CaseRow) -> str:
    return case.reference or case.id


def local_day(case: CaseRow, moment: datetime) -> date:
    """The controller's day of an instant, in the zone that the case's clock was counted in."""
    return moment.astimezone(ZoneInfo(case.clock["tz"])).date()

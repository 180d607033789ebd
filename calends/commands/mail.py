"""`calends mail`: how mail comes in, mailbox by mailbox, and what waits or could not be read."""

from __future__ import annotations

import json
from typing import Any

import click
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from calends.commands.office import run
from calends.company import load_company
from calends.desk.words import local
from calends.register.database import Register
from calends.register.mail_rows import BounceRow, MailboxMessageRow, MailboxRow
from calends.register.models import CaseRow, InboxRow
from calends.settings import Settings

MOST_SHOWN = 20

Facts = dict[str, Any]


@click.group(name="mail", help="How mail comes in.")
def app() -> None: ...


@app.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def status(as_json: bool) -> None:
    """Mailboxes, when each was last read, what was taken, what waits, what could not be read."""
    facts = run(mail_facts)
    if as_json:
        print(json.dumps(facts))
        return
    print("\n".join(_lines(facts)))


async def mail_facts(register: Register, settings: Settings) -> Facts:
    """All that `calends mail status` tells; nothing in it is of a message's content."""
    tz = load_company(settings.company_file).controller.tz
    async with register.session() as session:
        return {
            "mailboxes": await _mailboxes(session, tz),
            "inbox": await _inbox(session, tz),
            "quarantined": await _quarantined(session, tz),
            "bounces": await _bounces(session),
        }


async def _mailboxes(session: AsyncSession, tz: str) -> list[Facts]:
    counted = await session.execute(
        select(MailboxMessageRow.mailbox, MailboxMessageRow.state, func.count()).group_by(
            MailboxMessageRow.mailbox, MailboxMessageRow.state
        )
    )
    counts: dict[str, dict[str, int]] = {}
    for mailbox, state, count in counted:
        counts.setdefault(mailbox, {})[state] = count
    rows = await session.scalars(select(MailboxRow).order_by(~MailboxRow.watched, MailboxRow.id))
    return [
        {
            "id": row.id,
            "watched": row.watched,
            "last_read": local(row.succeeded_at, tz) if row.succeeded_at else None,
            "failure": row.failure,
            "failing_since": local(row.failing_since, tz) if row.failing_since else None,
            "compared": local(row.compared_at, tz) if row.compared_at else None,
            "in_mailbox": row.in_mailbox,
            "in_ledger": row.in_ledger,
            "not_taken": row.not_taken,
            "taken": counts.get(row.id, {}),
        }
        for row in rows
    ]


async def _inbox(session: AsyncSession, tz: str) -> Facts:
    received = InboxRow.state == "received"
    waiting, oldest, failing = (
        await session.execute(
            select(
                func.count(),
                func.min(InboxRow.received_at),
                func.count().filter(InboxRow.attempts > 0),
            ).where(received)
        )
    ).one()
    kinds = await session.execute(
        select(InboxRow.kind, func.count())
        .where(InboxRow.kind.is_not(None))
        .group_by(InboxRow.kind)
        .order_by(InboxRow.kind)
    )
    return {
        "waiting": waiting,
        "oldest_waiting": local(oldest, tz) if oldest else None,
        "failing": failing,
        "dispatched": {row[0]: row[1] for row in kinds},
    }


async def _quarantined(session: AsyncSession, tz: str) -> list[Facts]:
    """What could not be read, or only in part, newest first; each is a case that a human reads."""
    rows = await session.execute(
        select(InboxRow, CaseRow.reference)
        .join(CaseRow, CaseRow.id == InboxRow.case_id, isouter=True)
        .where(InboxRow.failure.is_not(None) | (InboxRow.kind == "quarantine") | InboxRow.cut)
        .order_by(InboxRow.received_at.desc())
        .limit(MOST_SHOWN)
    )
    return [
        {
            "received": local(row.received_at, tz),
            "why": row.failure or ("cut" if row.cut else "empty"),
            "case": reference or row.case_id,
            "state": row.state,
        }
        for row, reference in rows
    ]


async def _bounces(session: AsyncSession) -> Facts:
    total, permanent = (
        await session.execute(
            select(func.count(), func.count().filter(BounceRow.permanent)).select_from(BounceRow)
        )
    ).one()
    return {"reports": total, "for_good": permanent}


def _lines(facts: Facts) -> list[str]:
    lines = [_mailbox_line(row) for row in facts["mailboxes"]]
    lines = lines or ["no mailbox is read (mail comes by SMTP, LMTP or as files)"]
    inbox = facts["inbox"]
    waits = f"inbox: {inbox['waiting']} waiting"
    if inbox["waiting"]:
        waits += f", the oldest since {inbox['oldest_waiting']}"
    if inbox["failing"]:
        waits += f", {inbox['failing']} tried in vain"
    lines.append(waits)
    if inbox["dispatched"]:
        told = (f"{count} {kind}" for kind, count in inbox["dispatched"].items())
        lines.append(f"dispatched: {', '.join(told)}")
    bounces = facts["bounces"]
    if bounces["reports"]:
        lines.append(f"came back: {bounces['reports']} reports, {bounces['for_good']} for good")
    for row in facts["quarantined"]:
        lines.append(f"not read: {row['received']}  {row['why']:<12} {row['case']}")
    return lines


def _mailbox_line(row: Facts) -> str:
    if not row["watched"]:
        return f"{row['id']}: not read any more"
    line = f"{row['id']}: last read {row['last_read'] or 'never'}"
    if row["failure"]:
        line += f", {row['failure']} since {row['failing_since']}"
    taken = ", ".join(f"{count} {state}" for state, count in sorted(row["taken"].items()))
    line += f"; {taken or 'nothing taken yet'}"
    if row["compared"]:
        line += f"; compared {row['compared']}: {row['in_mailbox']} there, {row['in_ledger']} taken"
    if row["not_taken"]:
        line += f"; NOT TAKEN: UID {', '.join(map(str, row['not_taken'][:MOST_SHOWN]))}"
    return line

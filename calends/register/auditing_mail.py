"""What is wrong with the mail's way in and out, as the register alone shows it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from calends.register.finding import Finding
from calends.register.mail_rows import MailboxRow
from calends.register.models import CaseRow, OutboxRow, TaskRow

SILENCE = timedelta(hours=1)
"""A mailbox that could not be read for so long is an alarm."""

COMPARISON = timedelta(hours=26)
"""Mailbox and ledger are compared once a day."""

NAMED = 10
"""So many UIDs are named; the rest is counted."""

MENDS = {
    "login": "its user or password is refused; renew it in the environment and restart starter.py",
    "credentials": "set the variable, or mend the token file or command, that the entry names",
    "tls": "its certificate is not trusted: set `ca_file`, or mend the certificate",
    "folder": "there is no such folder: mend `folder` of the entry",
    "move": "the folder of `move_to` cannot be made or filled: mend it; mail is taken all the same",
    "no_uidvalidity": "this server numbers its messages for no one: use SMTP or LMTP instead",
}
_SEE_LOG = "see that starter.py runs and the server answers (calends doctor)"


Wrong = Literal["mailbox_silent", "mailbox_not_compared", "mailbox_differs"]


@dataclass(frozen=True)
class Trouble:
    """What is wrong with a mailbox that should be read."""

    kind: Wrong
    row: MailboxRow


async def mailbox_troubles(session: AsyncSession, now: datetime) -> list[Trouble]:
    """As the register alone shows them: a starter that does not run is found too."""
    rows = await session.scalars(
        select(MailboxRow).where(MailboxRow.watched).order_by(MailboxRow.id)
    )
    return [Trouble(kind, row) for row in rows for kind in _wrong(row, now)]


def _wrong(row: MailboxRow, now: datetime) -> Iterator[Wrong]:
    if (row.succeeded_at or row.began_at) < now - SILENCE:
        yield "mailbox_silent"
    elif (row.compared_at or row.began_at) < now - COMPARISON:
        yield "mailbox_not_compared"
    if row.not_taken:
        yield "mailbox_differs"


async def mailbox_findings(session: AsyncSession, now: datetime) -> AsyncIterator[Finding]:
    for trouble in await mailbox_troubles(session, now):
        row, kind = trouble.row, trouble.kind
        name = f"mailbox {row.id}"
        if kind == "mailbox_silent":
            last = row.succeeded_at
            since = f"not read since {last:%F %H:%M} UTC" if last else "never read"
            why = f" ({row.failure})" if row.failure else ""
            yield Finding(kind, name, since + why, MENDS.get(row.failure or "", _SEE_LOG))
        elif kind == "mailbox_not_compared":
            yield Finding(kind, name, "not compared with its ledger today", _SEE_LOG)
        else:
            uids = ", ".join(map(str, row.not_taken[:NAMED]))
            more = f" and {len(row.not_taken) - NAMED} more" if len(row.not_taken) > NAMED else ""
            yield Finding(
                kind,
                name,
                f"{row.in_mailbox} messages, {row.in_ledger} taken; not taken: UID {uids}{more}",
                "open them in the mailbox and give them to starter.py mail as files",
            )


async def bounce_findings(session: AsyncSession) -> AsyncIterator[Finding]:
    """Letters that came back for good and that no human has been asked about since."""
    asked = exists().where(
        TaskRow.case_id == OutboxRow.case_id,
        TaskRow.kind == "mend_delivery",
        TaskRow.opened_at >= OutboxRow.bounced_at,
    )
    rows = await session.execute(
        select(CaseRow, OutboxRow)
        .join(CaseRow, CaseRow.id == OutboxRow.case_id)
        .where(OutboxRow.bounced_at.is_not(None), ~asked)
        .order_by(OutboxRow.bounced_at)
    )
    for case, letter in rows.all():
        status = f" ({letter.bounce_status})" if letter.bounce_status else ""
        closed = "closed, and its " if case.closed_at else ""
        yield Finding(
            "letter_bounced",
            case.reference or case.id,
            f"{closed}letter {letter.purpose} came back{status}",
            "reach the person another way (their other contact, by post) and note it in the case",
        )

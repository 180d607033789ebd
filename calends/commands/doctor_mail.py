"""The doctor's look at the mailboxes that are read: now, and as the register remembers."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from calends.commands.doctor_here import Line
from calends.company import load_company
from calends.mail.imap import ImapSession, MailboxAway
from calends.mail.mailboxes import MailboxEntry, declared_mailboxes
from calends.problems import Problem
from calends.register.auditing_mail import MENDS, mailbox_findings
from calends.register.opening import opened_register
from calends.settings import Settings

ANSWER_SECONDS = 5.0


async def mailboxes(settings: Settings) -> list[Line]:
    """Each declared mailbox: reached, opened without changing it, and read of late."""
    entries = declared_mailboxes(settings, load_company(settings.company_file).mailboxes)
    if not entries:
        return [Line("note", "none is read; mail comes by SMTP, LMTP or as files")]
    lines = await asyncio.gather(*(asyncio.to_thread(_looked_at, entry) for entry in entries))
    return [*lines, *await _remembered(settings, {entry.id for entry in entries})]


def _looked_at(entry: MailboxEntry) -> Line:
    looking = entry.model_copy(update={"move_to": ""})  # opened for reading only
    try:
        session = ImapSession(looking, timeout=ANSWER_SECONDS)
    except MailboxAway as away:
        mend = MENDS.get(away.code, f"see that a server answers at {entry.host}:{entry.where}")
        return Line("error", f"{entry.id}: {away.code}", mend)
    try:
        count, idle = len(session.uids()), "" if session.can_idle else ", no IDLE: polled"
        return Line("ok", f"{entry.id}: {count} messages in {entry.folder}{idle}")
    except MailboxAway as away:
        return Line("error", f"{entry.id}: {away.code}", MENDS.get(away.code, "see its server"))
    finally:
        session.close()


async def _remembered(settings: Settings, declared: set[str]) -> list[Line]:
    """What the auditor would say of them; that the register is away is said elsewhere."""
    try:
        async with opened_register(settings) as register, register.session() as session:
            found = [f async for f in mailbox_findings(session, datetime.now(UTC))]
    except Problem:
        return []
    told = [finding for finding in found if finding.about.removeprefix("mailbox ") in declared]
    return [Line("error", f"{f.about.removeprefix('mailbox ')}: {f.what}", f.mend) for f in told]

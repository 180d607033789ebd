"""The daily digest: what waits for one colleague, as a mail that names nobody."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from calends.accounts.roles import May, User
from calends.agenda.calendar import summary
from calends.agenda.deadlines import Deadline, Due, deadlines_of
from calends.agenda.seeing import WAITING, Seer, seer_of
from calends.agenda.words import text
from calends.letters.words import day_in_words
from calends.register.account_rows import AccountEventRow
from calends.register.models import CaseRow, TaskRow
from calends.rules.vocabulary import Language

SHOWN = 15
"""Lines of a mail; the rest is a number."""


@dataclass(frozen=True)
class Elsewhere:
    """Open cases, tasks of others, and cases that look wrong."""

    cases: int
    others: int
    wrong: int


@dataclass(frozen=True)
class Digest:
    """What one colleague is told on one day."""

    day: date
    late: tuple[Deadline, ...] = ()
    """Cases past the day by which they had to be answered, and tasks past theirs."""
    waiting: tuple[Deadline, ...] = ()
    elsewhere: Elsewhere | None = None
    """For those who see cases."""
    guesses: int = 0
    """Refusals that gave the alarm since yesterday (`console.alarm`)."""


async def digest_of(
    session: AsyncSession, user: User, *, now: datetime, tz: str, today: date
) -> Digest:
    seer = await seer_of(session, user, today)
    found = await deadlines_of(session, seer, tz=tz)
    late = [d for d in found if d.day < today and d.due is not Due.LAST_CALL]
    waiting = [d for d in found if d.day >= today and d.due is Due.TASK]
    elsewhere = await _elsewhere(session, seer) if seer.sees_cases else None
    guesses = 0
    if user.may(May.ACT) or user.may(May.MANAGE_STAFF):
        guesses = await _guesses(session, now - timedelta(days=1))
    return Digest(today, tuple(late), tuple(waiting), elsewhere, guesses)


async def _elsewhere(session: AsyncSession, seer: Seer) -> Elsewhere:
    is_open = CaseRow.closed_at.is_(None)
    cases = select(func.count()).select_from(CaseRow).where(is_open)
    tasks = (
        select(func.count())
        .select_from(TaskRow)
        .join(CaseRow, CaseRow.id == TaskRow.case_id)
        .where(is_open, TaskRow.state.in_(WAITING), ~seer.mine)
    )
    return Elsewhere(
        await session.scalar(cases) or 0,
        await session.scalar(tasks) or 0,
        await session.scalar(cases.where(CaseRow.attention.is_not(None))) or 0,
    )


async def _guesses(session: AsyncSession, since: datetime) -> int:
    found = await session.scalar(
        select(func.sum(AccountEventRow.facts["refusals"].as_integer())).where(
            AccountEventRow.kind == "page_guessed_at", AccountEventRow.at >= since
        )
    )
    return int(found or 0)


def subject(digest: Digest, language: Language) -> str:
    day, waiting = day_in_words(digest.day, language), len(digest.waiting)
    if digest.late:
        return text("subject_late", language, day=day, late=len(digest.late), waiting=waiting)
    return text("subject" if waiting else "subject_calm", language, day=day, waiting=waiting)


def body(digest: Digest, language: Language, *, url: str) -> str:
    """Plain text; the most urgent first."""
    lines: list[str] = []
    for key, deadlines in (("late", digest.late), ("waiting", digest.waiting)):
        if deadlines:
            lines += [text(key, language), "", *_listed(deadlines, language), ""]
    if not digest.late and not digest.waiting:
        lines += [text("nothing", language), ""]
    if digest.elsewhere is not None:
        lines += [text("counts", language, **asdict(digest.elsewhere)), ""]
    if digest.guesses:
        lines += [text("guessed", language, n=digest.guesses), ""]
    lines += [text("open", language, url=f"{url.rstrip('/')}/desk"), "", text("why", language)]
    return "\n".join(lines) + "\n"


def _listed(deadlines: tuple[Deadline, ...], language: Language) -> list[str]:
    lines = [
        text("line", language, day=one.day.isoformat(), what=summary(one, language))
        for one in deadlines[:SHOWN]
    ]
    more = len(deadlines) - SHOWN
    return [*lines, text("more", language, n=more)] if more > 0 else lines


def digest_mail(
    digest: Digest, language: Language, *, sender: tuple[str, str], to: str, url: str, mark: str
) -> bytes:
    """`sender`: name and address; `mark`: makes the Message-ID, the same for the same day."""
    name, address = sender[0], parseaddr(sender[1])[1]
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(name, addr_spec=address)
    message["To"] = Address(addr_spec=to)
    message["Subject"] = subject(digest, language)
    message["Message-ID"] = f"<digest.{mark}@{address.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body(digest, language, url=url))
    return message.as_bytes()

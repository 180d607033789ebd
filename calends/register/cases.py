"""Finding a case by what a human types: its reference or its id."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from calends.problems import Problem
from calends.register.ledger import last_event
from calends.register.models import CaseRow
from calends.rules.reference import is_reference


async def find_case(session: AsyncSession, text: str) -> CaseRow:
    """The case of a reference (`2026-00042-K7`) or an id (`case-…`). Raises Problem."""
    wanted = text.strip()
    if wanted.startswith("case-") and wanted.isascii() and wanted.isprintable():
        case = await session.get(CaseRow, wanted)
    elif is_reference(wanted.upper()):
        case = await session.scalar(select(CaseRow).where(CaseRow.reference == wanted.upper()))
    else:
        raise Problem("neither a reference such as 2026-00042-K7 (is it mistyped?) nor a case id")
    if case is None:
        raise Problem("no such case in the register")
    return case


async def instant_for(session: AsyncSession, case: CaseRow) -> datetime:
    """The instant (UTC) under which a human's step outside the workflow enters the ledger.

    The wall clock, but never before the ledger's last event: in a test or a demonstration the
    case's own time runs ahead of the wall clock.
    """
    now, last = datetime.now(UTC), await last_event(session, case)
    return now if last is None else max(now, datetime.fromisoformat(last.at))

"""Looking for cases: by reference, by number, by address, by the words of a name."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from calends.register.desk_rows import TermRow
from calends.register.models import CaseRow, DemandRow
from calends.register.terms import address_mark, name_marks
from calends.rules.reference import find_references
from calends.vault.keys import Keyring

MOST = 50
MAX_QUERY = 200
_NUMBER = re.compile(r"(?:(\d{4})-)?0*(\d{1,9})(?:-\w{0,2})?")


@dataclass(frozen=True)
class Found:
    """`how`: reference, number, address or name; `more`: there are more than are listed."""

    how: str
    cases: list[CaseRow] = field(default_factory=list)
    rights: dict[str, list[str]] = field(default_factory=dict)
    more: bool = False


async def find(session: AsyncSession, keyring: Keyring, text: str) -> Found:
    """The newest first. Names and addresses are looked for by keyed digests; the text itself is
    kept nowhere."""
    wanted = text.strip()[:MAX_QUERY]
    if references := find_references(wanted.upper()):
        return await _with_rights(session, "reference", await _by_reference(session, references))
    if number := _NUMBER.fullmatch(wanted):
        cases = await _by_number(session, number[1], int(number[2]))
        return await _with_rights(session, "number", cases)
    if "@" in wanted:
        marks = [address_mark(keyring, wanted.strip("<> "))]
        return await _with_rights(session, "address", await _by_marks(session, marks))
    marks = name_marks(keyring, wanted)
    cases = await _by_marks(session, marks) if marks else []
    return await _with_rights(session, "name", cases)


async def _by_reference(session: AsyncSession, references: list[str]) -> list[CaseRow]:
    rows = await session.scalars(select(CaseRow).where(CaseRow.reference.in_(references[:MOST])))
    return list(rows)


async def _by_number(session: AsyncSession, year: str | None, number: int) -> list[CaseRow]:
    case = await session.scalar(select(CaseRow).where(CaseRow.number == number))
    if case is None or (year and not (case.reference or "").startswith(f"{year}-")):
        return []
    return [case]


async def _by_marks(session: AsyncSession, marks: list[bytes]) -> list[CaseRow]:
    """Cases that bear all of the marks; the rarest words decide, so a common name costs little."""
    with_all = (
        select(TermRow.case_id)
        .where(TermRow.mark.in_(marks))
        .group_by(TermRow.case_id)
        .having(func.count() == len(set(marks)))
        .subquery()
    )
    rows = await session.scalars(
        select(CaseRow)
        .join(with_all, with_all.c.case_id == CaseRow.id)
        .order_by(CaseRow.number.desc())
        .limit(MOST + 1)
    )
    return list(rows)


async def _with_rights(session: AsyncSession, how: str, cases: list[CaseRow]) -> Found:
    shown = cases[:MOST]
    rows = await session.execute(
        select(DemandRow.case_id, DemandRow.right)
        .where(DemandRow.case_id.in_([case.id for case in shown]))
        .order_by(DemandRow.right)
    )
    rights: dict[str, list[str]] = {}
    for case_id, right in rows.all():
        rights.setdefault(case_id, []).append(right)
    return Found(how, shown, rights, len(cases) > MOST)

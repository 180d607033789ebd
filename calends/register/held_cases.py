"""What holds the records of one case's person: claims, inquiries, restrictions, open demands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from calends.register.case_rows import RestrictionRow
from calends.register.holds import (
    as_holds,
    covers,
    marked_holds,
    person_marks,
    standing_holds,
)
from calends.register.keeping_rows import HoldRow
from calends.register.models import CaseRow, DemandRow
from calends.rules.erasure import Holds
from calends.rules.vocabulary import Right
from calends.systems.protocol import Seeds
from calends.vault.keys import Keyring

NEEDS_THE_RECORDS = (Right.ACCESS, Right.PORTABILITY, Right.RECTIFICATION, Right.HUMAN_REVIEW)
"""Demands whose answer is made of the records: they stay until it has left."""


@dataclass(frozen=True)
class CaseHolds:
    """Record by record place what holds it."""

    holds: Sequence[HoldRow]
    restricted: bool
    other_demand_open: bool

    def of(self, system: str, collection: str) -> Holds:
        found = as_holds(row for row in self.holds if covers(row, system, collection))
        return replace(found, restricted=self.restricted, other_demand_open=self.other_demand_open)


async def holds_on_case(
    session: AsyncSession, keyring: Keyring, case: CaseRow, seeds: Seeds
) -> CaseHolds:
    """What keeps an erasure of this case from destroying: GDPR 17(3)(b), (e), 18; rule book §3.3.

    A restriction or demand of the case itself is its own story: the order of demands rules it.
    """
    marks = person_marks(keyring, seeds)
    found = {row.id: row for row in await marked_holds(session, marks)}
    for row in await standing_holds(session):
        if row.case_id == case.id or (row.case_id is None and not row.of_person):
            found[row.id] = row
    restricted = await session.scalar(
        select(
            exists().where(
                RestrictionRow.mark.in_(marks),
                RestrictionRow.lifted_at.is_(None),
                RestrictionRow.case_id != case.id,
            )
        )
    )
    other = await session.scalar(
        select(
            exists().where(
                CaseRow.writer_index == (case.writer_index or b"nobody"),
                CaseRow.id != case.id,
                CaseRow.closed_at.is_(None),
                DemandRow.case_id == CaseRow.id,
                DemandRow.right.in_(NEEDS_THE_RECORDS),
                DemandRow.state == "open",
            )
        )
    )
    return CaseHolds(list(found.values()), bool(restricted), bool(other))

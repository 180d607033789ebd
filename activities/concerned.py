"""Who must be told of an act (GDPR 19, 21(3), 7(3)): the recipients of the purposes concerned."""

from __future__ import annotations

from collections.abc import AsyncIterator

import orjson
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from activities.house import House, lines_of
from activities.orders import CaseStep, PrepareNotices
from activities.orders.telling import ToldOf
from calends.company import Recipient
from calends.register.models import LedgerRow, SearchRow
from calends.rules.objection import ObjectionPath, objection_path
from calends.rules.vocabulary import Right, SearchState, Verdict
from calends.systems.protocol import Event
from calends.vault.blobs import NoSuchBlob

EVENTS: dict[ToldOf, Event] = {
    "stop_prospecting": "prospecting_objection",
    "withdraw_consent": "consent_withdrawal",
    "restrict": "restriction",
    "lift": "lift",
    "object": "objection",
}
"""The acts that are marks in a system, and the event that sets them there."""

_GONE = (Verdict.ERASED, Verdict.ANONYMISED)


class Concerned:
    def __init__(self, house: House) -> None:
        self.house, self.company = house, house.company

    async def recipients(self, session: AsyncSession, order: PrepareNotices) -> list[Recipient]:
        """In the order of the company file. Who only ever received other data is not told: that
        would disclose more than the act repairs."""
        purposes = await self._purposes(session, order)
        names = {name for p in self.company.purposes if p.id in purposes for name in p.recipients}
        return [recipient for recipient in self.company.recipients if recipient.id in names]

    async def _purposes(self, session: AsyncSession, order: PrepareNotices) -> set[str]:
        match order.act:
            case "stop_prospecting":
                return self._marked(EVENTS[order.act])
            case "withdraw_consent":
                on_consent = {p.id for p in self.company.purposes if p.basis == "consent"}
                if order.right is Right.OBJECTION:  # after a search: what was found is known
                    return on_consent & await self._of(self._found(session, order))
                return on_consent | self._marked(EVENTS[order.act])
            case "erase":
                return await self._of(self._erased(session, order))
            case "rectify":
                return await self._of(self._rectified(order))
            case "object":
                found = await self._of(self._found(session, order))
                return {name for name in found if not self._out_of_reach(name)}
            case _:
                return await self._of(self._found(session, order))

    def _marked(self, event: Event) -> set[str]:
        """Rights that need no search: whose data they concern is declared with the mark."""
        return {
            collection.meta.purpose
            for entry in self.company.systems
            if entry.declared
            for collection in self.house.declared(entry.id)
            if collection.meta.marks(event)
        }

    def _out_of_reach(self, purpose: str) -> bool:
        basis = next((p.basis for p in self.company.purposes if p.id == purpose), "UNSET")
        return objection_path(basis, prospecting=False).path is ObjectionPath.EXPLAIN

    async def _of(self, sets: AsyncIterator[tuple[str, str]]) -> set[str]:
        """The purposes of data sets, given as (system, collection)."""
        distinct = {place async for place in sets}
        return {
            self.house.declared(system).collection(collection).meta.purpose
            for system, collection in distinct
        }

    async def _found(
        self, session: AsyncSession, order: CaseStep
    ) -> AsyncIterator[tuple[str, str]]:
        rows = await session.scalars(
            select(SearchRow).where(
                SearchRow.case_id == order.case_id, SearchRow.state == SearchState.FOUND
            )
        )
        for row in rows:
            if self.company.system(row.system).declared:  # else: found by hand
                for collection in row.collections:
                    yield row.system, collection

    async def _erased(
        self, session: AsyncSession, order: CaseStep
    ) -> AsyncIterator[tuple[str, str]]:
        """What is kept by law was not erased, and nobody is told of it."""
        approval = await session.scalar(
            select(LedgerRow.facts).where(
                LedgerRow.case_id == order.case_id, LedgerRow.once == order.once("plan_approved")
            )
        )
        gone = {*_GONE, *([Verdict.HUMAN] if approval and approval["erase_undecided"] else [])}
        async for system, line in self._lines(order.case_id, "plan"):
            if line["verdict"] in gone:
                yield system, line["collection"]

    async def _rectified(self, order: CaseStep) -> AsyncIterator[tuple[str, str]]:
        async for system, line in self._lines(order.case_id, order.once("rectification")):
            yield system, line["collection"]

    async def _lines(self, case_id: str, name: str) -> AsyncIterator[tuple[str, dict[str, str]]]:
        """The lines of a sealed plan, system by system."""
        for entry in self.company.systems:
            try:
                async for line in lines_of(self.house.blobs.stream(case_id, f"{name}:{entry.id}")):
                    yield entry.id, orjson.loads(line)
            except NoSuchBlob:
                continue

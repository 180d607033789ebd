"""Searching the declared systems; findings go sealed to the vault, as a stream."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing
from itertools import islice

import orjson
from sqlalchemy import and_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.candidates import MOST, as_lines
from activities.findings import Findings
from activities.house import House, noted
from activities.leads import Leads
from activities.orders import (
    Candidates,
    CaseStep,
    HandSearched,
    Searched,
    SearchFailed,
    SearchSystem,
)
from calends.problems import Problem
from calends.register.models import CaseRow, SearchRow
from calends.rules.vocabulary import SearchState
from calends.systems.links import merged
from calends.systems.protocol import Record, Seeds, System, SystemFailed


class Locate:
    """Runs on the queue of one system, beside its data."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.leads = Leads(house)

    @activity.defn
    async def search(self, order: SearchSystem) -> Searched:
        """Searches one system with what the person proved, read-only; streams the findings."""
        async with self.house.register.reader() as reader:
            sealed, done, told = await self._before(reader, order)
        if done is not None and done.state in _ENDED and done.round >= order.round:
            return _searched(done)
        person = await self.house.opened_person(order.case_id, sealed)
        seeds = merged(person.seeds(), await self.leads.told(order.case_id, told))
        company = self.house.company
        findings = Findings(
            self.house.declared(order.system), company.system(order.system), company
        )
        onward = self.leads.links.onward(order.system, list(seeds))
        async with self.house.register.session() as session:
            if seeds:
                system = self._system(order.system)
                key = await self.house.keyring.get(order.case_id)
                reference = f"{order.case_id}:{order.round}:{order.attempt}"
                lines = findings.lines(onward.watch(_by_class(system.locate(seeds, reference))))
                await self.house.blobs.write(session, key, f"finding:{order.system}", lines)
            result = findings.result(
                tells=await self._tell(session, order, onward.seeds) if seeds else {}
            )
            await self._keep(
                session, order, result, dict(findings.counts), order.round, once=f"{order.round}"
            )
            await session.commit()
            return result

    async def _before(
        self, reader: AsyncSession, order: SearchSystem
    ) -> tuple[bytes, SearchRow | None, list[str]]:
        """The person, sealed; how an earlier search of this system ended; what others told it."""
        this = and_(SearchRow.case_id == CaseRow.id, SearchRow.system == order.system)
        found = await reader.execute(
            select(CaseRow.sealed_person, SearchRow)
            .outerjoin(SearchRow, this)
            .where(CaseRow.id == order.case_id)
        )
        sealed, done = found.one()
        return sealed, done, await self.leads.names(reader, order.case_id, order.system)

    async def _tell(
        self, session: AsyncSession, order: SearchSystem, seeds: Mapping[str, Seeds]
    ) -> dict[str, str]:
        """Seals what these records say of other systems' records; returns a digest for each."""
        told = {}
        key = await self.house.keyring.get(order.case_id)
        for other, values in sorted(seeds.items()):
            content = orjson.dumps(values, option=orjson.OPT_SORT_KEYS)
            await self.house.blobs.write(session, key, f"told:{other}:{order.system}", content)
            told[other] = key.mark(hashlib.sha256(content).hexdigest()).hex()[:16]
        return told

    @activity.defn
    async def candidates(self, order: SearchSystem) -> Candidates:
        """Records that look like the writer's, by what the message says: for a human to compare."""
        async with self.house.register.session() as session:
            person = await self.house.person(session, order.case_id)
            if not person.said:
                return Candidates(system=order.system, count=0)
            system = self._system(order.system)
            try:
                async with aclosing(system.candidates(person.said)) as found:
                    alike = [candidate async for candidate in found]
            except SystemFailed:
                return Candidates(system=order.system, count=0)  # it was searched, and answered
            key = await self.house.keyring.get(order.case_id)
            name = f"candidates:{order.system}"
            await self.house.blobs.write(
                session, key, name, as_lines(order.system, islice(alike, MOST))
            )
            await session.commit()
        return Candidates(system=order.system, count=min(len(alike), MOST))

    @activity.defn
    async def record_failure(self, order: SearchFailed) -> Searched:
        """Notes that a system does not answer and since when, or that a human skipped it."""
        result = Searched(
            system=order.system,
            state=SearchState.SKIPPED if order.skipped else SearchState.FAILED,
            since=order.since,
            reason=order.reason,
        )
        async with self.house.register.session() as session:
            once = f"failed:{order.at.isoformat()}"
            await self._keep(session, order, result, {}, once=once, skipped_by=order.by_role)
            await session.commit()
        return result

    @activity.defn
    async def record_hand_search(self, order: HandSearched) -> Searched:
        """What a colleague found by hand; the upload is already sealed in the vault."""
        state = SearchState.FOUND if order.found else SearchState.NOTHING
        result = Searched(system=order.system, state=state, count=int(order.found))
        collections = {order.upload: 1} if order.upload else {}
        async with self.house.register.session() as session:
            await self._keep(session, order, result, collections)
            await session.commit()
        return result

    def _system(self, system_id: str) -> System:
        try:
            return self.house.system(system_id)
        except Problem as problem:
            # A wrong setting does not mend itself by trying again at once.
            raise ApplicationError(str(problem), type="NotConfigured", non_retryable=True) from None

    async def _keep(
        self,
        session: AsyncSession,
        order: CaseStep,
        result: Searched,
        collections: dict[str, int],
        round_: int = 0,
        once: str = "",
        skipped_by: str = "",
    ) -> None:
        facts = result.model_dump(include={"released", "stakes", "tells"})
        values = {
            "state": result.state,
            "count": result.count,
            "collections": collections,
            "reason": result.reason or None,
            "since": result.since or order.at,
            "speaks_of_others": result.speaks_of_others,
            "round": round_,
            "facts": facts | ({"skipped_by": skipped_by} if skipped_by else {}),
        }
        await session.execute(
            insert(SearchRow)
            .values(case_id=order.case_id, system=result.system, **values)
            .on_conflict_do_update(index_elements=["case_id", "system"], set_=values)
        )
        await noted(
            session,
            order,
            "searched",
            once=f"searched:{result.system}:{result.state}:{once}",
            system=result.system,
            state=str(result.state),
            count=result.count,
            reason="" if result.state is SearchState.SKIPPED else result.reason,
        )


async def _by_class(records: AsyncGenerator[Record, None]) -> AsyncIterator[Record]:
    """The records; a failure by its class, which a person can act upon and which names nobody."""
    async with aclosing(records):
        try:
            async for record in records:
                yield record
        except SystemFailed as failure:
            raise ApplicationError(str(failure.reason), type=str(failure.reason)) from None


_ENDED = (SearchState.FOUND, SearchState.NOTHING)


def _searched(row: SearchRow) -> Searched:
    return Searched(
        system=row.system,
        state=SearchState(row.state),
        count=row.count,
        since=row.since,
        reason=row.reason or "",
        speaks_of_others=row.speaks_of_others,
        **row.facts,
    )

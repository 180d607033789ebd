"""Searching the declared systems; findings go sealed to the vault, as a stream."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import aclosing

import orjson
from sqlalchemy import and_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.house import House, noted
from activities.orders import CaseStep, HandSearched, Searched, SearchFailed, SearchSystem
from calends.problems import Problem
from calends.register.models import CaseRow, SearchRow
from calends.rules.vocabulary import SearchState
from calends.systems.dataset import Collection, Datasets
from calends.systems.protocol import Record, System


class Locate:
    """Runs on the queue of one system, beside its data."""

    def __init__(self, house: House) -> None:
        self.house = house

    @activity.defn
    async def search(self, order: SearchSystem) -> Searched:
        """Searches one system with what the person proved, read-only; streams the findings."""
        async with self.house.register.reader() as reader:
            sealed, done = await self._before(reader, order)
        if done is not None and done.state in (SearchState.FOUND, SearchState.NOTHING):
            return _searched(done)
        person = await self.house.opened_person(order.case_id, sealed)
        findings = Findings(self.house.declared(order.system))
        async with self.house.register.session() as session:
            if person.address:
                system = self._system(order.system)
                key = await self.house.keyring.get(order.case_id)
                async with aclosing(system.locate({"email": [person.address]})) as records:
                    await self.house.blobs.write(
                        session, key, f"finding:{order.system}", findings.lines(records)
                    )
            result = Searched(
                system=order.system,
                state=SearchState.FOUND if findings.counts else SearchState.NOTHING,
                count=findings.counts.total(),
                speaks_of_others=findings.speak_of_others,
            )
            await self._keep(session, order, result, dict(findings.counts))
            await session.commit()
            return result

    async def _before(
        self, reader: AsyncSession, order: SearchSystem
    ) -> tuple[bytes, SearchRow | None]:
        """The person, sealed, and how an earlier search of this system ended."""
        this = and_(SearchRow.case_id == CaseRow.id, SearchRow.system == order.system)
        found = await reader.execute(
            select(CaseRow.sealed_person, SearchRow)
            .outerjoin(SearchRow, this)
            .where(CaseRow.id == order.case_id)
        )
        sealed, done = found.one()
        return sealed, done

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
            await self._keep(session, order, result, {}, once=f"failed:{order.at.isoformat()}")
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
        once: str = "",
    ) -> None:
        values = {
            "state": result.state,
            "count": result.count,
            "collections": collections,
            "reason": result.reason or None,
            "since": result.since or order.at,
            "speaks_of_others": result.speaks_of_others,
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
            once=f"searched:{result.system}:{once or result.state}",
            system=result.system,
            state=str(result.state),
            count=result.count,
            reason="" if result.state is SearchState.SKIPPED else result.reason,
        )


class Findings:
    """Records on their way to the vault: counted, and watched for what speaks of others."""

    def __init__(self, declared: Datasets) -> None:
        self._others = {collection.name: third_party_fields(collection) for collection in declared}
        self.counts: Counter[str] = Counter()
        self.speak_of_others = False

    async def lines(self, records: AsyncIterator[Record]) -> AsyncIterator[bytes]:
        """JSON Lines, one record a line."""
        async for record in records:
            self.counts[record.collection] += 1
            self.speak_of_others |= any(
                record.values.get(name) for name in self._others[record.collection]
            )
            line = {"collection": record.collection, "key": record.key, "values": record.values}
            # Column names come as a kind of str of SQLAlchemy's own.
            yield orjson.dumps(line, option=orjson.OPT_NON_STR_KEYS) + b"\n"


def third_party_fields(collection: Collection) -> list[str]:
    """Fields that may hold data of others (GDPR 15(4)); a document field as a whole."""
    return [field.path[0] for field in collection.fields if field.third_party]


def _searched(row: SearchRow) -> Searched:
    return Searched(
        system=row.system,
        state=SearchState(row.state),
        count=row.count,
        since=row.since,
        reason=row.reason or "",
        speaks_of_others=row.speaks_of_others,
    )

"""What a human must look at before a copy leaves: texts that may speak of others (GDPR 15(4)), each
with its suspect passages and the reason of each, sealed; the task is told how many."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from typing import Any

import orjson
from sqlalchemy import select
from temporalio import activity

from activities.house import House, lines_of
from activities.orders import CaseStep, ToReview
from calends.redaction.redactor import item_line, items
from calends.redaction.review import Item
from calends.redaction.store import items_blob
from calends.redaction.subject import Subject
from calends.redaction.texts import Looked, looked_at, subject_in
from calends.register.models import SearchRow
from calends.rules.vocabulary import SearchState
from calends.systems.dataset import Collection

BATCH = 200
"""Records looked through at once, in a thread: a system's records may be many."""
Found = tuple[Collection, dict[str, Any]]


class Reviewing:
    def __init__(self, house: House) -> None:
        self.house = house

    @activity.defn
    async def gather(self, order: CaseStep) -> ToReview:
        """Looks through everything that was found; the same findings give the same items."""
        case_id, region = order.case_id, self.house.company.controller.region[:2]
        systems = await self._systems(case_id)
        subject = Subject()
        for system in systems:
            async for batch in self._batches(case_id, system):
                described = [(data_set, record["values"]) for data_set, record in batch]
                own = await asyncio.to_thread(subject_in, described, region=region)
                subject = subject.with_(own)
        texts, suspects = 0, Counter[str]()
        key = await self.house.keyring.get(case_id)

        async def lines(system: str) -> AsyncIterator[bytes]:
            nonlocal texts
            looked = self._looked(system)
            async for batch in self._batches(case_id, system):
                found = await asyncio.to_thread(_items, system, batch, looked, subject, region)
                for item in found:
                    texts += 1
                    suspects.update(str(suspect.reason) for suspect in item.suspects)
                    yield item_line(item)

        async with self.house.register.session() as session:
            for system in systems:
                await self.house.blobs.write(session, key, items_blob(system), lines(system))
            await session.commit()
        return ToReview(texts=texts, suspects=dict(suspects))

    async def _systems(self, case_id: str) -> list[str]:
        """Those in which a program found something; files found by hand are read by their eyes."""
        async with self.house.register.reader() as reader:
            found = await reader.scalars(
                select(SearchRow.system)
                .where(SearchRow.case_id == case_id, SearchRow.state == SearchState.FOUND)
                .order_by(SearchRow.system)
            )
            names = list(found)
        return [name for name in names if self.house.company.system(name).declared]

    def _looked(self, system: str) -> dict[str, Looked]:
        entry, declared = self.house.company.system(system), self.house.declared(system)
        return {
            data_set.name: looked_at(
                data_set,
                released=entry.auto_release
                if data_set.meta.auto_release is None
                else data_set.meta.auto_release,
            )
            for data_set in declared
        }

    async def _batches(self, case_id: str, system: str) -> AsyncIterator[list[Found]]:
        declared, batch = self.house.declared(system), list[Found]()
        async for line in lines_of(self.house.blobs.stream(case_id, f"finding:{system}")):
            record = orjson.loads(line)
            batch.append((declared.collection(record["collection"]), record))
            if len(batch) == BATCH:
                yield batch
                batch = []
        if batch:
            yield batch


def _items(
    system: str,
    batch: Sequence[Found],
    looked: dict[str, Looked],
    subject: Subject,
    region: str,
) -> list[Item]:
    return [
        item
        for data_set, record in batch
        if looked[data_set.name].anything
        for item in items(
            system,
            data_set.name,
            record["key"],
            record["values"],
            looked[data_set.name],
            subject,
            region,
        )
    ]

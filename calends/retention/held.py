"""Which records of a system must stay as they are, and why: holds, restrictions, open cases."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

import orjson
from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from calends.register.case_rows import RestrictionRow
from calends.register.holds import as_holds, covers, person_of, standing_holds
from calends.register.keeping_rows import HoldRow
from calends.register.models import CaseRow, SearchRow
from calends.retention.keeping import Keeping, Place
from calends.rules.erasure import NO_HOLDS, Holds
from calends.systems.protocol import Seeds
from calends.vault.blobs import NoSuchBlob
from calends.vault.keys import KeyDestroyed

_OPEN = Holds(other_demand_open=True)
_RESTRICTED = Holds(restricted=True)


@dataclass
class HeldRecords:
    """Asked record by record."""

    places: list[HoldRow] = field(default_factory=list)
    """Holds on all that is in a place."""
    records: dict[str, Holds] = field(default_factory=dict)

    def of(self, system: str, collection: str, key: Mapping[str, Any]) -> Holds:
        here = as_holds(row for row in self.places if covers(row, system, collection))
        return together(here, self.records.get(record_name(collection, key), NO_HOLDS))

    def add(self, collection: str, key: Mapping[str, Any], holds: Holds) -> None:
        name = record_name(collection, key)
        self.records[name] = together(self.records.get(name, NO_HOLDS), holds)


async def held_records(keeping: Keeping, place: Place) -> HeldRecords:
    """What a plan of this system must leave alone. Raises SystemFailed: a system that cannot say
    whose records are held is not changed."""
    held = HeldRecords()
    async with keeping.register.session() as session:
        holds = await standing_holds(session)
        restricted = await _cases(session, restricted_now=True)
        still_open = await _cases(session, restricted_now=False)
        searched = await _found(session, place.id)
    held.places = [row for row in holds if not row.of_person and row.case_id is None]
    for row in holds:
        if row.of_person and row.system in (None, place.id):
            seeds = await person_of(keeping.keyring, row)
            await _locate(held, place, seeds, as_holds([row]), row.collection)
    for case_id, sealed in restricted:
        await _locate(held, place, await _seeds(keeping, case_id, sealed), _RESTRICTED)
    for case_id, sealed in still_open:
        if case_id in searched:
            async for record in _finding(keeping, case_id, place.id):
                held.add(record["collection"], record["key"], _OPEN)
        else:
            await _locate(held, place, await _seeds(keeping, case_id, sealed), _OPEN)
    return held


async def _cases(session: AsyncSession, *, restricted_now: bool) -> list[tuple[str, bytes]]:
    standing = exists().where(
        RestrictionRow.case_id == CaseRow.id, RestrictionRow.lifted_at.is_(None)
    )
    which = standing if restricted_now else CaseRow.closed_at.is_(None)
    rows = await session.execute(select(CaseRow.id, CaseRow.sealed_person).where(which))
    return [(row[0], row[1]) for row in rows]


async def _found(session: AsyncSession, system: str) -> set[str]:
    """Open cases that have looked there and found something."""
    rows = select(SearchRow.case_id).where(SearchRow.system == system, SearchRow.state == "found")
    return set(await session.scalars(rows))


async def _seeds(keeping: Keeping, case_id: str, sealed: bytes) -> Seeds:
    try:
        return await keeping.seeds_of(case_id, sealed)
    except KeyDestroyed:
        return {}


async def _finding(keeping: Keeping, case_id: str, system: str) -> AsyncIterator[Mapping[str, Any]]:
    pending = b""
    try:
        async for chunk in keeping.blobs.stream(case_id, f"finding:{system}"):
            *whole, pending = (pending + chunk).split(b"\n")
            for line in whole:
                yield orjson.loads(line)
    except (KeyDestroyed, NoSuchBlob):
        return
    if pending:
        yield orjson.loads(pending)


async def _locate(
    held: HeldRecords, place: Place, seeds: Seeds, holds: Holds, collection: str | None = None
) -> None:
    kinds = place.datasets.identities()
    if not any(values for kind, values in seeds.items() if kind in kinds):
        return
    async with aclosing(place.system.locate(seeds)) as records:
        async for record in records:
            if collection in (None, record.collection):
                held.add(record.collection, record.key, holds)


def together(one: Holds, other: Holds) -> Holds:
    return Holds(
        litigation=one.litigation or other.litigation,
        authority=one.authority or other.authority,
        restricted=one.restricted or other.restricted,
        other_demand_open=one.other_demand_open or other.other_demand_open,
        may_be_told=one.may_be_told and other.may_be_told,
    )


def record_name(collection: str, key: Mapping[str, Any]) -> str:
    """Equal records have equal names."""
    return json.dumps([collection, dict(key)], sort_keys=True)

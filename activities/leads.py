"""What a system is searched with: what the person proved, and what other systems' records say."""

from __future__ import annotations

from functools import cached_property

import orjson
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from activities.house import House
from calends.register.models import BlobRow
from calends.systems.links import Links, merged
from calends.systems.protocol import Seeds


class Leads:
    def __init__(self, house: House) -> None:
        self.house = house

    @cached_property
    def links(self) -> Links:
        company = self.house.company
        declared = {e.id: self.house.declared(e.id) for e in company.systems if e.declared}
        return Links(declared)

    async def seeds(self, case_id: str, system: str) -> Seeds:
        """Everything that leads to this person's records in the system; may be empty."""
        async with self.house.register.reader() as reader:
            person = await self.house.person(reader, case_id)
            told = await self.names(reader, case_id, system)
        return merged(person.seeds(), await self.told(case_id, told))

    async def names(self, reader: AsyncSession, case_id: str, system: str) -> list[str]:
        """The blobs in which other systems' records told of records of this one."""
        if not self.links.entries(system):
            return []
        found = await reader.scalars(
            select(BlobRow.name).where(
                BlobRow.case_id == case_id, BlobRow.name.startswith(f"told:{system}:")
            )
        )
        return sorted(found)

    async def told(self, case_id: str, names: list[str]) -> Seeds:
        parts = [orjson.loads(await self.house.blobs.read(case_id, name)) for name in names]
        return merged(*parts)

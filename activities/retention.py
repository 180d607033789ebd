"""Retention beside the data: phases of records, and what was kept until a date."""

from __future__ import annotations

from activities.house import House
from calends.retention.keeping import Keeping
from calends.systems.protocol import Seeds


def keeping_of(house: House) -> Keeping:
    """What retention works with, of the process's house."""

    async def seeds_of(case_id: str, sealed: bytes) -> Seeds:
        return (await house.opened_person(case_id, sealed)).seeds()

    return Keeping(house.register, house.keyring, house.blobs, house.company, seeds_of)

"""Records on file that look like the writer's, for a human to compare: they may be somebody else's,
so only what names a person is shown of them (GDPR 5(1)(c))."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from activities.candidates import Alike, contact_of, read_candidates
from activities.house import House
from calends.desk.known import agrees, region_of, told


@dataclass(frozen=True)
class Says:
    """One thing that the record says of its person."""

    kind: str
    value: str
    agrees: bool
    """With what the message claims."""


@dataclass(frozen=True)
class Resembling:
    """`number` is what a human answers with."""

    number: str
    system: str
    collection: str
    says: list[Says]
    can_be_asked: bool
    """Whether it names a contact to which the proof can be sent."""

    @property
    def of(self) -> str:
        """What tells it from the others in a list: the first thing it says."""
        return next((each.value for each in self.says), self.number)


async def resembling(
    house: House, case_id: str, claims: Mapping[str, Sequence[str]]
) -> list[Resembling]:
    """Those first that name a contact to ask, then the nearest. Raises KeyDestroyed."""
    region = region_of(house)
    found = sorted(await read_candidates(house, case_id), key=lambda each: -each.score)
    return sorted(
        (_resembling(house, alike, claims, region) for alike in found),
        key=lambda each: not each.can_be_asked,
    )


def _resembling(
    house: House, alike: Alike, claims: Mapping[str, Sequence[str]], region: str
) -> Resembling:
    declared = house.declared(alike.system).collection(alike.collection)
    return Resembling(
        alike.number,
        alike.system,
        alike.collection,
        [
            Says(kind, value, agrees(kind, value, claims.get(kind, ()), region))
            for kind, value in told(declared, alike.values)
        ],
        bool(contact_of(house, alike)),
    )

"""Records that look like the writer's: sealed, shown to a human, never findings."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import orjson
from pydantic import BaseModel

from activities.house import House
from calends.rules.contacts import is_role_address
from calends.systems.protocol import Candidate
from calends.vault.blobs import NoSuchBlob

MOST = 20
"""A human compares these one by one."""


class Alike(BaseModel):
    """One record on file that may be the writer's."""

    number: str
    system: str
    collection: str
    score: int
    fields: list[str]
    values: dict[str, Any]


def as_lines(system: str, candidates: Iterable[Candidate]) -> bytes:
    """JSON Lines; `number` is what a human answers with."""
    lines = (
        Alike(
            number=f"{system}-{place}",
            system=system,
            collection=c.record.collection,
            score=c.score,
            fields=list(c.fields),
            values=dict(c.record.values),
        )
        for place, c in enumerate(candidates, 1)
    )
    return b"".join(
        orjson.dumps(alike.model_dump(), option=orjson.OPT_NON_STR_KEYS) + b"\n" for alike in lines
    )


async def read_candidates(house: House, case_id: str) -> list[Alike]:
    """All candidates of a case, system by system."""
    found = []
    for entry in house.company.systems:
        try:
            content = await house.blobs.read(case_id, f"candidates:{entry.id}")
        except NoSuchBlob:
            continue
        found += [Alike.model_validate_json(line) for line in content.splitlines()]
    return found


def contact_of(house: House, alike: Alike) -> str:
    """The e-mail address that stands in the record; empty when there is none, or when several
    people read it (rule book §5 row 17)."""
    collection = house.declared(alike.system).collection(alike.collection)
    for field in collection.fields:
        if field.fides.identity == "email" and len(field.path) == 1:
            value = str(alike.values.get(field.path[0]) or "").strip()
            if "@" in value and not is_role_address(value):
                return value
    return ""

"""The erasure plan as a human reads it: what goes, what stays, by data set and by record."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from calends.vault.blobs import BlobStore, NoSuchBlob

PAGE = 50
"""Records of one data set on one page."""
LONGEST_VALUE = 160


@dataclass(frozen=True)
class Sum:
    """So many records of one data set meet one fate, for one reason."""

    collection: str
    verdict: str
    count: int
    rule: str
    source: str
    reason: str
    until: str


@dataclass(frozen=True)
class Planned:
    """One record and what becomes of it; `values` are what the record says, where it is known."""

    collection: str
    key: str
    verdict: str
    until: str
    rule: str
    source: str
    reason: str
    values: Mapping[str, str]


@dataclass(frozen=True)
class HeldBack:
    """So many records of one data set that their system would refuse to change, and why, in names
    of tables and fields; `undecided`: only if what is undecided were erased, too."""

    collection: str
    count: int
    reason: str
    undecided: bool


async def lines_of(blobs: BlobStore, case_id: str, name: str) -> AsyncIterator[dict[str, Any]]:
    """The JSON lines of a blob, streamed; none when there is no such blob."""
    pending = b""
    try:
        async for chunk in blobs.stream(case_id, name):
            *whole, pending = (pending + chunk).split(b"\n")
            for line in whole:
                if line:
                    yield orjson.loads(line)
    except NoSuchBlob:
        return
    if pending:
        yield orjson.loads(pending)


async def sums(blobs: BlobStore, case_id: str, system: str) -> list[Sum]:
    """The plan of one system, added up."""
    counted: Counter[tuple[str, str, str, str, str, str]] = Counter()
    async for line in lines_of(blobs, case_id, f"plan:{system}"):
        counted[
            line["collection"],
            line["verdict"],
            line["rule"] or "",
            line["source"] or "",
            line["reason"] or "",
            line["until"] or "",
        ] += 1
    return [
        Sum(collection, verdict, count, rule, source, reason, until)
        for (collection, verdict, rule, source, reason, until), count in sorted(counted.items())
    ]


async def held_back(blobs: BlobStore, case_id: str, system: str) -> list[HeldBack]:
    """What the dry run of one system says would be refused."""
    counted: Counter[tuple[str, str, bool]] = Counter()
    async for line in lines_of(blobs, case_id, f"rehearsal:{system}"):
        if line["outcome"] == "refused":
            counted[line["collection"], line["reason"], line["undecided"]] += 1
    return [
        HeldBack(collection, count, reason, undecided)
        for (collection, reason, undecided), count in sorted(counted.items())
    ]


async def planned(
    blobs: BlobStore, case_id: str, system: str, collection: str, *, page: int = 1
) -> tuple[list[Planned], bool]:
    """One page of records of one data set, with their values; and whether there are more."""
    skip = PAGE * (page - 1)
    wanted: list[dict[str, Any]] = []
    more = False
    async for line in lines_of(blobs, case_id, f"plan:{system}"):
        if line["collection"] != collection:
            continue
        if skip:
            skip -= 1
        elif len(wanted) == PAGE:
            more = True
            break
        else:
            wanted.append(line)
    values = await _values(blobs, case_id, system, collection, wanted)
    return [_planned(line, values) for line in wanted], more


def _planned(line: Mapping[str, Any], values: Mapping[str, Mapping[str, Any]]) -> Planned:
    key = _key(line["key"])
    return Planned(
        line["collection"],
        ", ".join(str(value) for value in line["key"].values()),
        line["verdict"],
        line["until"] or "",
        line["rule"] or "",
        line["source"] or "",
        line["reason"] or "",
        {
            name: short(value)
            for name, value in values.get(key, {}).items()
            if value not in (None, "")
        },
    )


async def _values(
    blobs: BlobStore, case_id: str, system: str, collection: str, wanted: list[dict[str, Any]]
) -> dict[str, Mapping[str, Any]]:
    """Key of a record -> what was found of it."""
    missing = {_key(line["key"]) for line in wanted}
    found: dict[str, Mapping[str, Any]] = {}
    if not missing:
        return found
    async for record in lines_of(blobs, case_id, f"finding:{system}"):
        key = _key(record["key"])
        if record["collection"] == collection and key in missing:
            found[key] = record["values"]
            missing.discard(key)
            if not missing:
                break
    return found


def _key(key: Mapping[str, Any]) -> str:
    return orjson.dumps(key, option=orjson.OPT_SORT_KEYS).decode()


def short(value: Any) -> str:
    """A value on one line, cut where it is long."""
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"

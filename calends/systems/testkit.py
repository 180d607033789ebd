"""What every kind of system must prove, for the tests of a connector:

    async def test_my_connector_keeps_the_rules() -> None:
        await prove(make_system, somebody={"email": ["ann@example.org"]}, fingerprint=whole_store)

It proves that a search never means everybody, changes nothing, finds the same twice and each
record once, holds nothing in memory that grows with the result, and lets go when a reader leaves.
"""

from __future__ import annotations

import json
import tracemalloc
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing

from calends.problems import Problem
from calends.systems.protocol import Order, Record, Seeds, System

HOSTILE: Sequence[str] = (
    "' OR 1=1--",
    '" OR ""="',
    "%",
    "_",
    "*",
    "?",
    ".*",
    "NULL",
    "null",
    "a\0b",
    "x" * 10_000,
    "\ud800",
    "\u202eelpmaxe",
    "a@b.example\r\nX: y",
    "${jndi:ldap://x}",
    "{{7*7}}",
    "../../etc/passwd",
    ") OR ALL (",
    "1 UNION SELECT",
    "=cmd|' /C calc'!A0",
)
"""Values that mean "everybody" or worse somewhere, and must mean nobody here."""

Make = Callable[[], Awaitable[System]]
Fingerprint = Callable[[], Awaitable[object]]


class NotProved(AssertionError):
    """A rule that the connector does not keep. Names the rule, no value."""


async def prove(make: Make, somebody: Seeds, fingerprint: Fingerprint) -> list[Record]:
    """All of it, with one system for each proof; returns what was found of `somebody`.

    `somebody` must be in the store, and others too. `fingerprint` tells the whole content, by a
    way of its own. Raises NotProved.
    """
    before = await fingerprint()
    found = await finds_somebody_and_the_same_twice(make, somebody)
    await refuses_nobody(make, somebody)
    await never_matches_everybody(make, somebody)
    await lets_go(make, somebody)
    if await fingerprint() != before:
        raise NotProved("a search changed the store")
    return found


async def refuses_nobody(make: Make, somebody: Seeds) -> None:
    """No value is a Problem, never everybody."""
    blank: list[Seeds] = [
        {},
        *({kind: values} for kind in somebody for values in ([], [""], [" "])),
    ]
    for seeds in blank:
        system = await make()
        try:
            await _all(system, seeds)
        except Problem:
            continue
        finally:
            await system.close()
        raise NotProved("a search without a value was not refused")


async def never_matches_everybody(make: Make, somebody: Seeds) -> None:
    """Hostile values, wild cards and beginnings of real ones find nobody."""
    for kind, values in somebody.items():
        parts = [v[:-1] for v in values if len(v) > 1] + [v[1:] for v in values if len(v) > 1]
        system = await make()
        try:
            for value in [*HOSTILE, *parts]:
                if await _all(system, {kind: [value]}):
                    raise NotProved(f"a value that is nobody's {kind} found somebody")
        finally:
            await system.close()


async def finds_somebody_and_the_same_twice(make: Make, somebody: Seeds) -> list[Record]:
    system = await make()
    try:
        first, second = await _all(system, somebody), await _all(system, somebody)
    finally:
        await system.close()
    if not first:
        raise NotProved("somebody who is there was not found")
    if max(Counter(map(_mark, first)).values()) > 1:
        raise NotProved("one record was found twice")
    if sorted(map(_mark, first)) != sorted(map(_mark, second)):
        raise NotProved("two searches found different records")
    for record in first:
        json.dumps([record.key, record.values])
    return first


async def lets_go(make: Make, somebody: Seeds) -> None:
    """A reader who leaves after one record can come again at once."""
    system = await make()
    try:
        for _ in range(5):
            async with aclosing(system.locate(somebody)) as records:
                await anext(records)
    finally:
        await system.close()


async def streams(make: Make, somebody: Seeds, at_most_bytes: int) -> int:
    """Reads all and returns how many records; raises NotProved when Python held more at once."""
    system, count = await make(), 0
    tracemalloc.start()
    try:
        async with aclosing(system.locate(somebody)) as records:
            async for _ in records:
                count += 1
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        await system.close()
    if peak > at_most_bytes:
        raise NotProved(f"held {peak} bytes, more than {at_most_bytes}")
    return count


async def acts_once(make: Make, orders: Sequence[Order], fingerprint: Fingerprint) -> None:
    """Orders carried out twice change the store once."""
    system = await make()
    try:
        first = await system.carry_out(orders)
        after = await fingerprint()
        second = await system.carry_out(orders)
    finally:
        await system.close()
    if sum(first.done.values()) + first.already != len(orders):
        raise NotProved("not every order is accounted for")
    if any(second.done.values()) or second.already != len(orders):
        raise NotProved("the second time did something")
    if await fingerprint() != after:
        raise NotProved("the second time changed the store")


async def _all(system: System, seeds: Seeds) -> list[Record]:
    async with aclosing(system.locate(seeds)) as records:
        return [record async for record in records]


def _mark(record: Record) -> tuple[str, str]:
    return record.collection, json.dumps(record.key, sort_keys=True)

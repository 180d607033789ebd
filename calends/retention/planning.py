"""The dry run of retention in one system: which records are in the wrong phase, and what follows.

Nothing is changed here. What is `UNSET` or has no start is for a human and is told, not guessed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from calends.company import Company
from calends.retention.declared import kept_by, row_of, rules_of, start_fields
from calends.retention.held import HeldRecords, record_name
from calends.retention.keeping import Place
from calends.rules.phases import Change, change_due, latest_start_due, phase_of
from calends.systems.dataset import Collection
from calends.systems.protocol import Act, Order, Record

ACTS: dict[Change, Act] = {
    Change.ARCHIVE: "archive",
    Change.DELETE: "erase",
    Change.ANONYMISE: "anonymise",
}


@dataclass(frozen=True)
class Due:
    """One record in the wrong phase."""

    order: Order
    rule: str
    source: str
    held_by: tuple[str, ...] = ()


@dataclass
class Plan:
    """What would be done in one system. The orders name records: keep them sealed."""

    due: list[Due] = field(default_factory=list)
    held: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    undecided: dict[str, str] = field(default_factory=dict)
    """Collection -> why a human decides."""
    more: bool = False
    """There is more than was asked for; the next plan goes on."""

    def counts(self) -> dict[str, dict[str, int]]:
        """Collection -> act -> records."""
        found: dict[str, Counter[str]] = {}
        for one in self.due:
            found.setdefault(one.order.collection, Counter())[one.order.act] += 1
        return {name: dict(counter) for name, counter in sorted(found.items())}

    def facts(self) -> dict[str, Any]:
        """What may be told of it: numbers and declared names."""
        return {
            "changes": self.counts(),
            "held": dict(self.held),
            "refused": dict(self.refused),
            "undecided": self.undecided,
            "more": self.more,
        }


async def plan_of(
    company: Company, place: Place, held: HeldRecords, today: date, *, most: int
) -> Plan:
    """What is due on that local day, children before parents, at most so many records; records
    that something else keeps are told apart. Raises SystemFailed."""
    plan = Plan()
    for name in await place.system.leaving_order():
        collection = place.datasets.collection(name)
        if collection.skipped or not collection.personal:
            continue
        if why := undecided(company, collection):
            plan.undecided[name] = why
            continue
        async with aclosing(_changes(company, place, collection, held, today)) as changes:
            async for one in changes:
                if one.held_by:
                    plan.held.update(one.held_by)
                elif len(plan.due) < most:
                    plan.due.append(one)
                else:
                    plan.more = True
                    break
    await _leave_out_refused(place, plan)
    return plan


def undecided(company: Company, collection: Collection) -> str:
    """Why no phase follows from the declarations; empty: it does."""
    rules = rules_of(company, collection)
    if not rules or any(rule.unset() for rule in rules):
        return "no duration is set"
    if not start_fields(row_of(company, collection), collection):
        return "no field says from when it counts (`start` or `events`)"
    return "" if collection.meta.on_erasure else "no `on_erasure` says how it ends"


async def _changes(
    company: Company, place: Place, collection: Collection, held: HeldRecords, today: date
) -> AsyncGenerator[Due, None]:
    latest = latest_start_due(rules_of(company, collection), today)
    fields = start_fields(row_of(company, collection), collection)
    if latest is None:
        return
    async with aclosing(place.system.aged(collection.name, fields, latest)) as records:
        async for record in records:
            kept = kept_by(company, collection, record.values)
            in_archive = archived(place, record)
            free = phase_of(kept, today)
            change = change_due(free, archived=in_archive, at_end=collection.meta.on_erasure)
            if change not in ACTS or not _possible(collection, ACTS[change]):
                continue
            holds = held.of(place.id, collection.name, record.key)
            stopped = phase_of(kept, today, holds=holds).held_by
            order = Order(collection.name, record.key, ACTS[change])
            yield Due(order, free.why.words, free.why.source, stopped)


def archived(place: Place, record: Record) -> bool:
    """Whether the record already stands in its archive, or bears every mark of it."""
    collection = place.datasets.collection(record.collection)
    if record.collection in place.archives:
        return True
    marks = collection.meta.on_archive
    if collection.meta.archive_into or marks is None:
        return False
    return all(record.values.get(name) == value for name, value in marks.values.items())


def _possible(collection: Collection, act: Act) -> bool:
    """A collection without a way into an archive stays where it is until its end."""
    meta = collection.meta
    return act != "archive" or bool(meta.on_archive or meta.drop_on_archive or meta.archive_into)


async def _leave_out_refused(place: Place, plan: Plan) -> None:
    """What something that stays still refers to, and what is as it should be already."""
    out = await not_possible(place, [one.order for one in plan.due])
    for one in plan.due:
        if reason := out.get(_name(one.order)):
            plan.refused[f"{one.order.collection}: {reason}"] += 1
    plan.due = [one for one in plan.due if _name(one.order) not in out]


async def not_possible(place: Place, orders: Sequence[Order]) -> dict[str, str]:
    """The records of these orders that are not to be changed -> why; empty: already as ordered.

    A parent whose child stays cannot go, nor can then its own parent: so it is asked again.
    """
    out: dict[str, str] = {}
    asked = list(orders)
    while asked:
        found: dict[str, str] = {}
        async with aclosing(place.system.preview(asked)) as effects:
            async for effect in effects:
                if effect.outcome in ("refused", "already"):
                    found[_name(effect.order)] = effect.reason
        if not found:
            break
        out |= found
        asked = [order for order in asked if _name(order) not in found]
    return out


def _name(order: Order) -> str:
    return record_name(order.collection, order.key)


def as_line(one: Due) -> Mapping[str, Any]:
    order = one.order
    return {
        "collection": order.collection,
        "key": dict(order.key),
        "act": order.act,
        "rule": one.rule,
        "source": one.source,
    }

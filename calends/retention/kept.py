"""What an erasure left until a date is deleted after it, and its case's ledger says so.

Rule book §3.3(9). Which records they are outlives the case's own file, because a duty may last
longer than it: each is sealed under a key of the month of its date.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from calends.register.keeping_rows import KeptRow
from calends.register.ledger import append_event
from calends.register.models import KeyRow
from calends.retention.declared import kept_by
from calends.retention.held import HeldRecords, held_records, record_name
from calends.retention.keeping import Keeping, Place
from calends.retention.planning import not_possible
from calends.rules.phases import Phase, phase_of
from calends.systems.protocol import Act, Effect, Order
from calends.vault.keys import Keyring

PREFIX = "kept-"
AT_ONCE = 500
WAYS: dict[str | None, Act] = {"delete": "erase", "anonymise": "anonymise"}


@dataclass(frozen=True)
class KeptRecord:
    """One record and its last day. Personal by its key."""

    collection: str
    key: Mapping[str, Any]
    until: date


@dataclass
class Purged:
    """What became of the records of one case in one system."""

    done: int = 0
    already: int = 0
    left: int = 0
    until: date = date.min


@dataclass
class _Looked:
    """Rows whose date has passed, by what is to be done with them."""

    orders: dict[str, Order] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    stay: dict[str, tuple[str | None, date | None]] = field(default_factory=dict)
    """Record -> what holds it, and its new last day when its period started again."""


async def remember_kept(
    session: AsyncSession,
    keyring: Keyring,
    *,
    case_id: str,
    system: str,
    kept: AsyncIterator[KeptRecord],
) -> int:
    """Notes what stays until when, in the caller's transaction; twice is once. Returns how many."""
    count = 0
    async for one in kept:
        key = await keyring.make(session, f"{PREFIX}{one.until:%Y-%m}")
        mark = key.mark(f"{system}|{record_name(one.collection, one.key)}")
        content = json.dumps({"collection": one.collection, "key": dict(one.key)}).encode()
        row = {
            "key_id": key.id,
            "mark": mark,
            "system": system,
            "case_id": case_id,
            "until": one.until,
            "sealed_record": key.seal(content, _place(mark)),
        }
        await session.execute(insert(KeptRow).values(row).on_conflict_do_nothing())
        count += 1
    return count


async def purge(keeping: Keeping, place: Place, today: date, at: datetime) -> dict[str, Purged]:
    """Deletes what was kept until a day before `today`, unless something holds it or its period
    started again; looks again, and testifies in each case's ledger. Returns it by case.

    Raises SystemFailed, ActRefused: then nothing was changed, and the next night tries again.
    """
    result: dict[str, Purged] = {}
    held: HeldRecords | None = None
    while rows := await _due(keeping, place.id, today):
        held = held or await held_records(keeping, place)
        opened = {row.mark: await _opened(keeping.keyring, row) for row in rows}
        looked = await _look(keeping, place, held, list(opened.values()), today)
        orders = list(looked.orders.values())
        if orders:
            await place.system.carry_out(orders)
        left = await _still_there(place, orders)
        await _testify(keeping, place.id, rows, opened, looked, left, today, at, result)
    return result


async def _due(keeping: Keeping, system: str, today: date) -> list[KeptRow]:
    """The next rows whose day has passed and that this night has not looked at yet."""
    async with keeping.register.session() as session:
        rows = select(KeptRow).where(
            KeptRow.system == system,
            KeptRow.until < today,
            KeptRow.looked_on.is_(None) | (KeptRow.looked_on < today),
        )
        return list(await session.scalars(rows.order_by(KeptRow.until).limit(AT_ONCE)))


async def _opened(keyring: Keyring, row: KeptRow) -> KeptRecord:
    key = await keyring.get(row.key_id)
    content = json.loads(key.open(row.sealed_record, _place(row.mark)))
    return KeptRecord(content["collection"], content["key"], row.until)


async def _look(
    keeping: Keeping, place: Place, held: HeldRecords, records: Sequence[KeptRecord], today: date
) -> _Looked:
    looked, asked = _Looked(), []
    for one in records:
        known = one.collection in place.datasets
        if known and place.datasets.collection(one.collection).meta.on_erasure:
            asked.append(Order(one.collection, one.key, "erase"))
        else:
            looked.stay[record_name(one.collection, one.key)] = ("no_way_declared", None)
    async with aclosing(place.system.preview(asked)) as effects:
        async for effect in effects:
            _judge(keeping, place, held, effect, today, looked)
    for name, reason in (await not_possible(place, list(looked.orders.values()))).items():
        del looked.orders[name]
        if reason:
            looked.stay[name] = ("referred_to", None)
        else:
            looked.gone.add(name)  # anonymised by an earlier try
    return looked


def _judge(
    keeping: Keeping,
    place: Place,
    held: HeldRecords,
    effect: Effect,
    today: date,
    looked: _Looked,
) -> None:
    """What becomes of one record, by what it holds now."""
    order = effect.order
    name = record_name(order.collection, order.key)
    if effect.outcome == "already":
        looked.gone.add(name)
        return
    if effect.outcome == "refused":
        looked.stay[name] = ("referred_to", None)
        return
    collection = place.datasets.collection(order.collection)
    values = {field: change.before for field, change in effect.changes.items()}
    holds = held.of(place.id, order.collection, order.key)
    found = phase_of(kept_by(keeping.company, collection, values), today, holds=holds)
    if found.held_by:
        looked.stay[name] = (",".join(found.held_by), None)
    elif found.phase is Phase.OVER:
        act = WAYS[collection.meta.on_erasure]
        looked.orders[name] = Order(order.collection, order.key, act)
    else:
        until = found.next_change - timedelta(days=1) if found.next_change else None
        looked.stay[name] = (None if until else "undecided", until)


async def _still_there(place: Place, orders: Sequence[Order]) -> set[str]:
    async with aclosing(place.system.preview(orders)) as effects:
        return {
            record_name(effect.order.collection, effect.order.key)
            async for effect in effects
            if effect.outcome != "already"
        }


async def _testify(
    keeping: Keeping,
    system: str,
    rows: Sequence[KeptRow],
    opened: Mapping[bytes, KeptRecord],
    looked: _Looked,
    left: set[str],
    today: date,
    at: datetime,
    result: dict[str, Purged],
) -> None:
    """Rows of what is gone go, in one transaction with what the ledgers say of them."""
    of_case: dict[str, Purged] = defaultdict(Purged)
    async with keeping.register.session() as session:
        for row in rows:
            name = record_name(opened[row.mark].collection, opened[row.mark].key)
            mine = await session.get_one(KeptRow, (row.key_id, row.mark))
            purged = of_case[row.case_id]
            mine.looked_on = today
            if name in looked.stay:
                mine.held_by, until = looked.stay[name]
                mine.until = until or mine.until
                continue
            if name in left:
                purged.left += 1
                continue
            purged.done += name in looked.orders
            purged.already += name in looked.gone
            purged.until = max(purged.until, row.until)
            await session.delete(mine)
        for case_id, purged in of_case.items():
            if purged.done or purged.already or purged.left:
                result[case_id] = purged
                await _note(session, case_id, system, purged, at)
        await session.flush()
        await _forget_empty_months(session, keeping.keyring, today)
        await session.commit()


async def _note(
    session: AsyncSession, case_id: str, system: str, purged: Purged, at: datetime
) -> None:
    await append_event(
        session,
        case_id,
        once=f"kept_purged:{system}:{at.isoformat()}",
        kind="kept_purged",
        at=at,
        activity="",
        facts={
            "system": system,
            "until": purged.until.isoformat() if purged.done or purged.already else None,
            "done": purged.done,
            "already": purged.already,
            "left": purged.left,
        },
    )


async def _forget_empty_months(session: AsyncSession, keyring: Keyring, today: date) -> None:
    """The key of a month of which nothing is left, so that nobody can say what stood there."""
    some = exists().where(KeptRow.key_id == KeyRow.id)
    keys = select(KeyRow.id).where(KeyRow.id.startswith(PREFIX), KeyRow.wrapped.is_not(None), ~some)
    for key_id in list(await session.scalars(keys)):
        if key_id.removeprefix(PREFIX) < f"{today:%Y-%m}":
            await keyring.destroy(session, key_id)
            await session.execute(delete(KeptRow).where(KeptRow.key_id == key_id))


def _place(mark: bytes) -> str:
    return f"kept|{mark.hex()}"

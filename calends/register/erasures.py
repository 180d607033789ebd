"""Remembering erasures as long as a backup may bring the records back, and no longer.

Backups are beyond use, not searched (rule book, edge case 55); what one of them restores must be
erased again. For that the keys of erased records are kept, sealed under a key for each month,
together with short keyed digests of what the record held: after a restore a database may give a
number again, and the record that bears it then is another person's.
"""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from calends.register.database import Register
from calends.register.erasure_rows import ErasureRow
from calends.register.models import KeyRow
from calends.rules.periods import Period, add_months
from calends.systems.protocol import Act, Order
from calends.vault.keys import CaseKey, Keyring

PREFIX = "erasures-"
BATCH = 500
DIGEST_BYTES = 8
TELLING = 5
"""Characters that a value has at least when it tells one record from another."""


@dataclass(frozen=True)
class Remembered:
    """One erased record, opened. Personal as long as it is in memory."""

    key_id: str
    mark: bytes
    system: str
    case_id: str
    order: Order
    traces: Mapping[str, str]
    """Field -> digest of what it held, for fields that tell records apart."""
    key: CaseKey

    def resembles(self, held: Mapping[str, Any]) -> bool:
        """Whether a record with these values is the erased one, perhaps in an older state: it
        holds at least half of what that one held."""
        known = [name for name in held if name in self.traces]
        alike = sum(trace(self.key, name, held[name]) == self.traces[name] for name in known)
        return not known or 2 * alike >= len(known)


async def remember_erasures(
    session: AsyncSession,
    keyring: Keyring,
    *,
    case_id: str,
    system: str,
    at: datetime,
    erased: AsyncIterator[tuple[Order, Mapping[str, Any]]],
    wall: datetime | None = None,
) -> int:
    """Writes what was carried out (orders, each with the values that its record held) into the
    list, in the caller's transaction; doing it twice is doing it once. Returns how many.

    `wall`: the clock by which backups are made; now, when it is not given.
    """
    wall = wall or datetime.now(UTC)
    key = await keyring.make(session, f"{PREFIX}{wall:%Y-%m}")
    count = 0
    pending: dict[bytes, dict[str, Any]] = {}
    async for order, values in erased:
        place = _place(system, order)
        mark = key.mark(place)
        pending[mark] = {
            "key_id": key.id,
            "mark": mark,
            "system": system,
            "case_id": case_id,
            "at": at,
            "wall": wall,
            "sealed_order": key.seal(_written(key, order, values), place_of(mark)),
        }
        if len(pending) >= BATCH:
            count += await _keep(session, pending)
    return count + await _keep(session, pending)


async def remembered(
    register: Register, keyring: Keyring, system: str, since: datetime | None = None
) -> AsyncGenerator[list[Remembered], None]:
    """The list of one system, case by case in the order of erasure; what is expired is not in
    it. `since`: only what was erased after that instant."""
    wanted = [ErasureRow.system == system, KeyRow.wrapped.is_not(None)]
    if since is not None:
        wanted.append(ErasureRow.wall >= since)
    async with register.session() as session:
        cases = await session.execute(
            select(ErasureRow.case_id, ErasureRow.wall)
            .join(KeyRow, KeyRow.id == ErasureRow.key_id)
            .where(*wanted)
            .order_by(ErasureRow.wall)
        )
        order = list(dict.fromkeys(case_id for case_id, _ in cases))
    for case_id in order:
        async with register.session() as session:
            rows = await session.scalars(
                select(ErasureRow)
                .join(KeyRow, KeyRow.id == ErasureRow.key_id)
                .where(*wanted, ErasureRow.case_id == case_id)
                .order_by(ErasureRow.wall, ErasureRow.mark)
            )
            found = list(rows)
        yield [await _opened(keyring, row) for row in found]


async def replayed(session: AsyncSession, again: Iterable[Remembered], wall: datetime) -> None:
    """Notes that these were erased once more."""
    for one in again:
        await session.execute(
            update(ErasureRow)
            .where(ErasureRow.key_id == one.key_id, ErasureRow.mark == one.mark)
            .values(replayed_at=wall)
        )


async def forget_expired(
    session: AsyncSession, keyring: Keyring, backups_expire_after: str, today: date
) -> list[str]:
    """Destroys the keys of months whose last backup is gone, and with them what they sealed;
    returns their ids. Without a known rotation (`UNSET`) nothing is forgotten, for a backup may
    still come back (company file: `backups_expire_after`)."""
    if backups_expire_after == "UNSET":
        return []
    period = Period.parse("P0D" if backups_expire_after == "none" else backups_expire_after)
    keys = await session.scalars(
        select(KeyRow).where(KeyRow.id.startswith(PREFIX), KeyRow.wrapped.is_not(None))
    )
    gone = []
    for row in keys:
        month = date.fromisoformat(f"{row.id.removeprefix(PREFIX)}-01")
        if period.after(add_months(month, 1) - timedelta(days=1)) < today:
            row.wrapped, row.destroyed_at = None, datetime.now(UTC)
            await session.execute(delete(ErasureRow).where(ErasureRow.key_id == row.id))
            keyring.forget(row.id)
            gone.append(row.id)
    await session.flush()
    return gone


def trace(key: CaseKey, name: str, value: Any) -> str:
    """A short keyed digest of one field's value; empty for what does not tell records apart."""
    if value is None or isinstance(value, bool | dict | list):
        return ""
    text = str(value)
    if len(text) < TELLING:
        return ""
    return key.mark(json.dumps([name, text])).hex()[: 2 * DIGEST_BYTES]


def place_of(mark: bytes) -> str:
    return f"erasure|{mark.hex()}"


def _place(system: str, order: Order) -> str:
    return json.dumps([system, order.collection, dict(order.key)], sort_keys=True)


def _written(key: CaseKey, order: Order, values: Mapping[str, Any]) -> bytes:
    traces = {
        n: t for n, value in values.items() if n not in order.key and (t := trace(key, n, value))
    }
    content = {
        "collection": order.collection,
        "key": dict(order.key),
        "act": order.act,
        "traces": traces,
    }
    return json.dumps(content).encode()


async def _opened(keyring: Keyring, row: ErasureRow) -> Remembered:
    key = await keyring.get(row.key_id)
    content = json.loads(key.open(row.sealed_order, place_of(row.mark)))
    order = Order(content["collection"], content["key"], cast("Act", content["act"]))
    return Remembered(row.key_id, row.mark, row.system, row.case_id, order, content["traces"], key)


async def _keep(session: AsyncSession, pending: dict[bytes, dict[str, Any]]) -> int:
    if not pending:
        return 0
    adding = insert(ErasureRow).values(list(pending.values()))
    newer = {name: adding.excluded[name] for name in ("case_id", "at", "wall", "sealed_order")}
    await session.execute(
        adding.on_conflict_do_update(index_elements=["key_id", "mark"], set_=newer)
    )
    count = len(pending)
    pending.clear()
    return count

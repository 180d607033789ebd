"""Rotating the master key while the service runs: every case's key is wrapped anew.

The new key stands in the file before anything is wrapped by it, and the former one stays there
until nothing is. So a crash at any line leaves a file that opens every key, and both steps may be
repeated. What lies in old backups stays readable only to who kept the former key.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from cryptography.exceptions import InvalidTag
from sqlalchemy import func, select, update

from calends.problems import Problem
from calends.register.database import Register
from calends.register.house_chain import append_house_event
from calends.register.models import KeyRow
from calends.vault.master import KEY_BYTES, KeyFile, MasterKey, replace_secret

BATCH = 1000
_ONE_AT_A_TIME = 0x6B657973  # the id of an advisory lock of ours


@dataclass(frozen=True)
class Wrapped:
    """The keys of cases, by the master key that wraps them."""

    newest: int = 0
    former: int = 0
    unknown: int = 0
    """Wrapped by neither: a master key that is lost, or another register's."""

    def with_more(self, tried: Iterable[bool | None]) -> Wrapped:
        found = Counter(tried)
        return Wrapped(
            self.newest + found[True], self.former + found[False], self.unknown + found[None]
        )


async def rotate(register: Register, path: Path, actor: str) -> Wrapped:
    """Makes a new master key and wraps every case's key by it. Raises Problem when the last
    rotation is not finished, or another process rotates."""
    async with _alone(register):
        master = KeyFile(path)()
        if len(master.wrapping) > 1:
            raise Problem("the last rotation is not finished; mend: calends keys finish")
        rotated = replace(master, wrapping=(secrets.token_bytes(KEY_BYTES), *master.wrapping))
        replace_secret(path, rotated.content)
        await _noted(register, "master_key_rotated", rotated, actor)
        return await _rewrap(register, rotated)


async def finish(register: Register, path: Path, actor: str) -> Wrapped:
    """Wraps what is left by the newest key and forgets the former one: for when every machine has
    the new file. Raises Problem when there is nothing to finish."""
    async with _alone(register):
        master = KeyFile(path)()
        if len(master.wrapping) == 1:
            raise Problem("no rotation is under way")
        done = await _rewrap(register, master)
        alone = replace(master, wrapping=master.wrapping[:1])
        await _noted(register, "former_master_key_forgotten", alone, actor)
        replace_secret(path, alone.content)
        return done


async def count(register: Register, master: MasterKey) -> Wrapped:
    """Which master key wraps the keys of cases; all of them are tried."""
    counted = Wrapped()
    async for batch in _batches(register):
        counted = counted.with_more(newest for _, _, newest in _tried(master, batch))
    return counted


async def _rewrap(register: Register, master: MasterKey) -> Wrapped:
    """Counts as it was before: `former` is what was wrapped anew."""
    before = Wrapped()
    async for batch in _batches(register):
        tried = _tried(master, batch)
        async with register.session() as session:
            for row, secret, newest in tried:
                if newest is False:
                    # Only if nobody destroyed the key meanwhile: it must not come back.
                    await session.execute(
                        update(KeyRow)
                        .where(KeyRow.id == row.id, KeyRow.wrapped == row.wrapped)
                        .values(wrapped=master.wrap(secret, row.id))
                    )
            await session.commit()
        before = before.with_more(newest for _, _, newest in tried)
    return before


def _tried(master: MasterKey, batch: list[KeyRow]) -> list[tuple[KeyRow, bytes, bool | None]]:
    """Each key, its secret, and whether the newest master key wraps it; None when none of ours
    does, and then without a secret."""
    tried: list[tuple[KeyRow, bytes, bool | None]] = []
    for row in batch:
        assert row.wrapped is not None
        try:
            tried.append((row, *master.unwrap(row.wrapped, row.id)))
        except InvalidTag:
            tried.append((row, b"", None))
    return tried


async def _batches(register: Register) -> AsyncIterator[list[KeyRow]]:
    """All living keys, in order of id."""
    last = ""
    while True:
        async with register.reader() as reader:
            found = await reader.scalars(
                select(KeyRow)
                .where(KeyRow.wrapped.is_not(None), KeyRow.id > last)
                .order_by(KeyRow.id)
                .limit(BATCH)
            )
            batch = list(found)
        if not batch:
            return
        last = batch[-1].id
        yield batch


@asynccontextmanager
async def _alone(register: Register) -> AsyncIterator[None]:
    async with register.session() as session:
        if not await session.scalar(select(func.pg_try_advisory_xact_lock(_ONE_AT_A_TIME))):
            raise Problem("another process rotates the master key; wait for it")
        yield


async def _noted(register: Register, kind: str, master: MasterKey, actor: str) -> None:
    now = datetime.now(UTC)
    async with register.session() as session:
        await append_house_event(
            session, once=f"{kind}:{master.fingerprint}", kind=kind, at=now, actor=actor
        )
        await session.commit()

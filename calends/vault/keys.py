"""Keys: one data key per case, wrapped by the master key; destroying its row shreds the case."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from calends.register.database import Register
from calends.register.models import KeyRow
from calends.vault.master import KEY_BYTES, NONCE_BYTES, MasterKey, derive

ENGINE_KEY = "engine"
"""Key of what belongs to no case, such as the payloads of upkeep workflows."""

_REMEMBERED = 4096
_REMEMBERED_SECONDS = 300.0


class KeyDestroyed(Exception):
    """The case was shredded, or never had a key: its content cannot be read any more."""


@dataclass(frozen=True)
class CaseKey:
    """A case's key in memory; seals and opens bytes bound to their place (`about`)."""

    id: str
    secret: bytes

    @cached_property
    def _cipher(self) -> AESGCM:
        return AESGCM(derive(self.secret, "seal"))

    @cached_property
    def _mark_key(self) -> bytes:
        return derive(self.secret, "mark")

    def seal(self, plain: bytes, about: str) -> bytes:
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, plain, f"{self.id}|{about}".encode())

    def open(self, sealed: bytes, about: str) -> bytes:
        """Raises InvalidTag when the bytes were changed or belong elsewhere."""
        nonce, cipher = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        return self._cipher.decrypt(nonce, cipher, f"{self.id}|{about}".encode())

    def mark(self, text: str) -> bytes:
        """A keyed digest: the same text gives the same mark, and nothing can be read from it."""
        return hmac.new(self._mark_key, text.encode(), hashlib.sha256).digest()


class Keyring:
    """Makes, unwraps and remembers the keys of cases. One per process and event loop."""

    def __init__(self, register: Register, master: Callable[[], MasterKey]) -> None:
        """`master`: the master key as it is now, for it may be rotated while we run."""
        self._register, self._master = register, master
        self._index_key = master().index  # outlives rotations
        self._known: OrderedDict[str, tuple[float, CaseKey]] = OrderedDict()

    def index(self, kind: str, text: str | bytes) -> bytes:
        """A blind index over all cases (addresses, deliveries): equal in, equal out."""
        data = text if isinstance(text, bytes) else text.encode()
        return hmac.new(self._index_key, kind.encode() + b"\0" + data, hashlib.sha256).digest()

    async def make(self, session: AsyncSession, key_id: str) -> CaseKey:
        """Makes the key in the caller's transaction; of two makers the first one wins."""
        wrapped = self._master().wrap(secrets.token_bytes(KEY_BYTES), key_id)
        await session.execute(
            insert(KeyRow)
            .values(id=key_id, wrapped=wrapped, made_at=datetime.now(UTC))
            .on_conflict_do_nothing()
        )
        row = await session.get_one(KeyRow, key_id)
        return self._unwrap(row)

    async def get(self, key_id: str) -> CaseKey:
        """The key of a case. Raises KeyDestroyed when it is gone or never was."""
        known = self._known.get(key_id)
        if known is not None and known[0] > time.monotonic():
            self._known.move_to_end(key_id)
            return known[1]
        async with self._register.reader() as reader:
            row = await reader.get(KeyRow, key_id)
            if row is not None:
                key = self._unwrap(row)
            elif key_id == ENGINE_KEY:
                key = await self.make(reader, key_id)
            else:
                raise KeyDestroyed(f"no key {key_id}")
        self._known[key_id] = (time.monotonic() + _REMEMBERED_SECONDS, key)
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        return key

    async def destroy(self, session: AsyncSession, key_id: str) -> None:
        """Destroys the key in the caller's transaction: what it sealed is gone with it."""
        await session.execute(
            update(KeyRow)
            .where(KeyRow.id == key_id, KeyRow.wrapped.is_not(None))
            .values(wrapped=None, destroyed_at=datetime.now(UTC))
        )
        self.forget(key_id)

    def forget(self, key_id: str) -> None:
        self._known.pop(key_id, None)

    def _unwrap(self, row: KeyRow) -> CaseKey:
        if row.wrapped is None:
            raise KeyDestroyed(f"key {row.id} was destroyed")
        try:
            return CaseKey(row.id, self._master().unwrap(row.wrapped, row.id)[0])
        except InvalidTag:
            raise KeyDestroyed(f"key {row.id} was wrapped by another master key") from None

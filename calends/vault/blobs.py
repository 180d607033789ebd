"""Sealed blobs: raw mails, findings, exports, letters; written and read as streams.

A blob is known by its case and its name, so writing it twice is writing it once. It is cut into
chunks of at most CHUNK_BYTES, each sealed and bound to its blob, its number and whether it is
the last: none can be dropped, swapped or lent to another case unnoticed.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass

from sqlalchemy import LargeBinary, bindparam, delete, literal, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.dml import ReturningInsert

from calends.register.database import Register
from calends.register.models import BlobChunkRow, BlobRow
from calends.vault.keys import CaseKey, Keyring

CHUNK_BYTES = 1 << 20


class NoSuchBlob(Exception):
    """No blob of that name in that case."""


@dataclass(frozen=True)
class BlobRef:
    """What may be told of a blob: nothing of its content but its size in bytes."""

    id: str
    name: str
    size: int
    digest: str
    """SHA-256 (hex) over the sealed chunks in order."""


def _begin() -> ReturningInsert[tuple[str]]:
    made = (
        insert(BlobRow)
        .values(
            id=bindparam("id"),
            case_id=bindparam("case_id"),
            name=bindparam("name"),
            size=bindparam("size"),
            chunks=1,
            digest=bindparam("digest"),
        )
        .on_conflict_do_nothing(index_elements=["case_id", "name"])
        .returning(BlobRow.id)
        .cte("made")
    )
    chunk = select(made.c.id, literal(0), bindparam("sealed", type_=LargeBinary))
    return (
        insert(BlobChunkRow)
        .from_select(["blob_id", "number", "sealed"], chunk)
        .returning(BlobChunkRow.blob_id)
    )


_BEGIN = _begin()  # made once: making a statement costs more than sending it


class BlobStore:
    def __init__(self, register: Register, keyring: Keyring) -> None:
        self._register, self._keyring = register, keyring

    async def write(
        self, session: AsyncSession, key: CaseKey, name: str, content: bytes | AsyncIterator[bytes]
    ) -> BlobRef:
        """Seals the content in the caller's transaction, replacing a blob of the same name."""
        chunks = _chunks(content)
        first, last = await anext(chunks)
        blob = _Sealing(key, str(uuid.uuid4()))
        sealed = blob.seal(first, last)
        if not await self._begin(session, key.id, name, blob, sealed):
            await session.execute(
                delete(BlobRow).where(BlobRow.case_id == key.id, BlobRow.name == name)
            )
            await self._begin(session, key.id, name, blob, sealed)
        if not last:
            await self._go_on(session, blob, chunks)
        return BlobRef(blob.id, name, blob.size, blob.digest.hexdigest())

    async def _begin(
        self, session: AsyncSession, case_id: str, name: str, blob: _Sealing, sealed: bytes
    ) -> bool:
        """The blob and its first chunk in one statement; False when the name is taken."""
        connection = await session.connection()
        begun = await connection.execute(
            _BEGIN,
            {
                "id": blob.id,
                "case_id": case_id,
                "name": name,
                "size": blob.size,
                "digest": blob.digest.hexdigest(),
                "sealed": sealed,
            },
        )
        return begun.first() is not None

    async def _go_on(
        self, session: AsyncSession, blob: _Sealing, chunks: AsyncIterator[tuple[bytes, bool]]
    ) -> None:
        """The further chunks, one at a time: memory stays at one chunk."""
        async for chunk, last in chunks:
            sealed = blob.seal(chunk, last)
            await session.execute(
                insert(BlobChunkRow).values(blob_id=blob.id, number=blob.chunks - 1, sealed=sealed)
            )
        await session.execute(
            update(BlobRow)
            .where(BlobRow.id == blob.id)
            .values(size=blob.size, chunks=blob.chunks, digest=blob.digest.hexdigest())
        )

    async def stream(self, case_id: str, name: str) -> AsyncIterator[bytes]:
        """The content, chunk by chunk. Raises NoSuchBlob, KeyDestroyed, InvalidTag.

        No connection is held between two chunks: whoever reads may be slow.
        """
        key = await self._keyring.get(case_id)
        blob_id, chunks, sealed = await self._first(case_id, name)
        yield key.open(sealed, _place(blob_id, 0, chunks == 1))
        for number in range(1, chunks):
            sealed = await self._chunk(blob_id, number)
            yield key.open(sealed, _place(blob_id, number, number == chunks - 1))

    async def _first(self, case_id: str, name: str) -> tuple[str, int, bytes]:
        """Id, number of chunks, and the first of them."""
        async with self._register.reader() as reader:
            found = await reader.execute(
                select(BlobRow.id, BlobRow.chunks, BlobChunkRow.sealed)
                .join(BlobChunkRow, BlobChunkRow.blob_id == BlobRow.id)
                .where(BlobRow.case_id == case_id, BlobRow.name == name, BlobChunkRow.number == 0)
            )
            row = found.one_or_none()
        if row is None:
            raise NoSuchBlob(f"no blob `{name}` in {case_id}")
        return row.id, row.chunks, row.sealed

    async def _chunk(self, blob_id: str, number: int) -> bytes:
        async with self._register.reader() as reader:
            sealed = await reader.scalar(
                select(BlobChunkRow.sealed).where(
                    BlobChunkRow.blob_id == blob_id, BlobChunkRow.number == number
                )
            )
        if sealed is None:
            raise NoSuchBlob(f"chunk {number} of blob {blob_id} is missing")
        return sealed

    async def read(self, case_id: str, name: str) -> bytes:
        """The whole content; for what is known to be small."""
        return b"".join([chunk async for chunk in self.stream(case_id, name)])

    async def move(self, session: AsyncSession, case_id: str, name: str, to_case: str) -> None:
        """Seals a blob anew under another case's key: a reply joins the case it answers."""
        content = await self.read(case_id, name)
        await self.write(session, await self._keyring.get(to_case), f"{name}:{case_id}", content)
        await session.execute(
            delete(BlobRow).where(BlobRow.case_id == case_id, BlobRow.name == name)
        )


class _Sealing:
    """A blob while it is being sealed."""

    def __init__(self, key: CaseKey, blob_id: str) -> None:
        self.id, self.size, self.chunks, self.digest = blob_id, 0, 0, hashlib.sha256()
        self._key = key

    def seal(self, chunk: bytes, last: bool) -> bytes:
        sealed = self._key.seal(chunk, _place(self.id, self.chunks, last))
        self.digest.update(sealed)
        self.size += len(chunk)
        self.chunks += 1
        return sealed


def _place(blob_id: str, number: int, last: bool) -> str:
    return f"blob|{blob_id}|{number}|{'last' if last else 'more'}"


async def _chunks(content: bytes | AsyncIterator[bytes]) -> AsyncIterator[tuple[bytes, bool]]:
    """Cuts a stream into full chunks and says which one is the last; an empty one has one."""
    pending = bytearray()
    async for part in _once(content) if isinstance(content, bytes) else content:
        pending += part
        while len(pending) > CHUNK_BYTES:
            yield bytes(pending[:CHUNK_BYTES]), False
            del pending[:CHUNK_BYTES]
    yield bytes(pending), True


async def _once(content: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(content), CHUNK_BYTES):
        yield content[start : start + CHUNK_BYTES]

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

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

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


class BlobStore:
    def __init__(self, register: Register, keyring: Keyring) -> None:
        self._register, self._keyring = register, keyring

    async def write(
        self, session: AsyncSession, key: CaseKey, name: str, content: bytes | AsyncIterator[bytes]
    ) -> BlobRef:
        """Seals the content in the caller's transaction, replacing a blob of the same name."""
        case_id = key.id
        await session.execute(
            delete(BlobRow).where(BlobRow.case_id == case_id, BlobRow.name == name)
        )
        blob_id = str(uuid.uuid4())
        digest, size, number = hashlib.sha256(), 0, 0
        row = BlobRow(id=blob_id, case_id=case_id, name=name, size=0, chunks=0, digest="")
        session.add(row)
        await session.flush()
        async for chunk, last in _chunks(content):
            sealed = key.seal(chunk, _place(blob_id, number, last))
            digest.update(sealed)
            size += len(chunk)
            # A core insert: the session keeps no copy, so memory stays at one chunk.
            await session.execute(
                insert(BlobChunkRow).values(blob_id=blob_id, number=number, sealed=sealed)
            )
            number += 1
        row.size, row.chunks, row.digest = size, number, digest.hexdigest()
        await session.flush()
        return BlobRef(blob_id, name, size, row.digest)

    async def stream(self, case_id: str, name: str) -> AsyncIterator[bytes]:
        """The content, chunk by chunk. Raises NoSuchBlob, KeyDestroyed, InvalidTag.

        No connection is held between two chunks: whoever reads may be slow.
        """
        key = await self._keyring.get(case_id)
        async with self._register.session() as session:
            row = await self._row(session, case_id, name)
        for number in range(row.chunks):
            sealed = await self._chunk(row.id, number)
            yield key.open(sealed, _place(row.id, number, number == row.chunks - 1))

    async def _chunk(self, blob_id: str, number: int) -> bytes:
        async with self._register.session() as session:
            sealed = await session.scalar(
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

    async def _row(self, session: AsyncSession, case_id: str, name: str) -> BlobRow:
        row = await session.scalar(
            select(BlobRow).where(BlobRow.case_id == case_id, BlobRow.name == name)
        )
        if row is None:
            raise NoSuchBlob(f"no blob `{name}` in {case_id}")
        return row


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

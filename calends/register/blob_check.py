"""Whether every sealed blob is still what was written: its digest, over its sealed chunks."""

from __future__ import annotations

import hashlib

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from calends.evidence.chain import EvidenceBroken
from calends.register.models import BlobChunkRow, BlobRow, KeyRow, LedgerRow

BATCH = 4
"""Chunks in memory at a time; each has up to a megabyte."""
ENDED = ("content_destroyed", "case_shredded")
"""Events that say why a blob has no content any more."""


async def check_blobs(session: AsyncSession) -> int:
    """Checks every blob, streamed; returns how many. Raises EvidenceBroken naming the first one
    that was changed, or whose content is gone and nobody said so."""
    rows = await session.stream(
        select(BlobRow, BlobChunkRow.sealed)
        .outerjoin(BlobChunkRow, BlobChunkRow.blob_id == BlobRow.id)
        .order_by(BlobRow.case_id, BlobRow.name, BlobChunkRow.number),
        execution_options={"yield_per": BATCH},
    )
    current: BlobRow | None = None
    digest, chunks, count = hashlib.sha256(), 0, 0
    async for blob, sealed in rows:
        if current is None or blob.id != current.id:
            await _judge(session, current, digest.hexdigest(), chunks)
            current, digest, chunks, count = blob, hashlib.sha256(), 0, count + 1
        if sealed is not None:
            digest.update(sealed)
            chunks += 1
    await _judge(session, current, digest.hexdigest(), chunks)
    return count


async def _judge(session: AsyncSession, blob: BlobRow | None, digest: str, chunks: int) -> None:
    if blob is None:
        return
    where = f"blob `{blob.name.partition(':')[0]}` of {blob.case_id}"
    if chunks == 0:
        if not await _ended(session, blob.case_id):
            raise EvidenceBroken(where, "its content is gone, and no event says why")
    elif chunks != blob.chunks or digest != blob.digest:
        raise EvidenceBroken(where, "was changed (its digest does not match)")


async def _ended(session: AsyncSession, case_id: str) -> bool:
    told = exists().where(LedgerRow.case_id == case_id, LedgerRow.kind.in_(ENDED))
    destroyed = exists().where(KeyRow.id == case_id, KeyRow.wrapped.is_(None))
    return bool(await session.scalar(select(told | destroyed)))

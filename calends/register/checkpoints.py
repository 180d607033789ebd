"""Signed checkpoints: how every chain of the ledger stood, signed by the company's key.

A chain alone can be rewritten whole by whoever owns the database. A checkpoint says what its end
was; each carries the digest of the one before, so it is enough to have noted one digest elsewhere.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from calends.evidence.canonical import canonical
from calends.evidence.chain import FIRST, EvidenceBroken, instant
from calends.evidence.signing import PublicKey, SigningKey, parse_public_key
from calends.problems import Problem
from calends.register.heads import chain_heads
from calends.register.keeping_rows import CheckpointHeadRow, CheckpointRow
from calends.register.models import LedgerRow

_LOCK = 0x63616C65  # one checkpoint at a time
Head = tuple[str, int, str]
"""Chain, number and hash of its last event."""


async def make_checkpoint(
    session: AsyncSession, key: SigningKey, at: datetime
) -> CheckpointRow | None:
    """Signs the ends of the chains that grew since the last one, in the caller's transaction;
    None when none did."""
    await session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    heads = await _grown(session)
    if not heads:
        return None
    last = select(CheckpointRow.digest).order_by(CheckpointRow.number.desc()).limit(1)
    previous = await session.scalar(last) or FIRST
    digest = digest_of(previous, at, heads)
    row = CheckpointRow(
        at=at,
        heads=len(heads),
        previous=previous,
        digest=digest,
        public_key=key.public.text,
        signature=key.sign(_signed(digest)).hex(),
    )
    session.add(row)
    await session.flush()
    for start in range(0, len(heads), 1000):
        values = [
            {"chain_id": chain, "checkpoint": row.number, "seq": seq, "hash": end}
            for chain, seq, end in heads[start : start + 1000]
        ]
        await session.execute(insert(CheckpointHeadRow).values(values))
    return row


async def check_checkpoints(
    session: AsyncSession, public_key: PublicKey | None = None, expected: str = ""
) -> int:
    """Checks every checkpoint, and the ledger against them; returns how many there are.

    Raises EvidenceBroken that names the first thing wrong. `public_key`: the one the company
    published; without it each is checked by the key that it names. `expected`: a digest noted
    elsewhere earlier, which must be among them.
    """
    previous, count, seen = FIRST, 0, not expected
    rows = await session.stream_scalars(select(CheckpointRow).order_by(CheckpointRow.number))
    async for row in rows:
        await _check(session, row, previous, public_key)
        previous, count, seen = row.digest, count + 1, seen or row.digest == expected
    if not seen:
        raise EvidenceBroken("checkpoints", "none has the expected digest: some were taken away")
    await _check_ledger(session)
    return count


def digest_of(previous: str, at: datetime, heads: Sequence[Head]) -> str:
    content = [previous, instant(at), [list(head) for head in heads]]
    return hashlib.sha256(canonical(content)).hexdigest()


async def _grown(session: AsyncSession) -> list[Head]:
    known = chain_heads().subquery()
    signed = exists().where(
        CheckpointHeadRow.chain_id == known.c.id, CheckpointHeadRow.seq == known.c.head_seq
    )
    rows = select(known.c.id, known.c.head_seq, known.c.head_hash)
    found = await session.execute(rows.where(known.c.head_seq > 0, ~signed))
    return sorted((row[0], row[1], row[2]) for row in found)


async def _check(
    session: AsyncSession, row: CheckpointRow, previous: str, public_key: PublicKey | None
) -> None:
    where = f"checkpoint {row.number}"
    if row.previous != previous:
        raise EvidenceBroken(where, "does not follow the one before: one was taken away or put in")
    found = select(CheckpointHeadRow).where(CheckpointHeadRow.checkpoint == row.number)
    heads = [(head.chain_id, head.seq, head.hash) for head in await session.scalars(found)]
    if len(heads) != row.heads or digest_of(previous, row.at, sorted(heads)) != row.digest:
        raise EvidenceBroken(where, "was changed (its digest does not match)")
    try:
        key = parse_public_key(row.public_key)
        signature = bytes.fromhex(row.signature)
    except (Problem, ValueError):
        raise EvidenceBroken(where, "its key or signature is none") from None
    if public_key is not None and key != public_key:
        raise EvidenceBroken(where, f"is signed by key {key.fingerprint}, not by the given one")
    if not key.verifies(signature, _signed(row.digest)):
        raise EvidenceBroken(where, f"its signature is not by key {key.fingerprint}")


async def _check_ledger(session: AsyncSession) -> None:
    """Every event that a checkpoint signed is still there, and is the same."""
    here = (LedgerRow.case_id == CheckpointHeadRow.chain_id) & (
        LedgerRow.seq == CheckpointHeadRow.seq
    )
    differs = LedgerRow.hash.is_(None) | (LedgerRow.hash != CheckpointHeadRow.hash)
    rows = await session.execute(
        select(CheckpointHeadRow, LedgerRow.hash)
        .outerjoin(LedgerRow, here)
        .where(differs)
        .order_by(CheckpointHeadRow.checkpoint, CheckpointHeadRow.chain_id)
        .limit(1)
    )
    if (found := rows.first()) is not None:
        head, there = found
        what = "is not the event that was signed" if there else "is gone, and it was signed"
        raise EvidenceBroken(
            f"ledger of {head.chain_id}", f"event {head.seq} {what} in checkpoint {head.checkpoint}"
        )


def _signed(digest: str) -> bytes:
    return b"calends-checkpoint/1:" + bytes.fromhex(digest)

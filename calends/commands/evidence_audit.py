"""`calends evidence audit`: whether the whole register is still what was written and signed."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass

import click
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from calends.commands.office import run
from calends.evidence.chain import EvidenceBroken
from calends.evidence.signing import PublicKey, read_public_key
from calends.register.auditing import broken_chains
from calends.register.blob_check import check_blobs
from calends.register.checkpoints import check_checkpoints
from calends.register.database import Register
from calends.register.heads import chain_heads
from calends.register.keeping_rows import CheckpointRow
from calends.register.models import LedgerRow
from calends.settings import Settings


@dataclass(frozen=True)
class Counts:
    chains: int
    events: int
    checkpoints: int
    blobs: int | None
    digest: str
    """Of the last checkpoint; empty: none was made yet."""


def audit(public_key: str | None, expect: str, *, blobs: bool, as_json: bool) -> None:
    """Prints what was checked; exits 1 with the first broken thing. Raises Problem."""
    key = read_public_key(public_key) if public_key else None

    async def work(register: Register, _: Settings) -> Counts:
        async with register.session() as session:
            # One snapshot for all tables: what is written meanwhile is not found broken.
            await session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            return await _checked(session, key, expect, blobs=blobs)

    try:
        counts = run(work)
    except EvidenceBroken as broken:
        if as_json:
            print(json.dumps({"holds": False, "where": broken.where, "what": broken.what}))
        else:
            print(f"calends: broken: {broken}", file=sys.stderr)
        raise click.exceptions.Exit(1) from broken
    print(json.dumps({"holds": True, **counts.__dict__}) if as_json else _line(counts))


async def _checked(
    session: AsyncSession, key: PublicKey | None, expect: str, *, blobs: bool
) -> Counts:
    async for finding in broken_chains(session):
        raise EvidenceBroken(finding.about, finding.what)
    checkpoints = await check_checkpoints(session, key, expect)
    checked = await check_blobs(session) if blobs else None
    last = select(CheckpointRow.digest).order_by(CheckpointRow.number.desc()).limit(1)
    return Counts(
        chains=await session.scalar(select(func.count()).select_from(chain_heads().subquery()))
        or 0,
        events=await session.scalar(select(func.count()).select_from(LedgerRow)) or 0,
        checkpoints=checkpoints,
        blobs=checked,
        digest=await session.scalar(last) or "",
    )


def _line(counts: Counts) -> str:
    blobs = "blobs not looked at" if counts.blobs is None else f"{counts.blobs} sealed blobs"
    note = f"\nnote it elsewhere: {counts.digest}" if counts.digest else ""
    return (
        f"everything holds: {counts.chains} chains of {counts.events} events, "
        f"{counts.checkpoints} signed checkpoints, {blobs}{note}"
    )

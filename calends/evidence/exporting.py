"""Gathers the evidence of one case: the register, the engine's history, digests; signs it.

Payloads of the history stay sealed as the engine keeps them; letters and blobs are named by
digest. So the file may leave the house.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from calends.evidence.canonical import Json, parse_canonical
from calends.evidence.certified import CERTIFIED, certificate_blob
from calends.evidence.chain import EvidenceBroken, LedgerEvent, instant
from calends.evidence.format import Blob, EvidenceContents, Letter
from calends.evidence.history import History
from calends.evidence.package import Summary, write_evidence_file
from calends.evidence.signing import load_signing_key
from calends.evidence.story import Testimony
from calends.problems import Problem
from calends.register.cases import find_case
from calends.register.database import Register
from calends.register.ledger import events
from calends.register.models import BlobRow, CaseRow, DemandRow, OutboxRow, SearchRow
from calends.register.opening import existing_keyring, opened_register
from calends.settings import Settings, load_settings
from calends.vault.blobs import BlobStore, NoSuchBlob
from calends.vault.keys import ENGINE_KEY, KeyDestroyed

HISTORY_BLOB = "history"
"""The archived history: JSON Lines of protobuf JSON, payloads sealed, as `history_lines` writes."""

TESTIFYING = (
    "open_case",
    "open_task",
    "task_done",
    "withdraw_tasks",
    "record_failure",
    "read_reply",
    "close_case",
)
"""Activities that write a ledger event of its own each time they complete. Those that may find
their work done already, and then testify nothing, are not among them."""

_SEAL_BYTES = 12 + 16
"""Nonce and tag around each sealed chunk."""

_LOOKS = 10
_BETWEEN_LOOKS = 0.5
"""Seconds. A step testifies in the ledger just before the engine writes down that it ended: of
a case at work we look again until both records stand at the same step."""


def export_case(reference: str, output: Path, *, force: bool = False) -> Summary:
    """Writes the signed evidence file of a case, by reference or id.

    Raises Problem when there is no such case, when a server does not answer, when the history is
    gone, or when the file cannot be written.
    """
    settings = load_settings()
    contents = asyncio.run(gather(settings, reference))
    key = load_signing_key(settings.signing_key_file)
    try:
        return write_evidence_file(output, contents, key, force=force)
    except ValueError as error:
        raise Problem("the case holds what an evidence file cannot; `calends audit`") from error


async def gather(settings: Settings, reference: str) -> EvidenceContents:
    """All that the file holds, ledger and history at the same step. Raises Problem."""
    async with opened_register(settings) as register:
        async with register.session() as session:
            case = await find_case(session, reference)
        if case.history_archived:
            history = await _archived(register, settings, case.id)
            return await _contents(register, settings, case.id, history)
        return await _at_one_step(register, settings, case.id)


async def _at_one_step(register: Register, settings: Settings, case_id: str) -> EvidenceContents:
    # Only an export from the engine needs its client, which is slow to import.
    from calends.engine.observing import EngineAway, observer, sealed_history

    client = await observer(settings)
    for look in range(_LOOKS):
        if look:
            await asyncio.sleep(_BETWEEN_LOOKS)
        try:
            history = await sealed_history(client, case_id)
        except EngineAway as error:
            raise Problem(f"the engine does not give the history ({error})") from error
        contents = await _contents(register, settings, case_id, history)
        if _same_story(contents):
            break
    return contents  # what differs still, the verification names


def _same_story(contents: EvidenceContents) -> bool:
    history, testimony = History(contents.case_id), Testimony()
    try:
        for event in contents.history:
            history.add(dict(event))
        for witnessed in contents.ledger:
            testimony.add(witnessed)
        testimony.same_as(history, contents.testifying)
    except EvidenceBroken:
        return False
    return True


async def _archived(register: Register, settings: Settings, case_id: str) -> list[dict[str, Any]]:
    blobs = BlobStore(register, existing_keyring(register, settings))
    try:
        return read_history(await blobs.read(case_id, HISTORY_BLOB))
    except (KeyDestroyed, NoSuchBlob):
        pass  # the file has ended: its skeleton was sealed anew, its payloads are lost for good
    try:
        return read_history(await blobs.read(ENGINE_KEY, f"{HISTORY_BLOB}:{case_id}"))
    except (KeyDestroyed, NoSuchBlob) as error:
        raise Problem(
            "the history of this case was shredded with its key; its evidence is the file "
            "exported before"
        ) from error


def history_lines(history: Sequence[dict[str, Any]]) -> bytes:
    """A history as the blob HISTORY_BLOB holds it."""
    return b"".join(json.dumps(event).encode() + b"\n" for event in history)


def read_history(lines: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines.splitlines()]


async def _contents(
    register: Register, settings: Settings, case_id: str, history: Sequence[dict[str, Any]]
) -> EvidenceContents:
    async with register.session() as session:
        # One snapshot for all tables.
        await session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        case = await session.get_one(CaseRow, case_id)
        assert case.reference is not None  # given in the transaction that makes the case
        ledger = [event async for event in events(session, case_id)]
        certificates = await _certificates(register, settings, case_id, ledger)
        return EvidenceContents(
            case_id=case_id,
            reference=case.reference,
            exported_at=datetime.now(UTC),
            case=await _case(session, case) | {"certificates": certificates},
            ledger=ledger,
            history=history,
            letters=await _letters(session, case_id),
            blobs=await _blobs(session, case_id),
            testifying=TESTIFYING,
        )


async def _certificates(
    register: Register, settings: Settings, case_id: str, ledger: Sequence[LedgerEvent]
) -> dict[str, Json]:
    """Each reply's completeness certificate; of a shredded case only the digests stand, in the
    ledger."""
    purposes = [str(event.facts["purpose"]) for event in ledger if event.kind == CERTIFIED]
    if not purposes:
        return {}
    blobs = BlobStore(register, existing_keyring(register, settings))
    try:
        return {
            purpose: parse_canonical(await blobs.read(case_id, certificate_blob(purpose)))
            for purpose in purposes
        }
    except (KeyDestroyed, NoSuchBlob):
        return {}


async def _case(session: AsyncSession, case: CaseRow) -> dict[str, Any]:
    demands = await session.scalars(select(DemandRow).where(DemandRow.case_id == case.id))
    searches = await session.scalars(select(SearchRow).where(SearchRow.case_id == case.id))
    return {
        "clock": case.clock,
        "milestones": case.milestones,
        "received": instant(case.received_at),
        "opened": instant(case.opened_at),
        "closed": instant(case.closed_at) if case.closed_at else None,
        "outcome": case.outcome,
        "assurance": case.assurance,
        "language": case.language,
        "demands": [
            {
                "right": demand.right,
                "received": instant(demand.received_at),
                "state": demand.state,
                "outcome": demand.outcome,
                "answered": instant(demand.answered_at) if demand.answered_at else None,
            }
            for demand in sorted(demands, key=lambda demand: demand.right)
        ],
        "completeness": {
            search.system: {
                "state": search.state,
                "count": search.count,
                "since": instant(search.since),
                "reason": search.reason,
            }
            for search in searches
        },
    }


async def _letters(session: AsyncSession, case_id: str) -> list[Letter]:
    rows = await session.scalars(
        select(OutboxRow)
        .where(OutboxRow.case_id == case_id)
        .order_by(OutboxRow.written_at, OutboxRow.purpose)
    )
    return [
        Letter(
            purpose=row.purpose.replace(":", "."),
            message_id=row.message_id,
            sha256=row.digest,
            at=instant(row.sent_at or row.written_at),
            state=row.state,
        )
        for row in rows
    ]


async def _blobs(session: AsyncSession, case_id: str) -> list[Blob]:
    """By kind only: the rest of a name is an id or a system, which the reader does not need."""
    rows = await session.scalars(
        select(BlobRow).where(BlobRow.case_id == case_id).order_by(BlobRow.name)
    )
    return [
        Blob(
            blob_id=row.id,
            kind=row.name.partition(":")[0],
            sha256=row.digest,
            size=row.size + row.chunks * _SEAL_BYTES,
        )
        for row in rows
    ]

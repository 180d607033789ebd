"""The files of closed cases end in parts, at last with their key; the ledger keeps the proof."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, text, update

from calends.evidence.chain import check_chain
from calends.evidence.exporting import HISTORY_BLOB, history_lines, read_history
from calends.register.case_rows import RestrictionRow
from calends.register.database import Register
from calends.register.ledger import events
from calends.register.models import BlobChunkRow, BlobRow, CaseRow, KeyRow, SuppressionRow
from calends.register.terms import index_case
from calends.vault.blobs import BlobStore, NoSuchBlob
from calends.vault.keys import ENGINE_KEY, KeyDestroyed, Keyring
from tests.commands.conftest import Calends
from tests.retention.shop import Shop
from tests.retention.test_held import person_case

HISTORY = [{"eventId": "1"}]
BLOBS = {
    "raw": b"Dear Sirs, I am Ann",
    "finding:crm": b'{"email": "ann@b.example"}',
    "export:reply:ACCESS": b"a zip",
    "letter:identity_request": b"prove your address",
    "letter:reply:ACCESS": b"here is your copy",
    "details:task-1": b"[]",
    HISTORY_BLOB: history_lines(HISTORY),
}


async def closed_case(
    register: Register, keyring: Keyring, number: int, days_ago: int, right: str = "ACCESS"
) -> str:
    """A case closed so long ago, with everything that a case has."""
    case = await person_case(register, keyring, number, "ann@b.example", closed=True)
    async with register.session() as session:
        key, blobs = await keyring.get(case.id), BlobStore(register, keyring)
        for name, content in BLOBS.items():
            await blobs.write(session, key, name, content)
        closed = datetime.now(UTC) - timedelta(days=days_ago)
        row = await session.get_one(CaseRow, case.id)
        row.closed_at, row.history_archived, row.writer_index = closed, True, b"ann"
        await session.execute(
            text("UPDATE demands SET \"right\" = :right, state = 'answered' WHERE case_id = :id"),
            {"right": right, "id": case.id},
        )
        await index_case(session, case.id, [b"a mark"])
        session.add(
            SuppressionRow(channel="email", mark=case.id.encode(), since=closed, case_id=case.id)
        )
        await session.commit()
    return case.id


async def ended(calends: Calends, *more: str) -> list[tuple[str, list[str]]]:
    ran = await calends("retention", "files", "--json", *more)
    assert ran.code == 0, ran.err
    each = [json.loads(line) for line in ran.out.splitlines()]
    return [(one["part"], one["held_by"]) for one in each]


async def readable(register: Register, keyring: Keyring, case_id: str) -> set[str]:
    """What can still be read, by a process that remembers no key."""
    keyring.forget(case_id)
    blobs, found = BlobStore(register, keyring), set()
    for name in BLOBS:
        try:
            await blobs.read(case_id, name)
        except (NoSuchBlob, KeyDestroyed):
            continue
        found.add(name)
    return found


async def kinds(register: Register, case_id: str) -> list[tuple[str, dict[str, Any]]]:
    async with register.session() as session:
        each = [event async for event in events(session, case_id)]
    check_chain(each)
    return [(event.kind, dict(event.facts)) for event in each[1:]]


async def test_a_dry_run_says_what_would_end_and_changes_nothing(
    calends: Calends, register: Register, keyring: Keyring, shop: Shop
) -> None:
    case_id = await closed_case(register, keyring, 1, days_ago=6 * 366)
    parts: list[tuple[str, list[str]]] = [("findings", []), ("correspondence", []), ("file", [])]
    assert await ended(calends, "--dry-run") == parts
    assert await readable(register, keyring, case_id) == set(BLOBS)
    assert await kinds(register, case_id) == []
    said = await calends("retention", "files", "--dry-run")
    assert "3 would end; nothing was changed" in said.out


@pytest.mark.parametrize(
    ("days", "parts", "left"),
    [
        (25, [], set(BLOBS)),
        (35, ["findings"], set(BLOBS) - {"finding:crm", "export:reply:ACCESS"}),
        (
            370,
            ["findings", "correspondence"],
            {"letter:reply:ACCESS", "details:task-1", HISTORY_BLOB},
        ),
        (6 * 366, ["findings", "correspondence", "file"], set()),
    ],
)
async def test_each_part_ends_after_its_own_time(
    calends: Calends,
    register: Register,
    keyring: Keyring,
    shop: Shop,
    days: int,
    parts: list[str],
    left: set[str],
) -> None:
    case_id = await closed_case(register, keyring, 1, days_ago=days)
    assert [part for part, _ in await ended(calends)] == parts
    assert await readable(register, keyring, case_id) == left
    assert await ended(calends) == [], "a second run finds nothing to end"


async def test_after_its_time_no_copy_of_a_sealed_blob_can_be_read_and_the_ledger_stands(
    calends: Calends, register: Register, keyring: Keyring, shop: Shop
) -> None:
    case_id = await closed_case(register, keyring, 1, days_ago=6 * 366)
    async with register.session() as session:
        copied = select(BlobChunkRow.__table__).join(BlobRow, BlobRow.id == BlobChunkRow.blob_id)
        rows = await session.execute(copied.where(BlobRow.name != HISTORY_BLOB))
        chunks = [dict(row) for row in rows.mappings()]
        sealed = await session.scalar(select(CaseRow.sealed_person))
    await ended(calends)
    async with register.session() as session:
        await session.execute(insert(BlobChunkRow), chunks)  # as a restored backup would
        await session.execute(update(CaseRow).values(sealed_person=sealed))
        await session.commit()
        row = await session.get_one(CaseRow, case_id)
        key = await session.get_one(KeyRow, case_id)
        terms = (await session.execute(text("SELECT * FROM case_terms"))).all()
        origin = await session.scalar(select(SuppressionRow.case_id))
    keyring.forget(case_id)
    for name in BLOBS:
        with pytest.raises((KeyDestroyed, NoSuchBlob)):
            await BlobStore(register, keyring).read(case_id, name)
    assert (key.wrapped, row.writer_index, terms, origin) == (None, None, [], "")
    assert [kind for kind, _ in await kinds(register, case_id)] == [
        "content_destroyed",
        "content_destroyed",
        "case_shredded",
    ]
    history = await BlobStore(register, keyring).read(ENGINE_KEY, f"{HISTORY_BLOB}:{case_id}")
    assert read_history(history) == HISTORY, "the skeleton stays, its payloads sealed for ever"


async def test_an_objection_is_kept_six_years(
    calends: Calends, register: Register, keyring: Keyring, shop: Shop
) -> None:
    await closed_case(register, keyring, 1, 5 * 366 + 100, right="PROSPECTING_OBJECTION")
    assert [part for part, _ in await ended(calends)] == ["findings", "correspondence"]


async def test_a_claim_a_hold_on_the_case_or_a_standing_restriction_keeps_the_file(
    calends: Calends, register: Register, keyring: Keyring, shop: Shop
) -> None:
    case_id = await closed_case(register, keyring, 1, days_ago=6 * 366)
    added = await calends("hold", "add", "--email", "ann@b.example", "--reason", "claim")
    assert {tuple(held) for _, held in await ended(calends)} == {("litigation",)}
    await calends("hold", "lift", added.out.split(":")[0])
    added = await calends("hold", "add", "--case", case_id, "--kind", "authority", "--reason", "x")
    assert added.code == 0, added.err
    assert {tuple(held) for _, held in await ended(calends)} == {("authority",)}
    await calends("hold", "lift", added.out.split(":")[0])
    async with register.session() as session:
        session.add(
            RestrictionRow(
                case_id=case_id,
                right="RESTRICTION",
                channel="email",
                mark=b"ann",
                ground=None,
                since=datetime.now(UTC),
                lifted_at=None,
            )
        )
        await session.commit()
    assert {tuple(held) for _, held in await ended(calends)} == {("restricted",)}
    assert await readable(register, keyring, case_id) == set(BLOBS)


async def test_unset_means_that_a_file_ends_by_a_human_only(
    calends: Calends, register: Register, keyring: Keyring, shop: Shop
) -> None:
    await closed_case(register, keyring, 1, days_ago=40 * 366)
    kept = {"findings": "UNSET", "correspondence": "UNSET", "file": "UNSET", "objections": "UNSET"}
    shop.write(case_files=kept)
    assert await ended(calends) == []


async def test_what_of_a_case_is_still_in_the_engine_is_not_ended(
    calends: Calends, register: Register, keyring: Keyring, shop: Shop
) -> None:
    await closed_case(register, keyring, 1, days_ago=6 * 366)
    async with register.session() as session:
        await session.execute(update(CaseRow).values(history_archived=False))
        await session.commit()
    assert await ended(calends) == []

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from sqlalchemy import select, update
from temporalio.api.common.v1 import Payload
from temporalio.converter import WorkflowSerializationContext

from calends.problems import Problem
from calends.register.database import Register
from calends.register.models import BlobChunkRow, BlobRow, KeyRow
from calends.vault.blobs import CHUNK_BYTES, BlobStore, NoSuchBlob
from calends.vault.codec import CaseCodec
from calends.vault.keys import KeyDestroyed, Keyring
from calends.vault.master import load_master_key
from tests.keys import some_master

CANARY = b"Zebulon Quetzalcoatl"
CASE = "case-" + "a" * 32


@pytest.fixture
async def keyring(register: Register) -> Keyring:
    made = Keyring(register, some_master())
    async with register.session() as session:
        await made.make(session, CASE)
        await session.commit()
    return made


@pytest.fixture
def blobs(register: Register, keyring: Keyring) -> BlobStore:
    return BlobStore(register, keyring)


async def put(
    register: Register, keyring: Keyring, blobs: BlobStore, content: bytes | AsyncIterator[bytes]
) -> None:
    async with register.session() as session:
        await blobs.write(session, await keyring.get(CASE), "raw", content)
        await session.commit()


async def test_a_blob_comes_back_as_it_was_written(
    register: Register, keyring: Keyring, blobs: BlobStore
) -> None:
    content = os.urandom(2 * CHUNK_BYTES + 17)
    await put(register, keyring, blobs, content)
    assert await blobs.read(CASE, "raw") == content


async def test_an_empty_blob_comes_back_empty(
    register: Register, keyring: Keyring, blobs: BlobStore
) -> None:
    await put(register, keyring, blobs, b"")
    assert await blobs.read(CASE, "raw") == b""


async def test_a_blob_written_twice_is_the_last_one(
    register: Register, keyring: Keyring, blobs: BlobStore
) -> None:
    await put(register, keyring, blobs, b"first")
    await put(register, keyring, blobs, b"second")
    assert await blobs.read(CASE, "raw") == b"second"


async def test_what_is_stored_of_a_blob_is_not_its_content(
    register: Register, keyring: Keyring, blobs: BlobStore
) -> None:
    await put(register, keyring, blobs, CANARY)
    async with register.session() as session:
        for sealed in await session.scalars(select(BlobChunkRow.sealed)):
            assert CANARY not in sealed


async def test_a_blob_with_a_changed_byte_does_not_open(
    register: Register, keyring: Keyring, blobs: BlobStore
) -> None:
    await put(register, keyring, blobs, CANARY)
    async with register.session() as session:
        sealed = (await session.scalars(select(BlobChunkRow.sealed))).one()
        broken = sealed[:-1] + bytes([sealed[-1] ^ 1])
        await session.execute(update(BlobChunkRow).values(sealed=broken))
        await session.commit()
    with pytest.raises(InvalidTag):
        await blobs.read(CASE, "raw")


async def test_a_blob_that_lost_its_last_chunk_does_not_open(
    register: Register, keyring: Keyring, blobs: BlobStore
) -> None:
    await put(register, keyring, blobs, os.urandom(2 * CHUNK_BYTES))
    async with register.session() as session:
        await session.execute(update(BlobRow).values(chunks=1))
        await session.commit()
    with pytest.raises(InvalidTag):
        await blobs.read(CASE, "raw")


async def test_a_destroyed_key_takes_the_content_with_it(
    register: Register, keyring: Keyring, blobs: BlobStore
) -> None:
    await put(register, keyring, blobs, CANARY)
    async with register.session() as session:
        await session.execute(
            update(KeyRow)
            .where(KeyRow.id == CASE)
            .values(wrapped=None, destroyed_at=datetime.now(UTC))
        )
        await session.commit()
    keyring.forget(CASE)
    with pytest.raises(KeyDestroyed):
        await blobs.read(CASE, "raw")


async def test_a_blob_that_is_not_there_is_said_so(blobs: BlobStore) -> None:
    with pytest.raises(NoSuchBlob):
        await blobs.read(CASE, "export")


async def test_another_master_key_opens_nothing(register: Register, keyring: Keyring) -> None:
    with pytest.raises(KeyDestroyed):
        await Keyring(register, some_master()).get(CASE)


async def test_payloads_are_sealed_under_the_key_of_their_case(keyring: Keyring) -> None:
    codec = CaseCodec(keyring).with_context(
        WorkflowSerializationContext(namespace="calends", workflow_id=CASE)
    )
    plain = Payload(metadata={"encoding": b"json/plain"}, data=CANARY)
    (sealed,) = await codec.encode([plain])
    assert sealed.metadata["key"] == CASE.encode()
    assert CANARY not in sealed.SerializeToString()
    assert await CaseCodec(keyring).decode([sealed]) == [plain]


async def test_what_belongs_to_no_case_is_sealed_under_the_engines_key(keyring: Keyring) -> None:
    plain = Payload(metadata={"encoding": b"json/plain"}, data=CANARY)
    (sealed,) = await CaseCodec(keyring).encode([plain])
    assert sealed.metadata["key"] == b"engine"
    assert await CaseCodec(keyring).decode([sealed]) == [plain]


def test_the_master_key_is_made_once_and_only_for_us(tmp_path: Path) -> None:
    file = tmp_path / "keys" / "master.key"
    made = load_master_key(file)
    assert load_master_key(file)() == made()
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_master_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "master.key"
    load_master_key(file)
    file.chmod(0o644)
    with pytest.raises(Problem, match="chmod 600"):
        load_master_key(file)


def test_a_file_that_is_no_master_key_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "master.key"
    file.write_bytes(b"short")
    file.chmod(0o600)
    with pytest.raises(Problem, match="not a master key"):
        load_master_key(file)

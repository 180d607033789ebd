"""The review in the vault: sealed under the case's key, one decision after the other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from calends.redaction.redactor import item_line
from calends.redaction.review import Decision, Review, StaleReview
from calends.redaction.store import decide, items_blob, read_items, read_review
from calends.register.database import Register
from calends.register.migrate import migrate
from calends.vault.blobs import BlobStore
from calends.vault.keys import CaseKey, Keyring
from tests.commands.sample import put_case
from tests.conftest import Postgres
from tests.keys import some_master
from tests.redaction.test_review import found


@pytest.fixture
async def register(postgres: Postgres, database: str) -> AsyncIterator[Register]:
    await migrate(postgres.url(database))
    opened = Register(postgres.url(database))
    yield opened
    await opened.close()


@pytest.fixture
def blobs(register: Register) -> BlobStore:
    return BlobStore(register, Keyring(register, some_master()))


@pytest.fixture
async def key(register: Register, blobs: BlobStore) -> CaseKey:
    case = await put_case(register, 1)
    async with register.session() as session:
        made = await blobs._keyring.make(session, case.id)
        await session.commit()
    return made


def mask(item: str, start: int = 0) -> Decision:
    return Decision(item=item, start=start, end=start + 5, verdict="mask")


async def taken(
    register: Register, blobs: BlobStore, key: CaseKey, *decisions: Decision, seen: int
) -> Review:
    async with register.session() as session:
        review = await decide(session, blobs, key, decisions, seen_version=seen)
        await session.commit()
    return review


async def test_decisions_are_kept_and_read_again(
    register: Register, blobs: BlobStore, key: CaseKey
) -> None:
    assert await read_review(blobs, key.id) == Review()
    review = await taken(register, blobs, key, mask("a"), seen=0)
    assert await read_review(blobs, key.id) == review
    assert (await taken(register, blobs, key, mask("a"), seen=0)).version == 1


async def test_colleagues_who_decide_at_once_lose_nothing(
    register: Register, blobs: BlobStore, key: CaseKey
) -> None:
    parts = [mask("a", start) for start in range(0, 50, 10)]
    await asyncio.gather(*(taken(register, blobs, key, part, seen=0) for part in parts))
    review = await read_review(blobs, key.id)
    assert review.version == 5
    assert {decision.start for decision in review.decisions} == {0, 10, 20, 30, 40}


async def test_an_outdated_decision_changes_nothing(
    register: Register, blobs: BlobStore, key: CaseKey
) -> None:
    review = await taken(register, blobs, key, mask("a"), seen=0)
    give = mask("a").model_copy(update={"verdict": "give"})
    with pytest.raises(StaleReview):
        await taken(register, blobs, key, give, seen=0)
    assert await read_review(blobs, key.id) == review


async def test_items_are_read_back_in_order(
    register: Register, blobs: BlobStore, key: CaseKey
) -> None:
    wanted = found()
    async with register.session() as session:
        content = b"".join(item_line(item) for item in wanted)
        await blobs.write(session, key, items_blob("crm"), content)
        await session.commit()
    assert [item async for item in read_items(blobs, key.id, "crm")] == wanted

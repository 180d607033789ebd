"""`calends evidence audit`: the first thing that somebody changed in the register is named."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import text

from calends.evidence.signing import SigningKey
from calends.register.checkpoints import make_checkpoint
from calends.register.database import Register
from calends.register.models import CaseRow
from calends.vault.blobs import BlobStore
from calends.vault.keys import Keyring
from tests.commands.conftest import Calends
from tests.commands.sample import note, put_case
from tests.keys import some_master

KEY = SigningKey(Ed25519PrivateKey.generate())
Do = Callable[..., Awaitable[None]]


async def signed(register: Register, key: SigningKey = KEY) -> str | None:
    async with register.session() as session:
        row = await make_checkpoint(session, key, datetime.now(UTC))
        await session.commit()
    return row.digest if row else None


async def grow(register: Register, case: CaseRow, kind: str) -> None:
    async with register.session() as session:
        await note(session, case.id, kind, datetime.now(UTC), {})
        await session.commit()


@pytest.fixture
async def cases(register: Register) -> list[CaseRow]:
    """Two cases with a sealed blob each, and two checkpoints."""
    found = [await put_case(register, number) for number in (1, 2)]
    keyring = Keyring(register, some_master())
    for case in found:
        async with register.session() as session:
            key = await keyring.make(session, case.id)
            await BlobStore(register, keyring).write(session, key, "raw", b"a letter" * 300_000)
            await session.commit()
    await signed(register)
    await grow(register, found[0], "searched")
    await signed(register)
    return found


@pytest.fixture
def do(register: Register) -> Do:
    """What somebody does to the tables."""

    async def done(statement: str, **values: Any) -> None:
        async with register.session() as session:
            await session.execute(text(statement), values)
            await session.commit()

    return done


async def broken(calends: Calends, *more: str) -> str:
    ran = await calends("evidence", "audit", *more)
    assert ran.code == 1, ran.out
    assert ran.err.count("\n") == 1
    return ran.err


async def test_a_register_that_nobody_touched_holds(
    calends: Calends, register: Register, cases: list[CaseRow]
) -> None:
    ran = await calends("evidence", "audit", "--public-key", KEY.public.text, "--json")
    assert ran.code == 0, ran.err
    said = json.loads(ran.out)
    assert (said["holds"], said["chains"], said["checkpoints"], said["blobs"]) == (True, 2, 2, 2)
    assert "everything holds: 2 chains of 3 events" in (await calends("evidence", "audit")).out


async def test_a_checkpoint_signs_only_what_grew_and_none_is_made_of_nothing(
    register: Register, cases: list[CaseRow]
) -> None:
    async with register.session() as session:
        counts = (
            await session.execute(text("SELECT heads FROM checkpoints ORDER BY 1 DESC"))
        ).all()
    assert [row[0] for row in counts] == [2, 1]
    assert await signed(register) is None


async def test_a_whole_chain_written_anew_is_found_by_what_was_signed(
    calends: Calends, register: Register, cases: list[CaseRow], do: Do
) -> None:
    case = cases[1]
    await do("DELETE FROM ledger WHERE case_id = :id", id=case.id)
    await do(
        "UPDATE cases SET head_seq = 0, head_hash = :first WHERE id = :id",
        first="0" * 64,
        id=case.id,
    )
    assert "event 1 is gone, and it was signed" in await broken(calends)
    await grow(register, case, "another_story")
    said = await broken(calends)
    assert f"ledger of {case.id}: event 1 is not the event that was signed in checkpoint" in said


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE ledger SET actor = 'dpo' WHERE seq = 2", "event 2 was changed"),
        ("UPDATE checkpoints SET at = at - interval '1 day'", "its digest does not match"),
        ("UPDATE checkpoint_heads SET hash = repeat('0', 64)", "its digest does not match"),
        ("UPDATE checkpoints SET signature = repeat('0', 128)", "its signature is not by key"),
        ("UPDATE checkpoints SET public_key = 'mine'", "its key or signature is none"),
        (
            "WITH one AS (SELECT min(number) AS n FROM checkpoints), gone AS (DELETE FROM"
            " checkpoint_heads USING one WHERE checkpoint = n) SELECT 1",
            "its digest does not match",
        ),
        ("UPDATE blob_chunks SET sealed = '\\x00' || sealed WHERE number = 1", "blob `raw` of"),
        ("DELETE FROM blob_chunks WHERE number = 2", "blob `raw` of"),
        ("DELETE FROM blob_chunks", "its content is gone, and no event says why"),
    ],
)
async def test_the_first_broken_thing_is_named(
    calends: Calends, cases: list[CaseRow], do: Do, statement: str, what: str
) -> None:
    await do(statement)
    assert what in await broken(calends)


async def test_a_checkpoint_taken_out_is_missed_by_the_next_and_the_last_by_its_noted_digest(
    calends: Calends, register: Register, cases: list[CaseRow], do: Do
) -> None:
    await grow(register, cases[0], "answered")
    noted = await signed(register)
    assert noted is not None
    assert (await calends("evidence", "audit", "--expect", noted)).code == 0
    last = "(SELECT max(number) FROM checkpoints)"
    await do(f"DELETE FROM checkpoint_heads WHERE checkpoint = {last}")
    await do(f"DELETE FROM checkpoints WHERE number = {last}")
    assert (await calends("evidence", "audit")).code == 0, "by itself this cannot be seen"
    assert "none has the expected digest" in await broken(calends, "--expect", noted)
    first = "(SELECT min(number) FROM checkpoints)"
    await do(f"DELETE FROM checkpoint_heads WHERE checkpoint = {first}")
    await do(f"DELETE FROM checkpoints WHERE number = {first}")
    assert "does not follow the one before" in await broken(calends)


async def test_another_key_than_the_published_one_is_named(
    calends: Calends, register: Register, cases: list[CaseRow], tmp_path: Path
) -> None:
    await grow(register, cases[0], "answered")
    await signed(register, SigningKey(Ed25519PrivateKey.generate()))
    assert (await calends("evidence", "audit")).code == 0
    assert "not by the given one" in await broken(calends, "--public-key", KEY.public.text)
    assert (await calends("evidence", "audit", "--public-key", "nonsense")).code == 2


async def test_content_that_ended_as_the_ledger_says_is_not_broken(
    calends: Calends, register: Register, cases: list[CaseRow], do: Do
) -> None:
    await grow(register, cases[0], "content_destroyed")
    await do(
        "DELETE FROM blob_chunks c USING blobs b WHERE b.id = c.blob_id AND case_id = :id",
        id=cases[0].id,
    )
    assert (await calends("evidence", "audit")).code == 0

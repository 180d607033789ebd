"""The master key is rotated while the service runs, and no case is lost on the way."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from calends.problems import Problem
from calends.register.database import Register
from calends.register.models import KeyRow, LedgerRow
from calends.vault import rotating
from calends.vault.keys import KeyDestroyed, Keyring
from calends.vault.master import KeyFile, load_master_key
from calends.vault.rotating import count, finish, rotate

CASES = [f"case-{number:032x}" for number in range(7)]


@pytest.fixture
async def path(register: Register, tmp_path: Path) -> Path:
    """The file of a master key that wraps the keys of some cases."""
    file = tmp_path / "master.key"
    await made(register, Keyring(register, load_master_key(file)), CASES)
    return file


async def made(register: Register, keyring: Keyring, cases: list[str]) -> None:
    async with register.session() as session:
        for case in cases:
            await keyring.make(session, case)
        await session.commit()


async def secrets_of(register: Register, path: Path) -> dict[str, bytes]:
    """What a process that starts now opens."""
    keyring = Keyring(register, KeyFile(path))
    return {case: (await keyring.get(case)).secret for case in CASES}


async def test_after_a_rotation_every_key_is_the_same_and_the_new_master_key_wraps_it(
    register: Register, path: Path
) -> None:
    before, master = await secrets_of(register, path), KeyFile(path)()
    done = await rotate(register, path, "marie")
    assert (done.former, done.unknown) == (len(CASES), 0)
    rotated = KeyFile(path)()
    assert rotated.wrapping[1] == master.wrapping[0]
    assert (await count(register, rotated)).newest == len(CASES)
    await finish(register, path, "marie")
    assert KeyFile(path)().wrapping == rotated.wrapping[:1]
    assert await secrets_of(register, path) == before
    assert path.stat().st_mode & 0o777 == 0o600


async def test_addresses_are_found_again_after_a_rotation(register: Register, path: Path) -> None:
    marked = Keyring(register, KeyFile(path)).index("address", "a@courriel.example")
    await rotate(register, path, "marie")
    await finish(register, path, "marie")
    assert Keyring(register, KeyFile(path)).index("address", "a@courriel.example") == marked


async def test_a_running_process_goes_on_through_a_rotation(register: Register, path: Path) -> None:
    running = Keyring(register, KeyFile(path))
    await rotate(register, path, "marie")
    await running.get(CASES[0])
    await made(register, running, ["case-" + "f" * 32])
    assert (await finish(register, path, "marie")).former == 0, "it wraps by the new key already"
    await running.get(CASES[1])


async def test_what_a_slow_process_wrapped_by_the_former_key_is_wrapped_anew_at_the_end(
    register: Register, path: Path
) -> None:
    former = KeyFile(path)()
    await rotate(register, path, "marie")
    late = "case-" + "f" * 32
    await made(register, Keyring(register, lambda: former), [late])
    assert (await finish(register, path, "marie")).former == 1
    await Keyring(register, KeyFile(path)).get(late)


@pytest.mark.parametrize("survived", range(1, 5))
async def test_a_rotation_that_dies_half_way_leaves_every_key_readable_and_is_finished_later(
    register: Register, path: Path, monkeypatch: pytest.MonkeyPatch, survived: int
) -> None:
    before = await secrets_of(register, path)
    monkeypatch.setattr(rotating, "BATCH", 2)
    batches = rotating._batches

    async def dying(register: Register) -> AsyncIterator[list[KeyRow]]:
        number = 0
        async for batch in batches(register):
            number += 1
            if number == survived:
                raise KeyboardInterrupt
            yield batch

    with monkeypatch.context() as dies:
        dies.setattr(rotating, "_batches", dying)
        with pytest.raises(KeyboardInterrupt):
            await rotate(register, path, "marie")
    assert await secrets_of(register, path) == before
    with pytest.raises(Problem, match="calends keys finish"):
        await rotate(register, path, "marie")
    done = await finish(register, path, "marie")
    assert done.former == len(CASES) - 2 * (survived - 1)
    assert await secrets_of(register, path) == before


async def test_a_key_destroyed_during_a_rotation_does_not_come_back(
    register: Register, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyring = Keyring(register, KeyFile(path))

    async def shred(*_: Any, **__: Any) -> AsyncIterator[list[KeyRow]]:
        async with register.reader() as reader:
            rows = list(await reader.scalars(select(KeyRow).order_by(KeyRow.id)))
        async with register.session() as session:
            await keyring.destroy(session, CASES[3])  # after it was read, before it is written
            await session.commit()
        yield rows

    with monkeypatch.context() as slow:
        slow.setattr(rotating, "_batches", shred)
        await rotate(register, path, "marie")
    with pytest.raises(KeyDestroyed):
        await Keyring(register, KeyFile(path)).get(CASES[3])


async def test_nothing_to_finish_is_said_so(register: Register, path: Path) -> None:
    with pytest.raises(Problem, match="no rotation is under way"):
        await finish(register, path, "marie")


async def test_a_rotation_is_in_the_ledger_of_the_house(register: Register, path: Path) -> None:
    await rotate(register, path, "marie")
    await finish(register, path, "marie")
    async with register.reader() as reader:
        events = list(await reader.scalars(select(LedgerRow).order_by(LedgerRow.seq)))
    assert [(event.kind, event.actor) for event in events] == [
        ("master_key_rotated", "marie"),
        ("former_master_key_forgotten", "marie"),
    ]


async def test_two_rotations_at_once_are_one(register: Register, path: Path) -> None:
    async with rotating._alone(register):
        with pytest.raises(Problem, match="another process rotates"):
            await rotate(register, path, "marie")


async def test_keys_of_another_master_key_are_counted_and_stay(
    register: Register, path: Path, tmp_path: Path
) -> None:
    other = Keyring(register, load_master_key(tmp_path / "other.key"))
    await made(register, other, ["case-" + "e" * 32])
    done = await rotate(register, path, "marie")
    assert done.unknown == 1
    await other.get("case-" + "e" * 32)

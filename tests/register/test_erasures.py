"""The erasure list: kept sealed while a backup may bring a record back, unreadable afterwards."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import func, select, text

from calends.register.database import Register
from calends.register.erasure_rows import ErasureRow
from calends.register.erasures import (
    Remembered,
    forget_expired,
    remember_erasures,
    remembered,
    trace,
)
from calends.systems.protocol import Order
from calends.vault.keys import Keyring
from tests.keys import some_master

AT = datetime(2026, 11, 24, 10, tzinfo=UTC)
ANN = {"id": 4711, "email": "canary.ann@example.test", "city": "Nantes", "active": True}


@pytest.fixture
def keyring(register: Register) -> Keyring:
    return Keyring(register, some_master())


async def erased(*numbers: int, **values: Any) -> AsyncIterator[tuple[Order, Mapping[str, Any]]]:
    for number in numbers:
        record = ANN | {"id": number} | values
        yield Order("crm.contact", {"id": number}, "erase"), record


async def remember(register: Register, keyring: Keyring, *numbers: int, **more: Any) -> None:
    given: dict[str, Any] = {"case_id": "case-1", "system": "crm", "at": AT, "wall": AT} | more
    async with register.session() as session:
        await remember_erasures(session, keyring, erased=erased(*numbers), **given)
        await session.commit()


async def listed(register: Register, keyring: Keyring, **more: Any) -> list[list[Remembered]]:
    return [cases async for cases in remembered(register, keyring, "crm", **more)]


async def test_what_was_erased_is_listed_case_by_case(register: Register, keyring: Keyring) -> None:
    later = datetime(2026, 11, 25, tzinfo=UTC)
    await remember(register, keyring, *range(4711, 6000))
    await remember(register, keyring, 1, case_id="case-2", wall=later)
    await remember(register, keyring, 2, case_id="case-3", system="billing")
    first, second = await listed(register, keyring)
    assert [one.order.key["id"] for one in second] == [1]
    assert {one.order.key["id"] for one in first} == set(range(4711, 6000))
    assert {one.order.act for one in first} == {"erase"}
    (only,) = await listed(register, keyring, since=later)
    assert only[0].case_id == "case-2"


async def test_remembering_twice_is_remembering_once(register: Register, keyring: Keyring) -> None:
    await remember(register, keyring, 1, 2)
    await remember(register, keyring, 1, 2, 1)
    async with register.session() as session:
        assert await session.scalar(select(func.count()).select_from(ErasureRow)) == 2


async def test_nothing_of_the_record_stands_in_the_register(
    register: Register, keyring: Keyring
) -> None:
    await remember(register, keyring, 4711)
    async with register.session() as session:
        row = (await session.execute(text("SELECT e::text FROM erasures e"))).scalar_one()
    for value in ("4711", "canary", "Nantes", "email", "contact"):
        assert value not in row
        assert value.encode().hex() not in row


async def test_two_keys_of_the_register_give_two_marks(register: Register) -> None:
    """No table of known numbers tells who was erased: the mark needs the key."""
    marks = []
    for _ in range(2):
        async with register.session() as session:
            await session.execute(text("DELETE FROM erasures"))
            await session.execute(text("DELETE FROM keys"))
            await session.commit()
        await remember(register, Keyring(register, some_master()), 4711)
        async with register.session() as session:
            marks.append(await session.scalar(select(ErasureRow.mark)))
    assert marks[0] != marks[1]


async def test_when_no_backup_is_left_nobody_can_say_what_was_erased(
    register: Register, keyring: Keyring
) -> None:
    await remember(register, keyring, 4711)
    await remember(register, keyring, 1, wall=datetime(2026, 12, 1, tzinfo=UTC))
    for day, gone in ((date(2027, 2, 28), []), (date(2027, 3, 1), ["erasures-2026-11"])):
        async with register.session() as session:
            assert await forget_expired(session, keyring, "P3M", day) == gone
            await session.commit()
    (left,) = await listed(register, keyring)
    assert [one.order.key["id"] for one in left] == [1]
    async with register.session() as session:
        row = (await session.execute(text("SELECT wrapped FROM keys ORDER BY id"))).all()
    assert [bool(wrapped) for (wrapped,) in row] == [False, True]


async def test_an_unknown_rotation_of_backups_forgets_nothing(
    register: Register, keyring: Keyring
) -> None:
    await remember(register, keyring, 4711)
    async with register.session() as session:
        assert await forget_expired(session, keyring, "UNSET", date(2099, 1, 1)) == []
    assert await listed(register, keyring)


async def test_an_older_state_of_a_record_is_known_and_another_record_is_not(
    register: Register, keyring: Keyring
) -> None:
    await remember(register, keyring, 4711)
    ((one,),) = await listed(register, keyring)
    assert one.resembles(ANN)
    assert one.resembles(ANN | {"city": "Rennes", "id": 4711})
    assert not one.resembles(ANN | {"email": "bob@example.test", "city": "Lyon"})
    assert one.resembles({"id": 4711, "active": False})  # tells nothing


@pytest.mark.parametrize("value", [None, True, "abcd", 12, {"a": 1}, ["long enough"]])
async def test_what_many_records_share_tells_none_apart(
    register: Register, keyring: Keyring, value: object
) -> None:
    async with register.session() as session:
        assert trace(await keyring.make(session, "erasures-2026-11"), "field", value) == ""

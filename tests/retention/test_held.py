"""What a claim, a restriction or an open case holds is left where it is, and the plan says why."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest
from sqlalchemy import update

from activities.house import Person
from calends.register.case_rows import RestrictionRow
from calends.register.database import Register
from calends.register.models import CaseRow, SearchRow
from calends.vault.blobs import BlobStore
from calends.vault.keys import Keyring
from tests.commands.conftest import Calends
from tests.commands.sample import put_case
from tests.retention.shop import Shop, years_ago
from tests.retention.test_phases import planned, run, statuses


async def person_case(
    register: Register, keyring: Keyring, number: int, address: str, *, closed: bool = False
) -> CaseRow:
    """A case with a key and a person of its own."""
    case = await put_case(register, number, closed=closed)
    person = Person(address=address, name="", message_id="", subject="")
    async with register.session() as session:
        key = await keyring.make(session, case.id)
        sealed = key.seal(json.dumps(asdict(person)).encode(), "person")
        await session.execute(
            update(CaseRow).where(CaseRow.id == case.id).values(sealed_person=sealed)
        )
        await session.commit()
    return case


@pytest.fixture
async def two(shop: Shop) -> Shop:
    """Two contacts whose time is over: ann and bob."""
    await shop.contact(1, "ann", years_ago(6))
    await shop.contact(2, "bob", years_ago(6))
    return shop


async def test_a_claim_holds_its_person_and_when_it_is_lifted_the_next_plan_has_them(
    calends: Calends, register: Register, keyring: Keyring, two: Shop
) -> None:
    added = await calends("hold", "add", "--email", "ann@b.example", "--reason", "claim")
    plan = await planned(calends)
    assert (plan["changes"], plan["held"]) == ({"shop.contact": {"erase": 1}}, {"litigation": 1})
    await run(calends, plan["plan"])
    assert await statuses(two) == {1: "open"}
    await calends("hold", "lift", added.out.split(":")[0])
    assert (await planned(calends))["changes"] == {"shop.contact": {"erase": 1}}


async def test_a_claim_put_after_the_plan_was_shown_still_holds(
    calends: Calends, register: Register, keyring: Keyring, two: Shop
) -> None:
    plan = await planned(calends)
    await calends("hold", "add", "--email", "ann@b.example", "--reason", "claim")
    ran = await run(calends, plan["plan"])
    assert (ran["done"], ran["left_alone"]) == ({"shop.contact:erase": 1}, 1)
    assert await statuses(two) == {1: "open"}


async def test_an_inquiry_holds_a_whole_collection(
    calends: Calends, register: Register, keyring: Keyring, two: Shop
) -> None:
    await calends(
        "hold", "add", "--kind", "authority", "--collection", "shop.contact", "--reason", "inquiry"
    )
    plan = await planned(calends)
    assert (plan["changes"], plan["held"]) == ({}, {"authority": 2})


async def test_restricted_data_are_neither_archived_nor_deleted_until_it_is_lifted(
    calends: Calends, register: Register, keyring: Keyring, two: Shop
) -> None:
    await two.contact(3, "carl", years_ago(4))
    for number, name in ((1, "ann"), (2, "carl")):
        case = await person_case(register, keyring, number, f"{name}@b.example", closed=True)
        async with register.session() as session:
            session.add(
                RestrictionRow(
                    case_id=case.id,
                    right="RESTRICTION",
                    channel="email",
                    mark=name.encode(),
                    ground=None,
                    since=datetime.now(UTC),
                    lifted_at=None,
                )
            )
            await session.commit()
    plan = await planned(calends)
    assert (plan["changes"], plan["held"]) == ({"shop.contact": {"erase": 1}}, {"restricted": 2})
    async with register.session() as session:
        await session.execute(update(RestrictionRow).values(lifted_at=datetime.now(UTC)))
        await session.commit()
    changes = (await planned(calends))["changes"]
    assert changes == {"shop.contact": {"archive": 1, "erase": 2}}


async def test_what_an_open_case_has_located_stays_until_it_is_answered(
    calends: Calends, register: Register, keyring: Keyring, two: Shop, tmp_path: Path
) -> None:
    case = await person_case(register, keyring, 1, "somebody@else.example")
    finding = {"collection": "shop.contact", "key": {"id": 1}, "values": {}}
    async with register.session() as session:
        blobs, key = BlobStore(register, keyring), await keyring.get(case.id)
        await blobs.write(session, key, "finding:shop", orjson.dumps(finding) + b"\n")
        session.add(
            SearchRow(
                case_id=case.id,
                system="shop",
                state="found",
                count=1,
                collections={"shop.contact": 1},
                reason=None,
                since=datetime.now(UTC),
            )
        )
        await session.commit()
    plan = await planned(calends)
    assert (plan["changes"], plan["held"]) == (
        {"shop.contact": {"erase": 1}},
        {"other_demand_open": 1},
    )
    async with register.session() as session:
        await session.execute(update(CaseRow).values(closed_at=datetime.now(UTC)))
        await session.commit()
    assert (await planned(calends))["changes"] == {"shop.contact": {"erase": 2}}


async def test_a_case_that_has_not_looked_yet_holds_what_it_would_find(
    calends: Calends, register: Register, keyring: Keyring, two: Shop
) -> None:
    await person_case(register, keyring, 1, "Ann@B.example")
    assert (await planned(calends))["held"] == {"other_demand_open": 1}

"""What holds the records of one case's person, beside the claims that a human wrote down."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import update

from calends.register.case_rows import RestrictionRow
from calends.register.database import Register
from calends.register.held_cases import CaseHolds, holds_on_case
from calends.register.holds import Held, add_hold
from calends.register.marks import mark_of
from calends.register.models import CaseRow
from calends.rules.erasure import Holds
from calends.vault.keys import Keyring
from calends.vault.master import load_master_key
from tests.commands.sample import put_case

ANN = {"email": ["ann@b.example"]}


@pytest.fixture
def keyring(register: Register, tmp_path: Path) -> Keyring:
    return Keyring(register, load_master_key(tmp_path / "master.key"))


async def held(register: Register, keyring: Keyring, case: CaseRow) -> CaseHolds:
    async with register.session() as session:
        return await holds_on_case(session, keyring, await session.get_one(CaseRow, case.id), ANN)


async def of_one_writer(register: Register, *cases: CaseRow) -> None:
    async with register.session() as session:
        ids = [case.id for case in cases]
        await session.execute(
            update(CaseRow).where(CaseRow.id.in_(ids)).values(writer_index=b"the same")
        )
        await session.commit()


async def test_another_case_whose_answer_is_made_of_the_records_holds_them(
    register: Register, keyring: Keyring
) -> None:
    erasure = await put_case(register, 1, demands={"ERASURE": "open"})
    access = await put_case(register, 2, demands={"ACCESS": "open"})
    assert (await held(register, keyring, erasure)).of("crm", "crm.quote") == Holds()
    await of_one_writer(register, erasure, access)
    assert (await held(register, keyring, erasure)).of("crm", "crm.quote").other_demand_open
    answered = await put_case(register, 3, demands={"ACCESS": "answered"})
    await of_one_writer(register, erasure, answered)
    async with register.session() as session:
        await session.execute(update(CaseRow).values(closed_at=datetime.now(UTC)))
        await session.commit()
    assert (await held(register, keyring, erasure)).of("crm", "crm.quote") == Holds()


async def test_a_restriction_of_another_case_holds_until_it_is_lifted(
    register: Register, keyring: Keyring
) -> None:
    erasure = await put_case(register, 1, demands={"ERASURE": "open"})
    earlier = await put_case(register, 2, demands={"RESTRICTION": "answered"}, closed=True)
    mark = mark_of(keyring, "email", "Ann@B.example")
    assert mark is not None
    async with register.session() as session:
        session.add(
            RestrictionRow(
                case_id=earlier.id,
                right="RESTRICTION",
                channel="email",
                mark=mark,
                ground=None,
                since=datetime.now(UTC),
                lifted_at=None,
            )
        )
        await session.commit()
    assert (await held(register, keyring, erasure)).of("crm", "crm.quote").restricted
    async with register.session() as session:
        await session.execute(update(RestrictionRow).values(lifted_at=datetime.now(UTC)))
        await session.commit()
    assert not (await held(register, keyring, erasure)).of("crm", "crm.quote").restricted


async def test_a_hold_on_a_place_holds_what_is_there_and_nothing_else(
    register: Register, keyring: Keyring
) -> None:
    case = await put_case(register, 1)
    async with register.session() as session:
        await add_hold(
            session,
            keyring,
            Held(system="crm", collection="crm.quote"),
            kind="authority",
            reason="inquiry",
            at=datetime.now(UTC),
            may_be_told=False,
        )
        await session.commit()
    holds = await held(register, keyring, case)
    assert holds.of("crm", "crm.quote") == Holds(authority=True, may_be_told=False)
    assert holds.of("crm", "crm.contact") == Holds()
    assert holds.of("billing", "crm.quote") == Holds()

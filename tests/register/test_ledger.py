from __future__ import annotations

import asyncio
import dataclasses
from datetime import UTC, date, datetime

import pytest

from calends.evidence.chain import EvidenceBroken, LedgerEvent, check_chain
from calends.register.database import Register
from calends.register.ledger import append_event, events
from calends.register.models import CaseRow

AT = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


async def open_case(register: Register, case_id: str = "case-1") -> None:
    async with register.session() as session:
        session.add(
            CaseRow(
                id=case_id,
                state="open",
                language="fr",
                received_at=AT,
                opened_at=AT,
                assurance="IA0",
                clock={},
                milestones={},
                safe_due=date(2026, 12, 2),
                legal_due=date(2026, 12, 2),
                sealed_person=b"",
            )
        )
        await session.commit()


async def append(register: Register, once: str, case_id: str = "case-1") -> bool:
    async with register.session() as session:
        new = await append_event(
            session, case_id, once=once, kind="step", at=AT, activity="some_step"
        )
        await session.commit()
        return new


async def read(register: Register, case_id: str = "case-1") -> list[LedgerEvent]:
    async with register.session() as session:
        return [event async for event in events(session, case_id)]


async def test_events_of_a_case_form_a_chain(register: Register) -> None:
    await open_case(register)
    for number in range(5):
        await append(register, f"step {number}")
    chained = await read(register)
    check_chain(chained)
    assert [event.seq for event in chained] == [1, 2, 3, 4, 5]


async def test_an_event_that_is_written_twice_is_one_event(register: Register) -> None:
    await open_case(register)
    assert await append(register, "step")
    assert not await append(register, "step")
    assert len(await read(register)) == 1


async def test_steps_that_write_at_once_continue_each_others_chain(register: Register) -> None:
    await open_case(register)
    await asyncio.gather(*(append(register, f"step {number}") for number in range(12)))
    chained = await read(register)
    check_chain(chained)
    assert len(chained) == 12


async def test_a_step_that_rolls_back_leaves_no_event(register: Register) -> None:
    await open_case(register)
    async with register.session() as session:
        await append_event(session, "case-1", once="x", kind="step", at=AT, activity="some_step")
        await session.rollback()
    assert await read(register) == []


async def test_a_changed_event_breaks_the_chain(register: Register) -> None:
    await open_case(register)
    for number in range(3):
        await append(register, f"step {number}")
    chained = await read(register)
    chained[1] = dataclasses.replace(chained[1], actor="nobody")
    with pytest.raises(EvidenceBroken):
        check_chain(chained)

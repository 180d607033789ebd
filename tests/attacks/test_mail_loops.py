"""Machines that write to machines: two of our own instances, absences, a letter that comes back.

RFC 3834: an automatic answer is never answered by a machine.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from calends.mail.listener import listen
from calends.register.models import CaseRow, InboxRow, OutboxRow
from tests.engine.service import own_directory
from tests.office import Office, mail, open_office, until

ACCESS = "Bonjour, je souhaite une copie de toutes mes données personnelles. Merci."
OURS, THEIRS = "contact@impro-solutions.fr", "contact@autre-calends.example"


@asynccontextmanager
async def answering(office: Office, address: str) -> AsyncIterator[int]:
    """The office takes mail at a port, as that address."""
    controller = office.house.company.controller.model_copy(update={"email": address})
    office.house.company = office.house.company.model_copy(update={"controller": controller})
    server = await listen(office.starter.inbox, host="127.0.0.1", port=0, max_bytes=1_000_000)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


@dataclass
class Pair:
    """Two companies with Calends; what one sends the other receives, over SMTP."""

    ours: Office
    theirs: Office


@pytest.fixture(scope="module")
async def pair() -> AsyncIterator[Pair]:
    async with AsyncExitStack() as stack:
        offices = []
        for address in (OURS, THEIRS):
            folder = stack.enter_context(own_directory())
            office = await stack.enter_async_context(open_office(folder / "var"))
            port = await stack.enter_async_context(answering(office, address))
            offices.append((office, port))
        (ours, our_port), (theirs, their_port) = offices
        ours.house.settings.smtp_port = their_port
        theirs.house.settings.smtp_port = our_port
        yield Pair(ours, theirs)


async def received(office: Office) -> list[InboxRow]:
    await office.starter.dispatch_waiting()
    async with office.house.register.session() as session:
        rows = await session.scalars(select(InboxRow).where(InboxRow.channel == "smtp"))
        return list(rows)


async def cases(office: Office) -> int:
    async with office.house.register.session() as session:
        return await session.scalar(select(func.count()).select_from(CaseRow)) or 0


@pytest.mark.parametrize("text", [ACCESS, "RGPD"], ids=["a clear demand", "a vague one"])
async def test_two_of_our_own_instances_writing_to_each_other_stop_after_one(
    pair: Pair, text: str
) -> None:
    """Somebody writes to us with the other's address as theirs; a whole month goes by."""
    before = len(await received(pair.theirs))
    case_id = await pair.ours.receive(mail(THEIRS, text))

    async def first_letter() -> bool:
        return len(await received(pair.theirs)) > before

    await until(first_letter, seconds=60)
    assert len(await received(pair.theirs)) == before + 1
    await pair.ours.let_time_pass(case_id)
    letters = (await received(pair.theirs))[before:]
    assert len(letters) >= 2, "the month's later letters did not arrive"
    assert {row.kind for row in letters} == {"auto_reply"}
    assert await cases(pair.theirs) == 0
    assert await received(pair.ours) == [], "the other instance answered"


ABSENCES = {
    "an absence by RFC 3834": {"Auto_Submitted": "auto-replied"},
    "an absence of Exchange": {
        "X_Auto_Response_Suppress": "All",
        "Auto_Submitted": "auto-generated",
    },
    "an absence with a null path": {"Return_Path": "<>"},
}


@pytest.mark.parametrize("kind", ABSENCES)
async def test_an_absence_opens_no_case_and_is_not_answered(pair: Pair, kind: str) -> None:
    raw = mail(f"absent{len(kind)}@courriel.example", "Je suis absent jusqu'au 12 mars.",
               subject="Absence du bureau", **ABSENCES[kind])  # fmt: skip
    before = await cases(pair.ours)
    case_id = await pair.ours.receive(raw)
    assert await cases(pair.ours) == before
    async with pair.ours.house.register.session() as session:
        sent = await session.scalar(select(OutboxRow.id).where(OutboxRow.case_id == case_id))
    assert sent is None


async def test_one_address_gets_one_acknowledgment_in_24_hours(pair: Pair) -> None:
    address = "insists@courriel.example"
    opened = [await pair.ours.receive(mail(address, f"RGPD, {n}")) for n in range(3)]
    for case_id in opened:
        await pair.ours.task(case_id, "triage")
    async with pair.ours.house.register.session() as session:
        count = await session.scalar(
            select(func.count())
            .select_from(OutboxRow)
            .where(OutboxRow.case_id.in_(opened), OutboxRow.purpose == "acknowledgment")
        )
    assert count == 1


async def test_a_thread_gets_three_acknowledgments_however_long_it_goes_on(pair: Pair) -> None:
    """A machine that answers under a new address each time, each time to a closed case."""
    ours, thread = pair.ours, ""
    acknowledged = []
    for number in range(5):
        headers = {"In_Reply_To": thread} if thread else {}
        raw = mail(f"machine{number}@courriel.example", f"RGPD, {number}", **headers)
        case_id = await ours.receive(raw, datetime.now(UTC) - timedelta(seconds=1))
        await ours.task(case_id, "triage")
        async with ours.house.register.session() as session:
            letter = await session.scalar(
                select(OutboxRow).where(
                    OutboxRow.case_id == case_id, OutboxRow.purpose == "acknowledgment"
                )
            )
            case = await session.get_one(CaseRow, case_id)
            case.closed_at = datetime.now(UTC)
            await session.commit()
        if letter is not None:
            acknowledged.append(case_id)
            thread = letter.message_id
    assert len(acknowledged) == 3

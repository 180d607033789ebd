"""kill -9 at the worst moments: nothing is lost, nothing happens twice."""

from __future__ import annotations

import asyncio
import random
import subprocess
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import aiosmtplib
import pytest
from sqlalchemy import func, select

from calends.desk.completing import Answer
from calends.evidence.chain import check_chain
from calends.register.ledger import events
from calends.register.models import CaseRow, InboxRow, OutboxRow, TaskRow
from tests.faults.processes import Office, open_office
from tests.office import LINK, Letter, MailServer, mail, until
from workflows.messages import ContactProved
from workflows.rights_request import RightsRequest

ACCESS = "Bonjour, je souhaite une copie de toutes mes données personnelles. Merci."


class Trap(MailServer):
    """A mail server that can kill the worker right after it took a letter."""

    def __init__(self) -> None:
        super().__init__()
        self.victim: tuple[Office, subprocess.Popen[bytes]] | None = None

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        answer = await super().handle_DATA(server, session, envelope)
        if self.victim is not None and "nothing" in _kind(self.letters[-1]):
            office, worker = self.victim
            self.victim = None
            office.kill(worker)
        return answer


def _kind(letter: Letter) -> str:
    """Whether it is the reply to somebody of whom nothing is held."""
    return "nothing held" if "aucune donnée" in letter.text else "other"


def _about(letter: Letter) -> str:
    return f"{letter.mail['Subject']} {_kind(letter)}"


@pytest.fixture(scope="module")
async def office() -> AsyncIterator[Office]:
    async with open_office(Trap()) as opened:
        yield opened


async def _begin(office: Office, address: str) -> str:
    kept = await office.starter.inbox.keep(
        mail(address, ACCESS), channel="file", received_at=datetime.now(UTC)
    )
    await office.starter.dispatch(kept.inbox_id)
    return kept.case_id


async def _prove(office: Office, case_id: str, address: str) -> None:
    async def asked() -> bool:
        return any(LINK.search(letter.text) for letter in office.post.to(address))

    await until(asked, seconds=60)
    handle = office.starter.client.get_workflow_handle(case_id)
    await handle.execute_update(RightsRequest.prove_contact, ContactProved(), id=f"prove-{case_id}")


async def _chain_holds(office: Office, case_id: str) -> None:
    async with office.house.register.session() as session:
        check_chain([event async for event in events(session, case_id)])


async def test_a_worker_killed_again_and_again_ends_every_case_once(office: Office) -> None:
    worker = office.start("worker.py")
    desk = asyncio.create_task(office.desk({"search_by_hand": Answer("nothing")}))
    addresses = {f"kill{n}@courriel.example": "" for n in range(6)}
    for address in addresses:
        addresses[address] = await _begin(office, address)
    proving = [asyncio.create_task(_prove(office, c, a)) for a, c in addresses.items()]
    chance = random.Random(7)
    for _ in range(3):
        await asyncio.sleep(1.5 + chance.random())
        office.kill(worker)
        worker = office.start("worker.py")
    await asyncio.gather(*proving)
    for case_id in addresses.values():
        assert (await office.closed(case_id)).outcome == "answered"
        await _chain_holds(office, case_id)
    desk.cancel()
    office.kill(worker)
    for address in addresses:
        letters = office.post.to(address)
        replies = [letter for letter in letters if _kind(letter) == "nothing held"]
        assert len(replies) == 1, "the reply did not leave once"
        # The letter that asks for a code goes again when its fate is in doubt: the month runs.
        copies = Counter(letter.mail["Message-ID"] for letter in letters)
        assert max(copies.values()) <= 2
        assert len(copies) == len({_about(letter) for letter in letters}), "one letter, two ids"


async def test_a_worker_killed_after_the_servers_250_asks_and_does_not_send_again(
    office: Office,
) -> None:
    address = "doubt@courriel.example"
    worker = office.start("worker.py")
    desk = asyncio.create_task(office.desk({"search_by_hand": Answer("nothing")}))
    assert isinstance(office.post, Trap)
    office.post.victim = (office, worker)
    case_id = await _begin(office, address)
    await _prove(office, case_id, address)

    async def trapped() -> bool:
        return worker.poll() is not None

    await until(trapped, seconds=60)
    office.start("worker.py")

    async def asked() -> bool:
        async with office.house.register.session() as session:
            mend = select(TaskRow).where(
                TaskRow.case_id == case_id,
                TaskRow.kind == "mend_delivery",
                TaskRow.state == "open",
            )
            return await session.scalar(mend) is not None

    await until(asked, seconds=60)
    async with office.house.register.session() as session:
        state = await session.scalar(
            select(OutboxRow.state).where(
                OutboxRow.case_id == case_id, OutboxRow.purpose == "reply:ACCESS"
            )
        )
    assert state == "sending"
    desk.cancel()
    said = asyncio.create_task(office.desk({"mend_delivery": Answer("was_sent")}))
    assert (await office.closed(case_id)).outcome == "answered"
    said.cancel()
    replies = [le for le in office.post.to(address) if _kind(le) == "nothing held"]
    assert len(replies) == 1
    await _chain_holds(office, case_id)


async def test_a_starter_killed_while_mail_comes_in_loses_and_doubles_nothing(
    office: Office,
) -> None:
    starter = office.start("starter.py", "serve")
    port = int(office.env["CALENDS_LISTEN_PORT"])
    mails = [mail(f"flood{n}@courriel.example", "STOP", subject="STOP") for n in range(40)]

    async def deliver(raw: bytes, number: int) -> None:
        async with asyncio.timeout(90):
            while True:
                try:
                    await aiosmtplib.send(
                        raw,
                        sender=f"flood{number}@courriel.example",
                        recipients=["contact@impro-solutions.fr"],
                        hostname="127.0.0.1",
                        port=port,
                        start_tls=False,
                    )
                except (aiosmtplib.SMTPException, OSError):
                    await asyncio.sleep(0.3)  # a sending server comes again
                else:
                    return

    sending = [asyncio.create_task(deliver(raw, n)) for n, raw in enumerate(mails)]
    for _ in range(3):
        await asyncio.sleep(2.5)
        office.kill(starter)
        starter = office.start("starter.py", "serve")
    await asyncio.gather(*sending)

    async def all_dispatched() -> bool:
        async with office.house.register.session() as session:
            states = await session.execute(
                select(InboxRow.state, func.count())
                .where(InboxRow.channel == "smtp")
                .group_by(InboxRow.state)
            )
            counted = {row[0]: row[1] for row in states}
            return counted == {"dispatched": len(mails)}

    await until(all_dispatched, seconds=60)
    async with office.house.register.session() as session:
        rows = list(await session.scalars(select(InboxRow).where(InboxRow.channel == "smtp")))
    for row in rows:
        described = await office.starter.client.get_workflow_handle(row.case_id).describe()
        assert described.workflow_type == "RightsRequest"
    assert len({row.case_id for row in rows}) == len(mails)


DIES_AFTER_THE_START = """
import os, sys
from temporalio.client import Client
start = Client.start_workflow
async def start_and_die(self, *args, **kwargs):
    await start(self, *args, **kwargs)
    os.kill(os.getpid(), 9)
Client.start_workflow = start_and_die
import starter
sys.argv = ["starter.py", "mail", sys.argv[1]]
starter.main()
"""


async def test_a_starter_killed_between_the_start_and_the_mark_opens_one_case(
    office: Office,
) -> None:
    file = office.folder / "one.eml"
    file.write_bytes(mail("between@courriel.example", ACCESS))
    dying = office.start("-c", DIES_AFTER_THE_START, str(file))
    await asyncio.to_thread(dying.wait, 60)
    assert dying.returncode == -9
    again = office.start("starter.py", "mail", str(file))
    await asyncio.to_thread(again.wait, 60)
    assert again.returncode == 0

    async def opened() -> int | None:
        async with office.house.register.session() as session:
            mark = office.house.keyring.index("address", "between@courriel.example")
            return await session.scalar(
                select(func.count()).select_from(CaseRow).where(CaseRow.writer_index == mark)
            )

    assert await until(opened, seconds=60) == 1

"""1,500 mails and twenty times kill -9 at random moments: none lost, none twice.

What was handed over counts: what a mailbox holds, what was answered 250.
"""

from __future__ import annotations

import asyncio
import email
import random
import re
import subprocess
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from functools import partial

import aiosmtplib
import pytest
from sqlalchemy import func, select

from calends.engine.ports import free_ports
from calends.mail.inbox import RAW
from calends.register.mail_rows import MailboxMessageRow
from calends.register.models import InboxRow
from tests.faults.processes import Office, open_office
from tests.mail.dovecot import PASSWORD, Dovecot, running_dovecot
from tests.office import MailServer, until

# A minute each on two free cores, most of it starts of the interpreter; shared ones take longer.
pytestmark = pytest.mark.timeout(900)

MAILS = 1500
KILLS = 20
REQUEST_EVERY = 30
"""One in so many is a request: a case must open, once."""

TO = "contact@impro-solutions.fr"


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    async with open_office(MailServer()) as opened:
        yield opened


def letter(number: int) -> bytes:
    request = number % REQUEST_EVERY == 0
    text = "STOP" if request else "Bonjour, pourriez-vous m'envoyer un devis pour une cuisine ?"
    return (
        f"From: writer{number}@courriel.example\r\nTo: {TO}\r\n"
        f"Subject: {'STOP' if request else 'Devis'}\r\n"
        f"Message-ID: <{number}@courriel.example>\r\n\r\n{text}\r\n"
    ).encode()


async def killed_again_and_again(office: Office, kept: Callable[[], Awaitable[int]]) -> list[int]:
    """Runs the starter and kills it, KILLS times, some before it was up; how much was kept at
    each death."""
    chance, progress = random.Random(1500), []
    for _ in range(KILLS):
        before = times_ready(office)
        starter = start(office)
        if chance.random() < 0.85:
            await until(partial(is_ready, office, before), seconds=90)
        await asyncio.sleep(chance.random() * 1.5)
        office.kill(starter)
        progress.append(await kept())
    return progress


def times_ready(office: Office) -> int:
    log = office.folder / "starter.py.log"
    return log.read_bytes().count(b"starter: ready") if log.exists() else 0


async def is_ready(office: Office, before: int) -> bool:
    return times_ready(office) > before


def start(office: Office) -> subprocess.Popen[bytes]:
    return office.start("starter.py", "serve")


async def kept(office: Office) -> int:
    async with office.house.register.session() as session:
        return await session.scalar(select(func.count()).select_from(InboxRow)) or 0


async def all_is_there_once(office: Office) -> None:
    """Every mail is one row, dispatched; every request is one running case."""

    async def dispatched() -> bool:
        async with office.house.register.session() as session:
            done = select(func.count()).where(InboxRow.state == "dispatched")
            return (await session.scalar(done) or 0) >= MAILS

    await until(dispatched, seconds=400)
    async with office.house.register.session() as session:
        rows = list(await session.scalars(select(InboxRow)))
    ids: Counter[str] = Counter()
    for row in rows:
        raw = await office.house.blobs.read(row.case_id, RAW)
        ids[str(email.message_from_bytes(raw)["Message-ID"])] += 1
    assert set(ids) == {f"<{number}@courriel.example>" for number in range(MAILS)}, "lost"
    assert max(ids.values()) == 1, "twice"
    assert {row.failure for row in rows} == {None}
    requests = [row for row in rows if row.kind == "request"]
    assert len(requests) == MAILS // REQUEST_EVERY
    for row in requests:
        described = await office.starter.client.get_workflow_handle(row.case_id).describe()
        assert described.workflow_type == "RightsRequest"


def log_names_nobody(office: Office) -> None:
    said = (office.folder / "starter.py.log").read_text(encoding="utf-8")
    assert "ready" in said
    assert not re.search(r"writer\d|courriel|devis|Traceback", said, re.IGNORECASE)


async def test_a_mailbox_of_1500_read_by_a_starter_killed_20_times(office: Office) -> None:
    with running_dovecot() as dovecot:
        for number in range(MAILS - 100):
            dovecot.put(letter(number))
        office.env |= {
            "CALENDS_LISTEN_PORT": "0",
            "CALENDS_IMAP_HOST": "127.0.0.1",
            "CALENDS_IMAP_PORT": str(dovecot.imap),
            "CALENDS_IMAP_TLS": "none",
            "CALENDS_IMAP_USER": dovecot.user,
            "CALENDS_IMAP_PASSWORD": PASSWORD,
        }
        coming = asyncio.create_task(trickle(dovecot))
        progress = await killed_again_and_again(office, lambda: kept(office))
        assert len(set(progress)) > KILLS // 3, f"it died idle: {progress}"
        await coming
        last = start(office)
        await all_is_there_once(office)
        async with office.house.register.session() as session:
            rows = await session.execute(
                select(MailboxMessageRow.state, func.count()).group_by(MailboxMessageRow.state)
            )
            assert {row[0]: row[1] for row in rows} == {"kept": MAILS}
        assert len(dovecot.names()) == MAILS, "something left the mailbox"
        office.kill(last)
    log_names_nobody(office)


async def trickle(dovecot: Dovecot) -> None:
    """The last hundred come while the starter lives and dies."""
    for number in range(MAILS - 100, MAILS):
        await dovecot.deliver(letter(number))
        await asyncio.sleep(0.2)


async def test_1500_mails_over_smtp_and_lmtp_to_a_starter_killed_20_times(office: Office) -> None:
    smtp, (lmtp,) = int(office.env["CALENDS_LISTEN_PORT"]), free_ports(1)
    office.env["CALENDS_LMTP_PORT"] = str(lmtp)
    waiting = iter(range(MAILS))
    sending = [
        asyncio.create_task(relay(waiting, by, port))
        for by, port in ((by_smtp, smtp), (by_lmtp, lmtp))
        for _ in range(4)
    ]
    progress = await killed_again_and_again(office, lambda: kept(office))
    assert len(set(progress)) > KILLS // 3, f"it died idle: {progress}"
    last = start(office)
    await asyncio.gather(*sending)
    await all_is_there_once(office)
    office.kill(last)
    log_names_nobody(office)


Door = Callable[[int, bytes], Awaitable[None]]


async def relay(waiting: Iterator[int], hand_over: Door, port: int) -> None:
    """A mail server: hands each over until it is taken."""
    for number in waiting:
        raw = letter(number)
        async with asyncio.timeout(600):
            while True:
                try:
                    await hand_over(port, raw)
                    break
                except (aiosmtplib.SMTPException, OSError, EOFError):
                    await asyncio.sleep(0.1)


async def by_smtp(port: int, raw: bytes) -> None:
    async with aiosmtplib.SMTP(hostname="127.0.0.1", port=port, start_tls=False) as server:
        await server.mail("relay@mx.example")
        await server.rcpt(TO)
        await server.data(raw)


async def by_lmtp(port: int, raw: bytes) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for line in (b"LHLO mx.example", b"MAIL FROM:<relay@mx.example>",
                     f"RCPT TO:<{TO}>".encode(), b"DATA", raw + b"."):  # fmt: skip
            await answered(reader)
            writer.write(line + b"\r\n")
        if not (await answered(reader)).startswith(b"250"):
            raise OSError
    finally:
        writer.close()


async def answered(reader: asyncio.StreamReader) -> bytes:
    while True:
        line = await reader.readuntil(b"\r\n")
        if line[3:4] == b" ":
            return line

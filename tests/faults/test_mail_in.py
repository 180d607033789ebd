"""Mail coming in over real SMTP and LMTP: 250 means kept, byte for byte; 4xx means come again."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import aiosmtplib
import pytest
from aiosmtpd.smtp import Envelope
from sqlalchemy import func, select

from calends.mail.inbox import RAW, Inbox
from calends.mail.listener import MAX_CONNECTIONS, PIECE_BYTES, listen, trace
from calends.register.database import Register
from calends.register.migrate import migrate
from calends.register.models import InboxRow
from calends.vault.blobs import BlobStore
from calends.vault.keys import Keyring
from tests.conftest import Postgres
from tests.keys import some_master
from tests.office import mail

MAX_BYTES = 3_000_000
TO = "contact@impro-solutions.fr"


@dataclass
class Desk:
    """A listening inbox; `told` counts how often it said that something arrived."""

    postgres: Postgres
    database: str
    register: Register
    inbox: Inbox
    blobs: BlobStore
    smtp: int = 0
    lmtp: int = 0
    told: list[int] = field(default_factory=list)

    async def kept(self) -> list[bytes]:
        """All messages as kept, in the order of their arrival."""
        async with self.register.session() as session:
            cases = await session.scalars(select(InboxRow.case_id).order_by(InboxRow.received_at))
        return [await self.blobs.read(case_id, RAW) for case_id in cases]

    async def count(self) -> int:
        async with self.register.session() as session:
            return await session.scalar(select(func.count()).select_from(InboxRow)) or 0

    async def take_database_away(self) -> None:
        """Nobody may connect, and who was connected is thrown out: what a restart looks like."""
        name = self.database
        await self.postgres.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        await self.postgres.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            f" WHERE datname = '{name}' AND pid <> pg_backend_pid()"
        )

    async def bring_database_back(self) -> None:
        await self.postgres.execute(f"ALTER DATABASE {self.database} ALLOW_CONNECTIONS true")


@pytest.fixture
async def desk(postgres: Postgres, database: str) -> AsyncIterator[Desk]:
    url = postgres.url(database)
    await migrate(url)
    register = Register(url)
    keyring = Keyring(register, some_master())
    blobs = BlobStore(register, keyring)
    opened = Desk(postgres, database, register, Inbox(register, keyring, blobs), blobs)
    servers = []
    for lmtp in (False, True):
        server = await listen(
            opened.inbox,
            host="127.0.0.1",
            port=0,
            max_bytes=MAX_BYTES,
            lmtp=lmtp,
            arrived=lambda: opened.told.append(1),
        )
        servers.append(server)
    opened.smtp, opened.lmtp = (server.sockets[0].getsockname()[1] for server in servers)
    yield opened
    for server in servers:
        server.close()
    await register.close()


async def send(port: int, raw: bytes) -> None:
    async with aiosmtplib.SMTP(hostname="127.0.0.1", port=port, start_tls=False) as server:
        await server.mail("writer@courriel.example")
        await server.rcpt(TO)
        await server.data(raw)


class Wire:
    """SMTP spoken by hand, for what no library would send."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def say(self, line: bytes) -> str:
        self.writer.write(line + b"\r\n")
        return await self.answer()

    async def answer(self) -> str:
        """One reply, all its lines."""
        async with asyncio.timeout(10):
            lines = [await self.reader.readuntil(b"\r\n")]
            while lines[-1][3:4] == b"-":
                lines.append(await self.reader.readuntil(b"\r\n"))
        return b"".join(lines).decode()

    async def envelope(self, hello: bytes, recipients: int = 1) -> None:
        assert (await self.say(hello)).startswith("250")
        assert (await self.say(b"MAIL FROM:<writer@courriel.example>")).startswith("250")
        for _ in range(recipients):
            assert (await self.say(f"RCPT TO:<{TO}>".encode())).startswith("250")
        assert (await self.say(b"DATA")).startswith("354")


@asynccontextmanager
async def wire(port: int) -> AsyncIterator[Wire]:
    spoken = Wire(*await asyncio.open_connection("127.0.0.1", port, limit=1 << 20))
    try:
        assert (await spoken.answer()).startswith("220")
        yield spoken
    finally:
        spoken.writer.close()
        with contextlib.suppress(ConnectionError):
            await spoken.writer.wait_closed()


TRACE = f"Return-Path: <writer@courriel.example>\r\nDelivered-To: {TO}\r\n".encode()
"""What final delivery writes before a message (RFC 5321 4.4)."""


@pytest.mark.parametrize("door", ["smtp", "lmtp"])
async def test_what_is_answered_250_is_in_the_inbox(desk: Desk, door: str) -> None:
    raw = mail("writer@courriel.example", "Bonjour").replace(b"\n", b"\r\n")
    hello = {"smtp": b"EHLO relay.example", "lmtp": b"LHLO relay.example"}[door]
    async with wire(getattr(desk, door)) as spoken:
        await spoken.envelope(hello)
        assert (await spoken.say(raw + b".")).startswith("250")
    assert await desk.kept() == [TRACE + raw]
    assert len(desk.told) == 1


async def test_a_null_return_path_is_kept_as_such(desk: Desk) -> None:
    """RFC 3834: a message with a null path is never answered by a machine."""
    async with wire(desk.smtp) as spoken:
        await spoken.say(b"EHLO relay.example")
        assert (await spoken.say(b"MAIL FROM:<>")).startswith("250")
        await spoken.say(f"RCPT TO:<{TO}>".encode())
        await spoken.say(b"DATA")
        await spoken.say(b"Subject: x\r\n\r\ny\r\n.")
    [kept] = await desk.kept()
    assert kept.startswith(b"Return-Path: <>\r\nDelivered-To: ")


@pytest.mark.parametrize(
    "address", ["a@b.example\r\nX-Forged: yes", "a@b.example\nX: y", "a\0@b.c"]
)
def test_an_envelope_cannot_write_header_lines(address: str) -> None:
    envelope = Envelope()
    envelope.mail_from, envelope.rcpt_tos = address, [address, TO]
    assert trace(envelope) == f"Delivered-To: {TO}\r\n".encode()


async def test_lmtp_answers_once_for_each_recipient(desk: Desk) -> None:
    """RFC 2033 §4.2: a client that waits for the second answer would deliver for ever."""
    async with wire(desk.lmtp) as spoken:
        await spoken.envelope(b"LHLO relay.example", recipients=2)
        assert (await spoken.say(mail("writer@courriel.example", "x") + b"\r\n.")).startswith("250")
        assert (await spoken.answer()).startswith("250")
        assert (await spoken.say(b"NOOP")).startswith("250")
    assert await desk.count() == 1


ODD_BODIES = {
    "NUL": b"a\0b\r\n",
    "8 bit that is no UTF-8": bytes(range(128, 256)) + b"\r\n",
    "bare LF": b"one\ntwo\nthree\r\n",
    "bare CR": b"one\rtwo\r\n",
    "a bare LF before a dot": b"one\n.\ntwo\r\n",
    "lines that begin with dots": b".\r\n..\r\n...x\r\n",
    "a line of 100,000 characters": b"x" * 100_000 + b"\r\n",
    "20,000 lines with bare LF": b"line\n" * 20_000 + b"\r\n",
    "a million bytes in one line": os.urandom(500_000).hex().encode() + b"\r\n",
    "nothing": b"",
}


@pytest.mark.parametrize("body", ODD_BODIES)
async def test_a_body_is_kept_byte_for_byte(desk: Desk, body: str) -> None:
    raw = b"From: writer@courriel.example\r\nSubject: odd\r\n\r\n" + ODD_BODIES[body]
    dotted = b"\r\n".join(
        b"." + line if line.startswith(b".") else line for line in raw.split(b"\r\n")
    )
    async with wire(desk.smtp) as spoken:
        await spoken.envelope(b"EHLO relay.example")
        assert (await spoken.say(dotted + b".")).startswith("250")
    assert await desk.kept() == [TRACE + raw]


async def test_an_empty_message_is_kept_too(desk: Desk) -> None:
    async with wire(desk.smtp) as spoken:
        await spoken.envelope(b"EHLO relay.example")
        assert (await spoken.say(b".")).startswith("250")
    assert await desk.kept() == [TRACE]


async def test_a_size_announced_above_the_limit_is_refused_with_552(desk: Desk) -> None:
    async with wire(desk.smtp) as spoken:
        assert f"SIZE {MAX_BYTES}" in await spoken.say(b"EHLO relay.example")
        size = f" SIZE={MAX_BYTES + 1}".encode()
        answer = await spoken.say(b"MAIL FROM:<writer@courriel.example>" + size)
    assert answer.startswith("552")
    assert await desk.count() == 0


async def test_a_message_found_to_be_above_the_limit_is_refused_with_552(desk: Desk) -> None:
    async with wire(desk.smtp) as spoken:
        await spoken.envelope(b"EHLO relay.example")
        answer = await spoken.say((b"y" * 78 + b"\r\n") * 40_000 + b".")
        assert answer.startswith("552")
        assert (await spoken.say(b"NOOP")).startswith("250")
    assert await desk.count() == 0


@pytest.mark.parametrize("door", ["smtp", "lmtp"])
async def test_a_message_too_large_by_lmtp_is_refused_for_each_recipient(
    desk: Desk, door: str
) -> None:
    recipients = 3 if door == "lmtp" else 1
    async with wire(getattr(desk, door)) as spoken:
        await spoken.envelope(b"LHLO x" if door == "lmtp" else b"EHLO x", recipients=3)
        spoken.writer.write((b"y" * 78 + b"\r\n") * 40_000 + b".\r\n")
        for _ in range(recipients):
            assert (await spoken.answer()).startswith("552")
        assert (await spoken.say(b"NOOP")).startswith("250")


async def test_messages_sent_in_one_breath_are_told_apart(desk: Desk) -> None:
    """PIPELINING: the next commands come with the last bytes of the message."""
    envelope = f"MAIL FROM:<a@b.example>\r\nRCPT TO:<{TO}>\r\nDATA\r\n".encode()
    bodies = [b"Subject: one\r\n\r\n1\r\n", b"", b"Subject: two\r\n\r\n.\r\n..2\r\n"]
    async with wire(desk.smtp) as spoken:
        await spoken.say(b"EHLO relay.example")
        dotted = [b.replace(b"\r\n.", b"\r\n..") for b in bodies]
        spoken.writer.write(b"".join(envelope + body + b".\r\n" for body in dotted))
        for _ in bodies:
            codes = [(await spoken.answer())[:3] for _ in range(4)]
            assert codes == ["250", "250", "354", "250"]
    kept = [raw.partition(f"Delivered-To: {TO}\r\n".encode())[2] for raw in await desk.kept()]
    assert sorted(kept) == sorted(bodies)


@pytest.mark.parametrize("size", [1, 2, 3, 5, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1])
async def test_a_message_ends_wherever_its_last_piece_is_cut(desk: Desk, size: int) -> None:
    raw = b"x" * size + b"\r\n"
    async with wire(desk.smtp) as spoken:
        await spoken.envelope(b"EHLO relay.example")
        for piece in (raw[:-1], b"\n", b".", b"\r", b"\n"):
            spoken.writer.write(piece)
            await spoken.writer.drain()
            await asyncio.sleep(0.01)
        assert (await spoken.answer()).startswith("250")
    assert (await desk.kept())[0].endswith(b"\r\n" + raw)


async def test_while_the_register_is_away_the_sender_is_told_to_come_again_and_then_taken(
    desk: Desk,
) -> None:
    raw = mail("writer@courriel.example", "Bonjour")
    await desk.take_database_away()
    for port in (desk.smtp, desk.smtp, desk.lmtp):
        async with wire(port) as spoken:
            await spoken.envelope(b"LHLO x.example" if port == desk.lmtp else b"EHLO x.example")
            answer = await spoken.say(raw + b"\r\n.")
        assert answer.startswith("451"), answer
        assert "writer" not in answer
    assert desk.told == []
    await desk.bring_database_back()
    await send(desk.smtp, raw)
    assert await desk.count() == 1


async def test_a_register_that_breaks_in_the_middle_leaves_no_half_message(desk: Desk) -> None:
    await desk.postgres.execute("ALTER TABLE blob_chunks RENAME TO gone", desk.database)
    with pytest.raises(aiosmtplib.SMTPDataError) as refused:
        await send(desk.smtp, mail("writer@courriel.example", "Bonjour"))
    assert refused.value.code == 451
    assert await desk.count() == 0
    await desk.postgres.execute("ALTER TABLE gone RENAME TO blob_chunks", desk.database)
    await send(desk.smtp, mail("writer@courriel.example", "Bonjour"))
    assert await desk.count() == 1


class Broken(Exception):
    """What nobody foresaw; it quotes the message, as libraries do."""


@pytest.mark.parametrize("where", ["keep", "session"])
async def test_an_error_that_nobody_foresaw_is_451_and_quotes_nothing(
    desk: Desk, where: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A 5xx would make the sending server give the message up."""

    async def keep(raw: bytes, **more: object) -> None:
        raise Broken(raw.decode())

    def traced(envelope: Envelope) -> bytes:
        raise Broken("writer@courriel.example")

    if where == "keep":
        monkeypatch.setattr(desk.inbox, "keep", keep)
    else:
        monkeypatch.setattr("calends.mail.listener.trace", traced)
    async with wire(desk.smtp) as spoken:
        await spoken.envelope(b"EHLO relay.example")
        answer = await spoken.say(mail("writer@courriel.example", "Bonjour") + b"\r\n.")
        assert answer.startswith("451")
        assert (await spoken.say(b"NOOP")).startswith("250")
    assert "writer" not in answer
    assert "Broken" in caplog.text
    assert "writer" not in caplog.text


async def test_a_message_cut_off_before_its_end_is_not_kept(desk: Desk) -> None:
    async with wire(desk.smtp) as spoken:
        await spoken.envelope(b"EHLO relay.example")
        spoken.writer.write(mail("writer@courriel.example", "Bonjour, je souhaite"))
        await spoken.writer.drain()
    await send(desk.smtp, mail("other@courriel.example", "Bonjour"))
    assert await desk.count() == 1


async def test_the_same_message_over_both_doors_at_once_is_one(desk: Desk) -> None:
    raw = mail("writer@courriel.example", "Bonjour")

    async def by_lmtp(relay: int) -> None:
        relayed = f"Received: by relay{relay}.example\r\n".encode() + raw
        async with wire(desk.lmtp) as spoken:
            await spoken.envelope(b"LHLO relay.example")
            assert (await spoken.say(relayed + b"\r\n.")).startswith("250")

    async with asyncio.TaskGroup() as senders:
        for relay in range(8):
            senders.create_task(send(desk.smtp, raw))
            senders.create_task(by_lmtp(relay))
    assert await desk.count() == 1


async def test_a_connection_too_many_is_told_to_come_again(desk: Desk) -> None:
    async with AsyncExitStack() as open_connections:
        for _ in range(MAX_CONNECTIONS):
            await open_connections.enter_async_context(wire(desk.smtp))
        reader, writer = await asyncio.open_connection("127.0.0.1", desk.smtp)
        assert (await reader.readline()).startswith(b"421")
        writer.close()
        await writer.wait_closed()
    await send(desk.smtp, mail("writer@courriel.example", "Bonjour"))
    assert await desk.count() == 1


async def test_no_word_of_a_message_or_an_address_is_logged(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await send(desk.smtp, mail("canari@courriel.example", "Le canari chante"))
    assert "kept" in caplog.text
    said = [
        r.getMessage().lower() for r in caplog.records if r.name.startswith(("calends", "mail"))
    ]
    assert not any("canari" in line or "contact@" in line for line in said)


async def test_the_same_words_without_id_and_date_weeks_later_are_another_message(
    desk: Desk,
) -> None:
    """Somebody writes STOP again, with a program that gives no message an id."""
    stop, now = b"From: writer@courriel.example\nSubject: STOP\n\nSTOP\n", datetime.now(UTC)
    for days in (0, 0, 1, 30, 30, 200):
        await desk.inbox.keep(stop, channel="smtp", received_at=now + timedelta(days=days))
    assert await desk.count() == 3


async def test_a_message_with_an_id_is_one_however_late_it_comes_again(desk: Desk) -> None:
    raw, now = mail("writer@courriel.example", "STOP"), datetime.now(UTC)
    for days in (0, 300):
        await desk.inbox.keep(raw, channel="smtp", received_at=now + timedelta(days=days))
    assert await desk.count() == 1

"""Mailboxes read from a real Dovecot into a real register."""

from __future__ import annotations

import asyncio
import json
import logging
import urllib.parse
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from calends.mail import imap_ledger
from calends.mail.doors import Doors
from calends.mail.imap import ImapSession, MailboxAway
from calends.mail.imap_poller import Poller
from calends.mail.imap_taking import CUT_BYTES
from calends.mail.inbox import RAW, Inbox
from calends.mail.mailboxes import MailboxEntry
from calends.register.database import Register
from calends.register.mail_rows import MailboxMessageRow, MailboxRow
from calends.register.migrate import migrate
from calends.register.models import InboxRow
from calends.settings import Settings
from calends.vault.blobs import BlobStore
from calends.vault.keys import Keyring
from tests.conftest import Postgres
from tests.keys import some_master
from tests.mail.dovecot import PASSWORD, TOKEN, Dovecot, running_dovecot
from tests.office import mail, until

MAX_BYTES = 3_000_000


@dataclass
class Desk:
    """A register with an inbox, filled by pollers."""

    postgres: Postgres
    database: str
    register: Register
    inbox: Inbox
    blobs: BlobStore

    async def poller(self, entry: MailboxEntry) -> Poller:
        async with self.register.session() as session:
            await imap_ledger.watch(session, [entry.id], datetime.now(UTC))
            await session.commit()
        return Poller(entry, self.register, self.inbox, MAX_BYTES)

    async def poll(self, entry: MailboxEntry) -> None:
        """One connection, one round."""
        poller = await self.poller(entry)
        try:
            async with poller.session() as session:
                await poller.take_new(session)
        finally:
            poller.close()

    @asynccontextmanager
    async def polling(self, entry: MailboxEntry) -> AsyncIterator[None]:
        poller = await self.poller(entry)
        task = asyncio.create_task(poller.run())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
            poller.close()

    async def rows(self) -> list[InboxRow]:
        async with self.register.session() as session:
            return list(await session.scalars(select(InboxRow).order_by(InboxRow.received_at)))

    async def kept(self) -> list[bytes]:
        return [await self.blobs.read(row.case_id, RAW) for row in await self.rows()]

    async def ledger(self) -> dict[int, str]:
        async with self.register.session() as session:
            rows = await session.scalars(select(MailboxMessageRow))
            return {row.uid: row.state for row in rows}

    async def mailbox(self) -> MailboxRow:
        async with self.register.session() as session:
            return await session.get_one(MailboxRow, "contact")

    async def arrive(self, count: int) -> None:
        """Waits until so many messages are in the inbox."""

        async def there() -> bool:
            return len(await self.rows()) == count

        await until(there, seconds=60)


@pytest.fixture
async def desk(postgres: Postgres, database: str) -> AsyncIterator[Desk]:
    url = postgres.url(database)
    await migrate(url)
    register = Register(url)
    keyring = Keyring(register, some_master())
    blobs = BlobStore(register, keyring)
    yield Desk(postgres, database, register, Inbox(register, keyring, blobs), blobs)
    await register.close()


def letter(number: int) -> bytes:
    return mail(f"writer{number}@courriel.example", f"Bonjour, numéro {number}")


async def test_each_message_is_taken_once_and_left_as_it_was(desk: Desk, dovecot: Dovecot) -> None:
    raws = [letter(number) for number in range(3)]
    for raw in raws:
        dovecot.put(raw)
    for _ in range(2):
        await desk.poll(dovecot.entry())
    taken = [raw.replace(b"\r\n", b"\n") for raw in await desk.kept()]
    assert sorted(taken) == sorted(raws)
    assert await desk.ledger() == {1: "kept", 2: "kept", 3: "kept"}
    assert len(dovecot.names()) == 3
    assert not any(name.endswith("S") for name in dovecot.names()), "a message was marked as seen"


async def test_the_month_counts_from_the_arrival_in_the_mailbox(
    desk: Desk, dovecot: Dovecot
) -> None:
    arrived = datetime.now(UTC).replace(microsecond=0) - timedelta(days=12)
    dovecot.put(letter(1), arrived)
    await desk.poll(dovecot.entry())
    [row] = await desk.rows()
    assert row.received_at == arrived


async def test_what_came_more_than_a_month_before_the_first_reading_is_noted_and_not_taken(
    desk: Desk, dovecot: Dovecot
) -> None:
    dovecot.put(letter(1), datetime.now(UTC) - timedelta(days=40))
    dovecot.put(letter(2))
    await desk.poll(dovecot.entry())
    assert await desk.ledger() == {1: "older", 2: "kept"}
    assert len(await desk.rows()) == 1


async def test_reading_begins_at_the_day_that_is_declared(desk: Desk, dovecot: Dovecot) -> None:
    dovecot.put(letter(1), datetime.now(UTC) - timedelta(days=100))
    since = datetime.now(UTC).date() - timedelta(days=120)
    await desk.poll(dovecot.entry(since=since))
    assert await desk.ledger() == {1: "kept"}


async def test_a_mailbox_numbered_anew_is_read_again_and_doubles_nothing(
    desk: Desk, dovecot: Dovecot
) -> None:
    for number in range(5):
        dovecot.put(letter(number))
    await desk.poll(dovecot.entry())
    before = (await desk.mailbox()).uidvalidity
    await asyncio.sleep(1.1)  # Dovecot takes a new UIDVALIDITY from its clock's seconds
    dovecot.forget_numbers()
    dovecot.put(letter(99))
    await desk.poll(dovecot.entry())
    assert (await desk.mailbox()).uidvalidity != before
    assert len(await desk.rows()) == 6
    async with desk.register.session() as session:
        states = await session.scalars(
            select(MailboxMessageRow.state).where(MailboxMessageRow.uidvalidity != before)
        )
        assert sorted(states) == ["kept", *["known"] * 5]


@pytest.mark.parametrize("security", ["tls", "starttls"])
async def test_encrypted_connections_are_made_to_a_trusted_server_only(
    desk: Desk, dovecot: Dovecot, security: str
) -> None:
    dovecot.put(letter(1))
    port = dovecot.imaps if security == "tls" else dovecot.imap
    with pytest.raises(MailboxAway) as refused:
        await asyncio.to_thread(ImapSession, dovecot.entry(security=security, port=port))
    assert refused.value.code == "tls"
    trusted = str(dovecot.home / "server.pem")
    await desk.poll(dovecot.entry(security=security, port=port, ca_file=trusted))
    assert len(await desk.rows()) == 1


@asynccontextmanager
async def token_issuer(port: int, user: str) -> AsyncIterator[None]:
    """The provider that Dovecot asks whether a token is good."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = (await reader.readuntil(b"\r\n\r\n")).split(b" ")[1].decode()
        good = urllib.parse.parse_qs(urllib.parse.urlsplit(asked).query).get("token") == [TOKEN]
        body = json.dumps({"active": good} | ({"username": user} if good else {})).encode()
        writer.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n"
            b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
        )
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", port)
    try:
        yield
    finally:
        server.close()
        await server.wait_closed()


@pytest.mark.parametrize("way", ["token_file", "token_command"])
async def test_a_token_opens_a_mailbox_too(
    desk: Desk, dovecot: Dovecot, way: str, tmp_path: Path
) -> None:
    dovecot.put(letter(1))
    file = tmp_path / "token"
    given = {"token_file": str(file), "token_command": f"cat '{file}'"}[way]
    entry = dovecot.entry(password="", **{way: given})
    async with token_issuer(dovecot.oauth, dovecot.user):
        with pytest.raises(MailboxAway) as missing:
            await asyncio.to_thread(ImapSession, entry)
        assert missing.value.code == "credentials"
        file.write_text("another token\n")
        with pytest.raises(MailboxAway) as refused:
            await asyncio.to_thread(ImapSession, entry)
        assert refused.value.code == "login"
        file.write_text(f"{TOKEN}\n")
        await desk.poll(entry)
    assert len(await desk.rows()) == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"port": 1}, "unreachable"),
        ({"user": "nobody@impro-solutions.fr"}, "login"),
        ({"password": "${NOT_SET_ANYWHERE}"}, "credentials"),
        ({"folder": "No such folder"}, "folder"),
        ({"security": "tls"}, "tls"),
    ],
)
async def test_why_a_mailbox_cannot_be_read_is_a_code_in_the_register_and_the_log(
    desk: Desk,
    dovecot: Dovecot,
    caplog: pytest.LogCaptureFixture,
    change: dict[str, object],
    code: str,
) -> None:
    async def noted() -> bool:
        return (await desk.mailbox()).failure == code

    async with desk.polling(dovecot.entry(**change)):
        await until(noted, seconds=60)
    row = await desk.mailbox()
    assert row.failing_since is not None
    assert row.succeeded_at is None
    assert f"({code})" in caplog.text
    assert "impro-solutions" not in caplog.text


@pytest.mark.parametrize("layout", ["Maildir++", "fs"])
async def test_what_was_taken_is_moved_to_a_folder_by_the_servers_own_delimiter(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, layout: str
) -> None:
    monkeypatch.setenv("MAILBOX_PASSWORD", PASSWORD)
    with running_dovecot(layout) as dovecot:
        dovecot.put(letter(1), datetime.now(UTC) - timedelta(days=40))
        dovecot.put(letter(2))
        dovecot.put(letter(3))
        entry = dovecot.entry(move_to="Calends/Traité")
        await desk.poll(entry)
        assert len(dovecot.names()) == 1, "only the old one stays"
        folder = {"Maildir++": ".Calends.Trait&AOk-", "fs": "Calends/Trait&AOk-"}[layout]
        assert len(dovecot.names(folder)) == 2
        dovecot.put(letter(4))
        await desk.poll(entry)
        assert len(dovecot.names(folder)) == 3
        assert len(await desk.rows()) == 3


async def test_dying_between_the_commit_and_the_move_moves_later(
    desk: Desk, dovecot: Dovecot
) -> None:
    dovecot.put(letter(1))
    await desk.poll(dovecot.entry())  # as if it had died before the move
    assert len(dovecot.names()) == 1
    await desk.poll(dovecot.entry(move_to="Done"))
    assert dovecot.names() == []
    assert len(dovecot.names(".Done")) == 1
    assert len(await desk.rows()) == 1


async def test_a_move_that_is_refused_stops_no_mail(desk: Desk, dovecot: Dovecot) -> None:
    dovecot.put(letter(1))
    entry = dovecot.entry(move_to="x" * 300)  # longer than a file name may be
    await desk.poll(entry)
    dovecot.put(letter(2))
    await desk.poll(entry)
    assert len(await desk.rows()) == 2
    assert (await desk.mailbox()).failure == "move"


async def test_new_mail_is_taken_when_it_comes_and_not_at_the_next_poll(
    desk: Desk, dovecot: Dovecot
) -> None:
    async with desk.polling(dovecot.entry(poll_seconds=1500)):

        async def idle() -> bool:
            return (await desk.mailbox()).succeeded_at is not None

        await until(idle, seconds=60)
        await dovecot.deliver(letter(1))
        await desk.arrive(1)


async def test_a_message_above_the_limit_is_taken_in_its_beginning_and_says_so(
    desk: Desk, dovecot: Dovecot
) -> None:
    raw = letter(1) + b"x" * 78 + (b"\n" + b"x" * 78) * 50_000
    assert len(raw) > MAX_BYTES
    dovecot.put(raw)
    dovecot.put(letter(2))
    await desk.poll(dovecot.entry())
    assert await desk.ledger() == {1: "cut", 2: "kept"}
    assert sorted(row.cut for row in await desk.rows()) == [False, True]
    assert max(map(len, await desk.kept())) == CUT_BYTES


ODD = {
    "empty": b"",
    "one line end": b"\n",
    "NUL": b"Subject: x\n\na\0b\n",
    "no header": b"STOP\n",
    "8 bit": b"Subject: \xe9t\xe9\n\n\xff\xfe\n",
    "a header that ends in the middle": b"Subject: x\nFrom: a@b.exam",
    "a literal in its text": b"Subject: x\n\n* 1 FETCH (UID 99 BODY[] {5}\nfalse)\n",
    "a line of a million": b"Subject: x\n\n" + b"y" * 1_000_000,
}


@pytest.mark.parametrize("kind", ODD)
async def test_odd_bytes_are_taken_as_they_are_and_stop_nothing(
    desk: Desk, dovecot: Dovecot, kind: str
) -> None:
    dovecot.put(ODD[kind])
    dovecot.put(letter(2))
    await desk.poll(dovecot.entry())
    taken = sorted(raw.replace(b"\r\n", b"\n") for raw in await desk.kept())
    assert len(taken) == 2
    # A literal may not hold NUL (RFC 9051 9): Dovecot gives out 0x80 in its place.
    assert ODD[kind].rstrip(b"\n").replace(b"\0", b"\x80") in [raw.rstrip(b"\n") for raw in taken]


async def test_a_message_that_the_server_does_not_give_out_is_named_and_the_rest_is_taken(
    desk: Desk, dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("calends.mail.imap_poller.RETRY_SECONDS", (0.2,))
    for number in range(4):
        dovecot.put(letter(number))
    await desk.poll(
        dovecot.entry(since=datetime.now(UTC).date() + timedelta(days=1))
    )  # all are numbered
    async with desk.register.session() as session:
        for row in await session.scalars(select(MailboxMessageRow)):
            await session.delete(row)
        mailbox = await session.get_one(MailboxRow, "contact")
        mailbox.compared_at = None
        await session.commit()
    bad = sorted((dovecot.maildir / "new").iterdir())[1]
    bad.chmod(0)

    async def named() -> bool:
        return (await desk.mailbox()).not_taken == [2]

    async with desk.polling(dovecot.entry()):
        await desk.arrive(3)
        await until(named, seconds=60)


async def test_the_daily_comparison_counts_both_sides_and_notes_what_others_removed(
    desk: Desk, dovecot: Dovecot
) -> None:
    for number in range(3):
        dovecot.put(letter(number))
    await desk.poll(dovecot.entry())
    next((dovecot.maildir / "new").iterdir()).unlink()
    async with desk.register.session() as session:
        mailbox = await session.get_one(MailboxRow, "contact")
        mailbox.compared_at = datetime.now(UTC) - timedelta(days=2)
        await session.commit()
    await desk.poll(dovecot.entry())
    row = await desk.mailbox()
    assert (row.in_mailbox, row.in_ledger, row.not_taken) == (2, 2, [])
    async with desk.register.session() as session:
        gone = await session.scalars(
            select(MailboxMessageRow).where(MailboxMessageRow.left_at.is_not(None))
        )
        assert len(gone.all()) == 1


async def test_a_server_that_comes_back_is_read_on(
    desk: Desk, dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("calends.mail.imap_poller.RETRY_SECONDS", (0.2,))
    dovecot.put(letter(1))
    async with desk.polling(dovecot.entry()):
        await desk.arrive(1)
        dovecot.stop()

        async def away() -> bool:
            return (await desk.mailbox()).failure == "unreachable"

        await until(away, seconds=60)
        dovecot.put(letter(2))
        dovecot.start()
        await desk.arrive(2)
        row = await desk.mailbox()
    assert row.failure is None or row.failing_since is not None


async def test_a_register_that_comes_back_is_filled_on(
    desk: Desk, dovecot: Dovecot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("calends.mail.imap_poller.RETRY_SECONDS", (0.2,))
    async with desk.polling(dovecot.entry()):
        dovecot.put(letter(1))
        await desk.arrive(1)
        name = desk.database
        await desk.postgres.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        await desk.postgres.execute(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
        )
        for number in range(2, 12):
            dovecot.put(letter(number))
        await asyncio.sleep(1)
        await desk.postgres.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        await desk.arrive(11)


async def test_several_mailboxes_are_read_side_by_side_and_one_that_fails_stops_no_other(
    desk: Desk, dovecot: Dovecot
) -> None:
    first = dovecot.entry()
    dovecot.put(letter(1))
    dovecot.new_mailbox()
    entries = [dovecot.entry(id="away", port=1), first, dovecot.entry(id="dpo")]
    dovecot.put(letter(2))
    settings = Settings(
        database_url=SecretStr(desk.postgres.url(desk.database)), listen_port=0, lmtp_port=0
    )
    doors = Doors(settings, desk.register, desk.inbox, entries, lambda: None)
    async with doors.open():
        await desk.arrive(2)
        dovecot.put(letter(3))
        await desk.arrive(3)

        async def told() -> dict[str, str | None] | None:
            async with desk.register.session() as session:
                rows = list(await session.scalars(select(MailboxRow)))
            away = {row.id: row.failure for row in rows}
            return away if away["away"] else None

        failing = await until(told, seconds=60)
    assert failing == {"away": "unreachable", "contact": None, "dpo": None}


async def test_two_readers_of_one_mailbox_take_each_message_once(
    desk: Desk, dovecot: Dovecot
) -> None:
    for number in range(40):
        dovecot.put(letter(number))
    await asyncio.gather(*(desk.poll(dovecot.entry()) for _ in range(3)))
    assert len(await desk.rows()) == 40


async def test_a_message_that_came_by_smtp_too_is_one(desk: Desk, dovecot: Dovecot) -> None:
    raw = letter(1)
    await desk.inbox.keep(
        b"Received: by mx\r\n" + raw, channel="smtp", received_at=datetime.now(UTC)
    )
    dovecot.put(b"Delivered-To: x\n" + raw)
    await desk.poll(dovecot.entry())
    assert len(await desk.rows()) == 1
    assert await desk.ledger() == {1: "known"}


async def test_no_word_of_a_message_or_an_address_is_logged(
    desk: Desk, dovecot: Dovecot, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    dovecot.put(mail("canari@courriel.example", "Le canari chante", subject="canari"))
    await desk.poll(dovecot.entry())
    said = [r.getMessage().lower() for r in caplog.records if not r.name.startswith("sqlalchemy")]
    assert not any("canari" in line or "contact@" in line for line in said)


Change = Callable[[dict[str, object]], None]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"password": ""}, "one of"),
        ({"token_file": "/x"}, "one of"),
        ({"host": "imap.example.fr"}, "in clear"),
        ({"move_to": "INBOX"}, "the folder that is read"),
        ({"poll_seconds": 0}, "greater than"),
        ({"id": "Contact!"}, "pattern"),
        ({"security": "ssl"}, "'tls'"),
    ],
)
def test_a_wrong_declaration_says_what_is_wrong(wrong: dict[str, object], says: str) -> None:
    good = {"id": "contact", "host": "127.0.0.1", "security": "none", "user": "contact",
            "password": "${P}"}  # fmt: skip
    with pytest.raises(ValueError) as refused:
        MailboxEntry.model_validate(good | wrong)
    assert says in str(refused.value)

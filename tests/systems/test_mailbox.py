"""A real mailbox searched over IMAP: the person's mails, whole, and no flag changed."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from calends.systems.connector import Opening
from calends.systems.dataset import load_datasets
from calends.systems.mailbox import MailboxSystem
from calends.systems.protocol import Failure, Record, Seeds, System, SystemFailed
from calends.systems.testkit import HOSTILE, prove
from tests.systems.mailboxes import PASSWORD, Dovecot, dovecot

__all__ = ["dovecot"]

ANN: Seeds = {"email": ["ann@b.example"]}


def mail(number: int, sender: str, to: str, text: str = "Bonjour", more: str = "") -> bytes:
    return (
        f"From: {sender}\r\nTo: {to}\r\nSubject: =?utf-8?q?Caf=C3=A9?= {number}\r\n{more}"
        f"Message-ID: <{number}@b.example>\r\nDate: Tue, 03 Mar 2026 10:00:00 +0100\r\n"
        f"Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
    ).encode()


@pytest.fixture
def user(dovecot: Dovecot) -> str:
    """A mailbox with mails of Ann, of others, and of people whose addresses look like hers."""
    name = f"u{uuid.uuid4().hex[:12]}"
    dovecot.append(
        name,
        "INBOX",
        mail(1, "Ann <ANN@b.example>", "us@c.example", "Élan"),
        mail(2, "joann@b.example", "us@c.example", "ann@b.example is a friend"),
        mail(3, "Bob <bob@b.example>", "us@c.example, Ann <ann@b.example>"),
        mail(4, "ann@b.example.org", "us@c.example"),
        mail(5, '"ann@b.example" <bob@b.example>', "us@c.example"),
    )
    dovecot.append(
        name, "Sent.2026", mail(6, "us@c.example", "x@c.example", more="Cc: ann@b.example\r\n")
    )
    return name


@pytest.fixture
def make(dovecot: Dovecot, user: str, tmp_path: Path) -> Callable[..., MailboxSystem]:
    path = tmp_path / "m.yml"
    path.write_text(
        "dataset: [{fides_key: m, collections: [{name: message, fields: ["
        "{name: message_id, fides_meta: {primary_key: true}}, {name: folder}, {name: date},"
        "{name: from, fides_meta: {identity: email}}, {name: to, fides_meta: {identity: email}},"
        "{name: subject}, {name: text, meta: {third_party: true}}, {name: attachments}]}]}]"
    )

    def made(**more: Any) -> MailboxSystem:
        settings = {"host": "127.0.0.1", "port": dovecot.port, "tls": "none", "user": user}
        return MailboxSystem(
            Opening("m", load_datasets([path]), {**settings, "password": PASSWORD, **more})
        )

    return made


async def located(system: System, seeds: Seeds) -> list[Record]:
    return [record async for record in system.locate(seeds)]


def numbers(records: list[Record]) -> list[str]:
    return sorted(str(record.key["message_id"]) for record in records)


async def test_a_mailbox_keeps_the_rules_of_every_kind(
    make: Callable[..., MailboxSystem], dovecot: Dovecot, user: str
) -> None:
    async def made() -> System:
        return make()

    async def content() -> object:
        return dovecot.content(user, "INBOX"), dovecot.content(user, "Sent.2026")

    records = await prove(made, ANN, content)
    assert numbers(records) == [f"<{n}@b.example>" for n in (1, 3, 6)]
    first = next(r for r in records if r.key["message_id"] == "<1@b.example>")
    assert first.values == {
        "message_id": "<1@b.example>",
        "folder": "INBOX",
        "date": "2026-03-03T09:00:00+00:00",
        "from": "ANN@b.example",
        "to": ["us@c.example"],
        "subject": "Café 1",
        "text": "Élan",
        "attachments": [],
    }


async def test_only_the_folders_named_are_searched_and_a_missing_one_is_a_failure(
    make: Callable[..., MailboxSystem],
) -> None:
    found = await located(make(folders=["Sent.2026"]), ANN)
    assert numbers(found) == ["<6@b.example>"]
    with pytest.raises(SystemFailed, match="no folder `Lost`") as failure:
        await located(make(folders=["Lost"]), ANN)
    assert failure.value.reason is Failure.MAPPING


async def test_a_hostile_address_never_reaches_the_server_as_a_command(
    make: Callable[..., MailboxSystem],
) -> None:
    values = [*HOSTILE, 'a" OR ALL "@b.example', "a@b.example\r\nx LOGOUT", "ann@b.example) (ALL"]
    for value in values:
        assert await located(make(), {"email": [value]}) == []


async def test_a_wrong_password_is_denied_and_a_closed_port_is_unreachable(
    make: Callable[..., MailboxSystem],
) -> None:
    for settings, reason in (
        ({"password": "wrong"}, Failure.DENIED),
        ({"port": 1}, Failure.UNREACHABLE),
        ({"tls": "tls"}, Failure.UNREACHABLE),
    ):
        with pytest.raises(SystemFailed) as failure:
            await located(make(**settings), ANN)
        assert failure.value.reason is reason
        assert "wrong" not in str(failure.value)


async def test_a_mail_that_is_none_is_still_somebodys_and_a_large_one_is_bounded(
    make: Callable[..., MailboxSystem], dovecot: Dovecot, user: str
) -> None:
    dovecot.append(
        user,
        "Odd",
        b"From: ann@b.example\r\nMessage-ID: <7@b.example>\r\n\r\n\xff\xfe\x00\x80\r\n",
        mail(8, "ann@b.example", "us@c.example", "x" * 3_000_000),
    )
    found = await located(make(folders=["Odd"]), ANN)
    assert numbers(found) == ["<7@b.example>", "<8@b.example>"]
    assert max(len(str(r.values["text"])) for r in found) <= 1_000_001


async def test_check_says_what_is_no_field_of_a_mail(
    make: Callable[..., MailboxSystem], tmp_path: Path
) -> None:
    lines = await make().check()
    assert [line.level for line in lines] == ["ok", "warning"]
    lines = await make(password="wrong").check()
    assert [line.level for line in lines] == ["error"]

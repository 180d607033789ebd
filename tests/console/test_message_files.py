"""A message and what came with it, as files: as they came, and nothing of them opened here."""

from __future__ import annotations

import email
import email.policy
from collections.abc import AsyncIterator
from email.message import EmailMessage

import pytest

from calends.mail.attached import attached
from console.who import Role, User
from tests.console.site import Site
from tests.mail.clamd import scripted_clamd
from tests.office import Office, mail

DPO = User("user-1", "Ada Régnier", frozenset({Role.DPO}))
PNG = b"\x89PNG\r\n\x1a\n and more"
PAGE = b"<script>alert(1)</script>"


def with_files() -> bytes:
    raw = mail("quelquun@courriel.example", "Bonjour, une question sur le RGPD. Merci.")
    message = email.message_from_bytes(raw, policy=email.policy.SMTP)
    assert isinstance(message, EmailMessage)
    message.add_attachment(PNG, "application", "x-anything", filename="carte.exe")
    message.add_attachment(PAGE, "text", "html", filename="page.html")
    return message.as_bytes()


@pytest.fixture
async def site(office_site: Site) -> AsyncIterator[Site]:
    office_site.sign_in(DPO)
    yield office_site
    office_site.sign_in(None)


async def test_what_came_with_a_message_is_handed_on_by_its_bytes_under_a_name_of_ours(
    office: Office, site: Site
) -> None:
    case = await office.receive(with_files())
    await office.task(case, "triage")
    path = f"/desk/case/{(await office.row(case)).reference}"
    page = await site.browser.get(path)
    reference = path.rpartition("/")[2]
    for place, content, kind, ending in (
        (1, PNG, "image/png", "png"),
        (2, PAGE, "application/octet-stream", "bin"),
    ):
        link = f"{path}/messages/1/files/{place}"
        assert f'href="{link}"' in page.text
        file = await site.browser.get(link)
        assert file.content == content
        assert file.headers["Content-Type"] == kind
        named = f'attachment; filename="{reference}-1-{place}.{ending}"'
        assert file.headers["Content-Disposition"] == named
        assert "sandbox" in file.headers["Content-Security-Policy"]


async def test_a_message_is_handed_on_exactly_as_it_came_and_the_look_is_in_the_ledger(
    office: Office, site: Site
) -> None:
    raw = with_files()
    case = await office.receive(raw)
    await office.task(case, "triage")
    answer = await site.browser.get(
        f"/desk/case/{(await office.row(case)).reference}/messages/1.eml"
    )
    assert answer.content == raw
    looks = [facts["what"] for kind, facts in await office.ledger(case) if kind == "looked_at"]
    assert looks == ["message"]


@pytest.mark.parametrize(
    "place",
    [
        "messages/2.eml",
        "messages/0.eml",
        "messages/1/files/3",
        "messages/1/files/0",
        "messages/1/files/-1",
        "messages/7/files/1",
    ],
)
async def test_a_file_that_no_message_brought_is_not_found(
    office: Office, site: Site, place: str
) -> None:
    case = await office.receive(with_files())
    await office.task(case, "triage")
    path = f"/desk/case/{(await office.row(case)).reference}/{place}"
    assert (await site.browser.get(path)).status_code == 404


@pytest.mark.parametrize(
    ("answer", "status", "says"),
    [
        (b"stream: OK\0", 200, ""),
        (b"stream: Win.Test FOUND\0", 451, "malware"),
        (b"", 502, "calends doctor"),
    ],
    ids=["clean", "infected", "scanner away"],
)
async def test_with_a_virus_scanner_a_file_is_handed_on_only_when_it_is_clean(
    office: Office,
    site: Site,
    monkeypatch: pytest.MonkeyPatch,
    answer: bytes,
    status: int,
    says: str,
) -> None:
    case = await office.receive(with_files())
    await office.task(case, "triage")
    path = f"/desk/case/{(await office.row(case)).reference}/messages/1"
    async with scripted_clamd(answer) as address:
        where = address if answer else "127.0.0.1:1"
        monkeypatch.setattr(site.house.settings, "clamd", where)
        for link in (f"{path}/files/1", f"{path}.eml"):
            handed = await site.browser.get(f"{link}?lang=en")
            assert handed.status_code == status
            assert says in handed.text
            assert (PNG in handed.content) == (status == 200 and link.endswith("/1"))
    assert attached(await office.house.blobs.read(case, "raw"), 1) == PNG, "it does not lie sealed"

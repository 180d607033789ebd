"""`calends mail status`, and what auditor and doctor say of mail."""

from __future__ import annotations

import json
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import yaml
from sqlalchemy import update

from calends.register.database import Register
from calends.register.mail_rows import MailboxMessageRow, MailboxRow
from calends.register.models import InboxRow, OutboxRow
from tests.commands.conftest import Calends
from tests.commands.sample import put_case, put_letter
from tests.mail.dovecot import PASSWORD, running_dovecot
from tests.office import SAMPLE

NOW = datetime.now(UTC)


async def put_mailbox(register: Register, **more: Any) -> None:
    values: dict[str, Any] = {
        "id": "contact",
        "watched": True,
        "began_at": NOW - timedelta(days=9),
        "succeeded_at": NOW,
        "compared_at": NOW,
        "in_mailbox": 3,
        "in_ledger": 3,
        "not_taken": [],
    }
    async with register.session() as session:
        session.add(MailboxRow(**values | more))
        await session.commit()


async def put_message(register: Register, **more: Any) -> None:
    values: dict[str, Any] = {
        "id": secrets.token_hex(8),
        "delivery": secrets.token_bytes(8),
        "case_id": f"case-{secrets.token_hex(4)}",
        "received_at": NOW,
        "channel": "imap",
        "state": "received",
    }
    async with register.session() as session:
        session.add(InboxRow(**values | more))
        await session.commit()


async def found(calends: Calends) -> dict[str, str]:
    """What the auditor finds of mail; the engine is away in these tests."""
    ran = await calends("audit", "--json")
    assert ran.code == 1
    findings = [json.loads(line) for line in ran.out.splitlines()]
    return {f["kind"]: f["what"] for f in findings if f["kind"] != "engine"}


async def test_a_mailbox_read_within_the_hour_is_no_finding(
    register: Register, calends: Calends
) -> None:
    await put_mailbox(register)
    assert await found(calends) == {}


async def test_a_mailbox_not_read_for_an_hour_is_an_alarm_with_its_reason(
    register: Register, calends: Calends
) -> None:
    await put_mailbox(register, succeeded_at=NOW - timedelta(minutes=65), failure="login")
    silent = (await found(calends))["mailbox_silent"]
    assert silent.startswith("not read since ")
    assert silent.endswith("(login)")


async def test_a_mailbox_never_read_is_an_alarm_too(register: Register, calends: Calends) -> None:
    await put_mailbox(register, succeeded_at=None, compared_at=None)
    assert "never read" in (await found(calends))["mailbox_silent"]


async def test_a_mailbox_that_is_no_longer_declared_is_no_alarm(
    register: Register, calends: Calends
) -> None:
    await put_mailbox(register, watched=False, succeeded_at=NOW - timedelta(days=60))
    assert await found(calends) == {}


async def test_what_the_comparison_did_not_find_in_the_ledger_is_named_by_uid(
    register: Register, calends: Calends
) -> None:
    await put_mailbox(register, in_mailbox=5, in_ledger=3, not_taken=[17, 23])
    assert (await found(calends))["mailbox_differs"] == (
        "5 messages, 3 taken; not taken: UID 17, 23"
    )


async def test_a_comparison_that_did_not_happen_today_is_found(
    register: Register, calends: Calends
) -> None:
    await put_mailbox(register, compared_at=NOW - timedelta(hours=27))
    assert "mailbox_not_compared" in await found(calends)


async def test_a_letter_that_came_back_is_found_until_a_human_is_asked(
    register: Register, calends: Calends
) -> None:
    case = await put_case(register, 1, demands={"ACCESS": "answered"}, closed=True)
    await put_letter(register, case, "reply:ACCESS", state="sent")
    assert await found(calends) == {}
    async with register.session() as session:
        await session.execute(update(OutboxRow).values(bounced_at=NOW, bounce_status="5.1.1"))
        await session.commit()
    assert (await found(calends))["letter_bounced"] == (
        "closed, and its letter reply:ACCESS came back (5.1.1)"
    )


async def test_a_message_that_cannot_be_dispatched_is_found_with_its_reason(
    register: Register, calends: Calends
) -> None:
    old = NOW - timedelta(hours=1)
    await put_message(register, received_at=old, attempts=3, failure="ValueError")
    assert (await found(calends))["undispatched"].endswith("(ValueError, 3 times)")


async def test_status_shows_mailboxes_counts_what_waits_and_what_could_not_be_read(
    register: Register, calends: Calends
) -> None:
    await put_mailbox(register, failure="move", failing_since=NOW)
    await put_mailbox(register, id="old", watched=False)
    async with register.session() as session:
        for uid, state in ((1, "older"), (2, "kept"), (3, "kept")):
            session.add(
                MailboxMessageRow(
                    mailbox="contact", uidvalidity=7, uid=uid, state=state, noted_at=NOW
                )
            )
        await session.commit()
    await put_message(register)
    await put_message(register, state="dispatched", kind="request")
    case_id = "case-of-a-bomb"
    await put_message(
        register, state="dispatched", kind="quarantine", failure="time", case_id=case_id
    )
    ran = await calends("mail", "status")
    assert (ran.code, ran.err) == (0, "")
    contact, old, inbox, dispatched, unread = ran.out.splitlines()
    assert contact.startswith("contact: last read ")
    assert "2 kept, 1 older" in contact
    assert ", move since " in contact
    assert old == "old: not read any more"
    assert inbox.startswith("inbox: 1 waiting, the oldest since ")
    assert dispatched == "dispatched: 1 quarantine, 1 request"
    assert unread.endswith(f"time         {case_id}")
    facts = json.loads((await calends("mail", "status", "--json")).out)
    assert facts["mailboxes"][0]["taken"] == {"kept": 2, "older": 1}
    assert facts["inbox"]["waiting"] == 1
    assert facts["quarantined"][0]["why"] == "time"


async def test_status_of_a_register_without_mail_says_so(
    register: Register, calends: Calends
) -> None:
    ran = await calends("mail", "status")
    assert ran.out.splitlines() == [
        "no mailbox is read (mail comes by SMTP, LMTP or as files)",
        "inbox: 0 waiting",
    ]


async def test_the_doctor_opens_each_mailbox_and_says_what_is_wrong_with_it(
    register: Register, calends: Calends, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setenv("MAILBOX_PASSWORD", PASSWORD)
    with running_dovecot() as dovecot:
        dovecot.put(b"Subject: one\n\nx\n")
        company = yaml.safe_load((SAMPLE / "company.yml").read_text(encoding="utf-8"))
        good = dovecot.entry().model_dump(mode="json")
        company["mailboxes"] = [
            good,
            good | {"id": "refused", "user": "nobody@impro-solutions.fr"},
            good | {"id": "away", "port": 1},
        ]
        company["systems"] = [s for s in company["systems"] if s["kind"] == "manual"]
        file = tmp_path / "company.yml"
        file.write_text(yaml.safe_dump(company), encoding="utf-8")
        monkeypatch.setenv("CALENDS_COMPANY_FILE", str(file))
        ran = await calends("doctor", "--json")
        assert not any(name.endswith("S") for name in dovecot.names())
    lines = [json.loads(line) for line in ran.out.splitlines()]
    said = [(line["level"], line["text"]) for line in lines if line["check"] == "mailboxes"]
    assert said == [
        ("ok", "contact: 1 messages in INBOX"),
        ("error", "refused: login"),
        ("error", "away: unreachable"),
    ]
    assert "nobody@" not in ran.out


async def test_the_settings_declare_a_mailbox_too(
    register: Register, calends: Calends, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CALENDS_IMAP_HOST", "imap.example.fr")
    monkeypatch.setenv("CALENDS_IMAP_TLS", "none")
    monkeypatch.setenv("CALENDS_IMAP_USER", "contact")
    monkeypatch.setenv("CALENDS_IMAP_PASSWORD", "secret")
    ran = await calends("doctor", "--json")
    [line] = [json.loads(x) for x in ran.out.splitlines() if '"mailboxes"' in x]
    assert line["level"] == "error"
    assert "in clear" in line["text"]

"""A reply that came back has answered nothing: from the report to the second letter."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from calends.register.auditing_mail import bounce_findings
from calends.rules.vocabulary import MessageKind
from tests.engine.service import own_directory
from tests.mail.test_bounces import dsn
from tests.office import Office, mail, open_office, until

ACCESS = "Bonjour, je souhaite une copie de toutes mes données personnelles. Merci."


@pytest.fixture(scope="module")
async def office() -> AsyncIterator[Office]:
    """An office that waits a day for what comes back."""
    with own_directory() as folder:
        async with open_office(folder / "var") as opened:
            facts = opened.house.company.mail.model_copy(update={"bounce_hours": 24})
            opened.house.company = opened.house.company.model_copy(update={"mail": facts})
            yield opened


async def answered(office: Office, address: str) -> str:
    """A case whose reply has left."""
    case_id = await office.receive(mail(address, ACCESS))
    await office.prove_contact(case_id)
    await office.nothing_on_paper(case_id)
    await office.letter(case_id, "reply:ACCESS")
    await stands(office, case_id, "answered")
    return case_id


async def stands(office: Office, case_id: str, state: str) -> None:
    async def so() -> bool:
        return await office.demands(case_id) == {"ACCESS": state}

    await until(so)


async def comes_back(office: Office, case_id: str, action: str, status: str) -> None:
    letter = await office.letter(case_id, "reply:ACCESS")
    raw = dsn(action, status, returned=f"Message-ID: {letter.mail['Message-ID']}\n")
    kept = await office.starter.inbox.keep(raw, channel="smtp", received_at=datetime.now(UTC))
    done = await office.starter.dispatch(kept.inbox_id)
    assert done.kind is MessageKind.BOUNCE


async def test_a_reply_that_came_back_is_unanswered_until_it_is_mended(office: Office) -> None:
    case_id = await answered(office, "returns@courriel.example")
    await comes_back(office, case_id, "failed", "5.1.1")
    await office.task(case_id, "mend_delivery")
    await stands(office, case_id, "open")
    await office.complete(case_id, "mend_delivery", "resend")
    await stands(office, case_id, "answered")
    message_id = (await office.letter(case_id, "reply:ACCESS")).mail["Message-ID"]
    copies = [le for le in office.post.letters if le.mail["Message-ID"] == message_id]
    assert len(copies) == 2
    assert (await office.let_time_pass(case_id)).outcome == "answered"


async def test_a_reply_that_is_only_late_has_answered(office: Office) -> None:
    case_id = await answered(office, "late@courriel.example")
    await comes_back(office, case_id, "delayed", "4.4.1")
    assert (await office.let_time_pass(case_id)).outcome == "answered"
    assert "letter_returned" not in [kind for kind, _ in await office.ledger(case_id)]


async def test_a_reply_that_comes_back_after_the_close_is_named_by_the_auditor(
    office: Office,
) -> None:
    case_id = await answered(office, "after@courriel.example")
    assert (await office.let_time_pass(case_id)).outcome == "answered"
    await comes_back(office, case_id, "failed", "5.2.2")
    async with office.house.register.session() as session:
        found = [finding async for finding in bounce_findings(session)]
    row = await office.row(case_id)
    (finding,) = [each for each in found if each.about == row.reference]
    assert "closed" in finding.what

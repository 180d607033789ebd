"""Where a message goes: the case it belongs to, a case of its own, the letter it reports on."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update
from temporalio import workflow

from calends.mail.guard import Guard
from calends.mail.plus_address import tokens_in
from calends.register.mail_rows import BounceRow
from calends.register.models import CaseRow, InboxRow, OutboxRow
from calends.rules.vocabulary import MessageKind
from dispatching import CASE, LETTER_BOUNCED, MAIL_ARRIVED, Away, Dispatched
from tests.engine.service import own_directory
from tests.mail.test_bounces import QMAIL, dsn
from tests.office import CODE, Letter, Office, mail, open_office, until
from workflows.rights_request import RightsRequest

ACCESS = "Bonjour, je souhaite une copie de toutes mes données personnelles. Merci."
QUESTION = "Bonjour, avez-vous bien reçu mon message ?"


@pytest.fixture(scope="module")
async def office() -> AsyncIterator[Office]:
    with own_directory() as folder:
        async with open_office(folder / "var") as opened:
            company = opened.house.company
            plus = company.mail.model_copy(update={"plus_addressing": True})
            opened.house.company = company.model_copy(update={"mail": plus})
            yield opened


async def keep(office: Office, raw: bytes) -> str:
    kept = await office.starter.inbox.keep(raw, channel="file", received_at=datetime.now(UTC))
    return kept.inbox_id


async def arrive(office: Office, raw: bytes) -> tuple[Dispatched, InboxRow]:
    inbox_id = await keep(office, raw)
    done = await office.starter.dispatch(inbox_id)
    return done, await inbox_row(office, inbox_id)


async def inbox_row(office: Office, inbox_id: str) -> InboxRow:
    async with office.house.register.session() as session:
        return await session.get_one(InboxRow, inbox_id)


async def begun(office: Office, address: str) -> tuple[str, Letter]:
    """An open case of that address, and the first letter that it sent."""
    case_id = await office.receive(mail(address, ACCESS))
    return case_id, await office.letter(case_id, "identity_request")


async def joined(office: Office, inbox_id: str) -> str:
    async def told() -> str | None:
        return (await inbox_row(office, inbox_id)).joined_case

    return await until(told)


async def opened(office: Office, case_id: str) -> CaseRow:
    async def there() -> CaseRow | None:
        async with office.house.register.session() as session:
            return await session.get(CaseRow, case_id)

    return await until(there)


def test_the_names_by_which_cases_are_called_are_the_workflows_own() -> None:
    definition = workflow._Definition.must_from_class(RightsRequest)
    assert definition.name == CASE
    assert {MAIL_ARRIVED, LETTER_BOUNCED} <= set(definition.signals)


@pytest.mark.parametrize("tie", ["In-Reply-To", "References", "Delivered-To", "X-Original-To"])
async def test_a_reply_finds_its_case(office: Office, tie: str) -> None:
    address = f"{tie.lower()}@courriel.example"
    case_id, letter = await begun(office, address)
    value = letter.mail["Reply-To"] if tie.endswith("-To") and tie[0] in "DX" else None
    value = value or f"<other@courriel.example> {letter.mail['Message-ID']}"
    done, row = await arrive(office, f"{tie}: {value}\n".encode() + mail(address, QUESTION))
    assert done.case_id == case_id
    assert row.threaded == ("token" if "Reply-To" not in tie and "Ref" not in tie else "message_id")
    assert not row.from_other
    assert await joined(office, row.id) == case_id


async def test_a_plus_address_written_in_capitals_finds_its_case(office: Office) -> None:
    case_id, letter = await begun(office, "capitals@courriel.example")
    raw = mail("capitals@courriel.example", QUESTION)
    raw = raw.replace(b"contact@impro-solutions.fr", letter.mail["Reply-To"].upper().encode())
    done, row = await arrive(office, raw)
    assert (done.case_id, row.threaded) == (case_id, "token")


async def test_a_letter_goes_out_from_the_cases_own_address(office: Office) -> None:
    case_id, letter = await begun(office, "own-address@courriel.example")
    [token] = tokens_in([letter.mail["Reply-To"]])
    assert len(token) == 26
    assert token == token.lower()
    assert letter.mail["From"].addresses[0].addr_spec == "contact@impro-solutions.fr"
    assert token not in case_id
    assert letter.sender in ("", "<>", letter.mail["Reply-To"]), "a bounce would find no case"


async def test_an_id_of_our_shape_that_we_never_wrote_joins_nothing(office: Office) -> None:
    forged = f"<calends.{'0' * 32}@impro-solutions.fr>"
    raw = mail("forger@evil.example", ACCESS, In_Reply_To=forged, References=forged)
    done, row = await arrive(office, raw)
    assert (done.case_id, row.threaded) == (row.case_id, None)


async def test_a_guessed_plus_address_joins_nothing(office: Office) -> None:
    raw = mail("guesser@evil.example", ACCESS)
    guessed = f"contact+k{'a' * 26}@impro-solutions.fr".encode()
    done, row = await arrive(office, raw.replace(b"contact@impro-solutions.fr", guessed))
    assert (done.case_id, row.threaded) == (row.case_id, None)


async def test_a_reference_alone_brings_a_message_before_a_human_and_grants_nothing(
    office: Office,
) -> None:
    case_id, letter = await begun(office, "reference@courriel.example")
    case = await opened(office, case_id)
    found = CODE.search(letter.text.replace(letter.mail["Subject"], ""))
    assert found is not None
    raw = mail("eve@evil.example", f"Voici le code : {found.group()}", subject=case.reference or "")
    done, row = await arrive(office, raw)
    assert (done.case_id, row.threaded, row.from_other) == (case_id, "reference", True)
    await office.task(case_id, "read_mail")
    assert (await opened(office, case_id)).assurance == "IA0"


async def test_a_reply_from_another_address_is_flagged_and_proves_nothing(office: Office) -> None:
    case_id, letter = await begun(office, "one@courriel.example")
    raw = mail("other@courriel.example", QUESTION, In_Reply_To=letter.mail["Message-ID"])
    done, row = await arrive(office, raw)
    assert (done.case_id, row.from_other) == (case_id, True)


async def test_a_strangers_own_demand_is_a_case_of_its_own_that_names_the_other(
    office: Office,
) -> None:
    case_id, letter = await begun(office, "husband@courriel.example")
    raw = mail("wife@courriel.example", ACCESS, In_Reply_To=letter.mail["Message-ID"])
    done, row = await arrive(office, raw)
    assert done.case_id == row.case_id != case_id
    assert (row.related_case, row.from_other) == (case_id, True)
    await office.task(row.case_id, "triage")


async def test_a_message_to_a_closed_case_is_a_case_of_its_own_that_names_it(
    office: Office,
) -> None:
    case_id, letter = await begun(office, "closed@courriel.example")
    async with office.house.register.session() as session:
        await session.execute(
            update(CaseRow).where(CaseRow.id == case_id).values(closed_at=datetime.now(UTC))
        )
        await session.commit()
    raw = mail("closed@courriel.example", QUESTION, In_Reply_To=letter.mail["Message-ID"])
    done, row = await arrive(office, raw)
    assert (done.case_id, row.related_case) == (row.case_id, case_id)


async def test_a_bounce_of_our_letter_is_matched_to_it_and_kept_once(office: Office) -> None:
    case_id, letter = await begun(office, "bounces@courriel.example")
    raw = dsn("failed", "5.1.1", returned=f"Message-ID: {letter.mail['Message-ID']}\n")
    done, row = await arrive(office, raw)
    assert done.kind is MessageKind.BOUNCE
    assert done.bounced is not None
    assert (done.bounced.case_id, done.bounced.purpose) == (case_id, "identity_request")
    assert done.bounced.permanent
    async with office.house.register.session() as session:  # dying before the mark repeats it
        await session.execute(
            update(InboxRow).where(InboxRow.id == row.id).values(state="received")
        )
        await session.commit()
    await office.starter.dispatch(row.id)
    async with office.house.register.session() as session:
        outbox = await session.get_one(OutboxRow, f"{case_id}:identity_request")
        reports = await session.scalar(
            select(func.count()).select_from(BounceRow).where(BounceRow.outbox_id == outbox.id)
        )
        cases = await session.get(CaseRow, row.case_id)
    assert (outbox.bounce_status, reports) == ("5.1.1", 1)
    assert outbox.bounced_at is not None
    assert cases is None, "a bounce opened a case"
    told = [facts for kind, facts in await office.ledger(case_id) if kind == "letter_bounced"]
    assert told == [{"purpose": "identity_request", "status": "5.1.1"}]
    await office.task(case_id, "mend_delivery")


async def test_a_delay_is_noted_and_the_letter_has_not_come_back(office: Office) -> None:
    case_id, letter = await begun(office, "delayed@courriel.example")
    raw = dsn("delayed", "4.4.1", returned=f"Message-ID: {letter.mail['Message-ID']}\n")
    done, _ = await arrive(office, raw)
    assert done.bounced is not None
    assert not done.bounced.permanent
    async with office.house.register.session() as session:
        outbox = await session.get_one(OutboxRow, f"{case_id}:identity_request")
    assert outbox.bounced_at is None


async def test_a_bounce_of_a_letter_that_we_never_wrote_changes_nothing(office: Office) -> None:
    done, row = await arrive(office, QMAIL)
    assert (done.kind, done.bounced, done.case_id) == (MessageKind.BOUNCE, None, None)
    assert row.state == "dispatched"


async def test_a_letter_of_ours_that_comes_back_as_mail_is_never_a_case(office: Office) -> None:
    """An alias that forwards to ourselves; another Calends whose letters speak of rights."""
    _, letter = await begun(office, "alias@courriel.example")
    done, row = await arrive(office, letter.mail.as_bytes())
    assert (done.kind, done.case_id) == (MessageKind.AUTO_REPLY, None)
    assert row.state == "dispatched"


async def test_one_message_that_cannot_be_dispatched_stops_no_other(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    bad = await keep(office, mail("canari@courriel.example", ACCESS))
    good = [await keep(office, mail(f"good{n}@courriel.example", ACCESS)) for n in range(6)]
    look = office.house.guard.look

    async def fails_for_one(raw: bytes) -> Any:
        if b"canari" in raw:
            raise ValueError(raw.decode())
        return await look(raw)

    monkeypatch.setattr(office.house.guard, "look", fails_for_one)
    assert await office.starter.dispatch_waiting() == 7
    assert {(await inbox_row(office, one)).state for one in good} == {"dispatched"}
    row = await inbox_row(office, bad)
    assert (row.state, row.attempts, row.failure) == ("received", 1, "ValueError")
    assert row.retry_at is not None
    assert "canari" not in caplog.text
    assert await office.starter.dispatch_waiting() == 0, "it is not tried again at once"
    monkeypatch.undo()
    async with office.house.register.session() as session:
        await session.execute(
            update(InboxRow).where(InboxRow.id == bad).values(retry_at=datetime.now(UTC))
        )
        await session.commit()
    assert await office.starter.dispatch_waiting() == 1
    assert (await inbox_row(office, bad)).state == "dispatched"


async def test_while_the_engine_is_away_the_inbox_keeps_all_and_blames_no_message(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = await keep(office, mail("patient@courriel.example", ACCESS))

    async def away(*args: Any, **more: Any) -> None:
        raise RuntimeError("Failed client connect: tcp connect error")

    monkeypatch.setattr(type(office.starter.client), "start_workflow", away)
    with pytest.raises(Away):
        await office.starter.dispatch_waiting()
    row = await inbox_row(office, waiting)
    assert (row.state, row.attempts) == ("received", 0)
    monkeypatch.undo()
    await office.starter.dispatch_waiting()
    assert (await inbox_row(office, waiting)).state == "dispatched"


async def test_dying_after_the_case_took_the_message_repeats_nothing(office: Office) -> None:
    """The signal went, the case sealed the message anew, and the mark was never made."""
    case_id, letter = await begun(office, "repeats@courriel.example")
    raw = mail("repeats@courriel.example", QUESTION, In_Reply_To=letter.mail["Message-ID"])
    _, row = await arrive(office, raw)
    assert await joined(office, row.id) == case_id
    async with office.house.register.session() as session:
        await session.execute(
            update(InboxRow).where(InboxRow.id == row.id).values(state="received")
        )
        await session.commit()
    done = await office.starter.dispatch(row.id)
    assert (done.case_id, (await inbox_row(office, row.id)).state) == (case_id, "dispatched")


async def test_what_cannot_be_read_is_a_case_with_a_triage_and_its_deadline(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    failing = Guard(module="tests.mail.stuck_child")
    monkeypatch.setattr(office.house, "guard", failing)
    raw = mail("canari@courriel.example", ACCESS, subject="defect")
    done, row = await arrive(office, raw)
    monkeypatch.undo()
    assert (done.kind, row.failure) == (MessageKind.QUARANTINE, "defect")
    await office.task(row.case_id, "triage")
    case = await opened(office, row.case_id)
    assert case.safe_due > datetime.now(UTC).date() + timedelta(days=20)
    assert f"message {row.id} cannot be read (defect)" in caplog.text
    assert "canari" not in "\n".join(
        r.getMessage() for r in caplog.records if r.name.startswith("calends")
    )
    await failing.close()


async def test_two_starters_on_one_inbox_open_each_case_once(office: Office) -> None:
    rows = [await keep(office, mail(f"both{n}@courriel.example", ACCESS)) for n in range(8)]
    await asyncio.gather(*(office.starter.dispatch_waiting() for _ in range(3)))
    assert {(await inbox_row(office, one)).state for one in rows} == {"dispatched"}
    for one in rows:
        await opened(office, (await inbox_row(office, one)).case_id)

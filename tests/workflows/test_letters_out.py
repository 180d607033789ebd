"""Letters on their way out: asked for patience, barred by a wrong setting, one after the other."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from temporalio.exceptions import ApplicationError

from activities.turns import BURST, wait_for_turn
from calends.register.mail_rows import TurnRow
from calends.register.models import OutboxRow, TaskRow
from tests.office import Office, mail, until

ACCESS = "Bonjour, je souhaite une copie de toutes mes données personnelles. Merci."


async def letter(office: Office, case_id: str, purpose: str = "identity_request") -> OutboxRow:
    async def written() -> OutboxRow | None:
        async with office.house.register.session() as session:
            found: OutboxRow | None = await session.scalar(
                select(OutboxRow).where(OutboxRow.case_id == case_id, OutboxRow.purpose == purpose)
            )
            return found

    return await until(written)


async def tried(office: Office, case_id: str, reason: str) -> OutboxRow:
    async def put_back() -> OutboxRow | None:
        row = await letter(office, case_id)
        return row if row.reason == reason else None

    return await until(put_back, seconds=60)


async def asked(office: Office, case_id: str) -> bool:
    async with office.house.register.session() as session:
        mend = select(TaskRow.id).where(TaskRow.case_id == case_id, TaskRow.kind == "mend_delivery")
        return await session.scalar(mend) is not None


async def test_a_server_that_asks_for_patience_gets_the_letter_minutes_later_and_nobody_is_asked(
    office: Office,
) -> None:
    office.post.to_recipient = "450 4.7.1 greylisted"
    try:
        case_id = await office.receive(mail("grey@patience.example", ACCESS))
        row = await tried(office, case_id, "postponed")
        assert (row.state, row.attempts) == ("written", 1)
    finally:
        office.post.to_recipient = ""
    await office.skip(case_id, timedelta(minutes=2))
    await office.letter(case_id, "identity_request")
    assert (await letter(office, case_id)).attempts == 2
    assert not await asked(office, case_id)


async def test_a_server_that_takes_nothing_from_us_is_asked_once_and_then_a_human(
    office: Office,
) -> None:
    """A wrong setting costs no letter: it goes when the setting is mended."""
    office.post.from_sender = "550 5.7.1 not your domain"
    try:
        case_id = await office.receive(mail("barred@courriel.example", ACCESS))
        await tried(office, case_id, "sender")
        await office.task(case_id, "mend_delivery")
        row = await letter(office, case_id)
        assert (row.state, row.reason) == ("written", "sender")
    finally:
        office.post.from_sender = ""
    await office.skip(case_id, timedelta(hours=2))
    await office.letter(case_id, "identity_request")
    assert (await letter(office, case_id)).reason is None


async def written(office: Office, address: str) -> str:
    """A letter to that address, of a case of its own; returns the case."""
    case_id = f"case-{secrets.token_hex(8)}"
    async with office.house.register.session() as session:
        key = await office.house.keyring.make(session, case_id)
        session.add(
            OutboxRow(
                id=f"{case_id}:x",
                case_id=case_id,
                purpose="x",
                message_id=f"<calends.{secrets.token_hex(16)}@impro-solutions.fr>",
                sealed_recipient=key.seal(address.encode(), "recipient"),
                digest="",
                null_sender=False,
                state="written",
                written_at=datetime.now(UTC),
            )
        )
        await session.commit()
    return case_id


def limited(office: Office, monkeypatch: pytest.MonkeyPatch, letters: int) -> None:
    facts = office.house.company.mail.model_copy(update={"letters_per_minute": letters})
    company = office.house.company.model_copy(update={"mail": facts})
    monkeypatch.setattr(office.house, "company", company)


async def test_a_minutes_letters_leave_at_once_and_the_next_one_in_its_turn(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    limited(office, monkeypatch, 3)
    for number in range(3):
        await wait_for_turn(office.house, await written(office, f"{number}@Turn.example"), "x")
    late = [await written(office, f"{number}@turn.example") for number in (3, 4)]
    for case_id, seconds in zip(late, (20, 40), strict=True):
        with pytest.raises(ApplicationError) as wait:
            await wait_for_turn(office.house, case_id, "x")
        assert wait.value.type == "NotItsTurn"
        assert wait.value.next_retry_delay is not None
        assert seconds - 10 < wait.value.next_retry_delay.total_seconds() <= seconds
        await wait_for_turn(office.house, case_id, "x")  # the engine's timer has run
    await wait_for_turn(office.house, await written(office, "a@other.example"), "x")


async def test_a_letter_that_waits_for_its_turn_goes_once_and_nobody_is_asked(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    limited(office, monkeypatch, 60)
    async with office.house.register.session() as session:
        domain = office.house.keyring.index("mail-domain", "busy.example")
        used = datetime.now(UTC) + BURST + timedelta(seconds=5)
        session.add(TurnRow(domain=domain, used_until=used))
        await session.commit()
    case_id = await office.receive(mail("waits@busy.example", ACCESS))

    async def waiting() -> bool:
        row = await letter(office, case_id)
        return row.turn_at is not None or row.state != "written"

    await until(waiting)
    assert (await letter(office, case_id)).state == "written", "it did not wait"
    await office.letter(case_id, "identity_request")
    assert len(office.post.to("waits@busy.example")) == 1
    assert not await asked(office, case_id)


async def test_no_domain_of_a_recipient_can_be_read_in_the_register(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    limited(office, monkeypatch, 60)
    await wait_for_turn(office.house, await written(office, "a@famille-canari.example"), "x")
    async with office.house.register.session() as session:
        rows = list(await session.scalars(select(TurnRow)))
    assert rows
    assert not any(b"canari" in row.domain for row in rows)

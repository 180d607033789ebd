"""Retention on its own schedule, in a whole office: an erasure's remainder, phases, documents."""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update
from temporalio.client import ScheduleActionExecutionStartWorkflow as STARTED

from calends.evidence.exporting import gather
from calends.evidence.package import write_evidence_file
from calends.evidence.signing import load_signing_key
from calends.evidence.verify import verify_file
from calends.keeping import PhaseSettings
from calends.register.blob_check import check_blobs
from calends.register.checkpoints import check_checkpoints
from calends.register.house_chain import HOUSE
from calends.register.keeping_rows import CheckpointRow, KeptRow
from calends.register.ledger import events
from calends.register.models import CaseRow, KeyRow
from calends.vault.documents import keep_document, key_of
from calends.vault.keys import KeyDestroyed
from tests.office import Office, mail, open_office, until
from tests.workflows.ends import rows
from worker import schedule_upkeep
from workflows.calling import MAIN_QUEUE
from workflows.upkeep import NIGHTLY_ID, SCHEDULE_ID, Housekeeping, NightlyRetention

ERASE = "Bonjour, je vous demande d'effacer toutes les données que vous avez sur moi."
LONG_AGO = date(1990, 1, 1)


@pytest.fixture(scope="module")
async def office() -> AsyncIterator[Office]:
    """One of its own: what a night lets go, other tests would miss."""
    with tempfile.TemporaryDirectory(prefix="calends-office-") as folder:
        async with open_office(Path(folder) / "var") as opened:
            yield opened


async def night(office: Office) -> dict[str, str]:
    return await office.skipper.client.execute_workflow(
        NightlyRetention.run, id=f"nightly-{uuid.uuid4()}", task_queue=MAIN_QUEUE
    )


async def test_what_an_erasure_had_to_keep_is_deleted_once_its_date_has_passed(
    office: Office,
) -> None:
    who = "gerard.dherouville@courriel.example"
    case_id = await office.receive(mail(who, ERASE))
    await office.prove_contact(case_id)
    await office.nothing_on_paper(case_id)
    await office.complete(case_id, "approve_erasure", "approve")
    await office.recipients_answer(case_id)
    await office.closing(case_id)
    async with office.house.register.session() as session:
        kept = list(await session.scalars(select(KeptRow).where(KeptRow.case_id == case_id)))
        assert kept, "an invoice of hiss is under the accounting duty"
        assert all(row.until > datetime.now(UTC).date() for row in kept)
    assert (await night(office))["billing"] == "0"

    # Ten years later: the dates of his documents are moved into the past.
    his = "(SELECT id FROM invoice WHERE customer_id = 104)"
    for change in (
        f"UPDATE invoice SET issued_on = '{LONG_AGO}' WHERE customer_id = 104",
        f"UPDATE invoice_line SET booked_on = '{LONG_AGO}' WHERE invoice_id IN {his}",
        f"UPDATE payment SET booked_on = '{LONG_AGO}' WHERE invoice_id IN {his}",
        f"UPDATE contract SET ended_on = '{LONG_AGO}' WHERE customer_id = 104",
        f"UPDATE customer SET last_invoiced_on = '{LONG_AGO}' WHERE id = 104",
    ):
        await rows(office, "sample_billing", change)
    async with office.house.register.session() as session:
        ended = update(KeptRow).where(KeptRow.case_id == case_id).values(until=LONG_AGO)
        await session.execute(ended.values(looked_on=None))
        await session.commit()
    went = await night(office)
    purged = [facts for kind, facts in await office.ledger(case_id) if kind == "kept_purged"]
    assert int(went["billing"]) > 0
    assert sum(facts["done"] for facts in purged if facts["system"] == "billing") > 0
    assert not await rows(office, "sample_billing", "SELECT 1 FROM invoice WHERE customer_id = 104")


async def test_the_schedule_runs_phases_only_once_somebody_approved_it(office: Office) -> None:
    await rows(
        office,
        "sample_crm",
        "INSERT INTO newsletter_subscription (id, email, status, subscribed_on, last_response_on)"
        " VALUES (99001, 'x@lapsed.example', 'subscribed', '2001-01-01', '2001-01-01')",
    )
    question = "SELECT 1 FROM newsletter_subscription WHERE id = 99001"
    await night(office)
    assert await rows(office, "sample_crm", question), "nobody approved a schedule"
    company = office.house.company
    approved = PhaseSettings(run="scheduled", approved_by="Anne Dupont, DPO")
    object.__setattr__(company, "phases", approved)
    try:
        first, again = await night(office), await night(office)
    finally:
        object.__setattr__(company, "phases", PhaseSettings())
    assert int(first["crm"]) > 0
    assert again["crm"] == "0"
    assert not await rows(office, "sample_crm", question)
    async with office.house.register.session() as session:
        told = [event async for event in events(session, HOUSE)]
    assert ("plan_approved", "schedule") in [(event.kind, event.actor) for event in told]
    assert "Dupont" not in repr([event.facts for event in told])


async def test_a_document_is_gone_after_72_hours_whatever_became_of_its_case(
    office: Office,
) -> None:
    case_id = await office.receive(mail("papers@courriel.example", "STOP", subject="STOP"))
    await office.recipients_answer(case_id)
    await office.closing(case_id)
    house = office.house
    async with house.register.session() as session:
        for content in (b"old", b"new"):
            await keep_document(session, house.keyring, house.blobs, case_id, content)
        await session.execute(
            update(KeyRow)
            .where(KeyRow.id == key_of(case_id, "document-1"))
            .values(made_at=datetime.now(UTC) - timedelta(hours=73))
        )
        await session.commit()
    await office.skipper.client.execute_workflow(
        Housekeeping.run, id=f"housekeeping-{uuid.uuid4()}", task_queue=MAIN_QUEUE
    )
    async with house.register.session() as session:
        old = await session.get_one(KeyRow, key_of(case_id, "document-1"))
        new = await session.get_one(KeyRow, key_of(case_id, "document-2"))
        checkpoints = await session.scalar(select(func.count()).select_from(CheckpointRow))
    assert old.wrapped is None
    assert new.wrapped is not None
    assert "document_destroyed" in [kind for kind, _ in await office.ledger(case_id)]
    assert checkpoints, "and how the ledger stands was signed"


async def test_a_case_whose_key_is_destroyed_still_proves_itself_offline(
    office: Office, tmp_path: Path
) -> None:
    who = "huguette.pincon@poste.example"
    case_id = await office.receive(mail(who, "STOP", subject="STOP"))
    await office.recipients_answer(case_id)
    await office.closing(case_id)
    house, client = office.house, office.skipper.client
    keep = f"housekeeping-{uuid.uuid4()}"
    await client.execute_workflow(Housekeeping.run, id=keep, task_queue=MAIN_QUEUE)
    async with house.register.session() as session:
        case = await session.get_one(CaseRow, case_id)
        case.closed_at = datetime.now(UTC) - timedelta(days=7 * 366)
        await session.commit()
    assert int((await night(office))["files"]) > 0
    with pytest.raises(KeyDestroyed):
        await house.blobs.read(case_id, "raw")
    contents = await gather(house.settings, case_id)
    assert who not in repr(contents)
    key = load_signing_key(house.settings.signing_key_file)
    write_evidence_file(tmp_path / "evidence", contents, key)
    assert verify_file(tmp_path / "evidence").lines["ledger"] > 3
    async with house.register.session() as session:
        assert await check_checkpoints(session, key.public) > 0
        assert await check_blobs(session) > 0


async def test_the_schedules_are_made_once_and_what_they_start_runs(office: Office) -> None:
    client = office.skipper.client
    for _ in range(2):
        await schedule_upkeep(client)
    nightly = client.get_schedule_handle(NIGHTLY_ID)
    hourly = client.get_schedule_handle(SCHEDULE_ID)
    try:
        spec = (await nightly.describe()).schedule.spec
        assert [each.start for calendar in spec.calendars for each in calendar.hour] == [2]
        await nightly.trigger()

        async def started() -> str | None:
            actions = (await nightly.describe()).info.recent_actions
            action = actions[0].action if actions else None
            return action.workflow_id if isinstance(action, STARTED) else None

        workflow_id = await until(started, 60)
        went = await client.get_workflow_handle(workflow_id).result()
        assert went.keys() == {"files", "crm", "billing"}
    finally:
        await nightly.delete()
        await hourly.delete()

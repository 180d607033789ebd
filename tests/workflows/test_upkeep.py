"""What is done on a schedule."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from calends.evidence.exporting import HISTORY_BLOB, read_history
from calends.register.erasure_rows import ErasureRow
from calends.register.erasures import remember_erasures
from calends.systems.protocol import Order
from tests.office import Office, mail
from workflows.calling import MAIN_QUEUE
from workflows.upkeep import Housekeeping


async def test_the_history_of_a_closed_case_is_kept_before_the_engine_deletes_it(
    office: Office,
) -> None:
    case_id = await office.receive(mail("upkeep@courriel.example", "STOP", subject="STOP"))
    await office.recipients_answer(case_id)
    await office.closing(case_id)
    archived = await office.skipper.client.execute_workflow(
        Housekeeping.run, id=f"housekeeping-{uuid.uuid4()}", task_queue=MAIN_QUEUE
    )
    assert archived >= 1
    assert (await office.row(case_id)).history_archived
    history = read_history(await office.house.blobs.read(case_id, HISTORY_BLOB))
    assert history[-1]["eventType"] == "EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED"


async def test_housekeeping_that_runs_again_finds_nothing_to_do(office: Office) -> None:
    for _ in range(2):
        archived = await office.skipper.client.execute_workflow(
            Housekeeping.run, id=f"housekeeping-{uuid.uuid4()}", task_queue=MAIN_QUEUE
        )
    assert archived == 0


@pytest.fixture
async def backups_of_a_month(office: Office) -> AsyncIterator[None]:
    before = office.house.company
    office.house.company = before.model_copy(update={"backups_expire_after": "P1M"})
    yield
    office.house.company = before


@pytest.mark.usefixtures("backups_of_a_month")
async def test_erasures_that_no_backup_can_undo_any_more_are_forgotten_by_housekeeping(
    office: Office,
) -> None:
    now = datetime.now(UTC)
    for case, wall in (("case-old", now - timedelta(days=100)), ("case-new", now)):

        async def erased(case: str = case) -> AsyncIterator[tuple[Order, dict[str, str]]]:
            yield Order("crm.contact", {"id": case}, "erase"), {"email": f"{case}@b.example"}

        async with office.house.register.session() as session:
            await remember_erasures(
                session,
                office.house.keyring,
                case_id=case,
                system="crm",
                at=now,
                erased=erased(),
                wall=wall,
            )
            await session.commit()
    await office.skipper.client.execute_workflow(
        Housekeeping.run, id=f"housekeeping-{uuid.uuid4()}", task_queue=MAIN_QUEUE
    )
    async with office.house.register.session() as session:
        left = await session.scalars(
            select(ErasureRow.case_id).where(ErasureRow.case_id.in_(["case-old", "case-new"]))
        )
        assert list(left) == ["case-new"]

"""What is done on a schedule."""

from __future__ import annotations

import uuid

from calends.evidence.exporting import HISTORY_BLOB, read_history
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

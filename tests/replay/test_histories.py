"""Golden histories replay: code that changed would otherwise break the cases that run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from temporalio import workflow
from temporalio.client import WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner, WorkflowReplayResult
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner

from tests.replay.recording import CASES, HISTORIES
from worker import sandbox
from workflows.messages import Closing, Opening
from workflows.rights_request import RightsRequest

BROKEN = (
    "a case that runs like this one would break: keep its path with workflow.patched, or, "
    "when no such case can be running, record anew with `python -m tests.replay`"
)
NAMES = [case.__name__ for case in CASES]


def history(name: str) -> WorkflowHistory:
    file = HISTORIES / f"{name}.json"
    return WorkflowHistory.from_json(f"case-{name}", json.loads(file.read_text(encoding="utf-8")))


async def replayed(name: str) -> WorkflowReplayResult:
    replayer = Replayer(
        workflows=[RightsRequest],
        workflow_runner=SandboxedWorkflowRunner(restrictions=sandbox()),
        data_converter=pydantic_data_converter,
    )
    return await replayer.replay_workflow(history(name), raise_on_replay_failure=False)


@pytest.mark.parametrize("name", NAMES)
async def test_a_case_that_was_begun_by_earlier_code_goes_on(name: str) -> None:
    result = await replayed(name)
    assert result.replay_failure is None, f"{name}: {BROKEN}\n{result.replay_failure}"


def test_every_golden_history_has_its_case() -> None:
    assert sorted(file.stem for file in HISTORIES.glob("*.json")) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_golden_history_stays_small(name: str) -> None:
    assert Path(HISTORIES / f"{name}.json").stat().st_size < 150_000


@workflow.defn(name="RightsRequest")
class Changed:
    """What somebody might write who forgot the cases that run."""

    @workflow.run
    async def run(self, opening: Opening) -> Closing:
        await workflow.sleep(1)
        raise NotImplementedError


async def test_a_changed_workflow_does_not_replay() -> None:
    replayer = Replayer(
        workflows=[Changed],
        workflow_runner=UnsandboxedWorkflowRunner(),
        data_converter=pydantic_data_converter,
    )
    result = await replayer.replay_workflow(
        history("access_answered"), raise_on_replay_failure=False
    )
    assert isinstance(result.replay_failure, workflow.NondeterminismError)

"""Completing a task: the upload is sealed, the case is told, and its answer is what counts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import delete, func, select
from temporalio.client import (
    Client,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from calends.desk.queue import WAITING, find_task
from calends.desk.words import short
from calends.engine.client import connect
from calends.problems import Problem
from calends.register.database import Register
from calends.register.models import BlobRow, CaseRow, DemandRow, TaskRow
from calends.register.opening import existing_keyring
from calends.rules.vocabulary import Right
from calends.settings import Settings
from calends.vault.blobs import BlobStore
from calends.vault.keys import KeyDestroyed, Keyring
from workflows.messages import Accepted, TaskOutcome

UPLOAD_LIMIT = 50_000_000
"""Bytes."""

ANSWER_SECONDS = 20.0
"""How long the case may take to answer: longer means that no worker runs it."""


@dataclass(frozen=True)
class Answer:
    """What the human decided."""

    outcome: str
    reason: str = field(default="", repr=False)
    rights: list[Right] = field(default_factory=list)
    by_role: str = "dpo"
    upload: bytes | None = field(default=None, repr=False)


def read_upload(file: Path) -> bytes:
    """Raises Problem for what is no file, is empty, or larger than UPLOAD_LIMIT."""
    try:
        if not file.is_file():
            raise Problem("--file: not a file that can be read")
        with file.open("rb") as source:
            content = source.read(UPLOAD_LIMIT + 1)
    except OSError as error:
        raise Problem(f"--file: {error.strerror}") from error
    if not content:
        raise Problem("--file: the file is empty")
    if len(content) > UPLOAD_LIMIT:
        raise Problem(f"--file: more than {UPLOAD_LIMIT // 1_000_000} MB")
    return content


async def complete_task(
    register: Register, settings: Settings, task_id: str, answer: Answer
) -> str:
    """Tells the case; returns what it made of it. Raises Problem with the case's own reason."""
    async with register.session() as session:
        task = await find_task(session, task_id)
    keyring = existing_keyring(register, settings)
    client = await connect(settings, keyring)
    async with _alone_at(register, task.id):
        reference = await _check(register, task.id, answer)
        if answer.upload is None:
            told = await _tell(client, task, answer, "")
        else:
            told = await _tell_with_upload(register, keyring, client, task, answer)
    if told != answer.outcome:
        raise Problem(f"this task was already done: {told}")
    return f"{short(task.id)}: the case {reference} took it as `{told}`"


@asynccontextmanager
async def _alone_at(register: Register, task_id: str) -> AsyncIterator[None]:
    """Of two who complete a task at once the second waits, then is refused: without this the
    upload of one could stand beside the outcome of the other."""
    async with register.session() as session:
        await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(task_id, 0))))
        yield


async def _check(register: Register, task_id: str, answer: Answer) -> str:
    """What the register knows already; the case itself is asked all the same."""
    async with register.session() as session:
        task = await session.get_one(TaskRow, task_id)
        case = await session.get_one(CaseRow, task.case_id)
        if case.closed_at is not None:
            raise Problem("the case is closed")
        if task.state not in WAITING:
            raise Problem(
                f"this task was already done: {task.outcome}"
                if task.outcome
                else "this task is no longer needed"
            )
        if answer.upload is not None and task.kind != "search_by_hand":
            raise Problem("--file: only a search by hand takes one")
        if answer.rights and task.kind != "triage":
            raise Problem("--rights: only a triage takes them")
        if task.kind == "triage" and answer.outcome == "accept" and not answer.rights:
            read = await session.scalar(select(DemandRow).where(DemandRow.case_id == case.id))
            if read is None:
                raise Problem("nothing was understood: say which with --rights ACCESS,ERASURE …")
        assert case.reference is not None  # given in the transaction that makes the case
        return case.reference


async def _tell_with_upload(
    register: Register, keyring: Keyring, client: Client, task: TaskRow, answer: Answer
) -> str:
    """Sealed before the case hears of it; taken back when the case refuses."""
    assert answer.upload is not None
    name = f"upload:{task.id}"
    try:
        key = await keyring.get(task.case_id)
    except KeyDestroyed as error:
        raise Problem("the file cannot be sealed: the key of this case is not here") from error
    async with register.session() as session:
        await BlobStore(register, keyring).write(session, key, name, answer.upload)
        await session.commit()
    try:
        return await _tell(client, task, answer, name)
    except _Refused:
        async with register.session() as session:
            await session.execute(
                delete(BlobRow).where(BlobRow.case_id == task.case_id, BlobRow.name == name)
            )
            await session.commit()
        raise


class _Refused(Problem):
    """The case said no: it will not use the upload."""


async def _tell(client: Client, task: TaskRow, answer: Answer, upload: str) -> str:
    """The outcome that the task now has, which is the first one it was given."""
    done = TaskOutcome(
        task_id=task.id,
        version=task.version,
        outcome=answer.outcome,
        by_role=answer.by_role,
        reason=answer.reason,
        rights=answer.rights,
        upload=upload,
    )
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            accepted: Accepted = await client.get_workflow_handle(task.case_id).execute_update(
                "complete_task", done, id=f"{task.id}:{task.version}", result_type=Accepted
            )
    except WorkflowUpdateFailedError as error:
        said = error.cause.message if isinstance(error.cause, ApplicationError) else ""
        raise _Refused(said or "the case could not take it; see the worker's log") from error
    except (TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError) as error:
        raise Problem(
            f"the case did not answer in {ANSWER_SECONDS:.0f} s and may still take it; "
            "see that worker.py runs, then `calends task show`"
        ) from error
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            raise _Refused("the case has no running workflow; see `calends audit`") from error
        raise Problem(f"the engine does not answer ({error.status.name})") from error
    return accepted.outcome

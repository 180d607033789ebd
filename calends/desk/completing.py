"""Completing a task: the upload is sealed, the case is told, and its answer is what counts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession
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
from calends.register.cases import instant_for
from calends.register.database import Register
from calends.register.desk_rows import DecisionRow
from calends.register.models import BlobRow, CaseRow, DemandRow, TaskRow
from calends.register.opening import existing_keyring
from calends.rules.vocabulary import Right
from calends.settings import Settings
from calends.vault.blobs import BlobStore
from calends.vault.keys import KeyDestroyed, Keyring
from workflows.messages import Accepted, TaskOutcome
from workflows.tasks import NEEDS_REASON, OUTCOMES, TAKES_UPLOAD, WANTS, WANTS_RIGHTS, TaskKind

UPLOAD_LIMIT = 50_000_000
"""Bytes."""

ANSWER_SECONDS = 20.0
"""How long the case may take to answer: longer means that no worker runs it."""

STANDING = ("proposed", "confirmed")
"""States of a decision that the case has not heard of yet."""


@dataclass(frozen=True)
class Answer:
    """What the human decided."""

    outcome: str
    reason: str = field(default="", repr=False)
    rights: list[Right] = field(default_factory=list)
    by_role: str = "dpo"
    upload: bytes | None = field(default=None, repr=False)
    details: dict[str, str] = field(default_factory=dict, repr=False)
    """What the outcome must say besides (`workflows.tasks.WANTS`)."""


class Refused(Problem):
    """The answer cannot be taken. `code` is for those who say it in other words; `what` is an
    outcome, where there is one."""

    def __init__(self, code: str, text: str, what: str = "") -> None:
        super().__init__(text)
        self.code, self.what = code, what


class Unanswered(Problem):
    """The case said nothing: it may still take the answer, and may be told again."""

    code = "no_answer"


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
    completing = Completing(register, keyring, await connect(settings, keyring))
    reference, told = await completing.complete(task, answer)
    return f"{short(task.id)}: the case {reference} took it as `{told}`"


@dataclass(frozen=True)
class Completing:
    """What tells running cases; one per process."""

    register: Register
    keyring: Keyring
    client: Client

    async def complete(self, task: TaskRow, answer: Answer) -> tuple[str, str]:
        """The case's reference and the outcome it took. Raises Refused or Unanswered."""
        async with alone_at(self.register, task.id):
            async with self.register.session() as session:
                reference = await check(session, task.id, answer)
            upload = await self.seal_upload(task, answer)
            try:
                told = await self.tell(task, answer, upload)
            except Refused:
                await self.drop_upload(task, upload)
                raise
        if told != answer.outcome:
            raise already_done(told)
        return reference, told

    async def seal_upload(self, task: TaskRow, answer: Answer) -> str:
        """Sealed before the case hears of it; the name of the blob, or nothing."""
        if answer.upload is None:
            return ""
        try:
            key = await self.keyring.get(task.case_id)
        except KeyDestroyed as error:
            text = "the file cannot be sealed: the key of this case is not here"
            raise Refused("shredded", text) from error
        async with self.register.session() as session:
            name = f"upload:{task.id}"
            await BlobStore(self.register, self.keyring).write(session, key, name, answer.upload)
            await session.commit()
        return name

    async def drop_upload(self, task: TaskRow, name: str) -> None:
        """Taken back: the case will not use it."""
        if not name:
            return
        async with self.register.session() as session:
            await session.execute(
                delete(BlobRow).where(BlobRow.case_id == task.case_id, BlobRow.name == name)
            )
            await session.commit()

    async def tell(self, task: TaskRow, answer: Answer, upload: str) -> str:
        """The outcome that the task now has, which is the first one it was given."""
        done = TaskOutcome(
            task_id=task.id,
            version=task.version,
            outcome=answer.outcome,
            by_role=answer.by_role,
            reason=answer.reason,
            rights=answer.rights,
            upload=upload,
            details=answer.details,
        )
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                case = self.client.get_workflow_handle(task.case_id)
                accepted: Accepted = await case.execute_update(
                    "complete_task", done, id=f"{task.id}:{task.version}", result_type=Accepted
                )
        except WorkflowUpdateFailedError as error:
            raise _refused_by_case(error) from error
        except (TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError) as error:
            raise Unanswered(
                f"the case did not answer in {ANSWER_SECONDS:.0f} s and may still take it; "
                "see that worker.py runs, then `calends task show`"
            ) from error
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                text = "the case has no running workflow; see `calends audit`"
                raise Refused("no_workflow", text) from error
            raise Unanswered(f"the engine does not answer ({error.status.name})") from error
        return accepted.outcome


@asynccontextmanager
async def alone_at(register: Register, task_id: str) -> AsyncIterator[None]:
    """Of two who complete a task at once the second waits, then is refused: without this the
    upload of one could stand beside the outcome of the other."""
    async with register.session() as session:
        await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(task_id, 0))))
        yield


async def check(session: AsyncSession, task_id: str, answer: Answer) -> str:
    """What the register knows already; the case itself is asked all the same. Returns the case's
    reference. Raises Refused."""
    task = await session.get_one(TaskRow, task_id, populate_existing=True)
    case = await session.get_one(CaseRow, task.case_id)
    if case.closed_at is not None:
        raise Refused("closed", "the case is closed")
    if task.state not in WAITING:
        raise already_done(task.outcome) if task.outcome else _no_longer_needed()
    standing = await session.scalar(
        select(DecisionRow).where(DecisionRow.task_id == task_id, DecisionRow.state.in_(STANDING))
    )
    if standing is not None:
        raise Refused(
            "decided", f"a colleague has decided this task: {standing.outcome}", standing.outcome
        )
    kind = TaskKind(task.kind)
    if answer.upload is not None and (kind, answer.outcome) not in TAKES_UPLOAD:
        raise Refused("no_upload", f"--file: `{answer.outcome}` takes none")
    if answer.rights and (kind, answer.outcome) not in WANTS_RIGHTS:
        raise Refused("no_rights", f"--rights: `{answer.outcome}` takes none")
    if task.kind == TaskKind.TRIAGE and answer.outcome == "accept" and not answer.rights:
        read = await session.scalar(select(DemandRow).where(DemandRow.case_id == case.id))
        if read is None:
            raise Refused(
                "RightsMissing", "nothing was understood: say which with --rights ACCESS,ERASURE …"
            )
    if "posted_on" in answer.details:
        _require_day(answer.details["posted_on"], task, await instant_for(session, case))
    assert case.reference is not None  # given in the transaction that makes the case
    return case.reference


def _require_day(text: str, task: TaskRow, now: datetime) -> None:
    """A letter is posted after it was written and not in days to come, in whatever zone."""
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise Refused("DayUnfit", "`posted_on` must be a day such as 2026-11-20") from None
    if not task.opened_at.date() <= day + timedelta(days=1) or day > now.date() + timedelta(days=1):
        text = f"`posted_on` must be between {task.opened_at.date()} and {now.date()}"
        raise Refused("DayUnfit", text)


def fits(task: TaskRow, answer: Answer) -> None:
    """What the case's own validator would say, before anybody waits for it. Raises Refused."""
    if answer.outcome not in OUTCOMES.get(TaskKind(task.kind), ()):
        raise Refused("UnfitOutcome", "this cannot be answered here", answer.outcome)
    if answer.outcome in NEEDS_REASON and not answer.reason.strip():
        raise Refused("ReasonMissing", f"`{answer.outcome}` needs a reason", answer.outcome)
    if task.kind == TaskKind.SEARCH_BY_HAND and answer.outcome == "found" and not answer.upload:
        raise Refused("UploadMissing", "`found` needs the file that was found")
    wanted = WANTS.get((TaskKind(task.kind), answer.outcome), ())
    missing = [name for name in wanted if not answer.details.get(name, "").strip()]
    if missing:
        text = f"`{answer.outcome}` needs: {', '.join(missing)}"
        raise Refused("DetailMissing", text, answer.outcome)


def already_done(outcome: str) -> Refused:
    return Refused("TaskDone", f"this task was already done: {outcome}", outcome)


def _no_longer_needed() -> Refused:
    return Refused("no_longer_needed", "this task is no longer needed")


def _refused_by_case(error: WorkflowUpdateFailedError) -> Refused:
    cause = error.cause
    if isinstance(cause, ApplicationError) and cause.message:
        return Refused(cause.type or "refused", cause.message)
    return Refused("refused", "the case could not take it; see the worker's log")

"""What is done on a schedule, for no case in particular."""

from __future__ import annotations

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError

from workflows.calling import HEARTBEAT, system_queue

with workflow.unsafe.imports_passed_through():
    from activities.custody import Custody
    from activities.orders import ArchiveHistories, KeepFiles, KeepPhases, Kept
    from activities.retention import Retention
    from activities.upkeep import Upkeep

SCHEDULE_ID = "calends-upkeep"
EVERY = timedelta(hours=1)
NIGHTLY_ID = "calends-retention"
NIGHTLY_HOUR = 2
"""UTC: when in Europe nobody works in the systems."""

_PATIENCE = RetryPolicy(maximum_attempts=5)
_A_SYSTEM = RetryPolicy(initial_interval=timedelta(minutes=1), maximum_attempts=3)


@workflow.defn
class Housekeeping:
    """Keeps the histories of closed cases: evidence is never read from the engine later. Forgets
    the erasures that no backup can undo any more, ends identity documents, and signs how the
    ledger stands."""

    @workflow.run
    async def run(self) -> int:
        total, archived = 0, -1
        while archived != 0:
            archived = await workflow.execute_activity_method(
                Upkeep.archive_histories,
                ArchiveHistories(),
                start_to_close_timeout=timedelta(minutes=10),
                heartbeat_timeout=HEARTBEAT,
                retry_policy=RetryPolicy(maximum_attempts=5),
            )
            total += archived
        await workflow.execute_activity_method(
            Upkeep.forget_erasures,
            start_to_close_timeout=timedelta(minutes=10),
            heartbeat_timeout=HEARTBEAT,
            retry_policy=RetryPolicy(maximum_attempts=5),
        )
        await workflow.execute_activity_method(
            Custody.end_documents,
            start_to_close_timeout=timedelta(minutes=10),
            heartbeat_timeout=HEARTBEAT,
            retry_policy=_PATIENCE,
        )
        await workflow.execute_activity_method(
            Custody.checkpoint,
            KeepFiles(at=workflow.now()),
            start_to_close_timeout=timedelta(minutes=10),
            heartbeat_timeout=HEARTBEAT,
            retry_policy=_PATIENCE,
        )
        return total


@workflow.defn
class NightlyRetention:
    """What ends with time: records that erasures left until a day, the phases of the retention
    table when somebody approved their schedule, and the files of closed cases.

    A system that fails keeps nobody waiting: it has the next night.
    """

    @workflow.run
    async def run(self) -> dict[str, str]:
        """How it went, by system; a system that failed, by the class of its failure."""
        at = workflow.now()
        ended = await workflow.execute_activity_method(
            Custody.end_files,
            KeepFiles(at=at),
            start_to_close_timeout=timedelta(hours=1),
            heartbeat_timeout=HEARTBEAT,
            retry_policy=_PATIENCE,
        )
        went = {"files": str(ended)}
        systems = await workflow.execute_activity_method(
            Custody.systems_to_keep,
            start_to_close_timeout=timedelta(minutes=1),
            retry_policy=_PATIENCE,
        )
        for system in systems:
            order = KeepPhases(system=system, at=at)
            went[system] = await self._of(system, order)
        return went

    async def _of(self, system: str, order: KeepPhases) -> str:
        done = 0
        for step in (Retention.purge_kept, Retention.run_phases):
            try:
                kept: Kept = await workflow.execute_activity_method(
                    step,
                    order,
                    task_queue=system_queue(system),
                    schedule_to_start_timeout=timedelta(hours=1),
                    start_to_close_timeout=timedelta(hours=2),
                    heartbeat_timeout=HEARTBEAT,
                    retry_policy=_A_SYSTEM,
                )
            except ActivityError as error:
                return getattr(error.cause, "type", None) or type(error.cause).__name__
            done += kept.done
        return str(done)

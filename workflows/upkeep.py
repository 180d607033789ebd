"""What is done on a schedule, for no case in particular."""

from __future__ import annotations

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy

from workflows.calling import HEARTBEAT

with workflow.unsafe.imports_passed_through():
    from activities.orders import ArchiveHistories
    from activities.upkeep import Upkeep

SCHEDULE_ID = "calends-upkeep"
EVERY = timedelta(hours=1)


@workflow.defn
class Housekeeping:
    """Keeps the histories of closed cases: evidence is never read from the engine later. Forgets
    the erasures that no backup can undo any more."""

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
        return total

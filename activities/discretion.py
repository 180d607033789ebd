"""Around every activity: a sign of life, and nothing personal in what it raises.

The SDK logs the text of an activity's exception and writes it into the history; texts of
libraries quote the values that they failed on. Our own ApplicationErrors hold none.
"""

from __future__ import annotations

import asyncio
import logging
import traceback
from typing import Any

from temporalio import activity
from temporalio.exceptions import ApplicationError, CancelledError
from temporalio.worker import (
    ActivityInboundInterceptor,
    ExecuteActivityInput,
    Interceptor,
)

BEAT_SECONDS = 4.0
"""Well under the heartbeat time-out of `workflows.calling`."""

log = logging.getLogger("calends.activities")


class Discretion(Interceptor):
    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        return _Discreet(next)


class _Discreet(ActivityInboundInterceptor):
    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        beating = None if activity.info().is_local else asyncio.create_task(_beat())
        try:
            return await super().execute_activity(input)
        except (ApplicationError, CancelledError):
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, its text stays here
            kind = type(error).__name__
            log.error("%s failed: %s at %s", input.fn.__name__, kind, _place(error))
            told = ApplicationError(kind, type=kind)
        finally:
            if beating is not None:
                beating.cancel()
        raise told


async def _beat() -> None:
    """A sign of life while the activity runs: the server learns of a dead worker in seconds."""
    while True:
        activity.heartbeat()
        await asyncio.sleep(BEAT_SECONDS)


def _place(error: BaseException) -> str:
    """File and line of the innermost frame of ours; no values."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "site-packages" not in frame.filename] or list(frames)
    return f"{ours[-1].filename.rpartition('/')[2]}:{ours[-1].lineno}" if ours else "?"

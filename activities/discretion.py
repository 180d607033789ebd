"""Nothing personal escapes in an error: what an activity raises is told by its class only.

The SDK logs the text of an activity's exception and writes it into the history; texts of
libraries quote the values that they failed on. Our own ApplicationErrors hold none.
"""

from __future__ import annotations

import logging
import traceback
from typing import Any

from temporalio.exceptions import ApplicationError, CancelledError
from temporalio.worker import (
    ActivityInboundInterceptor,
    ExecuteActivityInput,
    Interceptor,
)

log = logging.getLogger("calends.activities")


class Discretion(Interceptor):
    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        return _Discreet(next)


class _Discreet(ActivityInboundInterceptor):
    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        try:
            return await super().execute_activity(input)
        except (ApplicationError, CancelledError):
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, its text stays here
            kind = type(error).__name__
            log.error("%s failed: %s at %s", input.fn.__name__, kind, _place(error))
            told = ApplicationError(kind, type=kind)
        raise told


def _place(error: BaseException) -> str:
    """File and line of the innermost frame of ours; no values."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "site-packages" not in frame.filename] or list(frames)
    return f"{ours[-1].filename.rpartition('/')[2]}:{ours[-1].lineno}" if ours else "?"

"""How a case calls its activities: the one table of queues, time-outs and retries.

Steps that only write the register are local activities: one event each and no hop. What touches
the world (mail, systems) is a regular activity, retried a bounded number of times and then handed
back as a result, so that the case can say since when something fails and ask a human.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, TypeVar

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError

MAIN_QUEUE = "calends"

Order = TypeVar("Order")
Result = TypeVar("Result")


def system_queue(system: str) -> str:
    """The task queue of one system: a worker beside the data serves only this one."""
    return f"system-{system}"


# The register is the case's own memory: without it nothing can go on, so it is waited for.
_REGISTER = RetryPolicy(
    initial_interval=timedelta(milliseconds=200), maximum_interval=timedelta(seconds=30)
)
_WORLD = RetryPolicy(
    initial_interval=timedelta(seconds=1),
    maximum_interval=timedelta(seconds=20),
    maximum_attempts=4,
)

_AGAIN = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_attempts=2)
"""A later round is an attempt itself; the second one is for a worker that died on the way."""

HEARTBEAT = timedelta(seconds=15)
"""A worker that died is noticed so soon; every activity gives a sign of life while it runs."""

PAUSES = [timedelta(hours=h) for h in (1, 2, 4, 8, 12, 24)]
"""Between two rounds of attempts at something that fails; the last one repeats."""


def pause_after(rounds: int, at_most: timedelta | None = None) -> timedelta:
    pause = PAUSES[min(rounds, len(PAUSES)) - 1]
    return min(pause, at_most) if at_most else pause


async def note(step: Callable[[Any, Order], Awaitable[Result]], order: Order) -> Result:
    """A step in the register: local, retried until it succeeds."""
    result: Result = await workflow.execute_local_activity_method(
        step,
        order,
        start_to_close_timeout=timedelta(seconds=30),
        retry_policy=_REGISTER,
    )
    return result


async def act(
    step: Callable[[Any, Order], Awaitable[Result]],
    order: Order,
    *,
    queue: str = MAIN_QUEUE,
    at_most: timedelta = timedelta(minutes=10),
    nobody_there: timedelta | None = None,
    again: bool = False,
) -> Result | str:
    """A step in the world; the type of the last failure when all attempts failed.

    `again`: a further round of what has failed before.
    `nobody_there`: give up when no worker took the step for so long (a system's own worker may
    be down, and only that system may be late).
    """
    try:
        result: Result = await workflow.execute_activity_method(
            step,
            order,
            task_queue=queue,
            start_to_close_timeout=at_most,
            schedule_to_start_timeout=nobody_there,
            heartbeat_timeout=HEARTBEAT,
            retry_policy=_AGAIN if again else _WORLD,
        )
    except ActivityError as error:
        cause = error.cause
        return getattr(cause, "type", None) or type(cause).__name__
    return result

"""The bare engine: a workflow of the same shape as an access case, which does nothing.

python -m tests.bench.bare      its worker, until told to stop
"""

from __future__ import annotations

import asyncio
import os
import signal
from datetime import timedelta

from pydantic import BaseModel
from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import PollerBehaviorAutoscaling, Worker

QUEUE = "bare"


def system_queue(number: int) -> str:
    return f"bare-{number}"


class Shape(BaseModel):
    """What one access case was seen to do; the bare workflow does as much."""

    systems: int
    regular: int
    """Regular activities beside those of the systems."""
    local: int
    bytes_in: int
    """Average payload of an activity's input."""
    bytes_out: int


class Work(BaseModel):
    filling: str
    answer_bytes: int


@activity.defn
async def nothing(work: Work) -> str:
    return "x" * work.answer_bytes


@workflow.defn
class Bare:
    def __init__(self) -> None:
        self.proved = False

    @workflow.run
    async def run(self, shape: Shape) -> str:
        work = Work(filling="x" * shape.bytes_in, answer_bytes=shape.bytes_out)
        for _ in range(shape.local // 2):
            await self._note(work)
        await asyncio.gather(*(self._act(work, QUEUE) for _ in range(shape.regular - 1)))
        await workflow.wait_condition(lambda: self.proved, timeout=timedelta(days=1))
        for _ in range(shape.local - shape.local // 2 - 1):
            await self._note(work)
        await asyncio.gather(*(self._act(work, system_queue(n)) for n in range(shape.systems)))
        await self._act(work, QUEUE)
        await self._note(work)
        return "done"

    @workflow.update
    async def prove(self, filling: str) -> str:
        self.proved = True
        return filling

    async def _note(self, work: Work) -> None:
        await workflow.execute_local_activity(
            nothing, work, start_to_close_timeout=timedelta(seconds=30)
        )

    async def _act(self, work: Work, queue: str) -> None:
        await workflow.execute_activity(
            nothing, work, task_queue=queue, start_to_close_timeout=timedelta(seconds=30)
        )


async def serve() -> None:
    client = await Client.connect(
        os.environ["CALENDS_TEMPORAL_ADDRESS"],
        namespace=os.environ["CALENDS_TEMPORAL_NAMESPACE"],
        data_converter=pydantic_data_converter,
    )
    pollers = PollerBehaviorAutoscaling()
    workers = [
        Worker(
            client,
            task_queue=QUEUE,
            workflows=[Bare],
            activities=[nothing],
            workflow_task_poller_behavior=pollers,
            activity_task_poller_behavior=pollers,
        )
    ]
    workers += [
        Worker(
            client,
            task_queue=system_queue(number),
            activities=[nothing],
            activity_task_poller_behavior=pollers,
        )
        for number in range(int(os.environ["BARE_SYSTEMS"]))
    ]
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    running = [asyncio.create_task(worker.run()) for worker in workers]
    print("bare: ready", flush=True)
    await stop.wait()
    await asyncio.gather(*(worker.shutdown() for worker in workers))
    await asyncio.gather(*running)


if __name__ == "__main__":
    asyncio.run(serve())

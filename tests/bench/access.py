"""One access case through Calends, and one bare workflow, measured in turn on one server."""

from __future__ import annotations

import asyncio
import statistics
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import psutil
from temporalio.client import Client, WorkflowHandle

from calends.engine.observing import observer
from dispatching import AT_ONCE, Starter
from tests.bench.bare import QUEUE, Bare, Shape
from tests.bench.company import SYSTEMS, address_of
from tests.office import LINK, Letter, MailServer, mail
from workflows.messages import Closing, ContactProved
from workflows.rights_request import RightsRequest

ACCESS = "Bonjour, je souhaite une copie de toutes mes données personnelles. Merci."


class Persons(MailServer):
    """Wakes whoever waits for the letter with their link."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: dict[str, asyncio.Event] = {}

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        answer = await super().handle_DATA(server, session, envelope)
        letter: Letter = self.letters.pop()
        if LINK.search(letter.text):
            for address in letter.recipients:
                self.asked.setdefault(address, asyncio.Event()).set()
        return answer


@dataclass
class Measure:
    """Figures of one round."""

    cases: int
    seconds: float
    each: list[float]
    cpu: float
    events: list[int] = field(default_factory=list)
    size: list[int] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return self.cases / self.seconds

    @property
    def median(self) -> float:
        return statistics.median(self.each)


@dataclass
class Bench:
    starter: Starter
    persons: Persons
    bare_client: Client
    worker_pid: int
    bare_pid: int
    people: int = 0
    intake: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    """So many messages are dispatched side by side, as the starter does."""

    async def access(self, cases: int, at_once: int) -> tuple[Measure, list[str]]:
        ids: list[str] = []

        async def one() -> None:
            self.people += 1
            ids.append(await self._access_case(address_of(self.people)))

        measure = await _measured(one, cases, at_once, self.worker_pid)
        client = await observer(self.starter.house.settings)
        for case_id in ids[-10:]:
            described = await client.get_workflow_handle(case_id).describe()
            measure.events.append(described.history_length)
            measure.size.append(described.raw_info.history_size_bytes)
        return measure, ids

    async def _access_case(self, address: str) -> str:
        async with self.intake:
            kept = await self.starter.inbox.keep(
                mail(address, ACCESS), channel="file", received_at=datetime.now(UTC)
            )
            await self.starter.dispatch(kept.inbox_id)
        await self.persons.asked.setdefault(address, asyncio.Event()).wait()
        handle: WorkflowHandle[RightsRequest, Closing] = self.starter.client.get_workflow_handle(
            kept.case_id, result_type=Closing
        )
        await handle.execute_update(RightsRequest.prove_contact, ContactProved())
        closing = await handle.result()
        assert closing.outcome == "answered", closing
        return kept.case_id

    async def bare(self, shape: Shape, cases: int, at_once: int) -> Measure:
        handles: list[WorkflowHandle[Bare, str]] = []

        async def one() -> None:
            handle = await self.bare_client.start_workflow(
                Bare.run, shape, id=f"bare-{uuid.uuid4()}", task_queue=QUEUE
            )
            await handle.execute_update(Bare.prove, "x" * shape.bytes_in)
            await handle.result()
            handles.append(handle)

        measure = await _measured(one, cases, at_once, self.bare_pid)
        for handle in handles[-10:]:
            described = await handle.describe()
            measure.events.append(described.history_length)
            measure.size.append(described.raw_info.history_size_bytes)
        return measure

    async def shape(self, case_id: str) -> Shape:
        """What one access case did, read off its history."""
        client = await observer(self.starter.house.settings)
        history = await client.get_workflow_handle(case_id).fetch_history()
        inputs, outputs, regular, local = [], [], 0, 0
        for event in history.events:
            if event.HasField("activity_task_scheduled_event_attributes"):
                regular += 1
                scheduled = event.activity_task_scheduled_event_attributes
                inputs.append(sum(len(p.data) for p in scheduled.input.payloads))
            elif event.HasField("activity_task_completed_event_attributes"):
                done = event.activity_task_completed_event_attributes
                outputs.append(sum(len(p.data) for p in done.result.payloads))
            elif event.HasField("marker_recorded_event_attributes"):
                local += 1
        return Shape(
            systems=SYSTEMS,
            regular=regular - SYSTEMS,
            local=local,
            bytes_in=round(statistics.mean(inputs)),
            bytes_out=round(statistics.mean(outputs)),
        )


async def _measured(
    one: Callable[[], Awaitable[None]], cases: int, at_once: int, pid: int
) -> Measure:
    """Runs `cases` of them, `at_once` in flight; CPU is the worker process's alone."""
    gate, each = asyncio.Semaphore(at_once), list[float]()

    async def timed() -> None:
        async with gate:
            began = time.perf_counter()
            await one()
            each.append(time.perf_counter() - began)

    process = psutil.Process(pid)
    before, began = process.cpu_times(), time.perf_counter()
    await asyncio.gather(*(timed() for _ in range(cases)))
    seconds, after = time.perf_counter() - began, process.cpu_times()
    cpu = (after.user + after.system - before.user - before.system) / cases
    return Measure(cases, seconds, each, cpu)

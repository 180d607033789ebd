"""Process: runs workflows and activities; all queues, or the one queue of one system.

python worker.py                       all queues
python worker.py --queue calends       workflows and the steps of the register
python worker.py --queue system-crm    one system, next to its data
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import signal
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack, suppress
from datetime import timedelta
from typing import Any

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleCalendarSpec,
    ScheduleIntervalSpec,
    ScheduleRange,
    ScheduleSpec,
)
from temporalio.runtime import PrometheusConfig, Runtime, TelemetryConfig
from temporalio.worker import PollerBehaviorAutoscaling, Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from activities.acknowledge import Acknowledge
from activities.carry_out import CarryOut
from activities.close import Close
from activities.custody import Custody
from activities.decide import Decide
from activities.discretion import Discretion
from activities.further import Further
from activities.house import House
from activities.identify import Identify
from activities.locate import Locate
from activities.months import Months
from activities.notify import Notify
from activities.queue import Queue
from activities.rectify import Rectify
from activities.reply import Reply
from activities.retention import Retention
from activities.reviewing import Reviewing
from activities.stop import Stop
from activities.triage import Triage
from activities.upkeep import Upkeep
from calends.engine.client import connect
from calends.engine.leaving import run_process
from calends.settings import load_settings
from workflows.calling import MAIN_QUEUE, system_queue
from workflows.rights_request import RightsRequest
from workflows.upkeep import (
    EVERY,
    NIGHTLY_HOUR,
    NIGHTLY_ID,
    SCHEDULE_ID,
    Housekeeping,
    NightlyRetention,
)

GRACE = timedelta(seconds=10)


def queues_of(house: House) -> list[str]:
    """All queues of this company: the main one and one per searchable system."""
    systems = [entry.id for entry in house.company.systems if entry.kind != "manual"]
    return [MAIN_QUEUE, *(system_queue(system) for system in systems)]


def make_worker(client: Client, house: House, queue: str) -> Worker:
    """The worker of one queue."""
    if queue != MAIN_QUEUE:
        return Worker(
            client,
            task_queue=queue,
            activities=beside_the_data(house),
            activity_task_poller_behavior=PollerBehaviorAutoscaling(),
            graceful_shutdown_timeout=GRACE,
            interceptors=[Discretion()],
        )
    return Worker(
        client,
        task_queue=queue,
        workflows=[RightsRequest, Housekeeping, NightlyRetention],
        activities=in_the_house(house),
        workflow_runner=SandboxedWorkflowRunner(restrictions=sandbox()),
        workflow_task_poller_behavior=PollerBehaviorAutoscaling(),
        activity_task_poller_behavior=PollerBehaviorAutoscaling(),
        graceful_shutdown_timeout=GRACE,
        interceptors=[Discretion()],
    )


def beside_the_data(house: House) -> list[Callable[..., Any]]:
    """What runs on the queue of one system, next to its data."""
    locate, carry_out, notify = Locate(house), CarryOut(house), Notify(house)
    retention = Retention(house)
    return [
        retention.purge_kept,
        retention.run_phases,
        locate.search,
        locate.candidates,
        carry_out.mark,
        carry_out.rehearse,
        carry_out.carry_out,
        notify.tell_by_http,
    ]


def in_the_house(house: House) -> list[Callable[..., Any]]:
    """What runs on the main queue: the steps of the register, and letters."""
    identify, triage, months = Identify(house), Triage(house), Months(house)
    close = Close(house)
    locate, queue, decide = Locate(house), Queue(house), Decide(house)
    rectify, stop, notify, reply = Rectify(house), Stop(house), Notify(house), Reply(house)
    upkeep, custody = Upkeep(house), Custody(house)
    return [
        Acknowledge(house).open_case,
        triage.set_demands,
        triage.give_up,
        triage.split_message,
        triage.join_case,
        months.begin_month,
        months.move_clock,
        months.decide_extension,
        Further(house).read_reply,
        identify.record_identity,
        identify.record_consent,
        identify.forget_document,
        identify.choose_candidate,
        locate.record_failure,
        locate.record_hand_search,
        queue.open_task,
        queue.task_done,
        queue.withdraw_tasks,
        queue.escalate,
        queue.page,
        decide.draft_plan,
        decide.approve_plan,
        rectify.draft,
        rectify.approve,
        stop.suppress,
        stop.withdraw_consent,
        stop.restrict,
        stop.ground_restriction,
        stop.lift_restriction,
        notify.prepare,
        notify.record,
        Reviewing(house).gather,
        reply.write,
        reply.answer,
        reply.send,
        reply.take_as_sent,
        reply.returned,
        close.close_case,
        close.hand_back,
        upkeep.archive_histories,
        custody.systems_to_keep,
        custody.end_files,
        custody.end_documents,
        custody.checkpoint,
        upkeep.forget_erasures,
    ]


def sandbox() -> SandboxRestrictions:
    """Pure and heavy modules are not loaded anew for every case."""
    return SandboxRestrictions.default.with_passthrough_modules(
        "activities",
        "calends",
        # Plain data and calls: loaded anew for each case they would cost more than the case.
        "workflows.asking",
        "workflows.calling",
        "workflows.case",
        "workflows.changing",
        "workflows.clock",
        "workflows.correspondence",
        "workflows.disclosing",
        "workflows.identity",
        "workflows.messages",
        "workflows.pausing",
        "workflows.rehearsing",
        "workflows.searching",
        "workflows.stages",
        "workflows.stopping",
        "workflows.tasks",
        "workflows.telling",
        "workflows.writing",
        "pydantic",
        "pydantic_core",
        "annotated_types",
        "typing_extensions",
    )


async def schedule_upkeep(client: Client) -> None:
    """Makes the schedules once; the worker that comes second finds them made."""
    hourly = ScheduleSpec(intervals=[ScheduleIntervalSpec(every=EVERY)])
    nightly = ScheduleSpec(calendars=[ScheduleCalendarSpec(hour=[ScheduleRange(NIGHTLY_HOUR)])])
    keep = ScheduleActionStartWorkflow(Housekeeping.run, id="housekeeping", task_queue=MAIN_QUEUE)
    let_go = ScheduleActionStartWorkflow(
        NightlyRetention.run, id="nightly-retention", task_queue=MAIN_QUEUE
    )
    for name, spec, action in ((SCHEDULE_ID, hourly, keep), (NIGHTLY_ID, nightly, let_go)):
        with suppress(ScheduleAlreadyRunningError):
            await client.create_schedule(name, Schedule(action=action, spec=spec))


async def serve(queues: Sequence[str] | None = None) -> None:
    """Runs until told to stop. Raises Problem when a setting or a server is wrong."""
    settings = load_settings()
    logging.basicConfig(level=settings.log_level, format="%(asctime)s %(name)s %(message)s")
    if settings.metrics_port:
        metrics = PrometheusConfig(bind_address=f"127.0.0.1:{settings.metrics_port}")
        Runtime.set_default(Runtime(telemetry=TelemetryConfig(metrics=metrics)))
    house = House.open(settings, ping=False)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    try:
        client = await connect(settings, house.keyring)
        async with AsyncExitStack() as running:
            if not queues or MAIN_QUEUE in queues:
                await schedule_upkeep(client)
            for queue in queues or queues_of(house):
                await running.enter_async_context(make_worker(client, house, queue))
            print("worker: ready", flush=True)  # noqa: T201
            await stop.wait()
    finally:
        await house.close()


def main() -> None:
    parser = argparse.ArgumentParser(prog="worker.py", description=__doc__)
    parser.add_argument("--queue", action="append", metavar="NAME", help="serve only this queue")
    chosen = parser.parse_args()
    run_process("worker", serve(chosen.queue))


if __name__ == "__main__":
    main()

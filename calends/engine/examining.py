"""Questions of `calends doctor` to a Temporal server; nothing is changed there."""

from __future__ import annotations

import asyncio
import secrets
from datetime import UTC, datetime, timedelta

from temporalio.api.enums.v1 import IndexedValueType, TaskQueueType
from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import (
    DescribeNamespaceRequest,
    DescribeTaskQueueRequest,
    PollActivityTaskQueueRequest,
)
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

from calends.engine.observing import EngineAway
from calends.engine.search_attributes import KEYS

_POLL = timedelta(seconds=3)
_LOOK_SECONDS = 0.2


async def namespace_exists(client: Client, namespace: str) -> bool:
    """Raises EngineAway."""
    try:
        await client.workflow_service.describe_namespace(
            DescribeNamespaceRequest(namespace=namespace)
        )
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return False
        raise EngineAway(error.status.name) from error
    return True


async def wrong_search_attributes(client: Client, namespace: str) -> list[str]:
    """Ours that are missing there, or have another type. Raises EngineAway."""
    try:
        known = await client.operator_service.list_search_attributes(
            ListSearchAttributesRequest(namespace=namespace)
        )
    except RPCError as error:
        raise EngineAway(error.status.name) from error
    custom = known.custom_attributes
    return [
        key.name
        for key in KEYS
        if custom.get(key.name) != IndexedValueType.ValueType(int(key.indexed_value_type))
    ]


async def pollers(client: Client, queue: str) -> int:
    """How many workers took work of the cases from the queue lately. Raises EngineAway."""
    request = DescribeTaskQueueRequest(
        namespace=client.namespace,
        task_queue=TaskQueue(name=queue),
        task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
    )
    try:
        return len((await client.workflow_service.describe_task_queue(request)).pollers)
    except RPCError as error:
        raise EngineAway(error.status.name) from error


async def clock_difference(client: Client) -> timedelta:
    """This machine's clock minus the server's, to about a second. Raises EngineAway.

    No call asks for the server's time, but it notes when a poller came: so we poll, for a moment,
    a queue that nobody uses.
    """
    queue = TaskQueue(name=f"doctor-{secrets.token_hex(8)}")
    asked = datetime.now(UTC)
    poll = asyncio.create_task(
        client.workflow_service.poll_activity_task_queue(
            PollActivityTaskQueueRequest(
                namespace=client.namespace, task_queue=queue, identity="calends-doctor"
            ),
            timeout=_POLL,
        )
    )
    describe = DescribeTaskQueueRequest(
        namespace=client.namespace,
        task_queue=queue,
        task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
    )
    try:
        while not poll.done():
            await asyncio.sleep(_LOOK_SECONDS)
            for poller in (await client.workflow_service.describe_task_queue(describe)).pollers:
                return asked - poller.last_access_time.ToDatetime(tzinfo=UTC)
    except RPCError as error:
        raise EngineAway(error.status.name) from error
    finally:
        poll.cancel()
        await asyncio.gather(poll, return_exceptions=True)
    raise EngineAway("the server shows no poller")

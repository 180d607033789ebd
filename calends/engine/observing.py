"""Looking at cases in the engine without being able to read them: no key, no payload opened."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message
from temporalio.api.common.v1 import Payload, SearchAttributes
from temporalio.api.history.v1 import HistoryEvent, MarkerRecordedEventAttributes
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from calends.problems import Problem
from calends.settings import Settings

SEALED = b"binary/calends-sealed"
"""The encoding that our payload codec gives."""

_CONNECT_SECONDS = 5.0
_AT_ONCE = 20
"""Questions in flight."""

_SDKS_OWN = {("core_local_activity", "data"), ("core_patch", "patch-data")}
"""Marker and its detail that the SDK writes past the codec: the type of a local activity, the
name of a patch."""


class EngineAway(Exception):
    """The engine did not answer a question; the text is the kind of failure."""


@dataclass(frozen=True)
class Seen:
    """One case as the engine sees it."""

    status: str
    """RUNNING, COMPLETED, …; "" when the engine does not know the workflow."""
    attempt: int = 0
    """Of the pending workflow task; 0: none is pending."""
    waiting: timedelta = timedelta()
    """Since the pending workflow task was first scheduled."""


async def observer(settings: Settings) -> Client:
    """A client without our codec. Raises Problem when the server is away."""
    try:
        async with asyncio.timeout(_CONNECT_SECONDS):
            return await Client.connect(
                settings.temporal_address, namespace=settings.temporal_namespace
            )
    except (RPCError, RuntimeError, TimeoutError) as error:
        raise Problem(
            f"no Temporal server at {settings.temporal_address}; mend: `make up`, "
            "or set CALENDS_TEMPORAL_ADDRESS"
        ) from error


async def running_cases(client: Client) -> dict[str, datetime]:
    """Running `case-…` workflows and when each started (UTC, the server's clock).

    From the visibility store, which lags a little. Raises EngineAway.
    """
    running = client.list_workflows('ExecutionStatus = "Running"')
    try:
        return {flow.id: flow.start_time async for flow in running if flow.id.startswith("case-")}
    except RPCError as error:
        raise EngineAway(error.status.name) from error


async def look_at(client: Client, case_ids: Iterable[str]) -> dict[str, Seen]:
    """Each case by its own description, which does not lag. Raises EngineAway."""
    gate = asyncio.Semaphore(_AT_ONCE)

    async def look(case_id: str) -> tuple[str, Seen]:
        async with gate:
            return case_id, await _seen(client, case_id)

    return dict(await asyncio.gather(*(look(case_id) for case_id in case_ids)))


async def _seen(client: Client, case_id: str) -> Seen:
    try:
        found = await client.get_workflow_handle(case_id).describe()
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return Seen("")
        raise EngineAway(error.status.name) from error
    status = WorkflowExecutionStatus(found.status).name if found.status else ""
    raw = found.raw_description
    if not raw.HasField("pending_workflow_task"):
        return Seen(status)
    pending = raw.pending_workflow_task
    since = pending.original_scheduled_time.ToDatetime(tzinfo=UTC)
    return Seen(status, max(pending.attempt, 1), datetime.now(UTC) - since)


async def sealed_history(client: Client, case_id: str) -> list[dict[str, Any]]:
    """The case's events as protobuf JSON, every payload still sealed.

    Raises Problem when the engine no longer has the history, or a payload of ours lies in it in
    the clear; EngineAway.
    """
    try:
        history = await client.get_workflow_handle(case_id).fetch_history()
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            raise Problem("the engine has no history of this case any more") from error
        raise EngineAway(error.status.name) from error
    events: Sequence[HistoryEvent] = history.events
    for event in events:
        if in_the_clear(event):
            raise Problem(f"event {event.event_id} of the history is not sealed; not exported")
    return [MessageToDict(event) for event in events]


def in_the_clear(event: HistoryEvent) -> bool:
    """Whether anything of ours lies unsealed in the event."""
    return any(_unsealed(event))


def _unsealed(message: Message) -> Iterator[bool]:
    """Whether each payload that is not the engine's own lies there unsealed."""
    if isinstance(message, SearchAttributes):
        return  # typed, from our own list, nothing personal
    if isinstance(message, Payload):
        yield message.metadata.get("encoding") != SEALED
        return
    marker = message.marker_name if isinstance(message, MarkerRecordedEventAttributes) else ""
    for field, value in message.ListFields():
        if field.type != FieldDescriptor.TYPE_MESSAGE:
            continue
        for key, inner in _inside(field, value):
            if (marker, key) not in _SDKS_OWN:
                yield from _unsealed(inner)


def _inside(field: FieldDescriptor, value: Any) -> Iterator[tuple[str, Message]]:
    """The messages in a field, each with its key when the field is a map."""
    entry = field.message_type
    assert entry is not None  # the caller asks only for fields of messages
    if entry.GetOptions().map_entry:
        if entry.fields_by_name["value"].type == FieldDescriptor.TYPE_MESSAGE:
            yield from ((str(key), inner) for key, inner in value.items())
    elif field.is_repeated:
        yield from (("", inner) for inner in value)
    else:
        yield "", value

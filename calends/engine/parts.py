"""The parts of the service that come after the two servers, and how each is seen to work."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client
from temporalio.service import RPCError

from calends.engine.ports import require_free
from calends.engine.sample import is_sample
from calends.engine.supervisor import Check, NotReady, Part, at_once

CASE_QUEUE = "calends"
"""The task queue whose poller shows that the worker works."""

WORKER_STOP_SECONDS = 45.0
"""Longer than the worker's own grace for activities in flight."""

_REACHED_AT = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104


def service_parts(env: Mapping[str, str]) -> Sequence[Part]:
    """The parts of `calends up`, from an environment with the addresses of every server."""
    web_host, web_port = env["CALENDS_WEB_HOST"], int(env["CALENDS_WEB_PORT"])
    mail_host, mail_port = env["CALENDS_LISTEN_HOST"], int(env["CALENDS_LISTEN_PORT"])
    web_free = partial(require_free, web_host, web_port, "CALENDS_WEB")
    mail_free = partial(require_free, mail_host, mail_port, "CALENDS_LISTEN")
    return (
        *_sample_parts(env),
        Part("migrate", _python("calends.register", "migrate"), once=True),
        Part(
            "worker",
            _python("worker"),
            ready=worker_polls(env["CALENDS_TEMPORAL_ADDRESS"], env["CALENDS_TEMPORAL_NAMESPACE"]),
            stop_seconds=WORKER_STOP_SECONDS,
        ),
        # Port 0: no listener, mail comes as files.
        Part(
            "starter",
            _python("starter", "serve"),
            prepare=mail_free if mail_port else _nothing,
            ready=smtp_greets(mail_host, mail_port) if mail_port else at_once,
        ),
        Part("web", _python("console"), prepare=web_free, ready=http_answers(web_host, web_port)),
    )


def _sample_parts(env: Mapping[str, str]) -> Sequence[Part]:
    """The example's own databases, when the example is what runs."""
    if not is_sample(Path(env["CALENDS_COMPANY_FILE"])):
        return ()
    return (Part("sample", _python("calends.engine.sample"), once=True),)


def _python(module: str, *arguments: str) -> list[str]:
    """`-P`: the directory that `calends up` was called in cannot put its own modules first."""
    return [sys.executable, "-P", "-m", module, *arguments]


def _nothing() -> None:
    """What a part without conditions asks before its start."""


def worker_polls(address: str, namespace: str, queue: str = CASE_QUEUE) -> Check:
    """Ready when that very process polls the queue. The server remembers the pollers of earlier
    lives for minutes; the SDK's default identity, `pid@host`, tells them apart."""

    async def check(pid: int) -> None:
        request = DescribeTaskQueueRequest(
            namespace=namespace,
            task_queue=TaskQueue(name=queue),
            task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
        )
        try:
            client = await Client.connect(address, namespace=namespace)
            found = await client.workflow_service.describe_task_queue(request)
        except (RPCError, RuntimeError) as error:  # RuntimeError: connect's own failure
            raise NotReady(f"Temporal: {type(error).__name__}") from error
        if not any(poller.identity.startswith(f"{pid}@") for poller in found.pollers):
            raise NotReady(f"it does not poll the task queue `{queue}`")

    return check


def smtp_greets(host: str, port: int) -> Check:
    """Ready when the listener greets with 220 (RFC 5321 3.1)."""

    async def check(pid: int) -> None:
        greeting = await _first_line(host, port, b"", b"QUIT\r\n")
        if not greeting.startswith(b"220"):
            raise NotReady("no greeting on its port")

    return check


def http_answers(host: str, port: int) -> Check:
    """Ready when a page comes, whatever it is, that is not a server error."""

    async def check(pid: int) -> None:
        request = f"GET / HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n"
        status = (await _first_line(host, port, request.encode(), b"")).split(b" ")
        if len(status) < 2 or not status[1].isdigit() or int(status[1]) >= 500:
            raise NotReady("no page on its port")

    return check


async def _first_line(host: str, port: int, before: bytes, after: bytes) -> bytes:
    """The first line that a server sends; `before` and `after` are sent around it."""
    reader, writer = await asyncio.open_connection(_REACHED_AT.get(host, host), port)
    try:
        writer.write(before)
        await writer.drain()
        line = await reader.readline()
        writer.write(after)
        await writer.drain()
    except ValueError as error:  # a line without end
        raise NotReady("something else answers on its port") from error
    finally:
        writer.close()
    return line

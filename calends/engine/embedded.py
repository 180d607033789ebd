"""The embedded engine: PostgreSQL, Temporal and the parts given, on one state directory.

async with Engine(Path("var"), time_skipping=True) as engine:
    ...  # engine.env has the addresses and key files, as CALENDS_… variables
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from calends.engine.layout import MARK_VAR, Layout
from calends.engine.locks import only_one
from calends.engine.postgres import PostgresServer
from calends.engine.sample import is_sample, sample_urls
from calends.engine.supervisor import Part, Supervisor, stop_leftovers
from calends.engine.temporal_server import NAMESPACE, TemporalServer

PartTable = Callable[[Mapping[str, str]], Sequence[Part]]
"""Makes the parts that run after the two servers, from the engine's environment."""


def servers_only(env: Mapping[str, str]) -> Sequence[Part]:
    return ()


def on_stdout(line: str) -> None:
    """Says it to whoever listens; when the terminal is closed, the service goes on without."""
    try:
        print(line, flush=True)  # noqa: T201
    except OSError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


class Engine:
    """An async context: up and ready when entered, all of it stopped when left.

    `settings` are further CALENDS_… variables for the parts and for engine.env. Entering raises
    Problem when another engine runs on `var`, or a part does not come up.
    """

    def __init__(
        self,
        var: Path,
        *,
        parts: PartTable = servers_only,
        settings: Mapping[str, str] | None = None,
        time_skipping: bool = False,
        report: Callable[[str], None] = on_stdout,
    ) -> None:
        self.layout = Layout(var)
        self.env: dict[str, str] = {}
        """What engine.env holds, once entered."""
        self._parts, self._settings = parts, dict(settings or {})
        self._time_skipping, self._report = time_skipping, report
        self._stack = AsyncExitStack()
        self._supervisor: Supervisor | None = None

    async def __aenter__(self) -> Self:
        self.layout.prepare()
        async with AsyncExitStack() as stack:
            stack.enter_context(only_one(self.layout.lock_file))
            await stop_leftovers(self.layout, self._report)  # they hold the ports
            postgres = PostgresServer(self.layout, self._report)
            temporal = TemporalServer(self.layout, time_skipping=self._time_skipping)
            self.env = self._environment(postgres.url, temporal.address)
            parts = (postgres.part(), temporal.part(), *self._parts(self.env))
            self._supervisor = Supervisor(self.layout, parts, self.env, self._report)
            stack.callback(postgres.leave)
            stack.push_async_callback(self._supervisor.stop)
            self.layout.write_env(self.env)
            await self._supervisor.start()
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._stack.aclose()

    async def watch(self) -> None:
        """Waits until cancelled; raises what ended the keeping of a part."""
        assert self._supervisor is not None, "the engine is not entered"
        await self._supervisor.watch()

    def pid(self, part: str) -> int | None:
        """The pid of a running part, or None."""
        return self._supervisor.pid(part) if self._supervisor else None

    def _environment(self, database_url: str, temporal_address: str) -> dict[str, str]:
        own = {
            MARK_VAR: str(self.layout.var),
            "CALENDS_DATABASE_URL": database_url,
            "CALENDS_TEMPORAL_ADDRESS": temporal_address,
            "CALENDS_TEMPORAL_NAMESPACE": NAMESPACE,
        }
        keys = {
            "CALENDS_MASTER_KEY_FILE": str(self.layout.keys / "master.key"),
            "CALENDS_SIGNING_KEY_FILE": str(self.layout.keys / "signing.key"),
        }
        given = {name: os.environ[name] for name in keys if name in os.environ}
        company_file = self._settings.get("CALENDS_COMPANY_FILE", "")
        sample = sample_urls(database_url) if is_sample(Path(company_file)) else {}
        return keys | given | sample | self._settings | own

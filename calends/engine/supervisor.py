"""Starts the parts of the service in order, brings back what dies, stops all in reverse.

A part is a child process in a session of its own, so that Ctrl-C reaches the supervisor only.
What a killed supervisor left running is stopped at the next start, when it is provably ours.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

import psutil

from calends.engine import logs, processes
from calends.engine.layout import MARK_PART, MARK_VAR, Layout
from calends.problems import Problem

POLL_SECONDS = 0.1
CHECK_SECONDS = 10.0
"""The longest that one readiness check may take before it is asked again."""

STEADY_SECONDS = 30.0
"""A part that lived this long has not "died at once": its next start does not wait."""

PATIENCE = 3
"""Deaths in a row after which a part is reported, and the first start given up."""

LONGEST_PAUSE_SECONDS = 15.0
ROTATE_SECONDS = 5.0


class NotReady(Exception):
    """What a readiness check found missing, in a few words."""


Check = Callable[[int], Awaitable[None]]
"""Takes the pid of the part; raises NotReady or OSError until the part does its work."""


async def at_once(pid: int) -> None:
    """The check of a part that is ready when it runs."""


@dataclass(frozen=True)
class Part:
    """One process of the service."""

    name: str
    command: Sequence[str]
    once: bool = False
    """Runs to its end, which must be exit 0, before the next part starts."""
    prepare: Callable[[], None] = lambda: None
    """Called before every start; raises Problem when the part could not run."""
    ready: Check = at_once
    ready_seconds: float = 60.0
    """How long it may take to become ready; for a `once` part, to end."""
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = 20.0
    """How long it may take to stop before it is killed."""
    user: str | None = None
    """System user to run as; None: the supervisor's own."""
    env: Mapping[str, str] | None = None
    """Its whole environment; None: the supervisor's and the engine's."""


class Supervisor:
    """Keeps `parts` running on one state directory. The caller holds the directory's lock."""

    def __init__(
        self,
        layout: Layout,
        parts: Sequence[Part],
        env: Mapping[str, str],
        report: Callable[[str], None],
    ) -> None:
        self._layout, self._parts, self._env, self._report = layout, parts, env, report
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._keepers: dict[str, asyncio.Task[None]] = {}

    def pid(self, name: str) -> int | None:
        """The pid of a running part, or None."""
        child = self._children.get(name)
        return child.pid if child and child.poll() is None else None

    async def start(self) -> None:
        """Brings every part up, in order. Raises Problem, with what runs already still running
        (call `stop`), when one does not come up."""
        for part in reversed(self._parts):  # so a port in use is told before a cluster is made
            part.prepare()
        self._keepers["logs"] = asyncio.create_task(self._rotate_logs())
        for part in self._parts:
            began = time.monotonic()
            if part.once:
                await self._run_once(part)
            else:
                await self._begin(part)
            word = "done" if part.once else "up"
            self._report(f"{part.name}: {word} ({time.monotonic() - began:.1f} s)")

    async def watch(self) -> None:
        """Returns only by cancellation, or by raising what ended a keeper."""
        await asyncio.gather(*self._keepers.values())

    async def stop(self) -> None:
        """Stops every part, the last started first."""
        for keeper in self._keepers.values():
            keeper.cancel()
        await asyncio.gather(*self._keepers.values(), return_exceptions=True)
        self._keepers.clear()
        for part in reversed(self._parts):
            child = self._children.get(part.name)
            if child is not None:
                await self._end(part, child)

    async def _begin(self, part: Part) -> None:
        up = asyncio.Event()
        keeper = asyncio.create_task(self._keep(part, up))
        self._keepers[part.name] = keeper
        rising = asyncio.create_task(up.wait())
        try:
            await asyncio.wait((keeper, rising), return_when=asyncio.FIRST_COMPLETED)
        finally:
            rising.cancel()
        if keeper.done():
            del self._keepers[part.name]
            keeper.result()

    async def _keep(self, part: Part, up: asyncio.Event) -> None:
        """Starts the part, waits for its end, starts it again. Before it was ever up, raises
        Problem once patience is over; after that it goes on for good."""
        deaths = 0
        while True:
            began = time.monotonic()
            ended = await self._live(part, up, again=up.is_set() or deaths > 0)
            deaths = deaths + 1 if time.monotonic() - began < STEADY_SECONDS else 1
            place = logs.last_place(self._layout.log(part.name))
            if deaths >= PATIENCE and not up.is_set():
                raise Problem(f"{part.name} does not come up: {ended}; see {place}")
            if deaths == PATIENCE:
                self._report(f"{part.name}: keeps ending at once ({ended}); see {place}")
            elif deaths < PATIENCE:
                self._report(f"{part.name}: {ended}; starting it again")
            await asyncio.sleep(_pause(deaths))

    async def _live(self, part: Part, up: asyncio.Event, *, again: bool) -> str:
        """One life of a part, from launch to end; returns how it ended."""
        try:
            if again:
                part.prepare()
            child = self._launch(part)
        except Problem as problem:
            return str(problem)
        missing = await self._until_ready(part, child)
        if missing:
            await self._end(part, child)
            return missing
        if up.is_set():
            self._report(f"{part.name}: up again")
        up.set()
        await _ended(child)
        self._bury(part)
        return _how(child.returncode)

    def _launch(self, part: Part) -> subprocess.Popen[bytes]:
        environment = {**os.environ, **self._env} if part.env is None else dict(part.env)
        environment |= {MARK_PART: part.name, MARK_VAR: str(self._layout.var)}
        log = logs.open_log(self._layout.log(part.name))
        try:
            child = subprocess.Popen(  # noqa: S603 - the table of parts is ours
                part.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=environment,
                start_new_session=True,
                user=part.user,
                group=part.user,
                extra_groups=None if part.user is None else [],
            )
        except OSError as error:
            raise Problem(f"{part.name} cannot be started: {error.strerror}") from error
        finally:
            os.close(log)
        self._children[part.name] = child
        processes.remember(self._layout, part.name, child.pid, list(part.command), part.stop_signal)
        return child

    async def _until_ready(self, part: Part, child: subprocess.Popen[bytes]) -> str:
        """Empty when the part is ready, else why it is not going to be."""
        deadline = time.monotonic() + part.ready_seconds
        while True:
            if child.poll() is not None:
                return _how(child.returncode)
            try:
                async with asyncio.timeout(CHECK_SECONDS):
                    await part.ready(child.pid)
            except Problem as problem:
                return str(problem)
            except (NotReady, OSError, TimeoutError) as error:
                missing = str(error) or type(error).__name__
            else:
                return ""
            if time.monotonic() > deadline:
                return f"not ready after {part.ready_seconds:.0f} s ({missing})"
            await asyncio.sleep(POLL_SECONDS)

    async def _run_once(self, part: Part) -> None:
        child = self._launch(part)
        try:
            async with asyncio.timeout(part.ready_seconds):
                await _ended(child)
        except TimeoutError as error:
            raise Problem(f"{part.name} did not end in {part.ready_seconds:.0f} s") from error
        self._bury(part)
        if child.returncode != 0:
            place = logs.last_place(self._layout.log(part.name))
            raise Problem(f"{part.name} failed ({_how(child.returncode)}); see {place}")

    async def _end(self, part: Part, child: subprocess.Popen[bytes]) -> None:
        """Stops a child: asks, waits, kills; then whatever it started itself."""
        child.send_signal(part.stop_signal)
        try:
            async with asyncio.timeout(part.stop_seconds):
                await _ended(child)
        except TimeoutError:
            self._report(f"{part.name}: killed, it did not stop in {part.stop_seconds:.0f} s")
            child.kill()
            await _ended(child)
        self._bury(part)

    def _bury(self, part: Part) -> None:
        processes.kill_descendants(self._layout, part.name)
        processes.forget(self._layout, part.name)
        self._children.pop(part.name, None)

    async def _rotate_logs(self) -> None:
        while True:
            for part in self._parts:
                logs.rotate(self._layout.log(part.name))
            await asyncio.sleep(ROTATE_SECONDS)


async def _ended(child: subprocess.Popen[bytes]) -> None:
    while child.poll() is None:  # noqa: ASYNC110 - no event tells of a process everywhere
        await asyncio.sleep(POLL_SECONDS)


async def stop_leftovers(layout: Layout, report: Callable[[str], None]) -> None:
    """Stops what an earlier, killed supervisor left running here, the last started first.

    The caller holds the directory's lock. Raises Problem when a part of ours belongs to another
    user.
    """
    found = processes.recorded(layout)
    known = {left.process.pid for left in found}
    found += [left for left in processes.marked(layout) if left.process.pid not in known]
    for left in sorted(found, key=lambda left: left.process.create_time(), reverse=True):
        report(f"{left.part}: stopping what an earlier run left (pid {left.process.pid})")
        try:
            await asyncio.to_thread(processes.end, left.process, left.stop_signal, 60.0)
        except psutil.AccessDenied as error:
            raise Problem(
                f"{left.part} (pid {left.process.pid}) of an earlier run belongs to another user"
            ) from error
        processes.forget(layout, left.part)


def _how(code: int) -> str:
    """How a process ended, in words, from its return code."""
    if code >= 0:
        return f"ended with exit {code}"
    try:
        return f"ended by {signal.Signals(-code).name}"
    except ValueError:
        return f"ended by signal {-code}"


def _pause(deaths: int) -> float:
    """Seconds before the next start: short after one death, doubling after each further one."""
    return min(0.1 * 2.0 ** min(deaths - 1, 10), LONGEST_PAUSE_SECONDS)

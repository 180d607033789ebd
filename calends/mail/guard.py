"""The guard before the parsers: hostile bytes are read in child processes with limits.

A message that takes too much time or memory, or hits a defect, costs one child and itself: it is
quarantined with its reason, a human reads it, and the next message gets a fresh child.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from dataclasses import dataclass, field

from pydantic import TypeAdapter, ValidationError

from calends.mail.guard_child import (
    DEFECT,
    DONE,
    FRAME,
    LOOK,
    OUT_OF_MEMORY,
    PARSE,
    UNPARSEABLE,
)
from calends.mail.look import Look, head_of, quarantined
from calends.mail.message import Mail, Unparseable
from calends.mail.ourselves import NOBODY, Ourselves

CPU_SECONDS = 10
MEMORY_BYTES = 256 << 20
WALL_SECONDS = 60.0
"""For a child that waits instead of working, and for machines under load."""

_PIECE = 1 << 18  # bytes written at once
_MAX_ANSWER = 16 << 20  # bytes
_ENVIRONMENT = ("PATH", "PYTHONPATH", "VIRTUAL_ENV", "LANG", "LC_ALL", "LD_LIBRARY_PATH")
_MAIL = TypeAdapter(Mail)


class Overrun(Exception):
    """The parser was ended. `why` is a code: time, memory, crash or defect."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


async def look_once(raw: bytes, ours: Ourselves = NOBODY) -> Look:
    """One look for a process that seldom needs one: the child ends with it."""
    guard = Guard(size=1, ours=ours)
    try:
        return await guard.look(raw)
    finally:
        await guard.close()


class _Died(Exception):
    """The child ended by itself with this return code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


@dataclass
class Guard:
    """A pool of at most `size` children, started when first needed. One per event loop."""

    size: int = 2
    ours: Ourselves = NOBODY
    cpu_seconds: int = CPU_SECONDS
    memory_bytes: int = MEMORY_BYTES
    wall_seconds: float = WALL_SECONDS
    module: str = "calends.mail.guard_child"
    _idle: list[asyncio.subprocess.Process] = field(default_factory=list)
    _places: asyncio.Semaphore | None = None

    async def look(self, raw: bytes) -> Look:
        """All that can be read from these bytes; never raises for what is in them."""
        try:
            kind, answer = await self._job(LOOK, raw)
            if kind == DONE:
                return Look.model_validate_json(answer)
            raise Overrun("defect")
        except (Overrun, ValidationError) as error:
            why = error.why if isinstance(error, Overrun) else "defect"
            with contextlib.suppress(Unparseable):
                return quarantined(why, await self._head(raw))
            return quarantined(why)

    async def parse(self, raw: bytes) -> Mail:
        """The mail in these bytes; its header alone when the rest cannot be read.

        Raises Unparseable for bytes that are no mail.
        """
        try:
            return await self._parsed(raw)
        except Overrun:
            return await self._head(raw)

    async def close(self) -> None:
        while self._idle:
            await _end(self._idle.pop())

    def idle_pids(self) -> list[int]:
        return [child.pid for child in self._idle]

    async def _head(self, raw: bytes) -> Mail:
        try:
            return await self._parsed(head_of(raw))
        except Overrun as error:
            raise Unparseable(error.why) from None

    async def _parsed(self, raw: bytes) -> Mail:
        kind, answer = await self._job(PARSE, raw)
        if kind == UNPARSEABLE:
            raise Unparseable(answer.decode("ascii", "replace")[:40])
        try:
            return _MAIL.validate_json(answer)
        except ValidationError:
            raise Overrun("defect") from None

    async def _job(self, job: bytes, raw: bytes) -> tuple[bytes, bytes]:
        """One job in one child. Raises Overrun."""
        if self._places is None:
            self._places = asyncio.Semaphore(self.size)
        async with self._places:
            try:
                return await self._try(job, raw)
            except _Died as death:
                if (why := _cause(death.code)) != "crash":
                    raise Overrun(why) from None
            try:  # perhaps it was not the message: somebody killed an idle child
                return await self._try(job, raw)
            except _Died as death:
                raise Overrun(_cause(death.code)) from None

    async def _try(self, job: bytes, raw: bytes) -> tuple[bytes, bytes]:
        child = self._idle.pop() if self._idle else await self._start()
        try:
            async with asyncio.timeout(self.wall_seconds):
                kind, answer = await _ask(child, job, raw)
        except TimeoutError:
            await _end(child)
            raise Overrun("time") from None
        except (OSError, EOFError):
            await _end(child, kill=False)
            raise _Died(child.returncode or 0) from None
        except BaseException:
            await _end(child)
            raise
        self._idle.append(child)
        if kind == DEFECT:
            raise Overrun("defect")
        return kind, answer

    async def _start(self) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",
            "-m",
            self.module,
            str(self.memory_bytes),
            str(self.cpu_seconds),
            self.ours.model_dump_json(),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
        )


async def _ask(child: asyncio.subprocess.Process, job: bytes, raw: bytes) -> tuple[bytes, bytes]:
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.write(FRAME.pack(job, len(raw)))
    view = memoryview(raw)
    for start in range(0, len(raw), _PIECE):
        child.stdin.write(view[start : start + _PIECE])
        await child.stdin.drain()
    kind, size = FRAME.unpack(await child.stdout.readexactly(FRAME.size))
    if size > _MAX_ANSWER:
        raise EOFError
    return kind, await child.stdout.readexactly(size)


async def _end(child: asyncio.subprocess.Process, *, kill: bool = True) -> None:
    """Ends a child and waits until it is gone; not killed when it is dying by itself."""
    assert child.stdin is not None
    child.stdin.close()
    with contextlib.suppress(ProcessLookupError):
        if kill:
            child.kill()
    try:
        async with asyncio.timeout(5):
            await child.wait()
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            child.kill()
        await child.wait()
    with contextlib.suppress(OSError):
        await child.stdin.wait_closed()


def _cause(code: int) -> str:
    """What a return code says of a child's end."""
    if code == OUT_OF_MEMORY:
        return "memory"
    return "time" if code == -signal.SIGXCPU else "crash"

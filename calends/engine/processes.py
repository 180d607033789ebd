"""Which running process is ours: pid, start time and command together, never a pid alone.

A pid file survives its process, and pids are used again. So a file tells pid, start time and
command, and only a process that answers to all three is touched. Between a fork and its file a
crash may leave a child without one; that child still carries our mark in its environment, as do
the children of a part that was killed.
"""

from __future__ import annotations

import json
import os
import signal
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil
from pydantic import TypeAdapter

from calends.engine.files import write_atomically
from calends.engine.layout import MARK_PART, MARK_VAR, Layout

_SAME_START_SECONDS = 2.0
"""The kernel counts from boot; the boot's own time may be corrected by a second."""


@dataclass(frozen=True)
class Record:
    """What a pid file says. `started` is in seconds since the epoch."""

    pid: int
    started: float
    command: list[str]
    stop_signal: int

    def process(self) -> psutil.Process | None:
        """The living process that this record means, or None."""
        try:
            process = psutil.Process(self.pid)
            same = (
                abs(process.create_time() - self.started) <= _SAME_START_SECONDS
                and process.status() != psutil.STATUS_ZOMBIE
                and process.cmdline() == self.command
            )
        except psutil.Error:
            return None
        return process if same else None


@dataclass(frozen=True)
class Leftover:
    """A living process of ours, and how it is asked to stop."""

    part: str
    process: psutil.Process
    stop_signal: signal.Signals = signal.SIGTERM


def pid_file(layout: Layout, part: str) -> Path:
    return layout.run / f"{part}.json"


def remember(
    layout: Layout, part: str, pid: int, command: list[str], stop_signal: signal.Signals
) -> None:
    record = Record(pid, psutil.Process(pid).create_time(), command, int(stop_signal))
    write_atomically(pid_file(layout, part), json.dumps(asdict(record)))


def forget(layout: Layout, part: str) -> None:
    pid_file(layout, part).unlink(missing_ok=True)


def recorded(layout: Layout) -> list[Leftover]:
    """The living processes that the pid files mean. A stale file is removed."""
    found = []
    for file in sorted(layout.run.glob("*.json")):
        record = _read(file)
        process = record.process() if record else None
        if record is None or process is None:
            file.unlink()
        else:
            found.append(Leftover(file.stem, process, signal.Signals(record.stop_signal)))
    return found


def _read(file: Path) -> Record | None:
    """None for a file that no supervisor of ours wrote."""
    try:
        record = TypeAdapter(Record).validate_json(file.read_bytes(), strict=True)
        signal.Signals(record.stop_signal)
    except ValueError:
        return None
    return record if record.pid > 0 else None


def marked(layout: Layout, part: str | None = None) -> list[Leftover]:
    """The living processes that carry our mark: one part's, or all."""
    found = []
    for process in psutil.process_iter():
        if process.pid == os.getpid():
            continue
        try:
            environment = process.environ()
            living = process.status() != psutil.STATUS_ZOMBIE
        except (psutil.Error, OSError):
            continue  # another user's, or just gone: not provably ours
        name = environment.get(MARK_PART)
        ours = name is not None and environment.get(MARK_VAR) == str(layout.var)
        if living and ours and part in (None, name):
            found.append(Leftover(str(name), process))
    return found


def kill_descendants(layout: Layout, part: str) -> None:
    """Kills what a part that has ended left behind. Every part is one tree under one mark."""
    for left in marked(layout, part):
        try:
            left.process.kill()
        except psutil.NoSuchProcess:
            continue


def end(process: psutil.Process, stop_signal: signal.Signals, seconds: float) -> None:
    """Stops a process that need not be our child: asks, waits so many seconds, kills, waits.

    Raises psutil.AccessDenied when it is another user's.
    """
    try:
        process.send_signal(stop_signal)
        process.wait(seconds)
    except psutil.TimeoutExpired:
        process.kill()
        process.wait(seconds)
    except psutil.NoSuchProcess:
        return

"""The supervisor, driven with tiny real child processes."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from calends.engine import processes
from calends.engine.layout import Layout
from calends.engine.supervisor import Check, NotReady, Part, Supervisor, stop_leftovers
from calends.problems import Problem

SLEEP = "import time; time.sleep(600)"
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"  # noqa: E501
PARENT = f"import subprocess, sys, time; subprocess.Popen([sys.executable, '-S', '-c', {SLEEP!r}]); time.sleep(600)"  # noqa: E501


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    made = Layout(tmp_path / "var")
    made.prepare()
    return made


def python(script: str) -> list[str]:
    return [sys.executable, "-S", "-c", script]


def log_has(layout: Layout, part: str, text: str) -> Check:
    async def check(pid: int) -> None:
        if text not in layout.log(part).read_text():
            raise NotReady("it has not said so")

    return check


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.05)


class Running:
    """A supervisor started on entry, stopped on exit."""

    def __init__(self, layout: Layout, *parts: Part) -> None:
        self.lines: list[str] = []
        self.supervisor = Supervisor(layout, parts, {"SAID": "yes"}, self.lines.append)

    async def __aenter__(self) -> Running:
        try:
            await self.supervisor.start()
        except BaseException:
            await self.supervisor.stop()
            raise
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self.supervisor.stop()


async def test_parts_start_in_order_and_stop_in_reverse(layout: Layout) -> None:
    told = layout.var / "told"
    script = (
        "import signal, sys, time\n"
        f"def say(word): print(sys.argv[1], word, file=open({str(told)!r}, 'a'))\n"
        "def stop(*_): say('stopped'); sys.exit()\n"
        "signal.signal(signal.SIGTERM, stop); say('started'); print('up', flush=True)\n"
        "time.sleep(600)"
    )
    parts = [
        Part(name, [*python(script), name], ready=log_has(layout, name, "up"))
        for name in ("first", "second")
    ]
    async with Running(layout, *parts):
        pass
    assert told.read_text().splitlines() == [
        "first started",
        "second started",
        "second stopped",
        "first stopped",
    ]


async def test_a_part_that_runs_once_ends_before_the_next_starts(layout: Layout) -> None:
    once = Part("once", python("import os; print(os.environ['SAID'])"), once=True)
    async with Running(layout, once, Part("kept", python(SLEEP))) as running:
        assert layout.log("once").read_text() == "yes\n"
        assert running.supervisor.pid("once") is None
        assert running.supervisor.pid("kept")


async def test_a_part_that_runs_once_and_fails_ends_the_start_with_its_log_place(
    layout: Layout,
) -> None:
    once = Part("once", python("print('one'); print('two'); raise SystemExit(3)"), once=True)
    with pytest.raises(Problem, match=r"once failed \(ended with exit 3\); see .*once.log:2$"):
        async with Running(layout, once):
            pass


async def test_a_part_that_dies_at_once_ends_the_start_with_one_line(layout: Layout) -> None:
    dying = Part(
        "dying",
        python("print('why'); raise SystemExit(1)"),
        ready=log_has(layout, "dying", "never"),
    )
    with pytest.raises(Problem, match=r"dying does not come up: ended with exit 1; see .*:3$"):
        async with Running(layout, dying):
            pass


async def test_a_part_that_keeps_dying_later_is_reported_once_and_tried_on(layout: Layout) -> None:
    flag = layout.var / "flag"
    flag.touch()
    script = f"import os, time; os.path.exists({str(flag)!r}) or exit(4); print('up', flush=True); time.sleep(600)"  # noqa: E501
    part = Part("fickle", python(script), ready=log_has(layout, "fickle", "up"))
    async with Running(layout, part) as running:
        flag.unlink()
        pid = running.supervisor.pid("fickle")
        assert pid
        os.kill(pid, signal.SIGKILL)
        await until(lambda: any("keeps ending at once" in line for line in running.lines))
        flag.touch()
        await until(lambda: running.lines[-1] == "fickle: up again")
        assert sum("keeps ending at once" in line for line in running.lines) == 1


async def test_a_part_that_never_gets_ready_is_stopped_and_told(layout: Layout) -> None:
    async def never(pid: int) -> None:
        raise NotReady("the moon is not full")

    part = Part("slow", python(SLEEP), ready=never, ready_seconds=0.2)
    with pytest.raises(Problem, match=r"slow does not come up: not ready .*moon"):
        async with Running(layout, part):
            pass
    assert processes.marked(layout) == []


async def test_a_part_that_does_not_listen_is_killed(layout: Layout) -> None:
    part = Part("deaf", python(DEAF), ready=log_has(layout, "deaf", "deaf"), stop_seconds=0.3)
    async with Running(layout, part) as running:
        began = time.monotonic()
    assert time.monotonic() - began < 10
    assert running.lines[-1].startswith("deaf: killed")
    assert processes.marked(layout) == []


async def test_what_a_killed_part_had_started_itself_dies_with_it(layout: Layout) -> None:
    async with Running(layout, Part("parent", python(PARENT))) as running:
        await until(lambda: len(processes.marked(layout, "parent")) == 2)
        family = [left.process for left in processes.marked(layout, "parent")]
        pid = running.supervisor.pid("parent")
        assert pid
        os.kill(pid, signal.SIGKILL)
        await until(lambda: not any(process.is_running() for process in family))
        await until(lambda: running.supervisor.pid("parent") not in (None, pid))


async def test_a_command_that_does_not_exist_is_one_line(layout: Layout) -> None:
    with pytest.raises(Problem, match="ghost does not come up: ghost cannot be started"):
        async with Running(layout, Part("ghost", ["/nowhere/ghost"])):
            pass


async def test_a_pid_used_again_by_another_program_is_neither_mistaken_nor_killed(
    layout: Layout,
) -> None:
    stranger = await asyncio.create_subprocess_exec(*python(SLEEP))
    try:
        processes.remember(layout, "worker", stranger.pid, ["worker.py"], signal.SIGTERM)
        lines: list[str] = []
        await stop_leftovers(layout, lines.append)
        assert lines == []
        assert psutil.pid_exists(stranger.pid)
        assert not processes.pid_file(layout, "worker").exists()
    finally:
        stranger.kill()
        await stranger.wait()


async def test_a_pid_file_of_another_start_time_is_not_believed(layout: Layout) -> None:
    stranger = await asyncio.create_subprocess_exec(*python(SLEEP))
    try:
        await until(lambda: psutil.Process(stranger.pid).cmdline() == python(SLEEP))
        processes.remember(layout, "worker", stranger.pid, python(SLEEP), signal.SIGTERM)
        assert [left.part for left in processes.recorded(layout)] == ["worker"]
        started = psutil.Process(stranger.pid).create_time()
        file = processes.pid_file(layout, "worker")
        file.write_text(file.read_text().replace(str(started), str(started - 60)))
        assert processes.recorded(layout) == []
    finally:
        stranger.kill()
        await stranger.wait()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"pid": -1}', "\0", '{"pid": "x"}'])
async def test_a_spoilt_pid_file_is_removed(layout: Layout, text: str) -> None:
    processes.pid_file(layout, "worker").write_text(text)
    assert processes.recorded(layout) == []
    assert not processes.pid_file(layout, "worker").exists()

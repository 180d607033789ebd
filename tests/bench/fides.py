"""The sample database of Fides: one access request through the whole engine, from the mail to the
sent reply, at 1, 10 and 50 in flight. Each person has what customer 1 of the sample has.

python -m tests.bench.fides [--quick]
"""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path

import asyncpg
import yaml

from tests.bench.__main__ import prepared
from tests.bench.company import address_of, bench_company
from tests.engine.service import own_directory

SHARED = Path(__file__).resolve().parents[3] / "shared" / "fides"
DATASET = "postgres_example_test_dataset.yml"
PEER_SECONDS, PEER_RATE = 1.08, 1.25
"""Fides itself, on a machine like this one: seconds of one request, requests a second."""
ROUNDS, QUICK = {1: 20, 10: 80, 50: 150}, {1: 5, 10: 20, 50: 50}
PEOPLE = 400
FIRST = 1000
"""Number of the first person added to the sample."""


async def make_fides(database_url: str, folder: Path) -> Path:
    """The sample database with people added, and a company file that declares it."""
    admin = database_url.replace("+asyncpg", "")
    connection = await asyncpg.connect(admin)
    await connection.execute("CREATE DATABASE bench_fides")
    await connection.close()
    own = await asyncpg.connect(admin.replace("/calends?", "/bench_fides?"))
    await own.execute((SHARED / "postgres_sample.sql").read_text(encoding="utf-8"))
    for person in range(1, PEOPLE + 1):
        await _add(own, FIRST + person, address_of(person))
    await own.execute("ANALYZE")
    await own.close()
    system = {
        "id": "fides",
        "name": "Fides sample",
        "kind": "sql",
        "url": database_url.replace("/calends?", "/bench_fides?"),
        "dataset": str(SHARED / DATASET),
        "auto_release": True,
    }
    # Nobody is there to look at an identity: what is measured is the machine's part.
    company = bench_company([system]) | {"identity": {"ladder": "contact_only"}}
    file = folder / "company.yml"
    file.write_text(yaml.safe_dump(company))
    return file


async def _add(own: asyncpg.Connection, number: int, email: str) -> None:
    card = f"pay_{number}"
    await own.execute(
        "INSERT INTO address VALUES ($1, '123', 'Example Street', 'Exampletown', 'NY', '12345')",
        number,
    )
    await own.execute(
        "INSERT INTO customer VALUES ($1::int, $2, 'A Customer', '2020-04-01 11:47:42', $1::int)",
        number,
        email,
    )
    await own.execute(
        "INSERT INTO payment_card VALUES ($2, 'Card', 123456789, 321, true, $1::int, $1::int)",
        number,
        card,
    )
    for order in ("a", "c", "d"):
        name = f"ord_{number}_{order}"
        await own.execute(
            "INSERT INTO orders VALUES ($2, $1::int, $1::int, $3)", number, name, card
        )
        await own.execute("INSERT INTO order_item VALUES ($1, 1, 1, 1)", name)
    for login in range(6):
        await own.execute(
            "INSERT INTO login VALUES ($1, $2, '2021-01-01 01:00:00')", number * 10 + login, number
        )
    await own.execute("INSERT INTO visit VALUES ($1, '2021-01-06 01:00:00')", email)


async def compare(rounds: dict[int, int]) -> None:
    with own_directory() as folder:
        async with prepared(folder, make_fides) as bench:
            await bench.access(3, 1)
            print("the Fides sample, one access request from the mail to the sent reply")
            print(
                f"{'in flight':>9} {'cases/s':>8} {'median s':>9} {'CPU s':>7} {'of the peer':>12}"
            )
            for at_once, cases in rounds.items():
                found, _ = await bench.access(cases, at_once)
                print(
                    f"{at_once:9} {found.rate:8.2f} {found.median:9.3f} {found.cpu:7.3f} "
                    f"{found.rate / PEER_RATE:11.1f}x (its figure, {PEER_RATE} a second, aim 8x)"
                )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.fides", description=__doc__)
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    if not SHARED.is_dir():
        print("../shared/fides (test data beside the project) is not here: not measured")
        return
    asyncio.run(compare(QUICK if quick else ROUNDS))


if __name__ == "__main__":
    main()

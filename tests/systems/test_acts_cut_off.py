"""kill -9 of who acts, at every single statement: all is as before or as after, never between,
and the next try says which."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from calends.systems.dataset import load_datasets
from calends.systems.protocol import Order
from calends.systems.sql import SqlSystem
from tests.systems.stores import DATASET, TABLES, Store
from tests.systems.test_acts_everywhere import ALL, MIXED

DROPPED = ";".join(f"DROP TABLE {t}" for t in ("line_archive", "bill_archive", "line", "bill"))


@contextmanager
def dying(dataset: Path, url: str, orders: list[Order]) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.systems.dying", str(dataset), url]
    given = json.dumps([asdict(order) for order in orders])
    with subprocess.Popen(
        [*command, given], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            yield process
        finally:
            process.terminate()
            process.wait(60)


def end(process: subprocess.Popen[str], die_at: int) -> str:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps({"die_at": die_at}) + "\n")
    process.stdin.flush()
    return process.stdout.readline().strip()


async def test_acts_cut_off_at_any_statement_leave_before_or_after_and_the_next_try_says_which(
    store: Store, tmp_path: Path
) -> None:
    dataset = tmp_path / "dataset.yml"
    dataset.write_text(DATASET)
    await store.script(TABLES)
    system = SqlSystem("s", load_datasets([dataset]), store.url, store.url)
    before = await store.everything(*ALL)
    await system.carry_out(MIXED)
    after = await store.everything(*ALL)
    seen = []
    with dying(dataset, store.url, MIXED) as process:
        for die_at in range(200):  # the catalogue is read anew, a statement a table
            await store.script(f"{DROPPED};DROP TABLE person;{TABLES}")
            how = end(process, die_at)
            state = await store.everything(*ALL)
            assert state in (before, after), f"half done when cut off at statement {die_at}"
            seen.append((how, state == after))
            report = await system.carry_out(MIXED)
            assert report.was_done == (state == after)
            assert bool(report.rectified) == (state == before)
            assert await store.everything(*ALL) == after
            if how != "died":
                break
    await system.close()
    assert seen[-1] == ("ended 0", True)
    assert seen[-2] == ("died", True)  # killed after the commit, before it could say so
    assert all(how == "died" and not done for how, done in seen[:-2])
    assert len(seen) > 10

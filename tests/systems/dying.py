"""A process that carries out orders and dies at a chosen statement: for `test_acts_cut_off`.

Reads a line of JSON (`{"die_at": n}`), forks, lets the child act and die, prints how it ended.
Statement n is not sent any more; the commit counts as a statement; `after commit` is the last one.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import event

from calends.systems.dataset import load_datasets
from calends.systems.protocol import Change, Order
from calends.systems.sql import SqlSystem
from calends.systems.tables import Schema


def main(dataset: str, url: str, orders: str) -> None:
    wanted = [order(given) for given in json.loads(orders)]
    datasets = load_datasets([Path(dataset)])
    schema = asyncio.run(catalogue(SqlSystem("s", datasets, url, url), wanted))
    print("ready", flush=True)
    for line in sys.stdin:
        child = os.fork()
        if not child:
            system = SqlSystem("s", datasets, url, url)
            system._schema = schema
            asyncio.run(act(system, wanted, json.loads(line)["die_at"]))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        print("died" if os.WIFSIGNALED(status) else f"ended {status}", flush=True)


async def catalogue(system: SqlSystem, orders: list[Order]) -> Schema | None:
    """What the database holds, read once: that is no part of the acts."""
    async for _ in system.preview(orders):
        pass
    await system.close()
    return system._schema


def order(given: dict[str, Any]) -> Order:
    values = given.pop("values")
    changes = {name: Change(**change) for name, change in values.items()} if values else None
    return Order(**given, values=changes)


async def act(system: SqlSystem, orders: list[Order], die_at: int) -> None:
    left = die_at

    def count(*_: Any) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    assert system._actor is not None
    event.listen(system._actor.sync_engine, "before_cursor_execute", count)
    event.listen(system._actor.sync_engine, "commit", count)
    await system.carry_out(orders)
    count()


if __name__ == "__main__":
    main(*sys.argv[1:])

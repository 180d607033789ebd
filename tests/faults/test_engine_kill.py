"""kill -9 at the embedded engine: whatever dies comes back, and nothing committed is lost."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from temporalio.client import Client

from calends.engine.layout import Layout
from tests.engine.service import Service, own_directory, until


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    with own_directory() as home, Service(home) as made:
        made.start()
        yield made


def back(service: Service, part: str) -> None:
    """Kills a part and waits until the supervisor has it up again."""
    victim = service.parts()[part]
    said = sum(f"{part}: up again" in line for line in service.lines)
    victim.kill()
    until(lambda: sum(f"{part}: up again" in line for line in service.lines) > said)
    assert service.parts()[part].pid != victim.pid


async def database(service: Service) -> asyncpg.Connection[asyncpg.Record]:
    url = Layout(service.var).last_env()["CALENDS_DATABASE_URL"]
    return await asyncpg.connect(url.replace("+asyncpg", ""))


async def temporal(service: Service) -> Client:
    env = Layout(service.var).last_env()
    return await Client.connect(
        env["CALENDS_TEMPORAL_ADDRESS"], namespace=env["CALENDS_TEMPORAL_NAMESPACE"]
    )


async def write_row(service: Service) -> None:
    connection = await database(service)
    try:
        await connection.execute("CREATE TABLE IF NOT EXISTS kept (n int)")
        await connection.execute("INSERT INTO kept VALUES (1)")
    finally:
        await connection.close()


async def rows(service: Service) -> int:
    connection = await database(service)
    try:
        return int(await connection.fetchval("SELECT count(*) FROM kept"))
    finally:
        await connection.close()


async def begin_workflow(service: Service, workflow_id: str) -> None:
    client = await temporal(service)
    await client.start_workflow("Nothing", id=workflow_id, task_queue="nobody")


async def is_open(service: Service, workflow_id: str) -> bool:
    client = await temporal(service)
    description = await client.get_workflow_handle(workflow_id).describe()
    return description.status is not None and description.status.name == "RUNNING"


async def test_a_killed_postgres_comes_back_with_what_was_committed(service: Service) -> None:
    await write_row(service)
    before = await rows(service)
    back(service, "postgres")
    assert await rows(service) == before


async def test_a_killed_temporal_comes_back_at_its_address_with_its_open_workflows(
    service: Service,
) -> None:
    await begin_workflow(service, "open-before-kill")
    back(service, "temporal")
    assert await is_open(service, "open-before-kill")


def test_a_killed_web_process_comes_back(service: Service) -> None:
    back(service, "web")


async def test_after_kill_of_everything_the_next_start_goes_on_where_it_was(
    service: Service,
) -> None:
    await write_row(service)
    await begin_workflow(service, "open-before-kill-of-all")
    before = await rows(service)
    victims = list(service.parts().values())
    assert service.process is not None
    service.process.kill()
    for victim in victims:
        victim.kill()
    service.ended()
    service.start()
    assert await rows(service) == before
    assert await is_open(service, "open-before-kill-of-all")


async def test_what_a_killed_supervisor_left_is_stopped_before_the_next_start(
    service: Service,
) -> None:
    await write_row(service)
    before = await rows(service)
    left = service.parts()
    assert service.process is not None
    service.process.kill()
    service.ended()
    assert all(process.is_running() for process in left.values())
    service.start()
    assert sum("an earlier run left" in line for line in service.lines) == len(left) == 3
    assert not any(process.is_running() for process in left.values())
    assert await rows(service) == before


def test_a_part_killed_again_and_again_is_brought_back_each_time(service: Service) -> None:
    began = time.monotonic()
    for _ in range(2):
        back(service, "web")
    assert time.monotonic() - began < 30


def test_after_all_of_it_the_service_still_stops_cleanly(service: Service) -> None:
    processes = service.parts()
    assert service.stop(signal.SIGTERM) == 0
    assert not any(process.is_running() for process in processes.values())
    assert not list((Path(service.var) / "run").iterdir())

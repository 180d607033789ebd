"""The two embedded servers: what they refuse, what they set up."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import psutil
import pytest
from temporalio.api.operatorservice.v1 import (
    ListSearchAttributesRequest,
    RemoveSearchAttributesRequest,
)
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client
from temporalio.common import SearchAttributePair, TypedSearchAttributes

from calends.engine import search_attributes
from calends.engine.embedded import Engine
from calends.engine.layout import Layout
from calends.engine.postgres import SOCKET_PATH_LIMIT, PostgresServer
from calends.engine.temporal_server import NAMESPACE, TemporalServer
from calends.problems import Problem
from tests.engine.service import own_directory


def silent(line: str) -> None:
    """Reports are looked at elsewhere."""


@pytest.fixture(scope="module")
async def engine() -> AsyncIterator[Engine]:
    """Servers on a path too long for a socket, with time skipping."""
    with own_directory() as home:
        async with Engine(home / ("long" * 25) / "var", time_skipping=True, report=silent) as made:
            yield made


@pytest.fixture(scope="module")
async def client(engine: Engine) -> Client:
    return await Client.connect(engine.env["CALENDS_TEMPORAL_ADDRESS"], namespace=NAMESPACE)


async def setting(engine: Engine, name: str) -> str:
    connection = await asyncpg.connect(engine.env["CALENDS_DATABASE_URL"].replace("+asyncpg", ""))
    try:
        return str(await connection.fetchval("SELECT current_setting($1)", name))
    finally:
        await connection.close()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("fsync", "on"),
        ("synchronous_commit", "on"),
        ("full_page_writes", "on"),
        ("data_checksums", "on"),
        ("listen_addresses", ""),
        ("TimeZone", "UTC"),
        ("server_encoding", "UTF8"),
        ("log_error_verbosity", "terse"),
    ],
)
async def test_postgres_is_durable_closed_and_quiet(engine: Engine, name: str, value: str) -> None:
    assert await setting(engine, name) == value


async def test_a_long_state_path_puts_the_socket_in_a_short_closed_directory(
    engine: Engine,
) -> None:
    directory = Path((await setting(engine, "unix_socket_directories")).strip('"'))
    assert len(os.fsencode(directory)) < SOCKET_PATH_LIMIT
    assert directory.stat().st_mode & 0o777 == 0o700


async def test_the_short_directory_goes_when_the_engine_stops(home: Path) -> None:
    async with Engine(home / ("long" * 25) / "var", report=silent) as made:
        directory = Path((await setting(made, "unix_socket_directories")).strip('"'))
    assert not directory.exists()


async def test_histories_are_kept_for_ninety_days(client: Client) -> None:
    found = await client.workflow_service.describe_namespace(
        DescribeNamespaceRequest(namespace=NAMESPACE)
    )
    kept = found.config.workflow_execution_retention_ttl.ToTimedelta()
    assert kept == timedelta(days=90)


async def test_search_attributes_are_usable_at_once(client: Client) -> None:
    attributes = TypedSearchAttributes([]).updated(
        SearchAttributePair(search_attributes.RIGHTS, ["ACCESS", "ERASURE"]),
        SearchAttributePair(search_attributes.REFERENCE, "2026-00042-K7"),
        SearchAttributePair(search_attributes.SAFE_DUE, datetime(2026, 12, 1, tzinfo=UTC)),
        SearchAttributePair(search_attributes.ATTENTION, True),
    )
    handle = await client.start_workflow(
        "Nothing",
        id="with-attributes",
        task_queue="nobody",
        search_attributes=attributes,
    )
    found = (await handle.describe()).typed_search_attributes
    assert found[search_attributes.RIGHTS] == ["ACCESS", "ERASURE"]
    assert found[search_attributes.SAFE_DUE] == datetime(2026, 12, 1, tzinfo=UTC)


async def test_search_attributes_missing_from_an_old_namespace_are_added(client: Client) -> None:
    name = search_attributes.ATTENTION.name
    await client.operator_service.remove_search_attributes(
        RemoveSearchAttributesRequest(namespace=NAMESPACE, search_attributes=[name])
    )
    request = ListSearchAttributesRequest(namespace=NAMESPACE)
    before = await client.operator_service.list_search_attributes(request)
    assert name not in before.custom_attributes
    await search_attributes.register(client, NAMESPACE)
    after = await client.operator_service.list_search_attributes(request)
    wanted = {key.name: int(key.indexed_value_type) for key in search_attributes.KEYS}
    assert {name: int(after.custom_attributes[name]) for name in wanted} == wanted


async def test_time_skipping_is_asked_of_the_server_only_when_wanted(engine: Engine) -> None:
    pid = engine.pid("temporal")
    assert pid
    assert "frontend.WorkflowTimeSkippingEnabled=true" in psutil.Process(pid).cmdline()
    plain = TemporalServer(engine.layout).part().command
    assert not any("TimeSkipping" in word for word in plain)


@pytest.fixture
def layout(home: Path) -> Layout:
    made = Layout(home / "var")
    made.prepare()
    return made


@pytest.mark.parametrize("stamp", ["temporal version 1.2.3, Server 1.27.0", None])
def test_a_temporal_file_of_another_version_is_refused_and_left_as_it_is(
    layout: Layout, stamp: str | None
) -> None:
    server = TemporalServer(layout)
    server.file.write_bytes(b"of another version")
    if stamp:
        server.stamp.write_text(stamp)
    with pytest.raises(Problem, match="was made by"):
        server.prepare()
    assert server.file.read_bytes() == b"of another version"


def test_a_temporal_file_of_this_version_is_accepted(layout: Layout) -> None:
    server = TemporalServer(layout)
    server.prepare()
    server.file.touch()
    server.prepare()


@pytest.mark.parametrize(
    ("version", "line"), [("16", "made by PostgreSQL 16"), (None, "is not a PostgreSQL data")]
)
def test_a_data_directory_of_another_version_or_kind_is_refused_and_left_as_it_is(
    layout: Layout, version: str | None, line: str
) -> None:
    server = PostgresServer(layout, silent)
    server.data.mkdir(parents=True)
    (server.data / "file").touch()
    if version:
        (server.data / "PG_VERSION").write_text(f"{version}\n")
    before = sorted(path.name for path in server.data.iterdir())
    with pytest.raises(Problem, match=line):
        server.prepare()
    assert sorted(path.name for path in server.data.iterdir()) == before


def test_a_data_directory_of_another_user_is_refused(layout: Layout) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give a directory to another user")
    server = PostgresServer(layout, silent)
    server.data.mkdir(parents=True)
    (server.data / "PG_VERSION").write_text("18\n")
    with pytest.raises(Problem, match="belongs to another user"):
        server.prepare()


def test_a_half_made_data_directory_is_made_anew(layout: Layout) -> None:
    server = PostgresServer(layout, silent)
    half = server.data.with_name("data.new")
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    server.prepare()
    assert (server.data / "global" / "pg_control").exists()
    assert not half.exists()


def test_a_postmaster_pid_used_again_by_another_program_does_not_stop_the_server(
    layout: Layout,
) -> None:
    server = PostgresServer(layout, silent)
    server.prepare()
    lock = server.data / "postmaster.pid"
    lock.write_text(f"{os.getpid()}\n{server.data}\n")
    server.prepare()
    assert not lock.exists()


def test_a_socket_directory_that_is_someone_elses_is_refused(layout: Layout, home: Path) -> None:
    server = PostgresServer(layout, silent)
    server.socket_directory.parent.mkdir(exist_ok=True)
    server.socket_directory.symlink_to(home)
    with pytest.raises(Problem, match="is not ours"):
        server.prepare()

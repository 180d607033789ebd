"""`python -m console` as a process of its own."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from calends.engine.ports import free_ports
from tests.office import SAMPLE, Office

ROOT = Path(__file__).resolve().parents[2]


def environment(office: Office, port: int, **more: str) -> dict[str, str]:
    bare = {name: value for name, value in os.environ.items() if not name.startswith("CALENDS_")}
    company = {"CALENDS_COMPANY_FILE": str(SAMPLE / "company.yml")}
    return bare | office.engine.env | company | {"CALENDS_WEB_PORT": str(port)} | more


async def launch(env: dict[str, str]) -> asyncio.subprocess.Process:
    pipe = asyncio.subprocess.PIPE
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "console", cwd=ROOT, env=env, stdout=pipe, stderr=pipe
    )


@asynccontextmanager
async def serving(env: dict[str, str]) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await launch(env)
    try:
        assert process.stdout is not None
        assert await process.stdout.readline() == b"web: ready\n"
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


async def test_it_serves_says_nothing_of_links_and_ends_on_sigterm(office: Office) -> None:
    (port,) = free_ports(1)
    async with serving(environment(office, port, CALENDS_LOG_LEVEL="DEBUG")) as process:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as browser:
            assert (await browser.get("/health")).status_code == 200
            assert (await browser.get("/p/secretlink")).status_code == 200
            assert (await browser.get("/p/secretlink/%ff%00")).status_code == 404
            typed = await browser.post(
                "/p/secretlink",
                data={"code": "SECR-ETCO"},
                headers={"Origin": f"http://127.0.0.1:{port}", "Referer": "/p/secretlink"},
            )
            assert typed.status_code == 410
            head = await browser.head("/p/secretlink")
            assert int(head.headers["content-length"]) > 1000
            assert "server" not in head.headers
        process.send_signal(signal.SIGTERM)
        said, complained = await process.communicate()
    told = (said + complained).decode()
    assert process.returncode == 0, told
    assert "page refused: unknown link" in told
    assert "secretlink" not in told
    assert "SECR" not in told
    assert "Traceback" not in told


async def test_a_port_in_use_is_one_line_and_exit_2(office: Office) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = await launch(environment(office, port))
        said, complained = await process.communicate()
    assert process.returncode == 2
    assert said == b""
    assert complained.decode().splitlines() == [
        f"web: port {port} on 127.0.0.1 is in use by another program; "
        "set CALENDS_WEB_PORT to a free one"
    ]


async def test_without_a_temporal_server_it_is_one_line_and_exit_2(office: Office) -> None:
    port, nobody = free_ports(2)
    env = environment(office, port, CALENDS_TEMPORAL_ADDRESS=f"127.0.0.1:{nobody}")
    process = await launch(env)
    said, complained = await process.communicate()
    assert process.returncode == 2
    assert said == b""
    (line,) = complained.decode().splitlines()
    assert line.startswith(f"web: no Temporal server at 127.0.0.1:{nobody}")

"""A processor's address that leads inside: nothing but public addresses on the list is asked."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calends.systems.guarded import GuardedClient, may_be_asked
from calends.systems.protocol import Failure, SystemFailed
from tests.systems.processors import Handler, running

INSIDE = [
    "127.0.0.1",
    "127.8.9.1",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "::1",
    "::",
    "fe80::1",
    "fc00::1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "2002:7f00:1::",
    "64:ff9b::7f00:1",
    "224.0.0.1",
    "ff02::1",
]
HOST = "processor.example"


async def refused(url: str, hosts: list[str], own_network: bool = False) -> Failure:
    client = GuardedClient("p", hosts, own_network, timeout_seconds=2)
    try:
        with pytest.raises(SystemFailed) as failure:
            await client.asked("GET", url, {})
    finally:
        await client.close()
    assert "example" not in str(failure.value)
    return failure.value.reason


@pytest.mark.parametrize("address", INSIDE)
def test_an_inner_address_is_not_asked_by_default(address: str) -> None:
    assert not may_be_asked(ipaddress.ip_address(address), own_network=False)


@pytest.mark.parametrize(
    "address", ["169.254.169.254", "::ffff:169.254.169.254", "fe80::1", "0.0.0.0", "224.0.0.1"]
)
def test_what_clouds_hand_out_secrets_at_is_never_asked(address: str) -> None:
    assert not may_be_asked(ipaddress.ip_address(address), own_network=True)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"])
def test_a_public_address_is_asked(address: str) -> None:
    assert may_be_asked(ipaddress.ip_address(address), own_network=False)


@given(st.ip_addresses())
def test_an_address_that_may_be_asked_is_global(address: Any) -> None:
    if may_be_asked(address, own_network=False):
        assert address.is_global


ADDRESSES = [
    "http://processor.example/x",
    "https://other.example/x",
    "https://processor.example.evil.example/x",
    "https://processor.example@evil.example/x",
    "https://evil.example#processor.example",
    "https://evil.example\\@processor.example/",
    "https://user:word@processor.example/x",
    "https://processor.example:99999/x",
    "https://[::1]/x",
    "https://127.1/x",
    "https://2130706433/x",
    "https://0x7f.1/x",
    "https://processor.еxample/x",
    "https://processor.example\t/x",
    "file:///etc/passwd",
    "unix:/var/run/docker.sock",
    "gopher://processor.example/x",
    "//processor.example/x",
    "",
]


@pytest.mark.parametrize("url", ADDRESSES)
async def test_an_address_that_is_not_on_the_list_is_not_even_looked_up(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(*args: Any, **more: Any) -> Any:
        raise AssertionError("looked up")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", never)
    assert await refused(url, [HOST]) is Failure.SETTINGS


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1", "0.0.0.0"])
async def test_a_listed_host_that_is_this_machine_is_not_asked(host: str) -> None:
    with running() as server:
        name = f"[{host}]" if ":" in host else host
        assert await refused(f"https://{name}:{server.server_port}/", [host]) is Failure.SETTINGS
        assert server.seen == []


def answers(*lists: list[str]) -> Any:
    """A name server that says something else each time."""
    waiting = list(lists)

    async def look_up(host: str, port: int, **more: Any) -> list[Any]:
        found = waiting.pop(0)
        family = socket.AF_INET
        return [(family, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

    return look_up


async def test_a_name_with_one_inner_address_among_public_ones_is_not_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked = answers(["93.184.216.34", "127.0.0.1"])
    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", looked)
    assert await refused(f"https://{HOST}/", [HOST]) is Failure.SETTINGS


async def test_the_connection_goes_to_the_address_that_was_looked_at_and_no_second_look_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with running() as server, running() as inner:
        port = server.server_port
        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", answers(["127.0.0.1"]))
        client = GuardedClient("p", [HOST], own_network=True, timeout_seconds=5)
        answer = await client.asked("GET", f"http://{HOST}:{port}/opendsr_requests/x", {})
        await client.close()
        assert answer.status_code == 404
        assert server.seen == ["GET /opendsr_requests/x"]
        assert inner.seen == []


async def test_a_redirect_is_not_followed() -> None:
    with running() as server, running() as inner:

        def elsewhere(handler: Handler) -> bool:
            target = f"http://127.0.0.1:{inner.server_port}/secret"
            handler.raw(302, b"", {"Location": target})
            return True

        server.answer = elsewhere
        reason = await refused(f"http://localhost:{server.server_port}/", ["localhost"], True)
        assert reason is Failure.SETTINGS
        assert inner.seen == []


async def test_the_environments_proxy_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    with running() as server, running() as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{proxy.server_port}")
        monkeypatch.setenv("ALL_PROXY", f"http://127.0.0.1:{proxy.server_port}")
        client = GuardedClient("p", ["localhost"], own_network=True, timeout_seconds=5)
        await client.asked("GET", f"http://localhost:{server.server_port}/x", {})
        await client.close()
        assert server.seen == ["GET /x"]
        assert proxy.seen == []

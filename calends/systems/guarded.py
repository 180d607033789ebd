"""HTTP to a named processor and nowhere else.

What a company file or a processor's answer names as an address is asked only when its host is on
the allow-list and every address that the name stands for is a public one; the connection then goes
to that very address (a name that changes its mind between two look-ups reaches nothing), no
redirect is followed, and no answer is read beyond a bound.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import SplitResult, urlsplit

import httpx

from calends.systems.protocol import Failure, SystemFailed

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

MOST_BYTES = 10_000_000
"""Of an answer that is read whole."""


class GuardedClient:
    """Raises SystemFailed for whatever goes wrong; its text holds no address and no value."""

    def __init__(
        self,
        name: str,
        hosts: Collection[str],
        own_network: bool = False,
        timeout_seconds: float = 30,
        verify: Any = True,
    ) -> None:
        self._name, self._own_network = name, own_network
        self._timeout_seconds = timeout_seconds
        self._hosts = {host.lower().rstrip(".") for host in hosts}
        self._http = httpx.AsyncClient(
            timeout=timeout_seconds, follow_redirects=False, trust_env=False, verify=verify
        )

    async def close(self) -> None:
        await self._http.aclose()

    async def asked(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes = b""
    ) -> httpx.Response:
        """The answer, read whole. Raises SystemFailed, also on a redirect, and when all of it
        takes longer than twice the time limit of a single read."""
        try:
            async with asyncio.timeout(2 * self._timeout_seconds):
                async with self.streamed(method, url, headers, body) as answer:
                    kept = bytearray()
                    async for part in answer.aiter_bytes():
                        kept += part
                        if len(kept) > MOST_BYTES:
                            raise SystemFailed(Failure.TOO_MANY, f"{self._name}: answer too long")
                    return httpx.Response(
                        answer.status_code, headers=answer.headers, content=bytes(kept)
                    )
        except TimeoutError:
            raise SystemFailed(Failure.TIMEOUT, self._name) from None

    @asynccontextmanager
    async def streamed(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes = b""
    ) -> AsyncIterator[httpx.Response]:
        parts = self._allowed(url)
        address = await self._pinned(parts)
        host = f"[{address}]" if address.version == 6 else str(address)
        port = f":{parts.port}" if parts.port else ""
        pinned = parts._replace(netloc=f"{host}{port}").geturl()
        request = self._http.build_request(
            method,
            pinned,
            headers={**headers, "Host": f"{parts.hostname}{port}", "Accept-Encoding": "identity"},
            content=body or None,
            extensions={"sni_hostname": parts.hostname or ""},
        )
        try:
            answer = await self._http.send(request, stream=True)
            try:
                if answer.is_redirect:
                    raise SystemFailed(Failure.SETTINGS, f"{self._name}: redirects elsewhere")
                yield answer
            finally:
                await answer.aclose()
        except httpx.TimeoutException:
            raise SystemFailed(Failure.TIMEOUT, self._name) from None
        except (httpx.HTTPError, httpx.InvalidURL, OSError):
            raise SystemFailed(Failure.UNREACHABLE, self._name) from None

    def _allowed(self, url: str) -> SplitResult:
        refused = SystemFailed(Failure.SETTINGS, f"{self._name}: an address that is not allowed")
        if not url.isascii() or any(char <= " " for char in url) or "\\" in url:
            raise refused
        try:
            parts = urlsplit(url)
            host, _ = (parts.hostname or "").lower().rstrip("."), parts.port
        except ValueError:
            raise refused from None
        schemes = ("https", "http") if self._own_network else ("https",)
        named = parts.username is None and parts.password is None and host in self._hosts
        if parts.scheme not in schemes or not named:
            raise refused
        return parts

    async def _pinned(self, parts: SplitResult) -> Address:
        """One address of the host, when all of them may be asked."""
        port = parts.port or (443 if parts.scheme == "https" else 80)
        try:
            found = await asyncio.get_running_loop().getaddrinfo(
                parts.hostname, port, type=socket.SOCK_STREAM
            )
        except (OSError, UnicodeError):
            raise SystemFailed(Failure.UNREACHABLE, self._name) from None
        addresses = [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
        if not addresses or not all(may_be_asked(a, self._own_network) for a in addresses):
            raise SystemFailed(Failure.SETTINGS, f"{self._name}: an address that is not public")
        return addresses[0]


def may_be_asked(address: Address, own_network: bool) -> bool:
    """A public address; with `own_network` a private one or this machine too, but never what
    clouds hand out secrets at (link-local), nor a group of machines."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is not None:
            return may_be_asked(inner, own_network)
        if address in _NAT64 or address.teredo is not None:
            return False
    if address.is_multicast or address.is_unspecified or address.is_link_local:
        return False
    return address.is_global or (own_network and (address.is_private or address.is_loopback))


_NAT64 = ipaddress.ip_network("64:ff9b::/96")

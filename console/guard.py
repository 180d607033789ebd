"""The middleware around every route: headers, same origin, small bodies.

What Go's CrossOriginProtection does: a browser says itself where an unsafe request comes from.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
LARGEST_BODY = 4096
"""Bytes: a typed code needs a hundred."""
LARGEST_DESK_BODY = 2_000_000
"""Bytes: reasons, edited letters; a reply's text may have 400,000 characters."""
API, LARGEST_API_BODY = "/api/", 1_000_000
"""Where programs ask, with a token of their own in each request: a browser lends them nothing, so
it does not matter where they come from."""
SLOWEST_BODY = 10.0
"""Seconds in which a body must have come."""
LARGEST_UPLOAD, SLOWEST_UPLOAD = 52_000_000, 300.0
UPLOADS = re.compile(r"/desk/task/[^/]+/answer|/desk/letters|/p/[^/]+/add")
"""Pages that take a file. It is not read here: the page reads it once it knows who sends it."""

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

STAY = {"Strict-Transport-Security": "max-age=31536000"}
"""For a year; sub-domains are not ours to speak for (RFC 6797)."""

NOBODY: Mapping[str, str] = {}

Refuse = Callable[[Request, int], Awaitable[Response]]
"""Makes the page that tells a person why (status 403, 408 or 413)."""


class Guard:
    def __init__(
        self,
        app: ASGIApp,
        refuse: Refuse,
        others: Mapping[str, str] = NOBODY,
        *,
        https: bool = False,
    ) -> None:
        """`others`: path -> the one other origin that may call it; `https`: people come by it."""
        self.app, self.refuse, self.others = app, refuse, others
        self.headers = {**HEADERS, **(STAY if https else {})}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        with_headers = _with_headers(send, self.headers)
        if scope["method"] in SAFE_METHODS:
            await self.app(scope, receive, with_headers)
        elif not self._may_call(scope):
            await self._refused(403, scope, receive, with_headers)
        elif UPLOADS.fullmatch(scope["path"]):
            await self.app(scope, _bounded(receive), with_headers)
        else:
            body, fault = await _small_body(receive, _largest(scope["path"]))
            if fault:
                await self._refused(fault, scope, receive, with_headers)
            else:
                await self.app(scope, _again(body, receive), with_headers)

    def _may_call(self, scope: Scope) -> bool:
        if scope["path"].startswith(API):
            return True
        headers, other = Headers(scope=scope), self.others.get(scope["path"], "")
        return same_origin(headers) or (bool(other) and headers.get("origin") == other)

    async def _refused(self, status: int, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self.refuse(Request(scope), status)
        await response(scope, receive, send)


def _largest(path: str) -> int:
    if path.startswith("/desk/"):
        return LARGEST_DESK_BODY
    return LARGEST_API_BODY if path.startswith(API) else LARGEST_BODY


def same_origin(headers: Headers) -> bool:
    """Whether the browser says that our own page sent this request."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    # Older browsers, and plain http beyond localhost, send no Sec-Fetch-Site.
    origin, host = headers.get("origin"), headers.get("host")
    try:
        return bool(host) and origin is not None and urlsplit(origin).netloc == host
    except ValueError:
        return False


async def _small_body(receive: Receive, largest: int) -> tuple[bytes, int]:
    """The whole body, or the status with which it is refused."""
    body = bytearray()
    try:
        async with asyncio.timeout(SLOWEST_BODY):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    return b"", 408
                body += message.get("body", b"")
                if len(body) > largest:
                    return b"", 413
                if not message.get("more_body", False):
                    return bytes(body), 0
    except TimeoutError:
        return b"", 408


def _bounded(receive: Receive) -> Receive:
    """Counts what is read, in bytes and seconds; raises HTTPException where it is too much."""
    left, until = LARGEST_UPLOAD, time.monotonic() + SLOWEST_UPLOAD

    async def counted() -> Message:
        nonlocal left
        try:
            async with asyncio.timeout(until - time.monotonic()):
                message = await receive()
        except TimeoutError:
            raise HTTPException(408) from None
        left -= len(message.get("body", b""))
        if left < 0:
            raise HTTPException(413)
        return message

    return counted


def _again(body: bytes, receive: Receive) -> Receive:
    """Hands the body that was read to the application."""
    pending: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return pending.pop() if pending else await receive()

    return replay


def _with_headers(send: Send, added: Mapping[str, str]) -> Send:
    async def wrapped(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in added.items():
                headers.setdefault(name, value)  # a download has a stricter policy of its own
        await send(message)

    return wrapped

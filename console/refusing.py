"""Refusals of the person's page: all alike, at the same time after the request, and counted."""

from __future__ import annotations

import asyncio
import time
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import Response

from calends.register.database import Register
from console.alarm import Alarm
from console.limits import Limiter
from console.pages import Pages

REFUSED_STATUS = 410
REFUSED_SECONDS = 0.25
"""Every refusal is told this long after the request came, so that its time tells nothing."""

TRIES_AT_ONCE, TRIES_REFILL_SECONDS = 30, 20.0
"""For one client address: thirty at once, then three a minute. A household shares its address."""


class Refusing:
    def __init__(self, register: Register, pages: Pages) -> None:
        self._pages = pages
        self._alarm = Alarm(register)
        self._limiter = Limiter(TRIES_AT_ONCE, TRIES_REFILL_SECONDS)

    def allows(self, request: Request) -> bool:
        """Counts a try of this client."""
        return self._limiter.allows(request.client.host if request.client else "")

    def slower(self, request: Request) -> Response:
        slower = self._pages.plain("slower", request, 429)
        slower.headers["Retry-After"] = "600"
        return slower

    async def refuse(self, request: Request, came: float) -> Response:
        """`came`: when the request came, in seconds of the monotonic clock."""
        await self._alarm.refused()
        await asyncio.sleep(max(0.0, came + REFUSED_SECONDS - time.monotonic()))
        return self._pages.page("ask", request, REFUSED_STATUS, refused=True)


async def typed_fields(request: Request) -> dict[str, str]:
    """The fields of the form; none for what is no form. The guard has bounded the body."""
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return {}
    try:
        fields = parse_qs((await request.body()).decode(), max_num_fields=10)
    except ValueError:  # not UTF-8, or too many fields
        return {}
    return {name: values[0] for name, values in fields.items()}

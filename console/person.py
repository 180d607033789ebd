"""The person's own page: opening it does nothing; the typed code proves, or opens the copy."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator
from urllib.parse import parse_qs

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from activities.house import House
from calends.letters.words import day_in_words
from console.cases import Cases, Proof
from console.limits import Limiter
from console.links import Contact, Copy, Links, Refusal
from console.pages import Pages

REFUSED_STATUS = 410
REFUSED_SECONDS = 0.25
"""Every refusal is told this long after the request came, so that its time tells nothing."""

TRIES_AT_ONCE, TRIES_REFILL_SECONDS = 30, 20.0
"""For one client address: thirty at once, then three a minute. A household shares its address."""

COPY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
}


class PersonPage:
    def __init__(self, house: House, cases: Cases, pages: Pages) -> None:
        self.house, self.cases, self.pages = house, cases, pages
        self.links = Links(house)
        self.limiter = Limiter(TRIES_AT_ONCE, TRIES_REFILL_SECONDS)

    def routes(self) -> APIRouter:
        router = APIRouter()
        router.add_api_route("/p/{token}", self.ask, methods=["GET", "HEAD"])
        router.add_api_route("/p/{token}", self.answer, methods=["POST"])
        return router

    async def ask(self, request: Request) -> Response:
        """The same page for every link, known or not: link scanners open it before the person
        does, so it asks the register nothing and changes nothing."""
        return self.pages.page("ask", request, refused=False)

    async def answer(self, request: Request, token: str) -> Response:
        """The code was typed. All refusals look alike: page, status, length and time."""
        came = time.monotonic()
        if not self.limiter.allows(request.client.host if request.client else ""):
            slower = self.pages.plain("slower", request, 429)
            slower.headers["Retry-After"] = "600"
            return slower
        opened = await self.links.open(token, await typed_code(request))
        if isinstance(opened, Copy):
            return self._copy(opened)
        if isinstance(opened, Contact):
            proof = await self.cases.prove_contact(opened.case_id, opened.update_id)
            if proof is Proof.TAKEN:
                return await self._confirmed(request, opened.case_id)
            if proof is Proof.LATER:
                return self.pages.plain("later", request, 503)
            self.links.note(Refusal.OVER)
        await asyncio.sleep(max(0.0, came + REFUSED_SECONDS - time.monotonic()))
        return self.pages.page("ask", request, REFUSED_STATUS, refused=True)

    async def _confirmed(self, request: Request, case_id: str) -> Response:
        step = await self.links.next_step(case_id)
        language = self.pages.language(request)
        day = day_in_words(step.answer_by, language) if step.answer_by else ""
        return self.pages.page("confirmed", request, reference=step.reference, day=day)

    def _copy(self, copy: Copy) -> Response:
        name = re.sub(r"[^A-Za-z0-9-]", "", copy.reference)
        return StreamingResponse(
            self._bytes(copy),
            media_type="application/zip",
            headers=COPY_HEADERS
            | {
                "Content-Disposition": f'attachment; filename="calends-{name}.zip"',
                # A download cut short is seen as such by the browser.
                "Content-Length": str(copy.size),
            },
        )

    async def _bytes(self, copy: Copy) -> AsyncIterator[bytes]:
        async for chunk in self.house.blobs.stream(copy.case_id, copy.blob):
            yield chunk


async def typed_code(request: Request) -> str:
    """The field `code` of the form; empty when there is none. The guard has bounded the body."""
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return ""
    try:
        fields = parse_qs((await request.body()).decode(), max_num_fields=10)
    except ValueError:  # not UTF-8, or too many fields
        return ""
    return fields.get("code", [""])[0]

"""What processors tell by themselves (OpenDSR §8.8): there is news of a request. Believed only with
the processor's signature, and then no more than a reason to ask it at once."""

from __future__ import annotations

import logging
import re
from datetime import UTC, datetime

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from activities.house import House
from calends.company import SystemEntry
from calends.problems import Problem
from calends.systems import opendsr
from calends.systems.signer import Signer, signer_of
from console.cases import Cases
from console.limits import Limiter

log = logging.getLogger("calends.page")

CASE = re.compile(r"case-[0-9a-f-]{32,36}")
NEWS_AT_ONCE, NEWS_REFILL_SECONDS = 10, 60.0
"""Of one request: each is an event in the case's history."""
TRIES_AT_ONCE, TRIES_REFILL_SECONDS = 20, 5.0
"""Of one address whose signature is none."""


class Callbacks:
    def __init__(self, house: House, cases: Cases) -> None:
        self.house, self.cases = house, cases
        self._signers: dict[str, Signer] = {}
        self._news = Limiter(NEWS_AT_ONCE, NEWS_REFILL_SECONDS, place=str)
        self._tries = Limiter(TRIES_AT_ONCE, TRIES_REFILL_SECONDS)

    def routes(self) -> APIRouter:
        router = APIRouter(prefix="/api/opendsr")
        router.add_api_route("/{system}/{reference}", self.told, methods=["POST"])
        return router

    async def told(self, request: Request, system: str, reference: str) -> Response:
        """202: the case asks this processor now. 403: not signed by it, or not meant for us."""
        entry, signer = self._processor(system)
        assert entry.http is not None
        where = opendsr.callback_at(entry.http.callback_url, reference)
        body, now = await request.body(), datetime.now(UTC)
        try:
            opendsr.read_callback(
                body, request.headers, signer.certificate, signer.domain, where, now
            )
        except opendsr.Unsigned:
            raise self._refusal(request) from None
        case_id = opendsr.asked_by(reference)
        if not CASE.fullmatch(case_id):
            raise HTTPException(404)
        if not self._news.allows(f"{system}/{reference}"):
            raise HTTPException(429, "told already", {"Retry-After": "60"})
        return Response(status_code=await self._tell(case_id, system))

    async def _tell(self, case_id: str, system: str) -> int:
        known = await self.cases.processor_answered(case_id, system)
        if known is None:
            raise HTTPException(503, "later", {"Retry-After": "60"})
        return 202 if known else 404

    def _processor(self, system: str) -> tuple[SystemEntry, Signer]:
        """The processor and whose word counts. Raises HTTPException 404 when there is none that
        may call back."""
        found = [entry for entry in self.house.company.systems if entry.id == system]
        entry = found[0] if found else None
        if entry is None or entry.http is None or not entry.http.callback_url:
            raise HTTPException(404)
        if system not in self._signers:
            try:
                signer = signer_of(system, entry.http, self.house.company.base)
            except Problem as problem:
                log.error("callback of %s refused: %s", system, problem)
                raise HTTPException(503, "later") from None
            if signer is None:  # without a certificate nobody could tell who calls
                raise HTTPException(404)
            self._signers[system] = signer
        return entry, self._signers[system]

    def _refusal(self, request: Request) -> HTTPException:
        if not self._tries.allows(request.client.host if request.client else ""):
            return HTTPException(429, "too many tries", {"Retry-After": "60"})
        return HTTPException(403, "not signed by this processor, or not meant for this address")

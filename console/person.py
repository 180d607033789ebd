"""The person's own page: opening it does nothing; the typed code proves, shows, gives the copy."""

from __future__ import annotations

import time

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from activities.house import House
from console.cases import Cases, Proof
from console.links import Links, Opened, Refusal
from console.pages import Pages
from console.purposes import PROVES, holds_copy, is_persons
from console.refusing import Refusing, typed_fields
from console.visiting import Visiting


class PersonPage:
    def __init__(self, house: House, cases: Cases, pages: Pages) -> None:
        self.cases, self.pages = cases, pages
        self.links = Links(house)
        self.refusing = Refusing(house.register, pages)
        self.visiting = Visiting(house, cases, pages, self.links, self.refusing)

    def routes(self) -> APIRouter:
        router = APIRouter()
        router.add_api_route("/p/{token}", self.ask, methods=["GET", "HEAD"])
        router.add_api_route("/p/{token}", self.answer, methods=["POST"])
        self.visiting.add_routes(router)
        return router

    async def ask(self, request: Request) -> Response:
        """The same page for every link, known or not: link scanners open it before the person
        does, so it asks the register nothing and changes nothing."""
        return self.pages.page("ask", request, refused=False)

    async def answer(self, request: Request, token: str) -> Response:
        """The code was typed. All refusals look alike: page, status, length and time."""
        came = time.monotonic()
        if not self.refusing.allows(request):
            return self.refusing.slower(request)
        typed = await typed_fields(request)
        opened = await self.links.open(token, typed.get("code", ""))
        if isinstance(opened, Refusal):
            return await self.refusing.refuse(request, came)
        if opened.purpose in PROVES and not opened.over:
            return await self._prove(request, token, opened, came)
        status = typed.get("see") == "status" and is_persons(opened.purpose)
        if holds_copy(opened.purpose) and not status:
            return await self.visiting.download(request, opened, came)
        return await self._shown(request, token, opened)

    async def _shown(
        self, request: Request, token: str, opened: Opened, said: str = ""
    ) -> Response:
        if not is_persons(opened.purpose):
            return self.pages.plain("confirmed", request, 200)
        return await self.visiting.page(request, token, opened, said=said)

    async def _prove(self, request: Request, token: str, opened: Opened, came: float) -> Response:
        proof = await self.cases.prove_contact(opened.case_id, opened.update_id, opened.purpose)
        if proof is Proof.LATER:
            return self.pages.plain("later", request, 503)
        if proof is Proof.CLOSED:
            self.links.note(Refusal.OVER)
            return await self.refusing.refuse(request, came)
        return await self._shown(request, token, opened, said="proved")

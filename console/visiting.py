"""What a person does once the code was typed: sees where it stands, adds, withdraws, downloads."""

from __future__ import annotations

import re
import time
from collections.abc import AsyncIterator
from functools import partial

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from activities.house import House
from activities.letterbox import token_digest
from calends.letters.words import RIGHTS, day_in_words
from calends.mail.by_page import FromPage
from calends.mail.scan import kind_of
from console.cases import Cases, Proof
from console.correspondence import LARGEST_FILE, LONGEST_TEXT, Correspondence
from console.links import Copy, Links, Opened, Refusal
from console.pages import Pages
from console.purposes import holds_copy, is_persons
from console.refusing import Refusing, typed_fields
from console.uploads import NotAdmitted, read_upload
from console.visits import Visits

COPY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
}


class Visiting:
    def __init__(
        self, house: House, cases: Cases, pages: Pages, links: Links, refusing: Refusing
    ) -> None:
        self.house, self.pages, self.links, self.refusing = house, pages, links, refusing
        self.visits = Visits(house.keyring)
        self.letters = Correspondence(house, cases)

    def add_routes(self, router: APIRouter) -> None:
        for act, handler in (
            ("status", self.status),
            ("copy", self.copy),
            ("add", self.add),
            ("withdraw", self.withdraw),
        ):
            router.add_api_route(f"/p/{{token}}/{act}", handler, methods=["POST"])
            router.add_api_route(f"/p/{{token}}/{act}", self.back, methods=["GET", "HEAD"])

    async def back(self, token: str) -> Response:
        """A page that was made by a form is opened anew: it begins with the code."""
        return RedirectResponse(f"/p/{_plain(token)}", 303)

    async def status(self, request: Request, token: str) -> Response:
        came = time.monotonic()
        if not self.refusing.allows(request):
            return self.refusing.slower(request)
        opened = await self._visited(token, (await typed_fields(request)).get("visit", ""))
        if opened is None:
            return await self.refusing.refuse(request, came)
        return await self.page(request, token, opened)

    async def copy(self, request: Request, token: str) -> Response:
        came = time.monotonic()
        if not self.refusing.allows(request):
            return self.refusing.slower(request)
        opened = await self._visited(token, (await typed_fields(request)).get("visit", ""))
        if opened is None or not holds_copy(opened.purpose):
            return await self.refusing.refuse(request, came)
        return await self.download(request, opened, came)

    async def add(self, request: Request, token: str) -> Response:
        """Information, and a document where one was asked for."""
        came = time.monotonic()
        if not self.refusing.allows(request):
            return self.refusing.slower(request)
        try:
            sent = await read_upload(request, LARGEST_FILE, admits=partial(self._admits, token))
        except NotAdmitted:
            return await self.refusing.refuse(request, came)
        opened = await self._visited(token, sent.get("visit"))
        if opened is None or opened.over:
            return await self.refusing.refuse(request, came)
        text, kind = sent.get("text").replace("\0", "").strip(), kind_of(sent.file)
        standing = await self.links.standing(opened.case_id)
        if len(text) > LONGEST_TEXT or not (text or sent.file):
            return await self.page(request, token, opened, fault="add_fault")
        if sent.file and (kind is None or not standing.wants_document):
            return await self.page(request, token, opened, fault="add_fault_file")
        if sent.file and standing.wants_identity:
            # Sealed apart from the case, for it goes long before the case does.
            told = await self.letters.add_document(opened.case_id, sent.file)
            if told is not Proof.TAKEN:
                return self.pages.plain("later", request, 503)
        if text or not standing.wants_identity:
            file = b"" if standing.wants_identity else sent.file
            await self.letters.add(opened.case_id, FromPage("", text, file, kind))
        return await self.page(request, token, opened, said="added")

    async def withdraw(self, request: Request, token: str) -> Response:
        """The request is taken back; a box must be ticked, for it ends the case."""
        came = time.monotonic()
        if not self.refusing.allows(request):
            return self.refusing.slower(request)
        typed = await typed_fields(request)
        opened = await self._visited(token, typed.get("visit", ""))
        if opened is None or opened.over:
            return await self.refusing.refuse(request, came)
        if typed.get("sure") != "yes":
            return await self.page(request, token, opened, fault="withdraw_fault")
        await self.letters.withdraw(opened.case_id)
        return await self.page(request, token, opened, said="withdrawn")

    async def _admits(self, token: str, visit: str) -> bool:
        """Before a body is read. Whether the link still stands is seen afterwards."""
        good = await self.visits.link_of(visit) == token_digest(token)
        if not good:
            self.links.note(Refusal.UNKNOWN)
        return good

    async def _visited(self, token: str, visit: str) -> Opened | None:
        """The link of a visit that is still good; None is to be refused."""
        link = await self.visits.link_of(visit)
        if link is None or link != token_digest(token):
            self.links.note(Refusal.UNKNOWN)
            return None
        opened = await self.links.visited(link)
        if isinstance(opened, Refusal):
            self.links.note(opened)
            return None
        return opened if is_persons(opened.purpose) else None

    async def page(
        self, request: Request, token: str, opened: Opened, *, said: str = "", fault: str = ""
    ) -> Response:
        """Where it stands; `said` thanks for what was just done, `fault` says what was wrong."""
        standing = await self.links.standing(opened.case_id)
        language = self.pages.language(request)
        return self.pages.page(
            "status",
            request,
            status=422 if fault else 200,
            token=_plain(token),
            visit=await self.visits.begin(opened.link),
            standing=standing,
            day=day_in_words(standing.answer_by, language) if standing.answer_by else "",
            received=day_in_words(standing.received, language),
            rights=[(RIGHTS[right][language], state) for right, state in standing.rights],
            letters=[(sent.kind, day_in_words(sent.day, language)) for sent in standing.letters],
            has_copy=holds_copy(opened.purpose),
            said=said,
            fault=fault,
        )

    async def download(self, request: Request, opened: Opened, came: float) -> Response:
        copy = await self.links.copy(opened)
        if isinstance(copy, Refusal):
            return await self.refusing.refuse(request, came)
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


def _plain(token: str) -> str:
    return re.sub(r"[^A-Za-z0-9]", "", token)

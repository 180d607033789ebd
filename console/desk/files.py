"""What somebody sent, handed on as a file: a whole message, what came with it, a document."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from calends.mail.attached import NoSuchFile, attached
from calends.mail.scanner import Scan, scan
from calends.register.models import InboxRow
from calends.rules.vocabulary import SearchState
from calends.vault.blobs import NoSuchBlob
from calends.vault.documents import documents_of, read_document
from calends.vault.keys import KeyDestroyed
from console.desk.casework import Casework, open_case
from console.desk.downloads import download, kind_of, to_keep
from console.desk.errors import error_page
from console.desk.frame import Frame
from console.desk.looks import looked_at
from console.desk.preview import copy_now
from console.who import CaseReader, Decider, User


def routes(frame: Frame) -> APIRouter:
    router = APIRouter(prefix="/desk/case/{reference}")

    async def opened(
        request: Request, user: User, reference: str, what: str
    ) -> Casework | Response:
        """The case, once the look is in its ledger."""
        async with frame.house.register.session() as session:
            work = await open_case(frame, request, session, user, reference)
            if isinstance(work, Casework):
                await looked_at(session, work.case, user, what)
        return work

    @router.get("/messages/{number}.eml")
    async def message(request: Request, user: CaseReader, reference: str, number: int) -> Response:
        """The message exactly as it came."""
        work = await opened(request, user, reference, "message")
        if isinstance(work, Response):
            return work
        raw = await _raw(frame, work, number)
        if raw is None:
            return error_page(frame, request, 404)
        name = f"{work.case.reference}-{number}.eml"
        return await _handed(frame, request, raw, "message/rfc822", name)

    @router.get("/messages/{number}/files/{place}")
    async def file(
        request: Request, user: CaseReader, reference: str, number: int, place: int
    ) -> Response:
        """A file that came with a message: its kind is told by its bytes, never by its sender."""
        work = await opened(request, user, reference, "message")
        if isinstance(work, Response):
            return work
        raw = await _raw(frame, work, number)
        # What the guard could not read has no files: it is not parsed here either.
        if raw is None or (await frame.look(raw)).mail is None:
            return error_page(frame, request, 404)
        try:
            content = await asyncio.to_thread(attached, raw, place)
        except NoSuchFile:
            return error_page(frame, request, 404)
        kind, ending = kind_of(content)
        name = f"{work.case.reference}-{number}-{place}.{ending}"
        return await _handed(frame, request, content, kind, name)

    @router.get("/copy.zip")
    async def copy(request: Request, user: CaseReader, reference: str) -> Response:
        """The copy as the person would get it now: what nobody has read is masked in it."""
        work = await opened(request, user, reference, "copy")
        if isinstance(work, Response):
            return work
        if not any(row.state == SearchState.FOUND for row in work.dossier.searches):
            return error_page(frame, request, 404)
        try:
            pieces = await copy_now(frame.house, work.dossier)
            first = await anext(pieces)
        except KeyDestroyed:
            return error_page(frame, request, 404)
        name = f"{work.case.reference}-copy.zip"
        return StreamingResponse(
            _whole(first, pieces), media_type="application/zip", headers=to_keep(name)
        )

    @router.get("/documents/{name}")
    async def document(request: Request, user: Decider, reference: str, name: str) -> Response:
        """An identity document: only for who decides on it, and only until they have."""
        work = await opened(request, user, reference, "document")
        if isinstance(work, Response):
            return work
        async with frame.house.register.session() as session:
            known = await documents_of(session, work.case.id)
        if name not in known:
            return error_page(frame, request, 404)
        try:
            content = await read_document(frame.house.blobs, work.case.id, name)
        except (KeyDestroyed, NoSuchBlob):
            return error_page(frame, request, 404)
        kind, ending = kind_of(content)
        return await _handed(
            frame, request, content, kind, f"{work.case.reference}-{name}.{ending}"
        )

    return router


async def _handed(frame: Frame, request: Request, content: bytes, kind: str, name: str) -> Response:
    """The file, unless the company's virus scanner says no or, where there is one, nothing."""
    found = await scan(frame.house.settings.clamd, content)
    if found is Scan.CLEAN:
        return download(content, kind, name)
    detail = frame.words(request)[f"scan_{found}"]
    return error_page(frame, request, 451 if found is Scan.INFECTED else 502, detail)


async def _whole(first: bytes, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for piece in pieces:
        yield piece


async def _raw(frame: Frame, work: Casework, number: int) -> bytes | None:
    """The bytes of the message of that number (from 1, the oldest first); None when gone."""
    rows = work.dossier.messages
    if not 1 <= number <= len(rows):
        return None
    try:
        return await frame.house.blobs.read(work.case.id, blob_of(work, rows[number - 1]))
    except (KeyDestroyed, NoSuchBlob):
        return None


def blob_of(work: Casework, row: InboxRow) -> str:
    """The name under which a message is sealed in the case."""
    return "raw" if row.case_id == work.case.id else f"raw:{row.case_id}"

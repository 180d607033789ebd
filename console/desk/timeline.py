"""The timeline of a case in plain words, its evidence, and the way to the engine's own view."""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from calends.accounts.events import note
from calends.evidence.exporting import gather
from calends.evidence.package import write_evidence_file
from calends.evidence.signing import load_signing_key
from calends.problems import Problem
from calends.register.ledger import events
from console.desk.casework import case_page, open_case
from console.desk.downloads import download
from console.desk.errors import error_page
from console.desk.events import sentence
from console.desk.frame import Frame
from console.desk.language import Words
from console.desk.looker import names_of
from console.who import CaseReader, May, Role, User, require_may

Exporter = Annotated[User, Depends(require_may(May.EXPORT_EVIDENCE))]


@dataclass(frozen=True)
class Told:
    """One event as the page tells it."""

    seq: int
    at: datetime
    words: str
    by: str
    kind: str
    day: str
    """ISO date in the controller's zone."""


def routes(frame: Frame) -> APIRouter:
    router = APIRouter(prefix="/desk/case/{reference}")

    @router.get("/timeline")
    async def timeline(request: Request, user: CaseReader, reference: str) -> Response:
        words, dates = frame.words(request), frame.dates(request)
        async with frame.house.register.session() as session:
            work = await open_case(frame, request, session, user, reference)
            if isinstance(work, Response):
                return work
            ledger = [event async for event in events(session, work.case.id)]
            ids = {str(event.facts["by"]) for event in ledger if event.facts.get("by")}
            names = await names_of(session, frame.directory, user, ids)
        told = [
            Told(
                event.seq,
                datetime.fromisoformat(event.at),
                sentence(frame, words, event.kind, event.facts),
                names.get(str(event.facts.get("by", "")), "") or _actor(event.actor, words),
                event.kind,
                dates.local(datetime.fromisoformat(event.at)).isoformat(),
            )
            for event in ledger
        ]
        return case_page(
            frame,
            request,
            work,
            "timeline",
            "timeline",
            told=told,
            may_export=user.may(May.EXPORT_EVIDENCE),
            engine_url=_engine_url(frame, work.case.id) if user.has(Role.ENGINEER) else "",
        )

    @router.get("/evidence")
    async def evidence(request: Request, user: Exporter, reference: str) -> Response:
        """The signed evidence file; it names nobody, and who took it is noted."""
        async with frame.house.register.session() as session:
            work = await open_case(frame, request, session, user, reference)
            if isinstance(work, Response):
                return work
            note(session, "evidence_exported", user_id=user.id, actor=user.id, case=work.case.id)
            await session.commit()
        try:
            content = await _evidence(frame, work.case.id)
        except Problem:
            return error_page(frame, request, 503, frame.words(request)["evidence_not_now"])
        return download(content, "application/octet-stream", f"{work.case.reference}.calends")

    return router


async def _evidence(frame: Frame, case_id: str) -> bytes:
    """Raises Problem when the engine or a key is away."""
    settings = frame.house.settings
    contents = await gather(settings, case_id)
    key = load_signing_key(settings.signing_key_file)

    def written() -> bytes:
        with tempfile.TemporaryDirectory(prefix="calends-evidence-") as folder:
            file = Path(folder) / "case.calends"
            write_evidence_file(file, contents, key)
            return file.read_bytes()

    return await asyncio.to_thread(written)


def _actor(actor: str, words: Words) -> str:
    if actor in ("engine", "person"):
        return words[f"by_{actor}"]
    return words.get(f"role_{actor}", actor)


def _engine_url(frame: Frame, case_id: str) -> str:
    """Of the workflow in the Temporal UI; empty when no UI is set."""
    settings = frame.house.settings
    base = settings.temporal_ui_url.rstrip("/")
    namespace = quote(settings.temporal_namespace, safe="")
    return f"{base}/namespaces/{namespace}/workflows/{quote(case_id, safe='')}" if base else ""

"""The case: the message beside what was understood of it, and what is to be done."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from calends.desk.message import Block, Piece, blocks, marked
from calends.mail.look import Look
from calends.register.models import InboxRow, TaskRow
from calends.vault.blobs import NoSuchBlob
from calends.vault.keys import KeyDestroyed
from console.desk.casework import NOTHING_TYPED, Casework, Typed, case_page, open_case
from console.desk.files import blob_of
from console.desk.frame import Frame
from console.desk.looks import looked_at
from console.desk.strip import why
from console.who import CaseReader, User


@dataclass(frozen=True)
class ShownMessage:
    """A message with its words, and what was understood of them."""

    number: int
    """Among the messages of the case, from 1, the oldest first."""
    row: InboxRow
    look: Look
    subject: list[Piece]
    blocks: list[Block]

    @property
    def gone(self) -> bool:
        return self.look.mail is None


def routes(frame: Frame) -> APIRouter:
    router = APIRouter()

    @router.get("/desk/case/{reference}")
    async def overview(request: Request, user: CaseReader, reference: str) -> Response:
        return await shown(request, user, reference)

    async def again(
        request: Request, user: User, task: TaskRow, *, typed: Typed, status: int
    ) -> Response:
        return await shown(request, user, task.case_id, typed, status)

    async def shown(
        request: Request,
        user: User,
        reference: str,
        typed: Typed = NOTHING_TYPED,
        status: int = 200,
    ) -> Response:
        async with frame.house.register.session() as session:
            work = await open_case(frame, request, session, user, reference)
            if isinstance(work, Response):
                return work
            if work.dossier.messages:
                await looked_at(session, work.case, user, "message")
        messages = [await _shown(frame, work, number, row) for number, row in _in_order(work)]
        words, dates = frame.words(request), frame.dates(request)
        return case_page(
            frame,
            request,
            work,
            "case",
            "request",
            messages=messages,
            why=why(work.case.clock, words, dates),
            typed=typed,
            status=status,
        )

    frame.places["request"] = again
    return router


def _in_order(work: Casework) -> list[tuple[int, InboxRow]]:
    """What the task at hand is about comes first: a new message, else the one that opened."""
    rows = list(enumerate(work.dossier.messages, 1))
    return rows[::-1] if work.dossier.task("read_mail") else rows


async def _shown(frame: Frame, work: Casework, number: int, row: InboxRow) -> ShownMessage | None:
    """None when its content is gone, with its key or before it came here."""
    try:
        raw = await frame.house.blobs.read(work.case.id, blob_of(work, row))
    except (KeyDestroyed, NoSuchBlob):
        return None
    look = await frame.look(raw)
    quotes = [(str(demand.right), demand.quote) for demand in look.reading.demands]
    mail = look.mail
    return ShownMessage(
        number,
        row,
        look,
        subject=list(marked(mail.subject, quotes)) if mail else [],
        blocks=blocks(mail.text, quotes) if mail else [],
    )

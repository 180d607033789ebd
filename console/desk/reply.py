"""The reply exactly as it will go: mail, PDF, what the copy holds, to whom; and what has gone."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from activities.composing import own_words
from calends.letters.html import html_of
from calends.letters.own_words import LONGEST
from calends.letters.pdf import MOST_ADDRESS_LINES, pdf_of
from calends.letters.render import LetterBroken, Rendered
from calends.problems import Problem
from calends.register.models import SearchRow, TaskRow
from calends.rules.vocabulary import Assurance, Language, Right, SearchState
from calends.vault.keys import KeyDestroyed
from console.desk.casework import (
    NOTHING_TYPED,
    Casework,
    Typed,
    case_page,
    open_case,
)
from console.desk.decide import RIGHT_OF
from console.desk.downloads import INERT, download
from console.desk.errors import error_page
from console.desk.frame import Frame
from console.desk.looks import looked_at
from console.desk.naming import letter_title, system_name
from console.desk.own_words import may_write
from console.desk.preview import preview, reply_purpose
from console.desk.sent import paper_letter, sent_letter
from console.who import DECIDES, CaseReader, User

DISCLOSES = ("review_access", "review_portability")
"""Kinds of tasks whose release is given here, under the reply as it will go."""

COMPOSED = (Right.ACCESS, Right.PORTABILITY, Right.ERASURE)
"""Rights whose reply can be composed before it is decided; other letters say what was decided."""


@dataclass(frozen=True)
class InCopy:
    """A data set, or a file, that the copy holds."""

    system: str
    title: str
    count: int
    others: bool


@dataclass(frozen=True)
class Draft:
    """A reply that has not gone."""

    right: Right
    letter: Rendered
    task: TaskRow | None
    own_words: str = ""
    may_write: bool = False


def routes(frame: Frame) -> APIRouter:
    router = APIRouter(prefix="/desk/case/{reference}")

    @router.get("/reply")
    async def reply(request: Request, user: CaseReader, reference: str) -> Response:
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
            await looked_at(session, work.case, user, "reply")
            drafts = await drafts_of(frame, work)
            recipient = ", ".join(await recipient_of(frame, session, work)) or None
        return case_page(
            frame,
            request,
            work,
            "reply",
            "reply",
            status=status,
            typed=typed,
            drafts=drafts,
            drafted={draft.task.id for draft in drafts if draft.task},
            letters=[
                (row, letter_title(frame.house.company, frame.words(request), row.purpose))
                for row in work.dossier.letters
            ],
            recipient=recipient,
            copy=_copy(frame, work, frame.language(request)),
            longest=LONGEST,
            kept=request.query_params.get("kept") == "1",
            release=[task for task in work.tasks if task.row.kind in DISCLOSES],
        )

    @router.get("/reply/{right}.{form}")
    async def draft(
        request: Request, user: CaseReader, reference: str, right: str, form: str
    ) -> Response:
        """The draft as the mail's HTML, or as the PDF that would be posted."""
        async with frame.house.register.session() as session:
            work = await open_case(frame, request, session, user, reference)
            if isinstance(work, Response):
                return work
            await looked_at(session, work.case, user, "reply")
            found = [d for d in await drafts_of(frame, work) if d.right == right]
            address = await recipient_of(frame, session, work) if work.case.by_post else []
        if not found or form not in ("html", "pdf"):
            return error_page(frame, request, 404)
        return await _as(found[0].letter, form, work.case.reference or "", address)

    @router.get("/letters/{number}")
    async def letter(request: Request, user: CaseReader, reference: str, number: int) -> Response:
        """A letter of the outbox: as a page, its HTML (`?as=html`), the mail (`?as=eml`), or what
        goes into the envelope (`?as=pdf`)."""
        async with frame.house.register.session() as session:
            work = await open_case(frame, request, session, user, reference)
            if isinstance(work, Response):
                return work
            await looked_at(session, work.case, user, "letter")
        if not 1 <= number <= len(work.dossier.letters):
            return error_page(frame, request, 404)
        row, wanted = work.dossier.letters[number - 1], request.query_params.get("as")
        sent, paper = await sent_letter(frame, work, row), await paper_letter(frame, work, row)
        if sent is None or (wanted == "pdf" and not paper):
            return error_page(frame, request, 404, frame.words(request)["letter_gone"])
        if wanted == "pdf":
            return download(paper, "application/pdf", f"{work.case.reference}-{number}.pdf")
        if wanted == "html" and sent.html:
            return Response(sent.html, headers=INERT, media_type="text/html")
        if wanted == "eml":
            return download(sent.raw, "message/rfc822", f"{reference}-{number}.eml")
        return case_page(
            frame, request, work, "letter_sent", "reply", sent=sent, has_paper=bool(paper)
        )

    frame.places["reply"] = again
    return router


async def drafts_of(frame: Frame, work: Casework) -> list[Draft]:
    """The replies that are not written yet, as they would go now."""
    case = work.case
    if case.closed_at is not None or case.assurance == Assurance.IA0:
        return []
    tasks = {RIGHT_OF[task.row.kind]: task.row for task in work.tasks if task.row.kind in RIGHT_OF}
    drafts = []
    for demand in list(work.dossier.demands):
        right = Right(demand.right)
        if demand.state != "open" or right not in COMPOSED:
            continue
        if right is not Right.ACCESS and right not in tasks:
            continue  # nothing is found or planned yet
        try:
            letter = await preview(frame.house, work.dossier, right=right)
        except (LetterBroken, ValueError, KeyDestroyed):
            continue
        words = await own_words(frame.house, case.id, reply_purpose(work.dossier, right))
        may = work.user.has(*DECIDES) and may_write(work, right)
        drafts.append(Draft(right, letter, tasks.get(right), words, may))
    return drafts


async def recipient_of(frame: Frame, session: AsyncSession, work: Casework) -> list[str]:
    """Where the reply goes: a mail address, or the lines of an envelope; empty when nowhere."""
    try:
        person = await frame.house.person(session, work.case.id)
    except KeyDestroyed:
        return []
    if work.case.by_post:
        return [line for line in (person.name, *person.postal) if line] if person.postal else []
    return [person.address] if person.address else []


def _copy(frame: Frame, work: Casework, language: Language) -> list[InCopy]:
    """What the copy on the person's page holds, system by system."""
    held: list[InCopy] = []
    for row in work.dossier.searches:
        if row.state == SearchState.FOUND:
            held += _held(frame, row, language)
    return held


def _held(frame: Frame, row: SearchRow, language: Language) -> list[InCopy]:
    name = system_name(frame.house.company, row.system)
    entry = next((s for s in frame.house.company.systems if s.id == row.system), None)
    if entry is None or not entry.declared:
        return [InCopy(name, "", row.count, row.speaks_of_others)]
    declared = frame.house.declared(row.system)
    return [
        InCopy(
            name,
            declared.collection(collection).title(language),
            int(count),
            any(field.third_party for field in declared.collection(collection).fields),
        )
        for collection, count in sorted(row.collections.items())
    ]


async def _as(letter: Rendered, form: str, reference: str, address: list[str]) -> Response:
    if form == "html":
        return Response(html_of(letter), headers=INERT, media_type="text/html")
    try:
        made = await asyncio.to_thread(
            pdf_of, letter, at=datetime.now(UTC), address=address[:MOST_ADDRESS_LINES]
        )
    except Problem:
        return Response("", 503)
    return download(made.content, "application/pdf", f"{reference}.pdf")

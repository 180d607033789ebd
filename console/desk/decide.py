"""Decide: the plan of an erasure record by record, extensions and refusals with their letter."""

from __future__ import annotations

from dataclasses import dataclass, field

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from calends.desk.completing import UPLOAD_LIMIT, Refused
from calends.desk.plan import HeldBack, Planned, Sum, held_back, planned, sums
from calends.letters.render import LetterBroken, Rendered
from calends.register.models import TaskRow
from calends.rules.vocabulary import Language, Right, Verdict
from calends.vault.keys import KeyDestroyed
from console.desk.answering import typed_of
from console.desk.casework import (
    NOTHING_TYPED,
    Casework,
    Typed,
    case_page,
    open_case,
)
from console.desk.errors import error_page
from console.desk.frame import Frame
from console.desk.grounds import FOR_KIND, reason_in_words
from console.desk.looks import looked_at
from console.desk.naming import system_name
from console.desk.preview import preview
from console.desk.tasks import PLACES
from console.uploads import read_form
from console.who import CaseReader, User
from workflows.tasks import TaskKind

GONE = frozenset({Verdict.ERASED, Verdict.ANONYMISED})

RIGHT_OF: dict[str, Right] = {
    TaskKind.REVIEW_ACCESS: Right.ACCESS,
    TaskKind.REVIEW_PORTABILITY: Right.PORTABILITY,
    TaskKind.APPROVE_ERASURE: Right.ERASURE,
    TaskKind.DECIDE_RESTRICTION: Right.RESTRICTION,
    TaskKind.WEIGH_OBJECTION: Right.OBJECTION,
    TaskKind.RECTIFY: Right.RECTIFICATION,
    TaskKind.REVIEW_DECISION: Right.HUMAN_REVIEW,
}
"""Kind of a task -> the right that its answer answers."""


@dataclass(frozen=True)
class DataSet:
    """A data set of the plan: its sums, and the records of it when it is opened."""

    system: str
    system_name: str
    collection: str
    title: str
    sums: list[Sum]
    held_back: list[HeldBack] = field(default_factory=list)
    records: list[Planned] = field(default_factory=list)
    more: bool = False
    page: int = 1

    @property
    def opened(self) -> bool:
        return bool(self.records)


def routes(frame: Frame) -> APIRouter:
    router = APIRouter()

    @router.get("/desk/case/{reference}/decide")
    async def decide(request: Request, user: CaseReader, reference: str) -> Response:
        return await shown(request, user, reference)

    @router.post("/desk/case/{reference}/letter")
    async def letter(request: Request, user: CaseReader, reference: str) -> Response:
        """The letter that an answer would send, as it is being written; nothing is kept."""
        sent = await read_form(request, UPLOAD_LIMIT)
        async with frame.house.register.session() as session:
            work = await open_case(frame, request, session, user, reference)
            if isinstance(work, Response):
                return work
            task = await session.get(TaskRow, sent.get("task"))
            if task is None or task.case_id != work.case.id:
                return error_page(frame, request, 404)
            typed = typed_of(task, sent)
            await looked_at(session, work.case, user, "reply")
        if request.query_params.get("part") == "letter":
            async with frame.house.register.session() as session:
                written = await letter_of(frame, work, task, typed)
            return frame.page(request, user, "_letter", letter=written)
        place = PLACES.get(task.kind, "request")
        if place == "decide":
            return await shown(request, user, reference, typed, written_for=task)
        return await frame.places[place](request, user, task, typed=typed, status=200)

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
        written_for: TaskRow | None = None,
    ) -> Response:
        async with frame.house.register.session() as session:
            work = await open_case(frame, request, session, user, reference)
            if isinstance(work, Response):
                return work
            drafted = any(task.kind == TaskKind.APPROVE_ERASURE for task in work.dossier.tasks)
            if drafted:
                await looked_at(session, work.case, user, "plan")
            written = await letter_of(frame, work, written_for, typed) if written_for else None
        plan = await _plan(frame, request, work) if drafted else []
        return case_page(
            frame,
            request,
            work,
            "decide",
            "decide",
            status=status,
            typed=typed,
            plan=plan,
            drafted=drafted,
            grounds=FOR_KIND,
            letter=written,
            letter_for=written_for.id if written_for else "",
        )

    frame.places["decide"] = again
    return router


async def letter_of(frame: Frame, work: Casework, task: TaskRow, typed: Typed) -> Rendered | None:
    """The letter that this answer would send; None when it sends none, or cannot be said yet."""
    reason = reason_in_words(typed.ground, typed.reason, work.case.language)
    right = RIGHT_OF.get(task.kind)
    try:
        if task.kind == TaskKind.EXTENSION and typed.outcome == "extend":
            return await preview(
                frame.house, work.dossier, right=None, form="extension", refused=reason
            )
        if typed.outcome == "refuse" and right is not None:
            return await preview(frame.house, work.dossier, right=right, refused=reason or "…")
        if typed.outcome in ("release", "approve", "approve_all") and right is not None:
            return await preview(frame.house, work.dossier, right=right)
    except (LetterBroken, ValueError, KeyDestroyed, Refused):
        return None
    return None


async def _plan(frame: Frame, request: Request, work: Casework) -> list[DataSet]:
    """The data sets of the plan; the one that the query names with its records."""
    wanted = request.query_params.get("set", "")
    number = request.query_params.get("page", "1")
    page = max(1, min(int(number), 10_000)) if number.isascii() and number.isdecimal() else 1
    blobs, case_id, language = frame.house.blobs, work.case.id, frame.language(request)
    sets: list[DataSet] = []
    for row in work.dossier.searches:
        try:
            all_sums = await sums(blobs, case_id, row.system)
            refused = await held_back(blobs, case_id, row.system)
        except KeyDestroyed:
            return []
        for collection in sorted({each.collection for each in all_sums}):
            own = [each for each in all_sums if each.collection == collection]
            records: list[Planned] = []
            more = False
            if wanted == collection:
                records, more = await planned(blobs, case_id, row.system, collection, page=page)
            sets.append(
                DataSet(
                    row.system,
                    system_name(frame.house.company, row.system),
                    collection,
                    _title(frame, row.system, collection, language),
                    own,
                    [each for each in refused if each.collection == collection],
                    records,
                    more,
                    page,
                )
            )
    return sets


def _title(frame: Frame, system: str, collection: str, language: Language) -> str:
    return frame.house.declared(system).collection(collection).title(language)

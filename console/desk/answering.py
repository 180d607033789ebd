"""Answering a task: decided, confirmed by a second person, taken back; every refusal is told."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from calends.desk.completing import UPLOAD_LIMIT, Answer, Refused, Unanswered
from calends.desk.deciding import DISCLOSURE, SamePerson, TooLate, act_of
from calends.desk.reviewing import keep_masked
from calends.problems import Problem
from calends.register.cases import instant_for
from calends.register.desk_rows import DecisionRow
from calends.register.ledger import append_event
from calends.register.models import CaseRow, TaskRow
from calends.rules.vocabulary import Right
from console.desk.casework import Typed, may_confirm, may_take_back
from console.desk.errors import error_page
from console.desk.frame import Frame
from console.desk.grounds import EXTENSION, reason_in_words
from console.desk.looker import names_of
from console.desk.tasks import PLACES, Doer, back_to, place_of, task_for
from console.uploads import Sent, read_form
from console.who import DECIDES, SEES_CASES, NotAllowed, Role, User, require
from workflows.tasks import TAKES_UPLOAD, WANTS, WANTS_RIGHTS, TaskKind

Eyes = Annotated[User, Depends(require(*DECIDES, Role.APPROVER))]

LONGEST_REASON = 10_000
LONGEST_DETAIL = 2_000
MISSING = (
    "ReasonMissing",
    "RightsMissing",
    "UploadMissing",
    "DetailMissing",
    "DayUnfit",
    "RecipientMissing",
    "UnfitOutcome",
    "too_long",
)
"""Refusals that the reader mends in the form itself; all others mean that the world moved on."""


def routes(frame: Frame) -> APIRouter:
    router = APIRouter()

    @router.post("/desk/task/{task_id}/answer")
    async def answer(request: Request, user: Doer, task_id: str) -> Response:
        async with frame.house.register.session() as session:
            try:
                task = await task_for(session, user, task_id)
            except Problem:
                return error_page(frame, request, 404)
            case = await session.get_one(CaseRow, task.case_id)
        sent = await read_form(request, UPLOAD_LIMIT)
        typed, upload = typed_of(task, sent), sent.file or None
        confirmed = sent.get("recipient") == "1"
        try:
            if act_of(task.kind, typed.outcome) == DISCLOSURE and not confirmed:
                raise Refused("RecipientMissing", "the recipient is not confirmed")
            given = _answer(user, case, task, typed, upload)
            if act_of(task.kind, typed.outcome) == DISCLOSURE:
                await _begin_review(user, case)
            await frame.deciding.decide(user.id, task, given)
        except (Refused, Unanswered) as refused:
            return await _again(request, user, task, typed, refused)
        return back_to(_after(user, case, task, typed.outcome))

    @router.post("/desk/decision/{decision_id}/confirm")
    async def confirm(request: Request, user: Eyes, decision_id: str) -> Response:
        decision, task, case = await _decision(decision_id)
        if decision is None or task is None or case is None:
            return error_page(frame, request, 404)
        words = frame.words(request)
        if not may_confirm(user, decision) and decision.state == "proposed":
            return error_page(frame, request, 403, words["same_person"])
        try:
            await frame.deciding.confirm(user.id, role_of(user), decision_id)
        except SamePerson:
            return error_page(frame, request, 403, words["same_person"])
        except TooLate:
            return error_page(frame, request, 409, words["decision_over"])
        except (Refused, Unanswered) as refused:
            return await _again(request, user, task, Typed(task.id), refused)
        return back_to(place_of(case, task, decided=True))

    @router.post("/desk/decision/{decision_id}/take-back")
    async def take_back(request: Request, user: Eyes, decision_id: str) -> Response:
        decision, task, case = await _decision(decision_id)
        if decision is None or task is None or case is None:
            return error_page(frame, request, 404)
        if not may_take_back(user, decision):
            raise NotAllowed
        try:
            await frame.deciding.take_back(user.id, role_of(user), decision_id)
        except TooLate:
            return error_page(frame, request, 409, frame.words(request)["too_late"])
        return back_to(place_of(case, task))

    async def _begin_review(user: User, case: CaseRow) -> None:
        async with frame.house.register.session() as session:
            if await keep_masked(frame.house, session, case.id):
                await append_event(
                    session,
                    case.id,
                    once="review_decided:1",
                    kind="review_decided",
                    at=await instant_for(session, case),
                    activity="",
                    actor=role_of(user),
                    facts={"version": 1, "parts": 0, "by": user.id},
                )
                await session.commit()

    async def _decision(
        decision_id: str,
    ) -> tuple[DecisionRow | None, TaskRow | None, CaseRow | None]:
        async with frame.house.register.session() as session:
            decision = await session.get(DecisionRow, decision_id)
            if decision is None:
                return None, None, None
            task = await session.get_one(TaskRow, decision.task_id)
            return decision, task, await session.get_one(CaseRow, decision.case_id)

    async def _again(
        request: Request, user: User, task: TaskRow, typed: Typed, refused: Refused | Unanswered
    ) -> Response:
        """The page where it was answered, with what was typed and why it was not taken."""
        problem = await _told(request, user, task, refused)
        status = 422 if refused.code in MISSING else 503 if refused.code == "no_answer" else 409
        shown = replace(typed, problem=problem)
        place = PLACES.get(task.kind, "request") if user.has(*SEES_CASES) else "alone"
        if act_of(task.kind, typed.outcome) == DISCLOSURE:
            place = "reply"
        return await frame.places[place](request, user, task, typed=shown, status=status)

    async def _told(
        request: Request, user: User, task: TaskRow, refused: Refused | Unanswered
    ) -> str:
        words = frame.words(request)
        what = words.get(f"done_{getattr(refused, 'what', '')}", "")
        if refused.code != "decided":
            text = words.get(f"refused_{refused.code}", words["refused_refused"])
            return text.format(what=what)
        async with frame.house.register.session() as session:
            standing = await frame.deciding.standing(session, task.id)
            who = standing.proposed_by if standing else ""
            names = await names_of(session, frame.directory, user, {who} - {""})
        return words("refused_decided", name=names.get(who, words["somebody"]), what=what)

    return router


def role_of(user: User) -> str:
    """The role under which an act is told: the first in the order of the vocabulary."""
    return next(str(role) for role in Role if role in user.roles)


def typed_of(task: TaskRow, form: Sent) -> Typed:
    def text(name: str) -> str:
        return form.get(name).replace("\r\n", "\n").strip()

    outcome = text("outcome")
    rights = set(form.every.get(f"rights-{outcome}", []))
    return Typed(
        task_id=task.id,
        outcome=outcome,
        ground=text("ground"),
        reason=text("reason"),
        rights=frozenset(rights & set(Right)),
        details={
            name: text(f"detail-{outcome}-{name}")[:LONGEST_DETAIL]
            for name in _wanted(task, outcome)
        },
    )


def _wanted(task: TaskRow, outcome: str) -> tuple[str, ...]:
    return WANTS.get((TaskKind(task.kind), outcome), ()) if task.kind in set(TaskKind) else ()


def _answer(user: User, case: CaseRow, task: TaskRow, typed: Typed, upload: bytes | None) -> Answer:
    reason = reason_in_words(typed.ground, typed.reason, case.language)
    if len(reason) > LONGEST_REASON or "\0" in reason:
        raise Refused("too_long", "the reason is too long")
    if upload is not None and len(upload) > UPLOAD_LIMIT:
        raise Refused("too_long", "the file is too large")
    said = (TaskKind(task.kind), typed.outcome)
    rights = [Right(right) for right in sorted(typed.rights)] if said in WANTS_RIGHTS else []
    kept = upload if said in TAKES_UPLOAD else None
    details = dict(typed.details)
    if said == (TaskKind.EXTENSION, "extend") and typed.ground in EXTENSION:
        details["ground"] = typed.ground  # GDPR 12(3) knows two; the case checks it
    return Answer(typed.outcome, reason, rights, role_of(user), kept, details)


def _after(user: User, case: CaseRow, task: TaskRow, outcome: str) -> str:
    given = act_of(task.kind, outcome) == DISCLOSURE
    return place_of(case, task, decided=given) if user.has(*SEES_CASES) else "/desk"

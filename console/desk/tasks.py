"""Who does a task: taken, given to a colleague, given back; and where it is done."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from calends.desk.queue import NotFree, TaskOver, find_task, hand_to
from calends.problems import Problem
from calends.register.account_rows import UserRow
from calends.register.models import CaseRow, TaskRow
from console.desk.errors import error_page
from console.desk.frame import Frame
from console.desk.looker import names_of
from console.who import DECIDES, SEES_CASES, NotAllowed, Role, User, require
from workflows.tasks import TaskKind

Doer = Annotated[User, Depends(require(*DECIDES, Role.SYSTEM_OWNER))]
Reader = Annotated[User, Depends(require(*SEES_CASES, Role.SYSTEM_OWNER))]
Field = Annotated[str, Form()]

PLACES: dict[str, str] = {
    TaskKind.VERIFY_IDENTITY: "identity",
    TaskKind.CHECK_DOCUMENT: "identity",
    TaskKind.RESOLVE_HOMONYM: "identity",
    TaskKind.APPROVE_PAUSE: "identity",
    TaskKind.SEARCH_BY_HAND: "data",
    TaskKind.MEND_SYSTEM: "data",
    TaskKind.REVIEW_ACCESS: "review",
    TaskKind.REVIEW_PORTABILITY: "review",
    TaskKind.REVIEW_DECISION: "decide",
    TaskKind.DECIDE_RESTRICTION: "decide",
    TaskKind.LIFT_RESTRICTION: "decide",
    TaskKind.WEIGH_OBJECTION: "decide",
    TaskKind.RECTIFY: "decide",
    TaskKind.APPROVE_ERASURE: "decide",
    TaskKind.EXTENSION: "decide",
    TaskKind.TELL_RECIPIENTS: "reply",
    TaskKind.CHASE_RECIPIENT: "reply",
    TaskKind.MEND_DELIVERY: "reply",
    TaskKind.POST_LETTER: "reply",
}
"""Kind of a task -> the page of the case where it is done; all others on the first page."""

ACTIVE = ("invited", "active")
"""Accounts to whom a task may be given."""


def may_do(user: User, task: TaskRow) -> bool:
    """Who decides may do every task; a system's owner the searches of that system."""
    if user.has(*DECIDES):
        return True
    own = task.role == Role.SYSTEM_OWNER and task.system in user.systems
    return user.has(Role.SYSTEM_OWNER) and own


async def task_for(
    session: AsyncSession, user: User, task_id: str, *, lock: bool = False
) -> TaskRow:
    """The task, when it is this user's to do. Raises Problem when there is none, NotAllowed."""
    task = await find_task(session, task_id, lock=lock)
    if not may_do(user, task):
        raise NotAllowed
    return task


def _fit(colleague: UserRow, task: TaskRow) -> bool:
    """Whether the task would be theirs to do: given to anybody else it would be lost."""
    roles = frozenset(Role(role) for role in colleague.roles)
    return may_do(User(colleague.id, "", roles, frozenset(colleague.systems)), task)


def back_to(path: str) -> Response:
    """Only ever to a page of the desk: the form's field is not trusted."""
    safe = path.startswith("/desk") and "//" not in path and "\\" not in path and path.isprintable()
    return RedirectResponse(path if safe else "/desk", 303)


def routes(frame: Frame) -> APIRouter:
    router = APIRouter(prefix="/desk/task/{task_id}")

    @router.get("")
    async def place(request: Request, user: Reader, task_id: str) -> Response:
        """Where the task is done: a page of its case; alone for who does not see cases."""
        async with frame.house.register.session() as session:
            try:
                task = await find_task(session, task_id)
            except Problem:
                return error_page(frame, request, 404)
            case = await session.get_one(CaseRow, task.case_id)
            standing = await frame.deciding.standing(session, task.id)
        if user.has(*SEES_CASES):
            return RedirectResponse(place_of(case, task, decided=standing is not None), 303)
        if not may_do(user, task):
            raise NotAllowed
        return await frame.places["alone"](request, user, task)

    @router.post("/take")
    async def take(
        request: Request, user: Doer, task_id: str, back: Field = "/desk", force: Field = ""
    ) -> Response:
        return await _hand(request, user, task_id, user.id, back, force=force == "1")

    @router.post("/give-back")
    async def give_back(
        request: Request, user: Doer, task_id: str, back: Field = "/desk"
    ) -> Response:
        return await _hand(request, user, task_id, None, back, force=True)

    @router.post("/assign")
    async def assign(
        request: Request, user: Doer, task_id: str, to: Field, back: Field = "/desk"
    ) -> Response:
        if not user.has(*DECIDES):
            raise NotAllowed
        async with frame.house.register.session() as session:
            colleague = await session.get(UserRow, to)
            task = await session.get(TaskRow, task_id)
        if task is None:
            return error_page(frame, request, 404)
        if colleague is None or colleague.state not in ACTIVE or not _fit(colleague, task):
            return error_page(frame, request, 422, frame.words(request)["no_such_colleague"])
        return await _hand(request, user, task_id, to, back, force=True)

    async def _hand(
        request: Request, user: User, task_id: str, to: str | None, back: str, *, force: bool
    ) -> Response:
        words = frame.words(request)
        async with frame.house.register.session() as session:
            try:
                task = await task_for(session, user, task_id, lock=True)
                await hand_to(session, task, to, force=force, by=user.id)
                await session.commit()
            except NotFree as taken:
                names = await names_of(session, frame.directory, user, {taken.holder})
                return error_page(frame, request, 409, words("not_free", name=names[taken.holder]))
            except TaskOver as over:
                what = words.get(f"done_{over.outcome}", words["no_longer_needed"])
                return error_page(frame, request, 409, words("task_over", what=what))
            except Problem:
                return error_page(frame, request, 404)
        return back_to(back)

    return router


def place_of(case: CaseRow, task: TaskRow, *, decided: bool = False) -> str:
    """The address of the card of a task, on the page of its case where it is done. A release is
    given, and confirmed once it is `decided`, under the reply as it will go."""
    place = PLACES.get(task.kind, "")
    if decided and place == "review":
        place = "reply"
    page = f"/desk/case/{case.reference}" + (f"/{place}" if place else "")
    return f"{page}#{task.id}"

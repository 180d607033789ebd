"""My desk: who stands in for me while I am away, and whether single keys do something."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from calends.accounts.absence import absences, come_back, go_away
from calends.problems import Problem
from console.desk.forms import fields
from console.desk.frame import SINGLE_KEYS, Frame, keep
from console.who import SEES_CASES, Role, User, require

Colleague = Annotated[User, Depends(require(*SEES_CASES, Role.SYSTEM_OWNER))]


def routes(frame: Frame) -> APIRouter:
    router = APIRouter(prefix="/desk/mine")

    @router.get("")
    async def mine(request: Request, user: Colleague) -> Response:
        return await shown(request, user, {})

    @router.post("/away")
    async def away(request: Request, user: Colleague) -> Response:
        typed = await fields(request)
        first, last = _day(typed.get("first")), _day(typed.get("last"))
        async with frame.house.register.session() as session:
            able = {colleague for colleague, _ in await _deputies(user)}
            try:
                if first is None or last is None or typed.get("deputy") not in able:
                    raise Problem("not two days and a colleague")
                await go_away(session, user.id, first, last, typed["deputy"])
            except Problem:
                return await shown(request, user, typed)
            await session.commit()
        return RedirectResponse("/desk/mine", 303)

    @router.post("/back")
    async def back(request: Request, user: Colleague) -> Response:
        first = _day((await fields(request)).get("first"))
        if first is not None:
            async with frame.house.register.session() as session:
                await come_back(session, user.id, first)
                await session.commit()
        return RedirectResponse("/desk/mine", 303)

    @router.post("/keys")
    async def keys(request: Request, user: Colleague) -> Response:
        chosen = (await fields(request)).get("keys")
        response = RedirectResponse("/desk/mine", 303)
        if chosen in ("on", "off"):
            keep(response, SINGLE_KEYS, chosen, secure=request.url.scheme == "https")
        return response

    async def shown(request: Request, user: User, typed: dict[str, str]) -> Response:
        today = frame.dates(request).today
        deputies = await _deputies(user)
        async with frame.house.register.session() as session:
            rows = await absences(session, [user.id], today)
        return frame.page(
            request,
            user,
            "mine",
            here="mine",
            status=422 if typed else 200,
            absences=rows,
            deputies=deputies,
            names=dict(deputies),
            typed={name: typed.get(name, "") for name in ("first", "last", "deputy")},
            bad=bool(typed),
        )

    async def _deputies(user: User) -> list[tuple[str, str]]:
        """Colleagues who may do what this one does."""
        async with frame.house.register.session() as session:
            accounts = await frame.directory.accounts(session)
        return [
            (account.user.id, account.profile.name)
            for account in accounts
            if account.state == "active"
            and account.user.id != user.id
            and (user.roles <= account.user.roles or account.user.has(Role.DPO, Role.DEPUTY))
        ]

    return router


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None

"""Search: what is looked for comes as a POST, so that no name stands in an address or a log."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from calends.accounts.events import note
from calends.desk.finding import MAX_QUERY, find
from console.desk.forms import fields
from console.desk.frame import Frame
from console.who import CaseReader


def routes(frame: Frame) -> APIRouter:
    router = APIRouter()

    @router.get("/desk/search")
    async def ask(request: Request, user: CaseReader) -> Response:
        return frame.page(request, user, "search", here="search", q="", found=None)

    @router.post("/desk/search")
    async def search(request: Request, user: CaseReader) -> Response:
        wanted = (await fields(request)).get("q", "").strip()[:MAX_QUERY]
        if not wanted:
            return RedirectResponse("/desk/search", 303)
        async with frame.house.register.session() as session:
            found = await find(session, frame.house.keyring, wanted)
            # Whom somebody looked for is kept nowhere; that they did, and how, is.
            note(session, "searched", user_id=user.id, actor=user.id, how=found.how)
            await session.commit()
        if found.how == "reference" and len(found.cases) == 1:
            return RedirectResponse(f"/desk/case/{found.cases[0].reference}", 303)
        return frame.page(request, user, "search", here="search", q=wanted, found=found)

    return router

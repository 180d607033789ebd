"""Today: what waits, for whom, until when."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from console.desk.frame import Frame
from console.who import SEES_CASES, Role, User, require

Reader = Annotated[User, Depends(require(*SEES_CASES, Role.SYSTEM_OWNER))]


def routes(frame: Frame) -> APIRouter:
    router = APIRouter()

    @router.get("/desk")
    async def today(request: Request, user: Reader) -> Response:
        return frame.page(request, user, "today", here="today")

    return router

"""The web application: the person's page and the desk, made once per process."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.staticfiles import StaticFiles
from temporalio.client import Client
from temporalio.service import RPCError

from activities.house import House
from console.api.callbacks import Callbacks
from console.api.door import is_api, problem
from console.api.registers import Registers
from console.cases import Cases
from console.desk import codec
from console.desk.errors import error_page, is_desk
from console.desk.frame import Frame
from console.desk.mount import mount_desk
from console.feed import Feed
from console.guard import Guard
from console.pages import STATIC, Pages
from console.person import PersonPage

log = logging.getLogger("calends.page")

HEALTH_SECONDS = 3.0


def create_app(house: House, client: Client) -> FastAPI:
    """The application. It opens and closes nothing: who made `house` closes it."""
    app = FastAPI(
        title="Calends", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False
    )
    pages = Pages(house.company)
    health = Health(house, client)
    cases = Cases(client)
    app.include_router(PersonPage(house, cases, pages).routes())
    app.include_router(Callbacks(house, cases).routes())
    app.include_router(Feed(house, pages).routes())
    app.include_router(Registers(house).routes())
    app.add_api_route("/health", health.answer, methods=["GET", "HEAD"])
    app.mount("/static", StaticFiles(directory=STATIC))
    frame = mount_desk(app, house, client)

    @app.api_route("/", methods=["GET", "HEAD"])
    async def home(request: Request) -> Response:
        return pages.plain("home", request, 200)

    async def refuse(request: Request, status: int) -> Response:
        log.warning("page refused: status %d before any route", status)
        if is_api(request):
            return problem(status, "too large" if status == 413 else "too slow")
        if is_desk(request):
            return error_page(frame, request, status)
        return pages.plain("unsafe", request, status)

    _tell_errors(app, pages, frame)
    others = {codec.PATH: codec.ui_origin(house.settings.temporal_ui_url)}
    https = house.settings.public_url.startswith("https://")
    app.add_middleware(Guard, refuse=refuse, others=others, https=https)
    return app


def _tell_errors(app: FastAPI, pages: Pages, frame: Frame) -> None:
    """Errors become pages. Of a server that is away the log has the class only: drivers quote
    values. A defect of ours is logged by uvicorn, with its traceback."""

    def plain(name: str, request: Request, status: int) -> Response:
        if is_api(request):
            return problem(status, "later" if status >= 500 else "no such address")
        desk = is_desk(request)
        return error_page(frame, request, status) if desk else pages.plain(name, request, status)

    @app.exception_handler(HTTPException)
    async def no_such_page(request: Request, error: HTTPException) -> Response:
        if is_api(request):
            return problem(error.status_code, error.detail, error.headers)
        shown = plain("lost", request, error.status_code)
        shown.headers.update(error.headers or {})
        return shown

    @app.exception_handler(SQLAlchemyError)
    @app.exception_handler(OSError)
    async def register_away(request: Request, error: Exception) -> Response:
        if _is_unfit(error):
            return plain("lost", request, 404)
        log.error("register away: %s", type(error).__name__)
        return plain("later", request, 503)

    @app.exception_handler(Exception)
    async def defect(request: Request, error: Exception) -> Response:
        return plain("later", request, 500)


def _is_unfit(error: Exception) -> bool:
    """Whether the register could not take a value (SQLSTATE class 22), as with a NUL in an
    address: such a thing exists nowhere."""
    state = getattr(getattr(error, "orig", None), "sqlstate", "") or ""
    return isinstance(error, DBAPIError) and str(state).startswith("22")


class Health:
    """Whether the two servers that the page needs answer."""

    def __init__(self, house: House, client: Client) -> None:
        self._house, self._client = house, client

    async def answer(self) -> Response:
        """200 when both answer, else 503; the body says which one does not."""
        register, temporal = await asyncio.gather(self._register(), self._temporal())
        found = {"register": register, "temporal": temporal}
        good = all(state == "ok" for state in found.values())
        return JSONResponse(found, 200 if good else 503)

    async def _register(self) -> str:
        try:
            async with asyncio.timeout(HEALTH_SECONDS), self._house.register.session() as session:
                await session.execute(text("SELECT 1"))
        except (SQLAlchemyError, OSError):  # TimeoutError is an OSError
            return "away"
        return "ok"

    async def _temporal(self) -> str:
        try:
            good = await self._client.service_client.check_health(
                timeout=timedelta(seconds=HEALTH_SECONDS)
            )
        except (RPCError, RuntimeError):  # RuntimeError: the client's own, while not connected
            return "away"
        return "ok" if good else "away"

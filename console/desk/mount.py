"""The desk joined to the web application: its pages, its static files, its errors."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope
from temporalio.client import Client

from activities.house import House
from console.desk.errors import error_page
from console.desk.frame import STATIC, Frame
from console.desk.places import PAGES, menu_for
from console.desk.sign_in import inside, sign_in_page
from console.entry import Entry
from console.who import NotAllowed, NotFresh, NotSignedIn, entry_of


class _Static(StaticFiles):
    """Files whose address changes with their content: nothing personal, so they may be kept."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        if response.status_code == 200:
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


def mount_desk(app: FastAPI, house: House, client: Client) -> Frame:
    """Adds the desk to the application and returns how its pages are drawn."""
    app.state.entry = Entry(house)
    frame = Frame(house, client, menu_for)
    app.state.deciding = frame.deciding
    app.mount("/desk/static", _Static(directory=STATIC))
    for routes in PAGES:
        app.include_router(routes(frame))

    @app.exception_handler(NotSignedIn)
    async def not_signed_in(request: Request, error: Exception) -> Response:
        wanted = request.url.path if request.method == "GET" else ""
        return sign_in_page(frame, request, status=401, next_page=wanted)

    @app.exception_handler(NotAllowed)
    async def not_allowed(request: Request, error: Exception) -> Response:
        await entry_of(request).note_refused(request)
        return error_page(frame, request, 403)

    @app.exception_handler(NotFresh)
    async def not_fresh(request: Request, error: Exception) -> Response:
        wanted = request.url.path if request.method == "GET" else "/desk/account"
        return RedirectResponse(f"/desk/account/confirm?next={inside(wanted)}", 303)

    @app.exception_handler(RequestValidationError)
    async def not_understood(request: Request, error: Exception) -> Response:
        return error_page(frame, request, 422)

    return frame

"""Signing in: password, second factor, provider. All refusals: the same page at the same time."""

from __future__ import annotations

import asyncio
import re
import time

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from calends.accounts.entering import Step
from calends.accounts.provider import ProviderRefused
from calends.accounts.sessions import Live, Stage
from console.desk.forms import fields
from console.desk.frame import Frame
from console.desk.passkey import wish_to_check
from console.entry import PROVIDER_BACK, Entry
from console.who import NotSignedIn, entry_of

REFUSED_SECONDS = 1.0
"""Every refusal is told this long after the request came, so that its time tells nothing."""

_INSIDE = re.compile(r"/desk(?:/[A-Za-z0-9][A-Za-z0-9_.~-]*)*")


def routes(frame: Frame) -> APIRouter:
    pages, router = SignIn(frame), APIRouter(prefix="/desk")
    router.add_api_route("/sign-in", pages.ask, methods=["GET"])
    router.add_api_route("/sign-in", pages.password, methods=["POST"])
    router.add_api_route("/sign-in/code", pages.ask_code, methods=["GET"])
    router.add_api_route("/sign-in/code", pages.code, methods=["POST"])
    router.add_api_route("/sign-in/provider", pages.to_provider, methods=["POST"])
    router.add_api_route(PROVIDER_BACK.removeprefix("/desk"), pages.back, methods=["GET"])
    router.add_api_route("/sign-out", pages.sign_out, methods=["POST"])
    return router


class SignIn:
    def __init__(self, frame: Frame) -> None:
        self.frame = frame

    async def ask(self, request: Request) -> Response:
        live = await entry_of(request).live(request)
        if live is not None and live.stage is Stage.FULL:
            wanted = inside(request.query_params.get("next", ""))
            return RedirectResponse(self.frame.first_page(live.user, wanted), 303)
        return sign_in_page(self.frame, request, next_page=request.query_params.get("next", ""))

    async def password(self, request: Request) -> Response:
        came, entry, typed = time.monotonic(), entry_of(request), await fields(request)
        place, next_page = entry.place(request), typed.get("next", "")
        if not entry.limiter.allows(place):
            return too_often(self.frame, request)
        step = await entry.door.password(typed.get("name", ""), typed.get("password", ""), place)
        if step is None:
            await wait_until(came + REFUSED_SECONDS)
            return sign_in_page(self.frame, request, refused=True, status=401, next_page=next_page)
        onward = "/desk/sign-in/code" if step.stage is Stage.SECOND_FACTOR else "/desk/enrol"
        return _onward(request, entry, step, f"{onward}?next={inside(next_page)}")

    async def ask_code(self, request: Request) -> Response:
        return await self._code_page(request, await _half_way(request), status=200)

    async def code(self, request: Request) -> Response:
        came, entry, typed = time.monotonic(), entry_of(request), await fields(request)
        live = await _half_way(request)
        if not entry.limiter.allows(entry.place(request)):
            return too_often(self.frame, request)
        if typed.get("passkey"):
            step = await entry.door.passkey(live, typed["passkey"])
        else:
            step = await entry.door.code(live, typed.get("code", ""))
        if step is None:
            await wait_until(came + REFUSED_SECONDS)
            still = await entry.door.sessions.find(entry.cookie.read(request))
            if still is None:
                return sign_in_page(self.frame, request, refused=True, status=401)
            return await self._code_page(request, still, status=401)
        wanted = inside(typed.get("next", ""))
        return _onward(request, entry, step, self.frame.first_page(live.user, wanted))

    async def _code_page(self, request: Request, live: Live, status: int) -> Response:
        assert live.user is not None
        return self.frame.page(
            request,
            None,
            "sign_in_code",
            status=status,
            refused=status == 401,
            next_page=inside(request.query_params.get("next", "")),
            passkey=await wish_to_check(entry_of(request).door, live),
        )

    async def to_provider(self, request: Request) -> Response:
        """By a page with a link and a refresh: the policy lets no form lead elsewhere."""
        entry, typed = entry_of(request), await fields(request)
        if entry.by_provider is None:
            raise NotSignedIn
        if not entry.limiter.allows(entry.place(request)):
            return too_often(self.frame, request)
        try:
            url, step = await entry.by_provider.begin(typed.get("invitation", ""))
        except ProviderRefused:
            return sign_in_page(self.frame, request, refused=True, status=503)
        page = self.frame.page(request, None, "to_provider", url=url, provider=entry.provider_name)
        return entry.let_in(request, page, step)

    async def back(self, request: Request) -> Response:
        entry = entry_of(request)
        live = await entry.live(request)
        if entry.by_provider is None or live is None:
            return sign_in_page(self.frame, request, refused=True, status=401)
        step = await entry.by_provider.finish(live, dict(request.query_params))
        if step is None:
            return sign_in_page(self.frame, request, refused=True, status=401)
        inside_now = await entry.door.sessions.find(step.token)
        first = self.frame.first_page(inside_now.user if inside_now else None)
        return _onward(request, entry, step, first)

    async def sign_out(self, request: Request) -> Response:
        entry = entry_of(request)
        live = await entry.live(request)
        if live is not None:
            async with entry.door.register.session() as session:
                await entry.door.sessions.end(session, live.digest)
                await session.commit()
        response = RedirectResponse("/desk/sign-in", 303)
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
        entry.cookie.clear(response)
        return response


def sign_in_page(
    frame: Frame,
    request: Request,
    *,
    refused: bool = False,
    status: int = 200,
    next_page: str = "",
) -> Response:
    entry = entry_of(request)
    return frame.page(
        request,
        None,
        "sign_in",
        status=status,
        refused=refused,
        next_page=inside(next_page),
        possible=entry.cookie.works,
        provider=entry.provider_name if entry.by_provider else "",
    )


def too_often(frame: Frame, request: Request) -> Response:
    from console.desk.errors import error_page

    slower = error_page(frame, request, 429)
    slower.headers["Retry-After"] = "600"
    return slower


def inside(path: str) -> str:
    """A page of the desk to go on to; anything else is the desk's first page."""
    return path if _INSIDE.fullmatch(path) and "/sign-" not in path else "/desk"


async def wait_until(moment: float) -> None:
    await asyncio.sleep(max(0.0, moment - time.monotonic()))


async def _half_way(request: Request) -> Live:
    """The session of somebody whose password was right. Raises NotSignedIn."""
    live = await entry_of(request).live(request)
    if live is None or live.user is None or live.stage is not Stage.SECOND_FACTOR:
        raise NotSignedIn
    return live


def _onward(request: Request, entry: Entry, step: Step, path: str) -> Response:
    return entry.let_in(request, RedirectResponse(path, 303), step)

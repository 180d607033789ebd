"""Set-up link, then a second factor, then recovery codes: how a colleague comes to be let in."""

from __future__ import annotations

import time
from base64 import b64decode

from fastapi import APIRouter
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from calends.accounts.second_factor import new_secret, provisioning_uri, qr_svg
from calends.accounts.sessions import Live, Stage
from calends.problems import Problem
from console.desk.forms import fields
from console.desk.frame import Frame
from console.desk.passkey import wish_to_add
from console.desk.sign_in import REFUSED_SECONDS, too_often, wait_until
from console.who import NotFresh, NotSignedIn, entry_of


def routes(frame: Frame) -> APIRouter:
    pages, router = Enrol(frame), APIRouter(prefix="/desk")
    router.add_api_route("/set-up/{token}", pages.ask_password, methods=["GET", "HEAD"])
    router.add_api_route("/set-up/{token}", pages.password, methods=["POST"])
    router.add_api_route("/enrol", pages.ask_factor, methods=["GET"])
    router.add_api_route("/enrol", pages.factor, methods=["POST"])
    return router


class Enrol:
    def __init__(self, frame: Frame) -> None:
        self.frame = frame

    async def ask_password(self, request: Request, token: str) -> Response:
        """The same page for every link: whatever opens it first uses nothing up."""
        return self._password_page(request, token)

    async def password(self, request: Request, token: str) -> Response:
        came, entry, typed = time.monotonic(), entry_of(request), await fields(request)
        if not entry.limiter.allows(entry.place(request)):
            return too_often(self.frame, request)
        password = typed.get("password", "")
        if password != typed.get("again", ""):
            return self._password_page(request, token, fault="set_up_differ")
        try:
            step = await entry.door.set_up(token, password)
        except Problem:
            return self._password_page(request, token, fault="set_up_unfit")
        if step is None:
            await wait_until(came + REFUSED_SECONDS)
            return self._password_page(request, token, fault="set_up_void", status=410)
        onward = "/desk/sign-in/code" if step.stage is Stage.SECOND_FACTOR else "/desk/enrol"
        return entry.let_in(request, RedirectResponse(onward, 303), step)

    def _password_page(
        self, request: Request, token: str, fault: str = "", status: int = 0
    ) -> Response:
        entry = entry_of(request)
        return self.frame.page(
            request,
            None,
            "set_up",
            status=status or (422 if fault else 200),
            fault=fault,
            token=token,
            provider=entry.provider_name if entry.by_provider else "",
        )

    async def ask_factor(self, request: Request) -> Response:
        return await self._factor_page(request, await _enrolling(request))

    async def factor(self, request: Request) -> Response:
        """The app's first code, or the passkey that the browser made."""
        entry, typed = entry_of(request), await fields(request)
        live = await _enrolling(request)
        if not entry.limiter.allows(entry.place(request)):
            return too_often(self.frame, request)
        assert live.user is not None
        door, user_id = entry.door, live.user.id
        async with door.register.session() as session:
            if typed.get("passkey") and door.passkeys is not None:
                challenge = b64decode(live.state["challenge"])
                good = await door.passkeys.add(session, user_id, challenge, typed["passkey"])
            else:
                secret, code = live.state.get("secret", ""), typed.get("code", "")
                good = bool(secret) and await door.factors.add_totp(session, user_id, secret, code)
            if not good:
                return await self._factor_page(request, live, refused=True)
            if live.stage is Stage.FULL:
                await session.commit()
                return RedirectResponse("/desk/account", 303)
            codes = await door.factors.new_recovery_codes(session, user_id)
            step = await door.enrolled(session, live)
            await session.commit()
        page = self.frame.page(request, None, "recovery_codes", codes=codes, first=True)
        return entry.let_in(request, page, step)

    async def _factor_page(
        self, request: Request, live: Live, *, refused: bool = False
    ) -> Response:
        assert live.user is not None
        door = entry_of(request).door
        secret = live.state.get("secret", "")
        if not secret:
            secret = new_secret()
            async with door.register.session() as session:
                await door.sessions.remember(session, live, {**live.state, "secret": secret})
                await session.commit()
        uri = provisioning_uri(secret, live.user.name)
        return self.frame.page(
            request,
            live.user if live.stage is Stage.FULL else None,
            "enrol",
            status=422 if refused else 200,
            refused=refused,
            secret=" ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
            qr=Markup(qr_svg(uri)),  # noqa: S704  drawn by us: an SVG of one path
            passkey=await wish_to_add(door, live),
        )


async def _enrolling(request: Request) -> Live:
    """Somebody at set-up, or somebody signed in who proved themselves lately."""
    entry = entry_of(request)
    live = await entry.live(request)
    if live is None or live.user is None or live.stage not in (Stage.ENROL, Stage.FULL):
        raise NotSignedIn
    if live.stage is Stage.FULL and not entry.door.sessions.fresh(live):
        raise NotFresh
    return live

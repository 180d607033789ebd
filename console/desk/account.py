"""One's own account: factors, recovery codes, browsers, password, address of the digest."""

from __future__ import annotations

import time

from fastapi import APIRouter
from sqlalchemy import delete, select
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from calends.accounts import passwords
from calends.accounts.directory import Profile, end_sessions
from calends.accounts.events import note
from calends.accounts.feeds import feed_link, feed_of, make_feed, revoke_feed
from calends.accounts.sessions import Live
from calends.agenda.seeing import has_queue
from calends.problems import Problem
from calends.register.account_rows import FactorRow, UserRow
from console.desk.forms import fields
from console.desk.frame import Frame
from console.desk.passkey import wish_to_check
from console.desk.sign_in import REFUSED_SECONDS, inside, too_often, wait_until
from console.who import Fresh, NotAllowed, Session, entry_of


def routes(frame: Frame) -> APIRouter:
    pages, router = AccountPage(frame), APIRouter(prefix="/desk/account")
    router.add_api_route("", pages.show, methods=["GET"])
    router.add_api_route("/confirm", pages.ask_proof, methods=["GET"])
    router.add_api_route("/confirm", pages.proof, methods=["POST"])
    router.add_api_route("/profile", pages.profile, methods=["POST"])
    router.add_api_route("/password", pages.password, methods=["POST"])
    router.add_api_route("/recovery-codes", pages.recovery_codes, methods=["POST"])
    router.add_api_route("/factor/remove", pages.remove_factor, methods=["POST"])
    router.add_api_route("/calendar", pages.make_calendar, methods=["POST"])
    router.add_api_route("/calendar/revoke", pages.revoke_calendar, methods=["POST"])
    router.add_api_route("/sign-out-everywhere", pages.sign_out_everywhere, methods=["POST"])
    return router


class AccountPage:
    def __init__(self, frame: Frame) -> None:
        self.frame = frame

    async def show(self, request: Request, live: Session) -> Response:
        return await self._page(request, live)

    async def _page(
        self,
        request: Request,
        live: Live,
        *,
        fault: str = "",
        done: str = "",
        feed_link_shown: str = "",
    ) -> Response:
        door, user = entry_of(request).door, live.user
        assert user is not None
        async with door.register.session() as session:
            row = await session.get_one(UserRow, user.id)
            factors = await session.scalars(
                select(FactorRow).where(FactorRow.user_id == user.id).order_by(FactorRow.made_at)
            )
            return self.frame.page(
                request,
                user,
                "account",
                here="account",
                status=422 if fault else 200,
                account=await door.directory.account(row),
                factors=list(factors),
                codes_left=await door.factors.recovery_codes_left(session, user.id),
                browsers=await door.sessions.of(session, user.id),
                mine=live.digest,
                fault=fault,
                done=done,
                has_queue=has_queue(user),
                feed=await feed_of(session, user.id),
                feed_link=feed_link_shown,
            )

    async def make_calendar(self, request: Request, live: Fresh) -> Response:
        """A new address, shown once; it is not kept anywhere."""
        assert live.user is not None
        if not has_queue(live.user):
            raise NotAllowed
        async with entry_of(request).door.register.session() as session:
            token = await make_feed(session, live.user.id)
            await session.commit()
        url = self.frame.house.settings.public_url
        return await self._page(request, live, feed_link_shown=feed_link(url, token))

    async def revoke_calendar(self, request: Request, live: Session) -> Response:
        assert live.user is not None
        async with entry_of(request).door.register.session() as session:
            await revoke_feed(session, live.user.id)
            await session.commit()
        return await self._page(request, live, done="account_feed_revoked")

    async def ask_proof(self, request: Request, live: Session) -> Response:
        return await self._proof_page(request, live)

    async def proof(self, request: Request, live: Session) -> Response:
        came, entry, typed = time.monotonic(), entry_of(request), await fields(request)
        if not entry.limiter.allows(entry.place(request)):
            return too_often(self.frame, request)
        if await entry.door.confirm(live, typed.get("code", ""), typed.get("passkey", "")):
            return RedirectResponse(inside(typed.get("next", "")), 303)
        await wait_until(came + REFUSED_SECONDS)
        return await self._proof_page(request, live, refused=True)

    async def _proof_page(self, request: Request, live: Live, *, refused: bool = False) -> Response:
        assert live.user is not None
        door = entry_of(request).door
        async with door.register.session() as session:
            kinds = await door.factors.kinds(session, live.user.id)
        return self.frame.page(
            request,
            live.user,
            "confirm",
            status=401 if refused else 200,
            refused=refused,
            has_factor=bool(kinds),
            passkey=await wish_to_check(door, live),
            next_page=inside(request.query_params.get("next", "")),
        )

    async def profile(self, request: Request, live: Fresh) -> Response:
        """Where the digest goes, and in which language."""
        door, typed = entry_of(request).door, await fields(request)
        assert live.user is not None
        async with door.register.session() as session:
            row = await session.get_one(UserRow, live.user.id, with_for_update=True)
            email, language = typed.get("email", "").strip(), typed.get("language", "")
            try:
                await door.directory.set_profile(row, Profile(live.user.name, email, language))
            except Problem:
                return await self._page(request, live, fault="account_bad_email")
            await session.commit()
        return await self._page(request, live, done="account_saved")

    async def password(self, request: Request, live: Fresh) -> Response:
        """A new password; every other browser is signed out."""
        door, typed = entry_of(request).door, await fields(request)
        assert live.user is not None
        company = self.frame.house.company.controller.name
        try:
            passwords.require_fit(typed.get("password", ""), live.user.name, company)
        except Problem:
            return await self._page(request, live, fault="set_up_unfit")
        if typed.get("password") != typed.get("again"):
            return await self._page(request, live, fault="set_up_differ")
        async with door.register.session() as session:
            row = await session.get_one(UserRow, live.user.id, with_for_update=True)
            row.password = await passwords.hashed(typed["password"])
            await door.sessions.end_others(session, live)
            note(session, "password_set", user_id=row.id, actor=row.id)
            await session.commit()
        return await self._page(request, live, done="account_password_set")

    async def recovery_codes(self, request: Request, live: Fresh) -> Response:
        door = entry_of(request).door
        assert live.user is not None
        async with door.register.session() as session:
            codes = await door.factors.new_recovery_codes(session, live.user.id)
            await session.commit()
        return self.frame.page(request, live.user, "recovery_codes", codes=codes, first=False)

    async def remove_factor(self, request: Request, live: Fresh) -> Response:
        """Never the last one: a password alone would let nobody in, nor keep anybody out."""
        door, typed = entry_of(request).door, await fields(request)
        assert live.user is not None
        async with door.register.session() as session:
            await session.get_one(UserRow, live.user.id, with_for_update=True)
            mine = select(FactorRow.id).where(FactorRow.user_id == live.user.id)
            known = set(await session.scalars(mine))
            if typed.get("factor") not in known or len(known) < 2:
                return await self._page(request, live, fault="account_last_factor")
            await session.execute(delete(FactorRow).where(FactorRow.id == typed["factor"]))
            note(session, "factor_removed", user_id=live.user.id, actor=live.user.id)
            await session.commit()
        return await self._page(request, live, done="account_factor_removed")

    async def sign_out_everywhere(self, request: Request, live: Session) -> Response:
        entry = entry_of(request)
        assert live.user is not None
        async with entry.door.register.session() as session:
            await end_sessions(session, live.user.id)
            note(session, "signed_out_everywhere", user_id=live.user.id, actor=live.user.id)
            await session.commit()
        response = RedirectResponse("/desk/sign-in", 303)
        entry.cookie.clear(response)
        return response

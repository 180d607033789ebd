"""The calendar feed of a colleague: read by calendar programs, which bring no session."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from activities.house import House
from calends.accounts.directory import Directory, as_user
from calends.accounts.feeds import PATH, owner_of
from calends.agenda.calendar import calendar_of
from calends.agenda.deadlines import deadlines_of
from calends.agenda.seeing import has_queue, seer_of
from calends.rules.vocabulary import Language
from console.alarm import Alarm
from console.limits import Limiter
from console.pages import Pages

TRIES_AT_ONCE, TRIES_REFILL_SECONDS = 60, 10.0


class Feed:
    def __init__(self, house: House, pages: Pages) -> None:
        self.house, self.pages = house, pages
        self._directory = Directory(house.register, house.keyring)
        self._limiter = Limiter(TRIES_AT_ONCE, TRIES_REFILL_SECONDS)
        self._alarm = Alarm(house.register)

    def routes(self) -> APIRouter:
        router = APIRouter()
        router.add_api_route(f"{PATH}/{{token}}.ics", self.show, methods=["GET", "HEAD"])
        return router

    async def show(self, request: Request, token: str) -> Response:
        """Whatever is wrong, it is the page of an address that does not exist."""
        if not self._limiter.allows(request.client.host if request.client else ""):
            return self.pages.plain("slower", request, 429)
        house, now = self.house, datetime.now(UTC)
        tz = house.company.controller.tz
        async with house.register.session() as session:
            row = await owner_of(session, token)
            user = as_user(row, await self._directory.profile(row)) if row is not None else None
            if row is None or user is None or not has_queue(user):
                await self._alarm.refused()
                return self.pages.plain("lost", request, 404)
            today = now.astimezone(ZoneInfo(tz)).date()
            seer = await seer_of(session, user, today)
            found = await deadlines_of(session, seer, tz=tz)
            language = Language((await self._directory.profile(row)).language)
            await session.commit()
        made = calendar_of(found, language=language, now=now, url=house.settings.public_url)
        return Response(
            made,
            media_type="text/calendar; charset=utf-8",
            headers={
                "Content-Disposition": 'attachment; filename="calends.ics"',
                "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
            },
        )

"""Colleagues who sign in at the site under test, as browsers do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape

import httpx
import pyotp
from sqlalchemy import text

from calends.accounts.directory import Directory, Profile
from calends.accounts.invitations import invite
from calends.accounts.roles import Role
from calends.rules.vocabulary import Language
from tests.console.site import OURS, Site

PASSWORD = "quatre chevaux bleus"
_SECRET = re.compile(r'<span class="ref wrap">([A-Z2-7 ]+)</span>')
_CODE = re.compile(r'<li class="ref">([A-Z0-9-]+)</li>')


@dataclass
class Colleague:
    """A browser of their own, with what they know and have."""

    site: Site
    browser: httpx.AsyncClient
    name: str
    user_id: str
    secret: str = ""
    recovery: tuple[str, ...] = ()

    async def get(self, path: str, **more: object) -> httpx.Response:
        return await self.browser.get(path, **more)  # type: ignore[arg-type]

    async def post(
        self, path: str, data: Mapping[str, str | list[str]] | None = None, **headers: str
    ) -> httpx.Response:
        return await self.browser.post(path, data=data or {}, headers=headers or OURS)

    async def code(self) -> str:
        """A code of the app. The clock cannot be set here, so an earlier use is forgotten."""
        await self.site.execute("UPDATE user_factors SET last_step = NULL")
        return pyotp.TOTP(self.secret).now()

    async def sign_in(self, password: str = PASSWORD) -> httpx.Response:
        asked = await self.post("/desk/sign-in", {"name": self.name, "password": password})
        if asked.status_code != 303:
            return asked
        return await self.post("/desk/sign-in/code", {"code": await self.code()})

    async def set_up(self, token: str) -> httpx.Response:
        """From the link to the recovery codes; signed in afterwards."""
        form = {"password": PASSWORD, "again": PASSWORD}
        chosen = await self.post(f"/desk/set-up/{token}", form)
        assert chosen.status_code == 303, chosen.text
        page = await self.get(chosen.headers["location"])
        found = _SECRET.search(page.text)
        assert found is not None
        self.secret = found[1].replace(" ", "")
        done = await self.post("/desk/enrol", {"code": pyotp.TOTP(self.secret).now()})
        self.recovery = tuple(_CODE.findall(unescape(done.text)))
        return done

    async def stale(self) -> None:
        """As if they had proved themselves an hour ago."""
        await self.site.execute(
            "UPDATE user_sessions SET proved_at = proved_at - interval '1 hour'"
        )


async def invited(
    site: Site, name: str, *roles: Role, systems: tuple[str, ...] = (), made_by: str = "test"
) -> tuple[Colleague, str]:
    """A colleague without password yet, and the token of their set-up link."""
    directory = Directory(site.house.register, site.house.keyring)
    async with site.house.register.session() as session:
        row = await directory.add(
            session,
            Profile(name, "", Language.FR),
            frozenset(roles),
            frozenset(systems),
            actor=made_by,
        )
        token = await invite(session, row, actor=made_by)
        await session.commit()
    browser = httpx.AsyncClient(transport=site.browser._transport, base_url="https://page.test")
    return Colleague(site, browser, name, row.id), token


async def colleague(
    site: Site, name: str = "Claire Dupont", *roles: Role, systems: tuple[str, ...] = ()
) -> Colleague:
    """A colleague who is signed in, by default the DPO."""
    made, token = await invited(site, name, *(roles or (Role.DPO,)), systems=systems)
    done = await made.set_up(token)
    assert done.status_code == 200, done.text
    return made


async def events(site: Site) -> list[str]:
    async with site.house.register.session() as session:
        found = await session.scalars(text("SELECT kind FROM account_events ORDER BY number"))
        return list(found)

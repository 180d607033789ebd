"""Drawing a page of the desk: one base, the reader's language, headers that forbid the rest."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from temporalio.client import Client

from activities.house import House
from calends.accounts.directory import Directory
from calends.desk.completing import Completing
from calends.desk.deciding import Deciding
from calends.mail.look import Look
from calends.rules.vocabulary import Language
from console.desk.dates import Dates
from console.desk.language import COOKIE, COOKIE_SECONDS, Words, in_other, language_of
from console.guard import HEADERS
from console.texts import NAMES
from console.who import User

HERE = Path(__file__).parent
TEMPLATES, STATIC = HERE / "templates", HERE / "static"

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
LOOKS = 64
SINGLE_KEYS = "calends_keys"
"""Cookie: `off` when the reader wants no single-key shortcuts (WCAG 2.1.4)."""


Place = Callable[..., Awaitable[Response]]


class Frame:
    """Made once per process: what pages need of the house, and how they are drawn."""

    def __init__(
        self, house: House, client: Client, menu: Callable[[User | None], list[Any]]
    ) -> None:
        self.house = house
        settings = house.company.desk
        self.deciding = Deciding(
            Completing(house.register, house.keyring, client),
            frozenset(settings.second_eyes),
            timedelta(seconds=settings.undo_seconds),
        )
        self.places: dict[str, Place] = {}
        """Page of a case -> how it is drawn again when what was answered there is refused."""
        self.directory = Directory(house.register, house.keyring)
        self._menu = menu
        self._version = _version()
        self._looks: dict[bytes, Look] = {}
        self._words = {language: Words(language) for language in Language}
        self._templates = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )

    async def look(self, raw: bytes) -> Look:
        """What is in a message. The last ones are remembered: a page and its forms ask for the
        same one again and again, and the guard reads each in a process of its own."""
        digest = hashlib.sha256(raw).digest()
        known = self._looks.pop(digest, None)
        look = known if known is not None else await self.house.guard.look(raw)
        self._looks[digest] = look
        if len(self._looks) > LOOKS:
            self._looks.pop(next(iter(self._looks)))
        return look

    def language(self, request: Request) -> Language:
        return language_of(request, self.house.company.controller.language)

    def words(self, request: Request) -> Words:
        return self._words[self.language(request)]

    def dates(self, request: Request) -> Dates:
        return Dates(self.words(request), self.house.company.controller.tz)

    def first_page(self, user: User | None, wanted: str = "/desk") -> str:
        """Where somebody goes who asked for `wanted`: not everybody has a queue."""
        places = [entry.path for entry in self._menu(user)]
        if wanted != "/desk" or wanted in places:
            return wanted
        return places[0] if places else "/desk/account"

    def page(
        self,
        request: Request,
        user: User | None,
        template: str,
        *,
        here: str = "",
        status: int = 200,
        **facts: Any,
    ) -> HTMLResponse:
        """The page `<template>.html`; `here` is the menu's entry it belongs to. Facts are printed
        as text, whatever they hold. A template whose name begins with `_` is a fragment."""
        language = self.language(request)
        text = self._templates.get_template(f"{template}.html").render(
            t=self._words[language],
            d=self.dates(request),
            language=language.value,
            languages=[(other.value, NAMES[other], in_other(request, other)) for other in Language],
            company=self.house.company.controller.name,
            user=user,
            menu=self._menu(user),
            here=here,
            version=self._version,
            single_keys=request.cookies.get(SINGLE_KEYS) != "off",
            **facts,
        )
        headers = {**HEADERS, "Content-Security-Policy": POLICY, "Vary": "Accept-Language, Cookie"}
        response = HTMLResponse(text, status, headers)
        if request.query_params.get("lang") == language:
            keep(response, COOKIE, language.value, secure=request.url.scheme == "https")
        return response


def keep(response: Response, name: str, value: str, *, secure: bool) -> None:
    """A choice of the reader's that is no secret."""
    response.set_cookie(
        name, value, COOKIE_SECONDS, path="/", secure=secure, httponly=True, samesite="lax"
    )


def _version() -> str:
    """Of the static files, for their addresses: browsers keep them until they change."""
    digest = hashlib.sha256()
    for file in sorted(STATIC.iterdir()):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]

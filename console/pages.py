"""The pages a person sees: one look, two languages, no script."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from calends.company import Company
from calends.rules.vocabulary import Language
from console.guard import HEADERS
from console.texts import NAMES, TEXTS

HERE = Path(__file__).parent
TEMPLATES, STATIC = HERE / "templates", HERE / "static"

_WISH = re.compile(
    r"\s*([A-Za-z]{1,8}|\*)(?:-[A-Za-z0-9-]{1,30})?\s*(?:;\s*q=([01](?:\.\d{0,3})?))?\s*"
)


class Pages:
    def __init__(self, company: Company) -> None:
        self._company = company
        self._templates = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def page(
        self, template: str, request: Request, status: int = 200, **facts: Any
    ) -> HTMLResponse:
        """A page in the reader's language; `facts` are printed as text, whatever they hold."""
        language = self.language(request)
        text = self._templates.get_template(f"{template}.html").render(
            t={key: text[language] for key, text in TEXTS.items()},
            language=language.value,
            languages=[(other.value, NAMES[other]) for other in Language],
            controller=self._company.controller,
            **facts,
        )
        # An error page may be made outside the middleware that adds the headers.
        return HTMLResponse(text, status, {**HEADERS, "Vary": "Accept-Language"})

    def plain(self, name: str, request: Request, status: int) -> HTMLResponse:
        """A page without a form: the texts `<name>_title`, `_lead` and `_more`."""
        return self.page("plain", request, status, name=name)

    def language(self, request: Request) -> Language:
        """`?lang=`, else what the browser asks for, else the company's."""
        chosen = request.query_params.get("lang", "")
        if chosen in set(Language):
            return Language(chosen)
        asked = wished(request.headers.get("accept-language", ""))
        return asked or self._company.controller.language


def wished(header: str) -> Language | None:
    """The wanted language of an Accept-Language header that we have (RFC 9110 12.5.4)."""
    best: tuple[float, Language] | None = None
    for part in header[:500].split(","):
        match = _WISH.fullmatch(part)
        if match is None or match[1].lower() not in set(Language):
            continue
        weight = float(match[2] or 1)
        if weight > (best[0] if best else 0):
            best = weight, Language(match[1].lower())
    return best[1] if best else None

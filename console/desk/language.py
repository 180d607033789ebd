"""The reader's language and the words of the desk: chosen by the reader, kept in a cookie."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request

from calends.rules.vocabulary import Language
from console.desk.texts import TEXTS
from console.pages import wished

COOKIE = "calends_lang"
COOKIE_SECONDS = 365 * 24 * 3600


class Words:
    """The catalogue in one language: a text by its key, filled in, or counted."""

    def __init__(self, language: Language) -> None:
        self._texts = {key: pair[language is Language.EN] for key, pair in TEXTS.items()}
        self.language = language

    def __getitem__(self, key: str) -> str:
        return self._texts[key]

    def __call__(self, key: str, /, **values: Any) -> str:
        return self._texts[key].format(**values)

    def __contains__(self, key: str) -> bool:
        return key in self._texts

    def count(self, key: str, number: int, **values: Any) -> str:
        """`<key>_one` or `<key>_many`; in French zero is singular."""
        one = number < 2 if self.language is Language.FR else number == 1
        return self(f"{key}_{'one' if one else 'many'}", n=number, **values)

    def get(self, key: str, otherwise: str) -> str:
        """For codes that may be newer than this catalogue."""
        return self._texts.get(key, otherwise)


def language_of(request: Request, otherwise: Language) -> Language:
    """`?lang=`, else the reader's cookie, else what the browser asks for, else `otherwise`."""
    for chosen in (request.query_params.get("lang"), request.cookies.get(COOKIE)):
        if chosen in set(Language):
            return Language(chosen)
    return wished(request.headers.get("accept-language", "")) or otherwise


def in_other(request: Request, language: Language) -> str:
    """This page's query string with another language; a POSTed page is left by its address."""
    kept: Mapping[str, str] = {k: v for k, v in request.query_params.items() if k != "lang"}
    return str(request.url.include_query_params(**kept, lang=language.value).query)

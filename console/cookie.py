"""The session's cookie, and the one exception to https: this very machine."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from calends.accounts.provider import is_loopback

NAME = "__Host-calends"
"""Browsers take this name only over https, from this host, for the whole of it (RFC 6265bis)."""
LOOPBACK_NAME = "calends-loopback"


class SessionCookie:
    """`public_url` decides: https, or this machine's own address without.

    Under any other http address the cookie is still `__Host-` and Secure: browsers drop it, and
    nobody can sign in where others could read along.
    """

    def __init__(self, public_url: str) -> None:
        url = urlsplit(public_url)
        self.loopback = url.scheme == "http" and is_loopback(url.hostname)
        self.name = LOOPBACK_NAME if self.loopback else NAME
        self.works = self.loopback or url.scheme == "https"

    def read(self, request: Request) -> str:
        """The token; empty when there is none, or when plain http came from another machine."""
        return request.cookies.get(self.name, "") if self._trusted(request) else ""

    def set(self, request: Request, response: Response, token: str) -> None:
        if self._trusted(request):
            response.set_cookie(
                self.name,
                token,
                path="/",
                secure=not self.loopback,
                httponly=True,
                samesite="lax",  # the provider sends browsers back by a link
            )

    def clear(self, response: Response) -> None:
        response.delete_cookie(
            self.name, path="/", secure=not self.loopback, httponly=True, samesite="lax"
        )

    def _trusted(self, request: Request) -> bool:
        if not self.loopback:
            return True
        client = request.client.host if request.client else ""
        return is_loopback(client) and is_loopback(_host(request.headers.get("host", "")))


def _host(header: str) -> str | None:
    try:
        return urlsplit(f"//{header}").hostname
    except ValueError:
        return None

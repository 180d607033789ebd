"""When a page of the desk cannot be shown: one look for every reason, and a way on."""

from __future__ import annotations

import logging

from starlette.requests import Request
from starlette.responses import Response

from console.desk.frame import Frame

log = logging.getLogger("calends.desk")

KINDS = {
    400: "bad",
    401: "signed_out",
    403: "forbidden",
    404: "lost",
    405: "lost",
    408: "slow",
    409: "conflict",
    413: "too_large",
    422: "bad",
    429: "too_often",
    451: "unsafe",
    500: "broken",
    502: "unsafe",
    503: "away",
}
"""HTTP status -> the texts `error_<kind>_title` and `error_<kind>_more`."""


def is_desk(request: Request) -> bool:
    path = request.url.path
    return path == "/desk" or path.startswith("/desk/")


def error_page(frame: Frame, request: Request, status: int, detail: str = "") -> Response:
    """`detail`: what exactly was wrong, in the reader's words; printed as text."""
    kind = KINDS.get(status, "broken" if status >= 500 else "bad")
    return frame.page(request, None, "error", status=status, kind=kind, detail=detail)

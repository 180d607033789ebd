"""What a browser is handed as a file, or shows as foreign HTML: nothing in it may act here."""

from __future__ import annotations

import re

from starlette.responses import Response

INERT = {
    "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'",
    "X-Content-Type-Options": "nosniff",
}
"""For what a mail says as HTML: styles of its own, no script, no image, no form, no origin."""

_BEGINNINGS = {
    b"%PDF-": ("application/pdf", "pdf"),
    b"\xff\xd8\xff": ("image/jpeg", "jpg"),
    b"\x89PNG\r\n\x1a\n": ("image/png", "png"),
}


def download(content: bytes, kind: str, name: str) -> Response:
    """A file to keep, never shown in the page's own origin."""
    return Response(content, media_type=kind, headers=to_keep(name))


def to_keep(name: str) -> dict[str, str]:
    """The headers of such a file."""
    safe = re.sub(r"[^A-Za-z0-9.-]", "", name)
    return {
        "Content-Disposition": f'attachment; filename="{safe}"',
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "X-Content-Type-Options": "nosniff",
    }


def kind_of(content: bytes) -> tuple[str, str]:
    """Media type and ending of what somebody sent, by its first bytes and not by its name."""
    for beginning, kind in _BEGINNINGS.items():
        if content.startswith(beginning):
            return kind
    return "application/octet-stream", "bin"

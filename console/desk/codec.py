"""The codec server of the Temporal UI: decodes, never encodes, for engineers who are signed in.

What it opens is content of cases: each look is in their ledgers before anything is shown.
"""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from cryptography.exceptions import InvalidTag
from fastapi import APIRouter, Depends
from google.protobuf import json_format
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from temporalio.api.common.v1 import Payloads

from calends.register.models import CaseRow
from calends.vault.codec import CaseCodec
from calends.vault.keys import KeyDestroyed
from console.desk.frame import Frame
from console.desk.looks import looked_at
from console.who import May, User, require_may

Engineer = Annotated[User, Depends(require_may(May.DECODE))]

PATH = "/desk/codec/decode"
MOST = 200
"""Payloads in one call; the UI asks for those of one page of a history."""


def ui_origin(temporal_ui_url: str) -> str:
    """The one origin beside our own that may call; empty when no UI is set."""
    url = urlsplit(temporal_ui_url)
    return f"{url.scheme}://{url.netloc}" if url.scheme and url.netloc else ""


def routes(frame: Frame) -> APIRouter:
    router = APIRouter()
    origin = ui_origin(frame.house.settings.temporal_ui_url)
    cors = (
        {
            "Access-Control-Allow-Origin": origin,
            "Access-Control-Allow-Credentials": "true",
            "Access-Control-Allow-Methods": "POST",
            "Access-Control-Allow-Headers": "Content-Type, X-Namespace",
            "Cross-Origin-Resource-Policy": "same-site",
            "Vary": "Origin",
        }
        if origin
        else {}
    )

    @router.options(PATH)
    async def preflight() -> Response:
        """What the browser asks before the UI may call."""
        return Response(status_code=204, headers=cors)

    @router.post(PATH)
    async def decode(request: Request, user: Engineer) -> Response:
        try:
            sent = json_format.Parse(await request.body(), Payloads())
        except (json_format.ParseError, UnicodeDecodeError):
            return JSONResponse({"error": "not payloads"}, 400, cors)
        if len(sent.payloads) > MOST:
            return JSONResponse({"error": f"more than {MOST} payloads"}, 413, cors)
        keys = {
            payload.metadata.get("key", b"").decode("ascii", "replace") for payload in sent.payloads
        }
        async with frame.house.register.session() as session:
            for key in sorted(keys):
                case = await session.get(CaseRow, key)
                if case is not None:
                    await looked_at(session, case, user, "payloads")
        try:
            opened = await CaseCodec(frame.house.keyring).decode(sent.payloads)
        except (KeyDestroyed, InvalidTag):
            return JSONResponse({"error": "their key is not here"}, 410, cors)
        text = json_format.MessageToJson(Payloads(payloads=opened))
        return Response(text, media_type="application/json", headers=cors)

    return router

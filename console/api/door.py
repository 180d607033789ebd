"""Who may ask: a program with a token. Without any living token the door does not exist.

Addresses come in bodies only; no answer, error or log line repeats what was sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import orjson
from pydantic import BaseModel, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from activities.house import House
from calends.register.api_tokens import Scope, any_living, bearer, note_use
from calends.register.asking import Asking
from console.alarm import Alarm
from console.guard import API
from console.limits import Limiter

ASKS_AT_ONCE, ASKS_REFILL_SECONDS = 500, 0.005
"""Of one token: two hundred a second for as long as it likes."""
TRIES_AT_ONCE, TRIES_REFILL_SECONDS = 20, 5.0
"""Of one address with a token that is none."""

Asked = TypeVar("Asked", bound=BaseModel)


class Door:
    def __init__(self, house: House) -> None:
        self.house = house
        self._alarm = Alarm(house.register)
        self._asks = Limiter(ASKS_AT_ONCE, ASKS_REFILL_SECONDS, place=str)
        self._tries = Limiter(TRIES_AT_ONCE, TRIES_REFILL_SECONDS)

    async def admit(self, asking: Asking, request: Request, scope: Scope) -> None:
        """Raises HTTPException: 401, 403, 429, and 404 while no token lives at all."""
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        row = await bearer(asking, token.strip()) if kind.lower() == "bearer" else None
        if row is None:
            raise await self._refusal(asking, request)
        if not self._asks.allows(row.id):
            raise HTTPException(429, "too many questions", {"Retry-After": "1"})
        if scope not in row.scopes:
            raise HTTPException(403, f"the token has not the scope `{scope}`")
        await note_use(asking, row)

    async def _refusal(self, asking: Asking, request: Request) -> HTTPException:
        if not await any_living(asking):
            return HTTPException(404)
        if not self._tries.allows(request.client.host if request.client else ""):
            return HTTPException(429, "too many tries", {"Retry-After": "60"})
        await self._alarm.refused()
        headers = {"WWW-Authenticate": 'Bearer realm="calends"'}
        return HTTPException(401, "send a token: Authorization: Bearer …", headers)


async def read(request: Request, model: type[Asked]) -> Asked:
    """The question. Raises HTTPException 422 that names the place and the fault, no value."""
    try:
        return model.model_validate_json(await request.body())
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        # A part of the place may be a key that was sent, hence anything: only ours are repeated.
        place = ".".join(str(p) for p in first["loc"] if isinstance(p, int) or p in _names(model))
        fault = "not JSON" if first["type"] == "json_invalid" else first["msg"]
        raise HTTPException(422, f"{place}: {fault}" if place else fault) from None


def _names(model: type[BaseModel]) -> set[str]:
    """The fields of a question, and of what it is made of."""
    names = set(model.model_fields)
    for field in model.model_fields.values():
        for inner in (field.annotation, *getattr(field.annotation, "__args__", ())):
            if isinstance(inner, type) and issubclass(inner, BaseModel):
                names |= _names(inner)
    return names


def answer(content: Mapping[str, Any]) -> Response:
    return Response(orjson.dumps(content), media_type="application/json")


def is_api(request: Request) -> bool:
    return request.url.path.startswith(API)


def problem(status: int, detail: str, headers: Mapping[str, str] | None = None) -> Response:
    """An error as a program reads it."""
    content = orjson.dumps({"error": detail})
    return Response(content, status, dict(headers or {}), "application/json")

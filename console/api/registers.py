"""The questions: prospecting (GDPR 21(3)), restriction (GDPR 18), and rows about to be imported."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy.exc import DBAPIError
from starlette.requests import Request
from starlette.responses import Response

from activities.house import House
from calends.register.api_tokens import Scope
from calends.register.asking import Answer, Asking, Contact, restricted, stopped
from calends.rules.decision import Outcome
from calends.rules.restriction import Use, may_use
from calends.systems.protocol import Channel
from console.api.door import Door, answer, read

MOST = 1000
"""Contacts, or rows, in one question."""

Value = Annotated[str, StringConstraints(min_length=1, max_length=1000)]


class _Question(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class AskedContact(_Question):
    channel: Channel
    value: Value

    def contact(self) -> Contact:
        return Contact(self.channel, self.value)


class AskedContacts(_Question):
    contacts: list[AskedContact] = Field(min_length=1, max_length=MOST)


class AskedUse(AskedContact):
    use: Use


class AskedUses(_Question):
    use: Use
    contacts: list[AskedContact] = Field(min_length=1, max_length=MOST)


class ImportedRow(_Question):
    """One row of a list, with every way to reach its person that the list has."""

    email: Value | None = None
    phone: Value | None = None
    post: Value | None = None

    def contacts(self) -> list[Contact]:
        ways: dict[Channel, str | None] = {
            "email": self.email,
            "phone": self.phone,
            "sms": self.phone,
            "post": self.post,
        }
        return [Contact(channel, value) for channel, value in ways.items() if value]


class AskedImport(_Question):
    rows: list[ImportedRow] = Field(min_length=1, max_length=MOST)


class Registers:
    def __init__(self, house: House) -> None:
        self.house, self.door = house, Door(house)

    def routes(self) -> APIRouter:
        router = APIRouter(prefix="/api/v1")
        asked: dict[str, Callable[[Request], Awaitable[Response]]] = {
            "/suppression/check": self.may_contact,
            "/suppression/batch": self.may_contact_each,
            "/restriction/check": self.may_touch,
            "/restriction/batch": self.may_touch_each,
            "/import-check": self.may_import,
        }
        for path, handler in asked.items():
            router.add_api_route(path, handler, methods=["POST"])
        return router

    async def may_contact(self, request: Request) -> Response:
        """`{"channel": "email", "value": "…"}` → `{"may_contact": false, "since": "…"}`"""

        async def ask(asking: Asking) -> Response:
            one = await read(request, AskedContact)
            [found] = await stopped(asking, self.house.keyring, [one.contact()])
            return answer(_reach(found))

        return await self._admitted(request, Scope.SUPPRESSION, ask)

    async def may_contact_each(self, request: Request) -> Response:
        """`{"contacts": […]}` → `{"answers": […]}`, in the same order."""

        async def ask(asking: Asking) -> Response:
            many = await read(request, AskedContacts)
            found = await stopped(asking, self.house.keyring, _contacts(many.contacts))
            return answer({"answers": [_reach(one) for one in found]})

        return await self._admitted(request, Scope.SUPPRESSION, ask)

    async def may_touch(self, request: Request) -> Response:
        """`{"channel", "value", "use": "read"}` → `{"allowed": false, "ground", "since", "why"}`"""

        async def ask(asking: Asking) -> Response:
            one = await read(request, AskedUse)
            [found] = await restricted(asking, self.house.keyring, [one.contact()])
            return answer(_touch(one.use, found))

        return await self._admitted(request, Scope.RESTRICTION, ask)

    async def may_touch_each(self, request: Request) -> Response:
        """`{"use": "read", "contacts": […]}` → `{"answers": […]}`, in the same order."""

        async def ask(asking: Asking) -> Response:
            many = await read(request, AskedUses)
            found = await restricted(asking, self.house.keyring, _contacts(many.contacts))
            return answer({"answers": [_touch(many.use, one) for one in found]})

        return await self._admitted(request, Scope.RESTRICTION, ask)

    async def may_import(self, request: Request) -> Response:
        """Which rows of a list must not come back: their person objected to prospecting.

        → `{"refuse": [{"row": 0, "channels": ["email"], "since": "…"}]}`, rows counted from 0.
        """

        async def ask(asking: Asking) -> Response:
            rows = (await read(request, AskedImport)).rows
            contacts = [(n, one) for n, row in enumerate(rows) for one in row.contacts()]
            found = await stopped(asking, self.house.keyring, [one for _, one in contacts])
            numbered = ((n, c, a) for (n, c), a in zip(contacts, found, strict=True))
            return answer({"refuse": _refused(numbered), "rows": len(rows)})

        return await self._admitted(request, Scope.SUPPRESSION, ask)

    async def _admitted(
        self, request: Request, scope: Scope, ask: Callable[[Asking], Awaitable[Response]]
    ) -> Response:
        """Asks on a connection that may have died unnoticed, and then once more on a new one."""
        for again in (False, True):
            try:
                async with self.house.quick.asked() as asking:
                    await self.door.admit(asking, request, scope)
                    return await ask(asking)
            except DBAPIError as error:
                if again or not error.connection_invalidated:
                    raise
        raise AssertionError("asked twice, and neither answered nor failed")


def _refused(answers: Iterable[tuple[int, Contact, Answer]]) -> list[dict[str, Any]]:
    """One entry a row: on which channels, and since when first."""
    refused: dict[int, dict[str, Any]] = {}
    for number, contact, one in answers:
        if one.since is not None:
            new = {"row": number, "channels": [], "since": one.since}
            row = refused.setdefault(number, new)
            row["channels"].append(contact.channel)
            row["since"] = min(row["since"], one.since)
    return list(refused.values())


def _contacts(asked: Sequence[AskedContact]) -> list[Contact]:
    return [one.contact() for one in asked]


def _reach(found: Answer) -> dict[str, Any]:
    """What can be no contact of its channel is not written to either: in doubt, no."""
    if not found.readable:
        return {"may_contact": False, "why": "unreadable"}
    if found.since is None:
        return {"may_contact": True}
    return {"may_contact": False, "since": found.since, "why": "objected", "source": "GDPR 21(3)"}


def _touch(use: Use, found: Answer) -> dict[str, Any]:
    if not found.readable:
        return {"allowed": False, "why": "unreadable"}
    if found.since is None:
        return {"allowed": True}
    decision = may_use(use)
    told = {"ground": found.ground, "since": found.since, "why": "restricted"}
    return {"allowed": decision.outcome is Outcome.ACCEPT, **told, "source": decision.why[0].source}

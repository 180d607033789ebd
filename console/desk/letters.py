"""Letters in: a scan, a call or a visit registered by hand becomes a case."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from calends.mail.by_hand import (
    LARGEST,
    MOST_SCANS,
    Letter,
    Scan,
    Unfit,
    Way,
    day_of,
    envelope,
    receipt,
    require_letter,
)
from calends.mail.inbox import Inbox
from calends.rules.clock import compute_clock
from calends.rules.vocabulary import Language, Right
from console.desk.frame import Frame
from console.uploads import Sent, read_upload
from console.who import DECIDES, User, require

Registrar = Annotated[User, Depends(require(*DECIDES))]


def routes(frame: Frame) -> APIRouter:
    pages, router = Letters(frame), APIRouter(prefix="/desk/letters")
    router.add_api_route("", pages.ask, methods=["GET"])
    router.add_api_route("", pages.register, methods=["POST"])
    return router


class Letters:
    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        house = frame.house
        self._inbox = Inbox(house.register, house.keyring, house.blobs)

    async def ask(self, request: Request, user: Registrar) -> Response:
        return self._form(request, user, Sent({}, ()))

    async def register(self, request: Request, user: Registrar) -> Response:
        """Sealed in the inbox; the starter opens the case from there."""
        sent = await read_upload(request, LARGEST, most_files=MOST_SCANS)
        controller = self.frame.house.company.controller
        try:
            letter = _letter(sent, controller.language)
            require_letter(letter, self.frame.dates(request).today)
        except Unfit as unfit:
            return self._form(request, user, sent, fault=unfit.code)
        received = receipt(letter, controller.tz)
        raw = envelope(letter, to=controller.email, tz=controller.tz)
        kept = await self._inbox.keep(raw, channel=letter.way, received_at=received.at)
        clock = compute_clock(received.at, tz=controller.tz, region=controller.region)
        return self.frame.page(
            request,
            user,
            "letter_kept",
            here="letters_in",
            new=kept.new,
            case_id=kept.case_id,
            received=clock.received_local,
            safe_due=clock.safe_due,
            post_by_hand=letter.way is Way.POST and not letter.email,
        )

    def _form(self, request: Request, user: User, sent: Sent, fault: str = "") -> Response:
        return self.frame.page(
            request,
            user,
            "letters",
            here="letters_in",
            status=422 if fault else 200,
            ways=list(Way),
            rights=list(Right),
            sent=sent,
            today=self.frame.dates(request).today,
            language_of_letter=sent.get("language") or self.frame.house.company.controller.language,
            fault=fault,
        )


def _letter(sent: Sent, language: Language) -> Letter:
    """Raises Unfit for a day or a file that is none."""
    ways, chosen = set(Way), sent.get("language")
    return Letter(
        way=Way(sent.get("way")) if sent.get("way") in ways else Way.POST,
        delivered=day_of(sent.get("delivered")),
        presented=day_of(sent.get("presented")),
        language=Language(chosen) if chosen in set(Language) else language,
        rights=tuple(Right(r) for r in sent.every.get("right", []) if r in set(Right)),
        name=sent.get("name").strip(),
        email=sent.get("email").strip(),
        postal=sent.get("postal").strip(),
        says=sent.get("says").strip(),
        scans=tuple(Scan.of(content) for content in sent.files),
    )

"""Identity: what is claimed beside what is known, how the mail came, what is enough."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from calends.desk.known import Compared, compared
from calends.mail.as_read import IdentityRead
from calends.mail.authentication import Check
from calends.mail.sender_evidence import SenderEvidence
from calends.register.models import TaskRow
from calends.rules.identity import enough, highest, required_assurance
from calends.rules.vocabulary import Assurance, Right
from calends.vault.blobs import NoSuchBlob
from calends.vault.keys import KeyDestroyed
from console.desk.casework import (
    NOTHING_TYPED,
    Casework,
    Typed,
    case_page,
    open_case,
)
from console.desk.frame import Frame
from console.desk.looks import looked_at
from console.who import CaseReader, User


@dataclass(frozen=True)
class Need:
    """What one demand needs, and whether it is reached."""

    right: Right
    level: Assurance
    reached: bool


@dataclass(frozen=True)
class Way:
    """How the person can still prove themselves, lightest first; `state`: done, open, later."""

    key: str
    state: str
    on: datetime | None = None


def routes(frame: Frame) -> APIRouter:
    router = APIRouter()

    @router.get("/desk/case/{reference}/identity")
    async def identity(request: Request, user: CaseReader, reference: str) -> Response:
        return await shown(request, user, reference)

    async def again(
        request: Request, user: User, task: TaskRow, *, typed: Typed, status: int
    ) -> Response:
        return await shown(request, user, task.case_id, typed, status)

    async def shown(
        request: Request,
        user: User,
        reference: str,
        typed: Typed = NOTHING_TYPED,
        status: int = 200,
    ) -> Response:
        async with frame.house.register.session() as session:
            work = await open_case(frame, request, session, user, reference)
            if isinstance(work, Response):
                return work
            await looked_at(session, work.case, user, "identity")
        said, sender = await _said(frame, work)
        rows = await _compared(frame, work, said)
        needs = [
            Need(right, level, enough(Assurance(work.case.assurance), level))
            for right in work.dossier.rights
            for level in [required_assurance(right).assurance]
        ]
        return case_page(
            frame,
            request,
            work,
            "identity",
            "identity",
            status=status,
            typed=typed,
            rows=rows,
            sender=sender,
            checks=_checks(sender),
            needs=needs,
            needed=highest(need.level for need in needs),
            ways=_ways(work),
            systems={
                entry.id: entry.name.partition(" (")[0] for entry in frame.house.company.systems
            },
        )

    frame.places["identity"] = again
    return router


async def _said(frame: Frame, work: Casework) -> tuple[IdentityRead, SenderEvidence]:
    """What the message that opened the case says, of its writer and of its way."""
    try:
        raw = await frame.house.blobs.read(work.case.id, "raw")
    except (KeyDestroyed, NoSuchBlob):
        return IdentityRead(), SenderEvidence()
    reading = (await frame.look(raw)).reading
    return reading.identity, reading.sender


async def _compared(frame: Frame, work: Casework, said: IdentityRead) -> list[Compared]:
    try:
        async with frame.house.register.session() as session:
            person = await frame.house.person(session, work.case.id)
        return await compared(frame.house, work.dossier, said, person.name, person.address)
    except KeyDestroyed:
        return []


def _checks(sender: SenderEvidence) -> list[tuple[str, Check]]:
    """The verdicts of mail authentication, by the name of the method."""
    checks = [("SPF", sender.spf), ("DKIM", sender.dkim), ("DMARC", sender.dmarc)]
    if sender.own_dkim is not Check.UNKNOWN:
        checks.append(("DKIM*", sender.own_dkim))
    return checks


def _ways(work: Casework) -> list[Way]:
    """The ladder of proofs: as light as the stake allows, a document last and never by itself."""
    known = work.case.assurance != Assurance.IA0
    letters = {letter.purpose: letter for letter in work.dossier.letters}
    asked = letters.get("identity_request")
    reminded = [letter for purpose, letter in letters.items() if purpose.startswith("identity_rem")]
    ways = [Way("wrote", "done", work.case.received_at)]
    if asked is not None:
        ways.append(Way("asked", "done", asked.sent_at or asked.written_at))
    ways += [Way("reminded", "done", letter.sent_at or letter.written_at) for letter in reminded]
    ways.append(Way("proved", "done" if known else "open"))
    if not known:
        ways += [Way("known_reference", "later"), Way("post", "later"), Way("document", "later")]
    return ways

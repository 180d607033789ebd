"""Identity: what is claimed beside what is known, how the mail came, what is enough."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from calends.desk.alike import Resembling, resembling
from calends.desk.known import Compared, claims_of, compared
from calends.mail.as_read import IdentityRead
from calends.mail.authentication import Check
from calends.mail.sender_evidence import SenderEvidence
from calends.register.models import TaskRow
from calends.rules.identity import enough, highest, required_assurance
from calends.rules.vocabulary import Assurance, Right
from calends.vault.blobs import NoSuchBlob
from calends.vault.documents import documents_of
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
from workflows.tasks import TaskKind


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
            documents = await documents_of(session, work.case.id)
        said, sender = await _said(frame, work)
        rows, alike = await _compared(frame, work, said)
        work = _to_choose_among(work, alike)
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
            alike=alike,
            documents=documents,
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


async def _compared(
    frame: Frame, work: Casework, said: IdentityRead
) -> tuple[list[Compared], list[Resembling]]:
    """Claimed beside known; and the records that look like the writer's while a human is asked
    which of them it is, no longer."""
    house = frame.house
    try:
        async with house.register.session() as session:
            person = await house.person(session, work.case.id)
        rows = await compared(house, work.dossier, said, person.name, person.address)
        if work.dossier.task(TaskKind.RESOLVE_HOMONYM) is None:
            return rows, []
        claims = claims_of(said, person.name, person.address)
        return rows, await resembling(house, work.case.id, claims)
    except KeyDestroyed:
        return [], []


def _to_choose_among(work: Casework, alike: list[Resembling]) -> Casework:
    """The same with the records that may be named where the answer asks for one."""
    named = [(each, f"{place}. {each.of}") for place, each in enumerate(alike, 1)]
    some = any(each.can_be_asked for each in alike)
    among = [(each.number, words) for each, words in named if each.can_be_asked or not some]
    tasks = [replace(task, choices={**task.choices, "candidate": among}) for task in work.tasks]
    return replace(work, tasks=tasks)


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

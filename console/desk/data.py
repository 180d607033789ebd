"""Where the data is: every declared system and how its search stands; mended and searched here."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from fastapi import APIRouter
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from activities.house import Person
from calends.company import SystemEntry
from calends.mail.reading import IdentityRead
from calends.register.models import SearchRow, TaskRow
from calends.rules.vocabulary import Assurance, Language, SearchState
from calends.systems.protocol import Failure
from calends.vault.blobs import NoSuchBlob
from calends.vault.keys import KeyDestroyed
from console.desk.casework import (
    NOTHING_TYPED,
    AskedTask,
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
class SystemShown:
    """A system as the page tells it."""

    id: str
    name: str
    by_hand: bool
    holder: str
    state: str
    """found, nothing, failed, skipped, waiting (being searched), pending (was asked, has days),
    by_hand, not_yet."""
    count: int = 0
    since: datetime | None = None
    reason: str = ""
    collections: list[tuple[str, int]] = field(default_factory=list)
    others: bool = False


@dataclass(frozen=True)
class Sought:
    """Whom to look for by hand: what the message says, nothing of it verified."""

    person: Person
    said: IdentityRead


def routes(frame: Frame) -> APIRouter:
    router = APIRouter()

    @router.get("/desk/case/{reference}/data")
    async def data(request: Request, user: CaseReader, reference: str) -> Response:
        return await shown(request, user, reference)

    async def again(
        request: Request, user: User, task: TaskRow, *, typed: Typed, status: int
    ) -> Response:
        return await shown(request, user, task.case_id, typed, status)

    async def alone(
        request: Request,
        user: User,
        task: TaskRow,
        *,
        typed: Typed = NOTHING_TYPED,
        status: int = 200,
    ) -> Response:
        """The search task of a system's owner: whom to look for and where, nothing else."""
        async with frame.house.register.session() as session:
            work = await open_case(frame, request, session, user, task.case_id)
            if isinstance(work, Response):
                return work
            sought = await sought_in(frame, session, work, user)
        own = [asked for asked in work.tasks if asked.row.id == task.id]
        return case_page(
            frame,
            request,
            work,
            "alone",
            "data",
            status=status,
            typed=typed,
            own=own,
            sought=sought,
            system=frame.house.company.system(task.system or ""),
        )

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
            by_hand = any(asked.row.kind == TaskKind.SEARCH_BY_HAND for asked in work.tasks)
            part = request.query_params.get("part") == "systems"
            sought = await sought_in(frame, session, work, user) if by_hand and not part else None
        language = frame.language(request)
        systems = [_system(frame, work, entry, language) for entry in frame.house.company.systems]
        return case_page(
            frame,
            request,
            work,
            "_systems" if part else "data",
            "data",
            status=status,
            systems=systems,
            moving=any(system.state == "waiting" for system in systems),
            typed=typed,
            sought=sought,
            instructions=_instructions(frame, work.tasks_on("data")),
        )

    frame.places["data"] = again
    frame.places["alone"] = alone
    return router


def _system(frame: Frame, work: Casework, entry: SystemEntry, language: Language) -> SystemShown:
    row = next((s for s in work.dossier.searches if s.system == entry.id), None)
    by_hand = not entry.declared
    if row is None:
        return SystemShown(
            entry.id, entry.name, by_hand, entry.holder, _not_searched(work, entry.id, by_hand)
        )
    return SystemShown(
        id=entry.id,
        name=entry.name,
        by_hand=by_hand,
        holder=entry.holder,
        state=_state(row),
        count=row.count,
        since=row.since,
        reason=row.reason or "",
        collections=[] if by_hand else _collections(frame, row, language),
        others=row.speaks_of_others,
    )


def _state(row: SearchRow) -> str:
    """A processor that was asked and has days to answer has not failed."""
    asked = row.state == SearchState.FAILED and row.reason == Failure.PENDING
    return "pending" if asked else row.state


def _not_searched(work: Casework, system: str, by_hand: bool) -> str:
    if work.case.assurance == Assurance.IA0 or work.case.closed_at is not None:
        return "not_yet"
    asked = any(
        task.system == system and task.kind == TaskKind.SEARCH_BY_HAND
        for task in work.dossier.open_tasks
    )
    return "by_hand" if by_hand and asked else str(SearchState.WAITING)


def _collections(frame: Frame, row: SearchRow, language: Language) -> list[tuple[str, int]]:
    """Data sets by the name that letters call them, the largest first."""
    declared = frame.house.declared(row.system)
    named = [
        (declared.collection(name).title(language), int(count))
        for name, count in row.collections.items()
    ]
    return sorted(named, key=lambda each: -each[1])


def _instructions(frame: Frame, tasks: list[AskedTask]) -> dict[str, SystemEntry]:
    """Id of a task -> the system whose holder searches by hand."""
    return {
        task.row.id: frame.house.company.system(task.row.system)
        for task in tasks
        if task.row.kind == TaskKind.SEARCH_BY_HAND and task.row.system
    }


async def sought_in(
    frame: Frame, session: AsyncSession, work: Casework, user: User
) -> Sought | None:
    """Whom to look for; the look is in the ledger first. None when that is gone."""
    await looked_at(session, work.case, user, "person")
    try:
        person = await frame.house.person(session, work.case.id)
        raw = await frame.house.blobs.read(work.case.id, "raw")
    except KeyDestroyed:
        return None
    except NoSuchBlob:
        return Sought(person, IdentityRead())
    look = await frame.look(raw)
    return Sought(person, look.reading.identity)

"""Today: what waits, for whom, until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response

from calends.desk.board import COUNTED, Filters, Group, Looker, Page, counts, pages_of
from calends.register.auditing import INBOX_PATIENCE
from calends.register.auditing_mail import mailbox_troubles
from calends.register.models import InboxRow
from calends.rules.vocabulary import Right
from console.desk.frame import Frame
from console.desk.lines import Shown, Teller
from console.desk.looker import looker_of, names_of
from console.who import SEES_CASES, May, Role, User, require
from workflows.tasks import TaskKind

Reader = Annotated[User, Depends(require(*SEES_CASES, Role.SYSTEM_OWNER))]

FIRST_LINES = {Group.NEEDS_ME: 20, Group.PERSON: 6, Group.OTHERS: 6, Group.WRONG: 6}
"""How many lines of each group stand on the first page."""
LINES = 50
"""Of one group shown alone."""
LAST_PAGE = 400
FILTERS = ("right", "system", "kind", "claimed", "sort")


@dataclass(frozen=True)
class Shelf:
    """One group as the template prints it."""

    group: Group
    lines: list[Shown]
    total: int
    more: bool


def routes(frame: Frame) -> APIRouter:
    router = APIRouter()

    @router.get("/desk")
    async def today(request: Request, user: Reader) -> Response:
        """All groups, or one alone with `?group=`; filters and pages as the query says."""
        asked, filters = request.query_params, filters_of(request.query_params)
        alone = Group(asked["group"]) if asked.get("group") in set(Group) else None
        number = min(int(asked["page"]), LAST_PAGE) if asked.get("page", "").isdecimal() else 1
        dates = frame.dates(request)
        async with frame.house.register.session() as session:
            looker = await looker_of(session, user, dates.today)
            totals = await counts(session, looker, filters, dates.today)
            pages = await pages_of(
                session,
                looker,
                filters,
                dates.today,
                {alone: LINES} if alone else FIRST_LINES,
                offset=LINES * (max(number, 1) - 1) if alone else 0,
            )
            names = await names_of(session, frame.directory, user, _ids(looker, pages))
            inbox = await _waiting_inbox(session) if looker.sees_cases else 0
            now = datetime.now(UTC)
            troubles = await mailbox_troubles(session, now) if looker.sees_cases else []
        teller = Teller(frame.words(request), dates, frame.house.company, names, set(looker.ids))
        shelves = [
            Shelf(
                group, [teller.shown(line, group) for line in page.lines], totals[group], page.more
            )
            for group, page in pages.items()
        ]
        return frame.page(
            request,
            user,
            "today",
            here="today",
            shelves=[shelf for shelf in shelves if shelf.lines or looker.sees_cases or not alone],
            alone=alone,
            number=number,
            totals=totals,
            counted=COUNTED,
            filters=filters,
            filtered=filters != Filters(by_task=filters.by_task),
            choices=Choices.of(frame),
            standing_in=sorted(names[each] for each in looker.ids - {user.id}),
            inbox=inbox,
            troubles=troubles,
            link=user.may(May.SEE_SETUP),
            query=_query(asked),
        )

    return router


@dataclass(frozen=True)
class Choices:
    """What the filters offer."""

    rights: list[str]
    systems: list[tuple[str, str]]
    kinds: list[str]

    @classmethod
    def of(cls, frame: Frame) -> Choices:
        systems = [(system.id, system.name) for system in frame.house.company.systems]
        return cls(list(Right), systems, list(TaskKind))


def filters_of(asked: QueryParams) -> Filters:
    """What the query asks for; what it does not know is not asked."""
    right, kind = asked.get("right", ""), asked.get("kind", "")
    return Filters(
        right=right if right in set(Right) else "",
        system=asked.get("system", "")[:63],
        kind=kind if kind in set(TaskKind) else "",
        claimed=asked.get("claimed") == "1",
        by_task=asked.get("sort") == "task",
    )


def _query(asked: QueryParams) -> str:
    """The filters again, for links to other pages of the same list."""
    kept = {
        key: asked[key] for key in ("right", "system", "kind", "claimed", "sort") if key in asked
    }
    return "".join(f"&{key}={value}" for key, value in QueryParams(kept).multi_items())


def _ids(looker: Looker, pages: dict[Group, Page]) -> set[str]:
    claimed = {line.claimed_by for page in pages.values() for line in page.lines}
    return {each for each in claimed if each} | set(looker.ids)


async def _waiting_inbox(session: AsyncSession) -> int:
    """Messages that should be cases by now (see `calends audit`)."""
    found = await session.scalar(
        select(func.count())
        .select_from(InboxRow)
        .where(
            InboxRow.state == "received",
            InboxRow.received_at < datetime.now(UTC) - INBOX_PATIENCE,
        )
    )
    return found or 0

"""Today: every open case and task in one of four groups, the nearest legal date first.

Order: the day by which the case must be answered, then the case's number, then the task's own
date. Every query walks the index `cases_queue` in that order and stops when its page is full.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, literal, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from calends.desk.completing import STANDING
from calends.desk.queue import WAITING
from calends.register.desk_rows import DecisionRow
from calends.register.models import CaseRow, DemandRow, TaskRow
from calends.rules.vocabulary import Assurance
from workflows.tasks import TaskKind


class Group(StrEnum):
    NEEDS_ME = "needs_me"
    PERSON = "person"
    OTHERS = "others"
    """Systems, colleagues, and the engine itself."""
    WRONG = "wrong"


COUNTED = {Group.NEEDS_ME: 1000, Group.PERSON: 100, Group.OTHERS: 100, Group.WRONG: 100}
"""Beyond it a group says "more than": nobody reads the exact number of so many."""


RIPE = timedelta(days=5)
"""Before its day: when a task that only comes back in time begins to need somebody."""


@dataclass(frozen=True)
class Looker:
    """Who looks at the queue: by it a task is theirs, a colleague's, or not to be seen."""

    ids: frozenset[str]
    """Their own id and those of absent colleagues for whom they stand in."""
    me: str = ""
    decides: bool = False
    approves: bool = False
    """May be the second pair of eyes."""
    sees_cases: bool = False
    systems: frozenset[str] = frozenset()
    """The systems whose searches are theirs."""
    owned: frozenset[str] = frozenset()
    """Systems that have an owner: searches of all others fall to who decides."""


@dataclass(frozen=True)
class Filters:
    right: str = ""
    system: str = ""
    kind: str = ""
    claimed: bool = False
    """Only what they have claimed already."""
    by_task: bool = False
    """Sorted by the task's own date instead of the case's."""


@dataclass(frozen=True)
class Line:
    """One line of a group: a task, or a case in which no human has anything to do."""

    case_id: str
    reference: str
    received_at: datetime
    answer_by: date
    legal_due: date
    assurance: str
    attention: str | None
    milestones: dict[str, Any]
    task_id: str | None = None
    kind: str = ""
    system: str | None = None
    role: str = ""
    due_at: datetime | None = None
    claimed_by: str | None = None
    proposed: str = ""
    """The outcome that waits for a second person."""
    rights: tuple[str, ...] = ()
    open_rights: tuple[str, ...] = ()


@dataclass(frozen=True)
class Page:
    """Some lines of a group, and whether there are more."""

    lines: list[Line] = field(default_factory=list)
    more: bool = False


_CASE = (
    CaseRow.id.label("case_id"),
    CaseRow.reference,
    CaseRow.received_at,
    CaseRow.answer_by,
    CaseRow.legal_due,
    CaseRow.assurance,
    CaseRow.attention,
    CaseRow.milestones,
)
_TASK = (
    TaskRow.id.label("task_id"),
    TaskRow.kind,
    TaskRow.system,
    TaskRow.role,
    TaskRow.due_at,
    TaskRow.claimed_by,
)
_OPEN = CaseRow.closed_at.is_(None)
_TO_DO = TaskRow.state.in_(WAITING)


async def pages_of(
    session: AsyncSession,
    looker: Looker,
    filters: Filters,
    today: date,
    sizes: Mapping[Group, int],
    *,
    offset: int = 0,
) -> dict[Group, Page]:
    """One page of each of these groups; `sizes`: lines of each."""
    pages = {}
    for group, size in sizes.items():
        chosen = _chosen(looker, group, filters, today)
        if chosen is None:
            pages[group] = Page()
            continue
        rows = (await session.execute(chosen.limit(size + 1).offset(offset))).mappings().all()
        pages[group] = Page([Line(**row) for row in rows[:size]], len(rows) > size)
    return await _with_rights(session, pages)


async def counts(
    session: AsyncSession, looker: Looker, filters: Filters, today: date
) -> dict[Group, int]:
    """How many lines each group has, up to one more than COUNTED; one statement."""
    capped = []
    for group in Group:
        chosen = _chosen(looker, group, filters, today)
        if chosen is None:
            capped.append(literal(0).label(group))
            continue
        inner = chosen.with_only_columns(literal(1).label("one")).order_by(None)
        some = inner.limit(COUNTED[group] + 1).subquery()
        capped.append(select(func.count()).select_from(some).scalar_subquery().label(group))
    row = (await session.execute(select(*capped))).mappings().one()
    return {group: int(row[group]) for group in Group}


def _chosen(looker: Looker, group: Group, filters: Filters, today: date) -> Select[Any] | None:
    if group is Group.NEEDS_ME:
        return _tasks(looker, _mine(looker), filters)
    if not looker.sees_cases:
        return None
    if group is Group.WRONG:
        return _cases(_wrong(today), filters)
    unknown = CaseRow.assurance == Assurance.IA0
    if group is Group.PERSON:
        nothing_to_do = ~exists().where(TaskRow.case_id == CaseRow.id, _TO_DO)
        return _cases(and_(nothing_to_do, unknown), filters)
    # Tasks of others, and cases that only the engine works at, in one order.
    return _others(looker, and_(TaskRow.id.is_(None), ~unknown), filters)


def _mine(looker: Looker) -> ColumnElement[bool]:
    by_hand = TaskRow.role == "system_owner"
    free = or_(TaskRow.claimed_by.is_(None), TaskRow.claimed_by.in_(looker.ids))
    theirs: ColumnElement[bool] = and_(by_hand, TaskRow.system.in_(looker.systems))
    if looker.decides:
        unowned = and_(by_hand, TaskRow.system.not_in(looker.owned))
        theirs = or_(theirs, ~by_hand, unowned)
    mine = and_(free, theirs, _ripe(), ~_decided())
    return or_(mine, _decided(proposed_to=looker.me)) if looker.approves else mine


def _ripe() -> ColumnElement[bool]:
    """A restriction that lives on is looked at again every thirty days, not all the time."""
    soon = TaskRow.due_at < func.now() + RIPE
    return or_(TaskRow.kind != TaskKind.LIFT_RESTRICTION, soon)


def _decided(*, proposed_to: str | None = None) -> ColumnElement[bool]:
    """The case has not heard yet of what was decided; with `proposed_to`, it waits for this
    colleague to confirm what another one proposed."""
    standing = exists().where(DecisionRow.task_id == TaskRow.id)
    if proposed_to is None:
        return standing.where(DecisionRow.state.in_(STANDING))
    return standing.where(DecisionRow.state == "proposed", DecisionRow.proposed_by != proposed_to)


def _tasks(looker: Looker, whose: ColumnElement[bool], filters: Filters) -> Select[Any]:
    chosen = (
        select(*_CASE, *_TASK)
        .join(TaskRow, TaskRow.case_id == CaseRow.id)
        .where(_OPEN, _TO_DO, whose)
    )
    if filters.system:
        chosen = chosen.where(TaskRow.system == filters.system)
    if filters.kind:
        chosen = chosen.where(TaskRow.kind == filters.kind)
    if filters.claimed:
        chosen = chosen.where(TaskRow.claimed_by.in_(looker.ids))
    chosen = _of_right(chosen, filters)
    if filters.by_task:
        return chosen.order_by(TaskRow.due_at, TaskRow.id)
    return chosen.order_by(CaseRow.answer_by, CaseRow.number, TaskRow.due_at)


def _cases(which: ColumnElement[bool], filters: Filters) -> Select[Any]:
    about_tasks = filters.system or filters.kind or filters.claimed
    chosen = select(*_CASE).where(_OPEN, which, false() if about_tasks else true())
    return _of_right(chosen, filters).order_by(CaseRow.answer_by, CaseRow.number)


def _others(looker: Looker, quiet: ColumnElement[bool], filters: Filters) -> Select[Any]:
    about_tasks = filters.system or filters.kind or filters.claimed
    joined = and_(TaskRow.case_id == CaseRow.id, _TO_DO)
    theirs = and_(TaskRow.id.is_not(None), ~_mine(looker))
    which = theirs if about_tasks else or_(theirs, quiet)
    chosen = select(*_CASE, *_TASK).outerjoin(TaskRow, joined).where(_OPEN, which)
    if filters.system:
        chosen = chosen.where(TaskRow.system == filters.system)
    if filters.kind:
        chosen = chosen.where(TaskRow.kind == filters.kind)
    if filters.claimed:
        chosen = chosen.where(false())
    return _of_right(chosen, filters).order_by(CaseRow.answer_by, CaseRow.number)


def _wrong(today: date) -> ColumnElement[bool]:
    unanswered = _demands(DemandRow.state == "open")
    return or_(CaseRow.attention.is_not(None), and_(CaseRow.answer_by < today, unanswered))


def _demands(which: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether the case has such a demand. Not EXISTS: that is answered by hashing the demands of
    every case there is, where a page needs those of a few."""
    found = select(true()).where(DemandRow.case_id == CaseRow.id, which).limit(1)
    return found.scalar_subquery().is_(true())


def _of_right(chosen: Select[Any], filters: Filters) -> Select[Any]:
    if not filters.right:
        return chosen
    return chosen.where(_demands(DemandRow.right == filters.right))


async def _with_rights(session: AsyncSession, pages: Mapping[Group, Page]) -> dict[Group, Page]:
    """The demands of the cases shown, and what is proposed of their tasks, all read at once."""
    lines = [line for page in pages.values() for line in page.lines]
    if not lines:
        return dict(pages)
    rows = await session.execute(
        select(DemandRow.case_id, DemandRow.right, DemandRow.state)
        .where(DemandRow.case_id.in_({line.case_id for line in lines}))
        .order_by(DemandRow.right)
    )
    rights: dict[str, list[tuple[str, str]]] = {}
    for case_id, right, state in rows.all():
        rights.setdefault(case_id, []).append((right, state))
    decided = await session.execute(
        select(DecisionRow.task_id, DecisionRow.outcome).where(
            DecisionRow.task_id.in_([line.task_id for line in lines if line.task_id]),
            DecisionRow.state == "proposed",
        )
    )
    proposed: dict[str, str] = dict(decided.all())
    return {
        group: replace(
            page,
            lines=[
                _with(line, rights.get(line.case_id, []), proposed.get(line.task_id or "", ""))
                for line in page.lines
            ],
        )
        for group, page in pages.items()
    }


def _with(line: Line, demands: list[tuple[str, str]], proposed: str) -> Line:
    return replace(
        line,
        proposed=proposed,
        rights=tuple(right for right, _ in demands),
        open_rights=tuple(right for right, state in demands if state == "open"),
    )

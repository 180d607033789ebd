"""A case with all that hangs on it, as the register holds it: six statements, nothing opened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from calends.desk.completing import STANDING
from calends.desk.queue import WAITING
from calends.register.desk_rows import DecisionRow
from calends.register.models import CaseRow, DemandRow, InboxRow, OutboxRow, SearchRow, TaskRow
from calends.rules.rights import in_order
from calends.rules.vocabulary import Right

Row = TypeVar("Row")


@dataclass(frozen=True)
class Dossier:
    case: CaseRow
    demands: Sequence[DemandRow] = ()
    searches: Sequence[SearchRow] = ()
    tasks: Sequence[TaskRow] = ()
    letters: Sequence[OutboxRow] = ()
    messages: Sequence[InboxRow] = field(default=(), repr=False)
    """The one that opened the case first, then those that joined it."""
    decisions: Sequence[DecisionRow] = ()

    @property
    def rights(self) -> list[Right]:
        return list(in_order(Right(demand.right) for demand in self.demands))

    @property
    def open_tasks(self) -> list[TaskRow]:
        return [task for task in self.tasks if task.state in WAITING]

    def task(self, *kinds: str) -> TaskRow | None:
        """The open task of one of these kinds."""
        return next((task for task in self.open_tasks if task.kind in kinds), None)

    def standing(self, task_id: str) -> DecisionRow | None:
        """What has been decided of a task and the case has not heard of."""
        return next(
            (d for d in self.decisions if d.task_id == task_id and d.state in STANDING), None
        )

    def refused(self, task_id: str) -> DecisionRow | None:
        """The last decision of a task, when the case refused it."""
        last = next((d for d in reversed(self.decisions) if d.task_id == task_id), None)
        return last if last is not None and last.state == "refused" else None


async def read_dossier(session: AsyncSession, case: CaseRow) -> Dossier:
    async def rows(chosen: Select[Row]) -> Sequence[Row]:
        return (await session.scalars(chosen)).all()

    def of_case(model: type[Row], case_id: Any) -> Select[Row]:
        return select(model).where(case_id == case.id)

    joined = or_(InboxRow.case_id == case.id, InboxRow.joined_case == case.id)
    return Dossier(
        case,
        demands=await rows(of_case(DemandRow, DemandRow.case_id).order_by(DemandRow.right)),
        searches=await rows(of_case(SearchRow, SearchRow.case_id).order_by(SearchRow.system)),
        tasks=await rows(of_case(TaskRow, TaskRow.case_id).order_by(TaskRow.opened_at, TaskRow.id)),
        letters=await rows(
            of_case(OutboxRow, OutboxRow.case_id).order_by(OutboxRow.written_at, OutboxRow.purpose)
        ),
        messages=await rows(select(InboxRow).where(joined).order_by(InboxRow.received_at)),
        decisions=await rows(
            of_case(DecisionRow, DecisionRow.case_id).order_by(DecisionRow.proposed_at)
        ),
    )

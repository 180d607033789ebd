"""Retention beside the data: what was kept until a date, and the phases of the table."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.house import House
from activities.orders import KeepPhases, Kept
from calends.problems import Problem
from calends.register.house_chain import append_house_event
from calends.register.keeping_rows import PlanRow
from calends.retention.keeping import Keeping, Place, open_place
from calends.retention.kept import purge
from calends.retention.running import approve, carry_out, draft
from calends.systems.protocol import ActRefused, Seeds, SystemFailed


def keeping_of(house: House) -> Keeping:
    """What retention works with, of the process's house."""

    async def seeds_of(case_id: str, sealed: bytes) -> Seeds:
        return (await house.opened_person(case_id, sealed)).seeds()

    return Keeping(house.register, house.keyring, house.blobs, house.company, seeds_of)


def local_today(house: House, at: datetime) -> date:
    return at.astimezone(ZoneInfo(house.company.controller.tz)).date()


class Retention:
    """Runs on the queue of one system, beside its data."""

    def __init__(self, house: House) -> None:
        self.house = house

    @activity.defn
    async def purge_kept(self, order: KeepPhases) -> Kept:
        """Deletes what erasures had to leave until a day that has passed (rule book §3.3(9))."""
        async with self._place(order.system) as place:
            cases = await purge(
                keeping_of(self.house), place, local_today(self.house, order.at), order.at
            )
        done = sum(one.done for one in cases.values())
        return Kept(system=order.system, done=done, left=sum(one.left for one in cases.values()))

    @activity.defn
    async def run_phases(self, order: KeepPhases) -> Kept:
        """Tonight's scheduled run, when the company file says that somebody approved it: drafted,
        approved and carried out under one name a day, so that it may run twice."""
        phases = self.house.company.phases
        if phases.run != "scheduled":
            return Kept(system=order.system)
        keeping, today = keeping_of(self.house), local_today(self.house, order.at)
        plan_id = f"plan-{today:%Y%m%d}-{order.system}"
        async with self._place(order.system) as place:
            state = await self._drafted(keeping, place, plan_id, today, order.at)
            if state in ("dropped", "done"):
                return Kept(system=order.system)
            async with self.house.register.session() as session:
                await approve(
                    session, keeping, plan_id, by=phases.approved_by, actor="schedule", at=order.at
                )
                await session.commit()
            ran = await carry_out(keeping, place, plan_id, today, order.at)
        return Kept(system=order.system, done=sum(ran.done.values()), left=ran.left)

    async def _drafted(
        self, keeping: Keeping, place: Place, plan_id: str, today: date, at: datetime
    ) -> str:
        """The state of tonight's plan. One larger than the schedule may carry out is dropped and
        told: a human looks at it first."""
        async with self.house.register.session() as session:
            state = await session.scalar(
                select(PlanRow.state).where(PlanRow.id == plan_id, PlanRow.system == place.id)
            )
        if state is not None and state != "drafted":
            return state
        most = self.house.company.phases.most_records
        plan = await draft(keeping, place, plan_id, today, at, most=most)
        if plan.due and not plan.more:
            return "drafted"
        async with self.house.register.session() as session:
            row = await session.get_one(PlanRow, (plan_id, place.id))
            row.state = "dropped"
            await keeping.keyring.destroy(session, plan_id)
            if plan.more:
                facts = {"plan": plan_id, "system": place.id, "most": most}
                once = f"too_many:{plan_id}"
                await append_house_event(
                    session, once=once, kind="phases_need_a_human", at=at, facts=facts
                )
            await session.commit()
        return "dropped"

    @asynccontextmanager
    async def _place(self, system_id: str) -> AsyncIterator[Place]:
        """The system with its archives. Failures leave as their class: no text of a database."""
        try:
            place = open_place(self.house.company.system(system_id), self.house.company)
        except Problem as problem:
            raise ApplicationError(str(problem), type="NotConfigured", non_retryable=True) from None
        try:
            yield place
        except ActRefused as refused:
            what = f"{refused.table}: act refused"
            raise ApplicationError(what, type="ActRefused", non_retryable=True) from None
        except SystemFailed as failure:
            raise ApplicationError(str(failure.reason), type=str(failure.reason)) from None
        finally:
            await place.system.close()

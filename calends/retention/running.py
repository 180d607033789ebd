"""Plans of retention: drafted, approved by a named person, carried out as they were shown.

What is carried out is what was shown and is still due: a record whose period started again since,
or that is held now, is left alone. Killed anywhere, the next try finds the rest.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from calends.problems import Problem
from calends.register.house_chain import append_house_event
from calends.register.keeping_rows import PlanRow
from calends.register.models import BlobRow
from calends.retention.held import held_records, record_name
from calends.retention.keeping import Keeping, Place
from calends.retention.planning import Plan, as_line, plan_of
from calends.systems.protocol import Act, Order
from calends.vault.keys import ENGINE_KEY

GOOD_FOR = timedelta(days=30)
"""An older plan is drafted anew: nobody approves what they saw a month ago."""
MOST = 50_000
"""Records of one plan in one system, which are changed in one transaction."""


@dataclass(frozen=True)
class Ran:
    """How one system's part of a plan ended."""

    system: str
    done: Mapping[str, int]
    """`<collection>:<act>` -> records changed now."""
    planned: int
    left_alone: int
    """Planned, and not due any more, held or refused meanwhile."""
    left: int
    """Still to be done although they were carried out: none, or the proof has failed."""

    def facts(self) -> dict[str, Any]:
        return {
            "done": dict(self.done),
            "planned": self.planned,
            "left_alone": self.left_alone,
            "left": self.left,
        }


def new_plan_id(today: date) -> str:
    return f"plan-{today:%Y%m%d}-{secrets.token_hex(4)}"


async def draft(
    keeping: Keeping, place: Place, plan_id: str, today: date, at: datetime, *, most: int = MOST
) -> Plan:
    """The dry run of one system, kept sealed so that exactly this can be approved."""
    held = await held_records(keeping, place)
    plan = await plan_of(keeping.company, place, held, today, most=most)
    async with keeping.register.session() as session:
        key = await keeping.keyring.make(session, plan_id)
        each = (orjson.dumps(as_line(one), option=orjson.OPT_NON_STR_KEYS) for one in plan.due)
        lines = b"".join(line + b"\n" for line in each)
        await keeping.blobs.write(session, key, f"plan:{place.id}", lines)
        row = PlanRow(
            id=plan_id,
            system=place.id,
            day=today,
            drafted_at=at,
            state="drafted",
            facts=plan.facts(),
            sealed_approver=None,
            done_at=None,
        )
        await session.merge(row)
        await session.commit()
    return plan


async def approve(
    session: AsyncSession, keeping: Keeping, plan_id: str, *, by: str, actor: str, at: datetime
) -> list[PlanRow]:
    """Approves every system's part of a plan, in the caller's transaction. Raises Problem for one
    that does not exist, is too old, or was carried out."""
    if not by.strip():
        raise Problem("--by: who approves it, by name")
    rows = select(PlanRow).where(PlanRow.id == plan_id).order_by(PlanRow.system).with_for_update()
    found = list(await session.scalars(rows))
    if not found:
        raise Problem("no such plan; mend: calends retention plan")
    waiting = [row for row in found if row.state in ("drafted", "approved")]
    if not waiting:
        raise Problem(f"{plan_id}: already carried out")
    if any(row.drafted_at < at - GOOD_FOR for row in waiting):
        raise Problem(f"{plan_id}: older than {GOOD_FOR.days} days; mend: calends retention plan")
    house = await keeping.keyring.get(ENGINE_KEY)
    for row in waiting:
        row.state = "approved"
        row.sealed_approver = house.seal(by.strip().encode(), f"plan|{row.id}|{row.system}")
    facts = {"plan": plan_id, "systems": {row.system: row.facts for row in waiting}}
    await append_house_event(
        session, once=f"approved:{plan_id}", kind="plan_approved", at=at, actor=actor, facts=facts
    )
    return waiting


async def carry_out(keeping: Keeping, place: Place, plan_id: str, today: date, at: datetime) -> Ran:
    """Carries out what of an approved plan is still due, looks again, and testifies.

    Raises Problem when nobody approved it, SystemFailed, ActRefused: then nothing was changed.
    """
    async with keeping.register.session() as session:
        row = await session.get(PlanRow, (plan_id, place.id))
    if row is None or row.state not in ("approved", "done"):
        raise Problem(f"{plan_id}: nobody approved it for {place.id}")
    if row.state == "done":
        return Ran(place.id, {}, 0, 0, 0)
    shown = await _shown(keeping, plan_id, place.id)
    held = await held_records(keeping, place)
    now_due = await plan_of(keeping.company, place, held, today, most=MOST)
    orders = [one.order for one in now_due.due if shown.get(_name(one.order)) == one.order.act]
    report = await place.system.carry_out(orders)
    gone = len(shown) - len(orders)
    ran = Ran(place.id, report.done, len(shown), gone, await _left(place, orders))
    async with keeping.register.session() as session:
        await _done(session, keeping, place, plan_id, ran, at)
        await session.commit()
    return ran


async def _done(
    session: AsyncSession, keeping: Keeping, place: Place, plan_id: str, ran: Ran, at: datetime
) -> None:
    row = await session.get_one(PlanRow, (plan_id, place.id), with_for_update=True)
    row.state, row.done_at = "done", at
    blob = f"plan:{place.id}"
    await session.execute(delete(BlobRow).where(BlobRow.case_id == plan_id, BlobRow.name == blob))
    await session.flush()
    others = select(PlanRow.system).where(PlanRow.id == plan_id, PlanRow.state != "done")
    if (await session.scalars(others)).first() is None:
        await keeping.keyring.destroy(session, plan_id)
    await append_house_event(
        session,
        once=f"carried_out:{plan_id}:{place.id}",
        kind="phases_carried_out",
        at=at,
        facts={"plan": plan_id, "system": place.id, **ran.facts()},
    )


async def _shown(keeping: Keeping, plan_id: str, system: str) -> dict[str, Act]:
    lines = (await keeping.blobs.read(plan_id, f"plan:{system}")).splitlines()
    each = [orjson.loads(line) for line in lines]
    return {record_name(one["collection"], one["key"]): one["act"] for one in each}


async def _left(place: Place, orders: Sequence[Order]) -> int:
    """How many of these records are not as ordered: looked at again, after the act."""
    left = 0
    async with aclosing(place.system.preview(orders)) as effects:
        async for effect in effects:
            left += effect.outcome != "already"
    return left


async def drop_old_plans(keeping: Keeping, at: datetime) -> int:
    """Plans that nobody carried out in time lose their key, and with it which records they held."""
    async with keeping.register.session() as session:
        old = select(PlanRow).where(
            PlanRow.state.in_(("drafted", "approved")), PlanRow.drafted_at < at - GOOD_FOR
        )
        rows = list(await session.scalars(old))
        for row in rows:
            row.state = "dropped"
            await session.execute(delete(BlobRow).where(BlobRow.case_id == row.id))
            await keeping.keyring.destroy(session, row.id)
        await session.commit()
    return len(rows)


def _name(order: Order) -> str:
    return record_name(order.collection, order.key)

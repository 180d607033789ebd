"""Acts in the systems: marks, approved erasures and rectifications, looked at again afterwards."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any, cast

import orjson
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.house import House, lines_of, noted
from activities.leads import Leads
from activities.orders import CarriedOut, Mark, Marked, Rehearsed
from activities.orders import CarryOut as CarryOutOrder
from activities.rehearsing import Rehearsal, rehearsal_blob
from calends.problems import Problem
from calends.register.erasures import remember_erasures
from calends.register.models import LedgerRow
from calends.retention.keeping import archive_name
from calends.retention.kept import KeptRecord, remember_kept
from calends.rules.vocabulary import Verdict
from calends.systems.proof import prove
from calends.systems.protocol import (
    Act,
    ActRefused,
    Change,
    Channel,
    Effect,
    Event,
    Order,
    System,
    SystemFailed,
)
from calends.systems.table_rows import named


class CarryOut:
    """Runs on the queue of one system, beside its data."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.leads = Leads(house)

    @activity.defn
    async def mark(self, order: Mark) -> Marked:
        """Sets what the system declares for an event; doing it twice changes nothing."""
        system = self._system(order.system)
        seeds, rows = await self.leads.seeds(order.case_id, order.system), 0
        if seeds:
            event, channels = cast("Event", order.event), cast("list[Channel]", order.channels)
            rows = await system.mark(seeds, event, channels)
        async with self.house.register.session() as session:
            once = f"marked:{order.event}:{order.system}:{order.at.isoformat()}"
            await noted(
                session,
                order,
                "marked",
                once=once,
                system=order.system,
                mark=order.event,
                rows=rows,
            )
            await session.commit()
        return Marked(system=order.system, rows=rows)

    @activity.defn
    async def rehearse(self, order: CarryOutOrder) -> Rehearsed:
        """The dry run of an erasure plan that nobody approved yet; changes nothing."""
        sure: list[Order] = []
        doubtful: list[Order] = []
        plan = self.house.blobs.stream(order.case_id, f"plan:{order.system}")
        async for line in lines_of(plan):
            planned = orjson.loads(line)
            if act := self._act(order.system, planned, erase_undecided=True):
                decided = self._act(order.system, planned, erase_undecided=False) is not None
                wanted = Order(planned["collection"], planned["key"], act)
                (sure if decided else doubtful).append(wanted)
        rehearsal = Rehearsal(self._system(order.system), _reference(order))
        key = await self.house.keyring.get(order.case_id)
        async with self.house.register.session() as session:
            lines = _by_class(rehearsal.lines(sure, doubtful))
            await self.house.blobs.write(session, key, rehearsal_blob(order.system), lines)
            await session.commit()
        return rehearsal.result(order.system)

    @activity.defn
    async def carry_out(self, order: CarryOutOrder) -> CarriedOut:
        """Carries out an approved plan in one system, then proves it: looks for each record by its
        key, and for the person anew."""
        orders = [wanted async for wanted, _ in self._orders(order)]
        system = self._system(order.system)
        reference = _reference(order)
        try:
            report = await system.carry_out(orders, reference)
            seeds = await self.leads.seeds(order.case_id, order.system)
            proof = await prove(system, orders, seeds, reference)
        except ActRefused as refused:
            # Declared names and a rule, never a value: whoever mends it must know which.
            raise ApplicationError(f"act refused: {refused}", type="ActRefused") from None
        except SystemFailed as failure:
            raise ApplicationError(str(failure.reason), type=str(failure.reason)) from None
        left = sum(proof.left.values()) + sum(proof.found.values())
        async with self.house.register.session() as session:
            if order.plan == "rectify":
                await self._keep_before(session, order, orders, report.rectified)
            if order.plan == "erase":
                await remember_erasures(
                    session,
                    self.house.keyring,
                    case_id=order.case_id,
                    system=order.system,
                    at=order.at,
                    erased=self._orders(order),
                )
                await remember_kept(
                    session,
                    self.house.keyring,
                    case_id=order.case_id,
                    system=order.system,
                    kept=self._kept(order),
                )
            await noted(
                session,
                order,
                "carried_out",
                once=f"{order.plan}:{order.system}:{order.at.isoformat()}",
                system=order.system,
                plan=order.plan,
                done=dict(report.done),
                already=report.already,
                left=left,
                proof=asdict(proof),
            )
            await session.commit()
        return CarriedOut(
            system=order.system,
            plan=order.plan,
            done=dict(report.done),
            already=report.already,
            left=left,
        )

    async def _orders(self, order: CarryOutOrder) -> AsyncIterator[tuple[Order, Mapping[str, Any]]]:
        """The orders of an approved plan, each with what its record held when it was found."""
        approved = await self._approved(order)
        name = {"erase": "plan", "rectify": order.once("rectification")}[order.plan]
        plan = self.house.blobs.stream(order.case_id, f"{name}:{order.system}")
        async for line in lines_of(plan):
            planned = orjson.loads(line)
            if order.plan == "rectify":
                changes = {name: Change(**change) for name, change in planned["changes"].items()}
                yield Order(planned["collection"], planned["key"], "rectify", changes), {}
            elif act := self._act(order.system, planned, bool(approved["erase_undecided"])):
                yield Order(planned["collection"], planned["key"], act), planned.get("held", {})

    async def _kept(self, order: CarryOutOrder) -> AsyncIterator[KeptRecord]:
        """What of an approved plan stays until a date, under the name that it has from now on."""
        approved, declared = await self._approved(order), self.house.declared(order.system)
        async for line in lines_of(self.house.blobs.stream(order.case_id, f"plan:{order.system}")):
            planned = orjson.loads(line)
            act = self._act(order.system, planned, bool(approved["erase_undecided"]))
            if planned["until"] and act in (None, "archive"):
                collection = declared.collection(planned["collection"])
                moved = act == "archive" and collection.meta.archive_into
                name = archive_name(collection) if moved else collection.name
                yield KeptRecord(name, planned["key"], date.fromisoformat(planned["until"]))

    async def _approved(self, order: CarryOutOrder) -> dict[str, Any]:
        """What was approved. Refuses to act on a plan that nobody approved."""
        once = order.once(
            {"erase": "plan_approved", "rectify": "rectification_approved"}[order.plan]
        )
        async with self.house.register.reader() as reader:
            approval: dict[str, Any] | None = await reader.scalar(
                select(LedgerRow.facts).where(
                    LedgerRow.case_id == order.case_id, LedgerRow.once == once
                )
            )
        if approval is None:
            raise ApplicationError(
                "the plan was not approved", type="NotApproved", non_retryable=True
            )
        return approval

    def _act(self, system: str, planned: dict[str, Any], erase_undecided: bool) -> Act | None:
        act = ACTS.get(planned["verdict"])
        if planned["verdict"] == Verdict.HUMAN and erase_undecided:
            declared = self.house.declared(system)
            act = ON_ERASURE[declared.collection(planned["collection"]).meta.on_erasure]
        if self.house.company.system(system).kind == "http" and act != "erase":
            return None  # of a processor only erasure can be asked: the rest it is told
        return act

    async def _keep_before(
        self,
        session: AsyncSession,
        order: CarryOutOrder,
        orders: Sequence[Order],
        effects: Sequence[Effect],
    ) -> None:
        """What rectified records held before, sealed: the reply says it, and it can be undone.

        A try that was cut off before it could say so changed what this one finds changed already:
        there the condition on which it was changed is what the record held.
        """
        seen = {(e.order.collection, named(e.order.key)): e.changes for e in effects}
        lines = [
            orjson.dumps(
                {
                    "collection": wanted.collection,
                    "key": wanted.key,
                    "changes": {
                        name: {"before": change.before, "after": change.after}
                        for name, change in changes.items()
                    },
                },
                option=orjson.OPT_NON_STR_KEYS,
            )
            for wanted in orders
            if (changes := seen.get((wanted.collection, named(wanted.key)), wanted.values))
        ]
        if lines:
            key = await self.house.keyring.get(order.case_id)
            name = f"{order.once('rectified')}:{order.system}"
            await self.house.blobs.write(session, key, name, b"\n".join(lines) + b"\n")

    def _system(self, system_id: str) -> System:
        try:
            return self.house.system(system_id, for_acts=True)
        except Problem as problem:
            raise ApplicationError(str(problem), type="NotConfigured", non_retryable=True) from None


def _reference(order: CarryOutOrder) -> str:
    return f"{order.case_id}:{order.turn}:{order.attempt}"


async def _by_class(lines: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The lines; a failure by its class, which names nobody."""
    try:
        async for line in lines:
            yield line
    except SystemFailed as failure:
        raise ApplicationError(str(failure.reason), type=str(failure.reason)) from None


ACTS: dict[str, Act | None] = {
    Verdict.ERASED: "erase",
    Verdict.ANONYMISED: "anonymise",
    Verdict.ARCHIVED_RESTRICTED: "archive",
    Verdict.RETAINED: None,
    Verdict.HUMAN: None,
}
"""What a verdict means in a system; None: nothing is touched."""
ON_ERASURE: dict[str | None, Act | None] = {
    "delete": "erase",
    "anonymise": "anonymise",
    None: None,
}

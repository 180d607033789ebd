"""Acts in the systems: prospecting objections, and approved erasures searched again afterwards."""

from __future__ import annotations

from contextlib import aclosing
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.decide import lines_of
from activities.house import House, noted
from activities.orders import CarriedOut, CaseStep, Objected
from activities.orders import CarryOut as CarryOutOrder
from calends.problems import Problem
from calends.register.models import LedgerRow, SuppressionRow
from calends.rules.vocabulary import Verdict
from calends.systems.protocol import Act, ActRefused, Order, System

KEYS = orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS


class CarryOut:
    def __init__(self, house: House) -> None:
        self.house = house

    @activity.defn
    async def suppress(self, order: CaseStep) -> None:
        """Puts the writer on the suppression list: a keyed digest, no address (GDPR 21(3))."""
        async with self.house.register.session() as session:
            person = await self.house.person(session, order.case_id)
            if person.address:
                mark = self.house.keyring.index("suppression:email", person.address)
                await session.execute(
                    insert(SuppressionRow)
                    .values(channel="email", mark=mark, since=order.at, case_id=order.case_id)
                    .on_conflict_do_nothing()
                )
            await noted(session, order, "suppressed", channels=["email"])
            await session.commit()

    @activity.defn
    async def object_to_prospecting(self, order: CarryOutOrder) -> Objected:
        """Sets what the system declares for an objection; doing it twice changes nothing."""
        system = self._system(order.system)
        async with self.house.register.session() as session:
            person = await self.house.person(session, order.case_id)
            rows = 0
            if person.address:
                rows = await system.object_to_prospecting({"email": [person.address]})
            once = f"objected:{order.system}"
            await noted(session, order, "objected", once=once, system=order.system, rows=rows)
            await session.commit()
        return Objected(system=order.system, rows=rows)

    @activity.defn
    async def erase_and_check(self, order: CarryOutOrder) -> CarriedOut:
        """Carries out the approved plan in one system, then looks again for what should be gone."""
        once = f"erased:{order.system}"
        erase_undecided = await self._approved(order.case_id)
        system, orders = self._system(order.system), []
        async for line in lines_of(self.house.blobs.stream(order.case_id, f"plan:{order.system}")):
            wanted = self._order(order.system, orjson.loads(line), erase_undecided)
            if wanted is not None:
                orders.append(wanted)
        try:
            report = await system.carry_out(orders)
        except ActRefused as refused:
            raise ApplicationError(f"{refused.table}: act refused", type="ActRefused") from None
        left = await self._left(order, orders)
        async with self.house.register.session() as session:
            await noted(
                session,
                order,
                "carried_out",
                once=f"{once}:{order.at.isoformat()}",
                system=order.system,
                done=dict(report.done),
                already=report.already,
                left=left,
            )
            await session.commit()
        return CarriedOut(
            system=order.system, done=dict(report.done), already=report.already, left=left
        )

    def _system(self, system_id: str) -> System:
        try:
            return self.house.system(system_id, for_acts=True)
        except Problem as problem:
            raise ApplicationError(str(problem), type="NotConfigured", non_retryable=True) from None

    async def _approved(self, case_id: str) -> bool:
        """Whether undecided records go too. Refuses to act on a plan that nobody approved."""
        async with self.house.register.session() as session:
            approval = await session.scalar(
                select(LedgerRow.facts).where(
                    LedgerRow.case_id == case_id, LedgerRow.once == "plan_approved"
                )
            )
        if approval is None:
            raise ApplicationError(
                "the plan was not approved", type="NotApproved", non_retryable=True
            )
        return bool(approval["erase_undecided"])

    def _order(self, system: str, line: dict[str, Any], erase_undecided: bool) -> Order | None:
        act = ACTS.get(line["verdict"])
        if line["verdict"] == Verdict.HUMAN and erase_undecided:
            declared = self.house.declared(system)
            on_erasure = declared.collection(line["collection"]).meta.on_erasure
            act = {"delete": "erase", "anonymise": "anonymise", None: None}[on_erasure]
        if act is None:
            return None
        return Order(collection=line["collection"], key=line["key"], act=act)

    async def _left(self, order: CarryOutOrder, orders: list[Order]) -> int:
        """How many records that should be gone are still found: the proof of an erasure."""
        gone = {
            (o.collection, orjson.dumps(o.key, option=KEYS)) for o in orders if o.act == "erase"
        }
        if not gone:
            return 0
        async with self.house.register.session() as session:
            person = await self.house.person(session, order.case_id)
        if not person.address:
            return 0
        left = 0
        searched = self.house.system(order.system).locate({"email": [person.address]})
        async with aclosing(searched) as records:
            async for record in records:
                left += (record.collection, orjson.dumps(record.key, option=KEYS)) in gone
        return left


ACTS: dict[str, Act | None] = {
    Verdict.ERASED: "erase",
    Verdict.ANONYMISED: "anonymise",
    Verdict.ARCHIVED_RESTRICTED: "archive",
    Verdict.RETAINED: None,
    Verdict.HUMAN: None,
}
"""What a verdict means in a system; None: nothing is touched."""

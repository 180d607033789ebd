"""The registers of what stops: suppression, withdrawn consents, restrictions. No address there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from temporalio import activity

from activities.house import House, Person, noted
from activities.orders import CaseStep, Lifted, Restriction, Suppressed
from calends.register.case_rows import RestrictionRow, WithdrawalRow
from calends.register.marks import marks_of
from calends.register.models import SuppressionRow
from calends.rules.restriction import Ground
from calends.rules.vocabulary import Right
from calends.systems.protocol import Channel
from calends.vault.blobs import NoSuchBlob


class Stop:
    def __init__(self, house: House) -> None:
        self.house = house

    @activity.defn
    async def suppress(self, order: CaseStep) -> Suppressed:
        """Puts the writer on the suppression list, channel by channel (GDPR 21(3)).

        No channel named means all of them: in doubt the wider reading, as the right is absolute.
        """
        channels = await self._channels(order.case_id)
        async with self.house.register.session() as session:
            person = await self.house.person(session, order.case_id)
            for channel in channels or get_args(Channel):
                for mark in self._marks(person, channel):
                    await session.execute(
                        insert(SuppressionRow)
                        .values(channel=channel, mark=mark, since=order.at, case_id=order.case_id)
                        .on_conflict_do_nothing()
                    )
            await noted(
                session,
                order,
                "suppressed",
                once=order.once("suppressed"),
                channels=channels or list(get_args(Channel)),
            )
            await session.commit()
        return Suppressed(channels=channels)

    async def _channels(self, case_id: str) -> list[str]:
        """The channels that the message names; none: all."""
        try:
            raw = await self.house.blobs.read(case_id, "raw")
        except NoSuchBlob:
            return []
        reading = (await self.house.guard.look(raw)).reading
        named = [
            channel
            for demand in reading.demands
            if demand.right is Right.PROSPECTING_OBJECTION
            for channel in demand.channels
        ]
        return [channel for channel in get_args(Channel) if channel in named]

    def _marks(self, person: Person, channel: str) -> Iterator[bytes]:
        """Whom the list must know on that channel: what the person wrote from, and, as nobody is
        harmed by an objection too many, what their message says of themselves."""
        emails = [a for a in (person.address, *person.proved) if a]
        phones = person.said.get("phone_number", [])
        values = {
            "email": [*emails, *person.said.get("email", [])],
            "phone": phones,
            "sms": phones,
            "post": [" ".join(person.postal)] if person.postal else [],
        }
        yield from marks_of(self.house.keyring, channel, values[channel])

    @activity.defn
    async def withdraw_consent(self, order: CaseStep) -> None:
        """Notes, in the consent ledger, that every consent of the writer's is withdrawn (7(3)).

        Which consents there were is what the systems' own marks say; purposes that rest on
        consent are all meant, unless the person names one, which a human reads.
        """
        async with self.house.register.session() as session:
            person = await self.house.person(session, order.case_id)
            purposes = [p.id for p in self.house.company.purposes if p.basis == "consent"]
            for purpose in purposes:
                for mark in self._marks(person, "email"):
                    await session.execute(
                        insert(WithdrawalRow)
                        .values(case_id=order.case_id, purpose=purpose, mark=mark, since=order.at)
                        .on_conflict_do_nothing()
                    )
            once = order.once("consent_withdrawn")
            await noted(session, order, "consent_withdrawn", once=once, purposes=purposes)
            await session.commit()

    @activity.defn
    async def restrict(self, order: Restriction) -> None:
        """Enters the person in the register of restrictions (GDPR 18): others ask it first."""
        async with self.house.register.session() as session:
            person = await self.house.person(session, order.case_id)
            ground = Ground.OBJECTION_PENDING if order.right is Right.OBJECTION else None
            values = {"ground": ground, "since": order.at, "lifted_at": None}
            if await noted(
                session, order, "restricted", once=order.once(f"restricted:{order.right}")
            ):
                for channel in get_args(Channel):
                    for mark in self._marks(person, channel):
                        place = {"case_id": order.case_id, "right": order.right}
                        await session.execute(
                            insert(RestrictionRow)
                            .values(**place, channel=channel, mark=mark, **values)
                            .on_conflict_do_update(
                                index_elements=["case_id", "right", "channel", "mark"], set_=values
                            )
                        )
            await session.commit()

    @activity.defn
    async def ground_restriction(self, order: Restriction) -> None:
        """A human said on which ground of 18(1) it rests."""
        ground = Ground(f"18(1)({order.ground})")
        async with self.house.register.session() as session:
            await self._change(session, order, ground=ground)
            once = order.once(f"restriction_grounded:{order.right}")
            await noted(
                session, order, "restriction_grounded", once=once, actor="dpo", ground=ground
            )
            await session.commit()

    @activity.defn
    async def lift_restriction(self, order: Restriction) -> Lifted:
        """Ends a restriction in the register; the person was told before, where 18(3) says so."""
        async with self.house.register.session() as session:
            held = await self._held_otherwise(session, order)
            await self._change(session, order, lifted_at=order.at)
            once = order.once(f"restriction_lifted:{order.right}")
            await noted(session, order, "restriction_lifted", once=once)
            await session.commit()
        return Lifted(held_otherwise=held)

    async def _held_otherwise(self, session: AsyncSession, order: Restriction) -> bool:
        own = select(RestrictionRow.mark).where(RestrictionRow.case_id == order.case_id)
        other = await session.scalar(
            select(RestrictionRow.case_id)
            .where(
                RestrictionRow.mark.in_(own),
                RestrictionRow.case_id != order.case_id,
                RestrictionRow.lifted_at.is_(None),
            )
            .limit(1)
        )
        return other is not None

    async def _change(self, session: AsyncSession, order: Restriction, **values: object) -> None:
        await session.execute(
            update(RestrictionRow)
            .where(
                RestrictionRow.case_id == order.case_id,
                RestrictionRow.right == order.right,
                RestrictionRow.lifted_at.is_(None),
            )
            .values(**values)
        )

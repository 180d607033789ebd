"""Opening a case: reference, clock, demands, and a first word to the writer."""

from __future__ import annotations

import dataclasses
import json
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from temporalio import activity

from activities.house import House, Person, noted
from activities.letterbox import Letterbox
from activities.orders import (
    Milestone,
    OpenCase,
    Opened,
    Rearm,
    Rearmed,
    SetDemands,
    SystemFacts,
)
from calends.mail.reading import IdentityRead
from calends.register.ledger import locked_case
from calends.register.models import CaseRow, DemandRow, OutboxRow
from calends.register.terms import index_case, marks_in_message
from calends.rules.clock import Clock, compute_clock
from calends.rules.milestones import Milestones, compute_milestones
from calends.rules.reference import make_reference
from calends.rules.rights import in_order, rule_for
from calends.rules.vocabulary import Assurance, Right
from calends.vault.blobs import NoSuchBlob

_CLOCK = TypeAdapter(Clock)


class Acknowledge:
    def __init__(self, house: House) -> None:
        self.house = house

    @activity.defn
    async def open_case(self, order: OpenCase) -> Opened:
        """Makes the case's rows and its acknowledgment, or finds them made."""
        person, said = await self._writer(order)
        clock, milestones = self._clock(order.received_at)
        async with self.house.register.session() as session:
            case = await self._case_row(session, order, person, clock, milestones)
            first_letter = ""
            if await noted(
                session,
                order,
                "case_opened",
                reference=case.reference,
                rights=[str(right) for right in order.rights],
                needs_triage=order.needs_triage,
                received=order.received_at.isoformat(),
                clock=_CLOCK.dump_python(clock, mode="json"),
            ):
                await _put_demands(session, order.case_id, order)
                marks = marks_in_message(self.house.keyring, said, person.name, person.address)
                await index_case(session, order.case_id, marks)
                if person.address and Right.AUTHORITY_INQUIRY not in order.rights:
                    first_letter = await self._first_letter(session, order)
            else:
                first_letter = await self._letter_of_before(session, order.case_id)
            await session.commit()
            assert case.reference is not None
            return Opened(
                reference=case.reference,
                safe_due=milestones.safe_due_end,
                milestones=as_list(milestones),
                systems=self._systems(),
                can_write_back=person.address is not None,
                first_letter=first_letter,
            )

    async def _first_letter(self, session: AsyncSession, order: OpenCase) -> str:
        """One letter, not two: who must prove their contact is asked at once, and told thereby
        that the message arrived."""
        letterbox = Letterbox(self.house)
        asks = any(rule_for(right).waits_for_identity for right in order.rights)
        if asks and not order.needs_triage:
            return await letterbox.ask_identity(session, order)
        return await letterbox.acknowledge(session, order)

    async def _letter_of_before(self, session: AsyncSession, case_id: str) -> str:
        written: str | None = await session.scalar(
            select(OutboxRow.purpose).where(
                OutboxRow.case_id == case_id,
                OutboxRow.purpose.in_(("acknowledgment", "identity_request")),
            )
        )
        return written or ""

    @activity.defn
    async def set_demands(self, order: SetDemands) -> None:
        """The demands as a human read them, or as the rule book reads a vague text."""
        async with self.house.register.session() as session:
            rights = in_order(order.rights)
            if await noted(
                session, order, "triaged", rights=[str(r) for r in rights], why=order.why
            ):
                case = await session.get_one(CaseRow, order.case_id)
                await session.execute(delete(DemandRow).where(DemandRow.case_id == case.id))
                for right in rights:
                    session.add(_demand(case.id, right, case.received_at))
            await session.commit()

    @activity.defn
    async def rearm(self, order: Rearm) -> Rearmed:
        """A new month for a case whose person proved their contact late."""
        clock, milestones = self._clock(order.at)
        async with self.house.register.session() as session:
            once = f"rearmed:{order.at.isoformat()}"
            if await noted(
                session, order, "rearmed", once=once, clock=_CLOCK.dump_python(clock, mode="json")
            ):
                case = await session.get_one(CaseRow, order.case_id)
                _set_clock(case, clock, milestones)
                await session.execute(
                    update(DemandRow)
                    .where(DemandRow.case_id == case.id, DemandRow.state == "not_identified")
                    .values(state="open", outcome=None, answered_at=None)
                )
            await session.commit()
        return Rearmed(safe_due=milestones.safe_due_end, milestones=as_list(milestones))

    def _clock(self, received: datetime) -> tuple[Clock, Milestones]:
        controller, deadline = self.house.company.controller, self.house.company.deadline
        clock = compute_clock(
            received,
            tz=controller.tz,
            region=controller.region,
            count_local_holidays=deadline.count_local_holidays,
        )
        milestones = compute_milestones(
            clock,
            last_call_working_days_before=deadline.last_call_working_days_before,
            extension_decision_working_days_before=deadline.extension_decision_working_days_before,
            acknowledgment_working_days=deadline.acknowledgment_working_days,
        )
        return clock, milestones

    async def _writer(self, order: OpenCase) -> tuple[Person, IdentityRead]:
        """Whom we answer, and who they say they are. What cannot be read names nobody: it is
        kept and shown to a human, and the deadline runs all the same."""
        nobody = Person(None, "", "", "")
        try:
            raw = await self.house.blobs.read(order.case_id, "raw")
        except NoSuchBlob:
            return nobody, IdentityRead()
        look = await self.house.guard.look(raw)
        mail, said = look.mail, look.reading.identity
        if mail is None or mail.sender.ambiguous:
            return nobody, said
        sender = mail.sender
        return Person(sender.address, sender.name, mail.message_id or "", mail.subject), said

    async def _case_row(
        self,
        session: AsyncSession,
        order: OpenCase,
        person: Person,
        clock: Clock,
        milestones: Milestones,
    ) -> CaseRow:
        key = await self.house.keyring.get(order.case_id)
        sealed = key.seal(json.dumps(dataclasses.asdict(person)).encode(), "person")
        index = self.house.keyring.index("address", person.address) if person.address else None
        await session.execute(
            insert(CaseRow)
            .values(
                id=order.case_id,
                state="open",
                language=order.language,
                received_at=order.received_at,
                opened_at=order.at,
                assurance=Assurance.IA0,
                clock=_CLOCK.dump_python(clock, mode="json"),
                milestones=_instants(milestones),
                safe_due=clock.safe_due,
                legal_due=clock.legal_due,
                sealed_person=sealed,
                writer_index=index,
                head_seq=0,
                head_hash="0" * 64,
                history_archived=False,
            )
            .on_conflict_do_nothing()
        )
        case = await locked_case(session, order.case_id)
        if case.reference is None:
            case.reference = make_reference(clock.received_local.year, case.number)
        return case

    def _systems(self) -> list[SystemFacts]:
        company = self.house.company
        return [
            SystemFacts(
                id=entry.id,
                kind=entry.kind,
                auto_release=entry.auto_release,
                takes_objections=bool(entry.act_url) and self._takes_objections(entry.id),
            )
            for entry in company.systems
        ]

    def _takes_objections(self, system: str) -> bool:
        """Whether the system declares what a prospecting objection sets in it."""
        return any(c.meta.on_prospecting_objection for c in self.house.declared(system))


def _set_clock(case: CaseRow, clock: Clock, milestones: Milestones) -> None:
    case.clock = _CLOCK.dump_python(clock, mode="json")
    case.milestones = _instants(milestones)
    case.safe_due, case.legal_due = clock.safe_due, clock.legal_due
    case.answer_by = clock.safe_due


def _instants(milestones: Milestones) -> dict[str, Any]:
    return {milestone.name: milestone.at.isoformat() for milestone in as_list(milestones)}


def as_list(milestones: Milestones) -> list[Milestone]:
    """The milestones by name, the reminders numbered."""
    named: list[Milestone] = []
    for name, value in vars(milestones).items():
        if isinstance(value, tuple):
            numbered = enumerate(value, 1)
            named += [Milestone(name=f"identity_reminder_{n}", at=at) for n, at in numbered]
        else:
            named.append(Milestone(name=name, at=value))
    return named


async def _put_demands(session: AsyncSession, case_id: str, order: OpenCase) -> None:
    for right in order.rights:
        session.add(_demand(case_id, right, order.received_at))


def _demand(case_id: str, right: str, received_at: datetime) -> DemandRow:
    return DemandRow(case_id=case_id, right=right, received_at=received_at, state="open")

"""Opening a case: reference, clock, demands, and a first word to the writer."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import get_args

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from temporalio import activity

from activities.house import House, Person, noted
from activities.letterbox import Letterbox
from activities.months import CLOCK, as_list, clock_of, month_values, put_demands, put_month
from activities.orders import OpenCase, Opened, SystemFacts
from calends.mail.by_hand import written_by
from calends.mail.persons_meant import Hint, Role
from calends.mail.reading import IdentityRead, Reading
from calends.mail.sender_evidence import SenderEvidence
from calends.register.ledger import locked_case
from calends.register.models import CaseRow, OutboxRow
from calends.register.terms import index_case, marks_in_message
from calends.rules.clock import Clock
from calends.rules.milestones import Milestones
from calends.rules.pause import PauseMode
from calends.rules.reference import make_reference
from calends.rules.rights import rule_for
from calends.rules.vocabulary import Assurance, MessageKind, Right
from calends.systems.protocol import Event
from calends.vault.blobs import NoSuchBlob


class Acknowledge:
    def __init__(self, house: House) -> None:
        self.house = house

    @activity.defn
    async def open_case(self, order: OpenCase) -> Opened:
        """Makes the case's rows and its acknowledgment, or finds them made."""
        person, reading = await self._writer(order)
        said, meant, sender = reading.identity, reading.person, reading.sender
        child = meant.role is Role.SELF and Hint.MINOR in meant.hints
        company = self.house.company
        clock, milestones = clock_of(company, order.received_at, by_post=order.by_post)
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
                clock=CLOCK.dump_python(clock, mode="json"),
                sender=sender.told(),
            ):
                await put_month(session, order.case_id, 0, clock, milestones)
                await put_demands(session, order.case_id, order.rights, order.received_at, 0)
                marks = marks_in_message(self.house.keyring, said, person.name, person.address)
                await index_case(session, order.case_id, marks)
                answered = person.address or (order.by_post and person.postal)
                if answered and Right.AUTHORITY_INQUIRY not in order.rights:
                    first_letter = await self._first_letter(session, order, child=child)
            else:
                first_letter = await self._letter_of_before(session, order.case_id)
            await session.commit()
            assert case.reference is not None
            return Opened(
                reference=case.reference,
                safe_due=milestones.safe_due_end,
                milestones=as_list(milestones),
                systems=self._systems(),
                can_write_back=person.address is not None and not order.by_post,
                says_more=bool(person.said),
                stakes_count=company.identity.ladder == "proportionate",
                pauses=company.deadline.identity_pause is not PauseMode.NONE,
                extends=company.deadline.extension_enabled,
                writes_as="child" if child else str(meant.role),
                images=Hint.CCTV in meant.hints,
                lingers_hours=company.mail.bounce_hours,
                first_letter=first_letter,
            )

    async def _first_letter(self, session: AsyncSession, order: OpenCase, *, child: bool) -> str:
        """One letter, not two: who must prove their contact is asked at once, and told thereby
        that the message arrived."""
        letterbox = Letterbox(self.house)
        asks = any(rule_for(right).waits_for_identity for right in order.rights)
        if asks and not order.needs_triage and not order.by_post:
            return await letterbox.ask_identity(session, order, child=child)
        return await letterbox.acknowledge(session, order)

    async def _letter_of_before(self, session: AsyncSession, case_id: str) -> str:
        written: str | None = await session.scalar(
            select(OutboxRow.purpose).where(
                OutboxRow.case_id == case_id,
                OutboxRow.purpose.in_(("acknowledgment", "identity_request")),
            )
        )
        return written or ""

    async def _writer(self, order: OpenCase) -> tuple[Person, Reading]:
        """Whom we answer, who they say they are, and what speaks for it. What cannot be read
        names nobody: it is kept and shown to a human, and the deadline runs all the same."""
        nobody = Person(None, "", "", "")
        try:
            raw = await self.house.blobs.read(order.case_id, "raw")
        except NoSuchBlob:
            return nobody, Reading(kind=MessageKind.OTHER)
        look = await self.house.guard.look(raw)
        mail, said = look.mail, look.reading.identity
        if order.by_post:
            name, postal = written_by(raw)
            named = said.model_copy(update={"name": name or said.name})
            writer = Person(None, name, "", "", said=_said(named, ""), postal=postal)
            on_paper = {"identity": named, "sender": SenderEvidence()}
            return writer, look.reading.model_copy(update=on_paper)
        if mail is None or mail.sender.ambiguous:
            return nobody, look.reading
        sender = mail.sender
        person = Person(sender.address, sender.name, mail.message_id or "", mail.subject)
        person.said = _said(said, sender.address or "")
        person.postal = [line for line in (said.postal_address or "").split("\n") if line.strip()]
        return person, look.reading

    async def _case_row(
        self,
        session: AsyncSession,
        order: OpenCase,
        person: Person,
        clock: Clock,
        milestones: Milestones,
    ) -> CaseRow:
        key = await self.house.keyring.get(order.case_id)
        sealed = key.seal(json.dumps(asdict(person)).encode(), "person")
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
                by_post=order.by_post,
                **month_values(clock, milestones),
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
        return [
            SystemFacts(
                id=entry.id,
                kind=entry.kind,
                takes=self._takes(entry.id) if entry.may_act else [],
            )
            for entry in self.house.company.systems
        ]

    def _takes(self, system: str) -> list[str]:
        """The events for which the system declares what is set in it."""
        declared = self.house.declared(system)
        return [event for event in get_args(Event) if any(c.meta.marks(event) for c in declared)]


def _said(said: IdentityRead, sender: str) -> dict[str, list[str]]:
    """What a message says of its writer besides the address that it came from."""
    found = {
        "email": [address for address in said.addresses if address != sender],
        "phone_number": said.phones,
        "customer_number": said.customer_numbers,
        "name": [said.name] if said.name else [],
    }
    return {kind: values for kind, values in found.items() if values}

"""Letters of the engine's own, beside the replies: one function each, named by its template."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from activities.house import House
from activities.letterbox import Letterbox
from activities.orders import WriteLetter
from activities.rectify import Rectification
from calends.letters import facts as letter_facts
from calends.letters.inputs import CaseFacts, ContactChange, RecipientOrder
from calends.register.case_rows import NoticeRow, RestrictionRow
from calends.register.models import DemandRow, TaskRow
from calends.rules.restriction import Ground
from calends.rules.vocabulary import Right
from calends.vault.blobs import NoSuchBlob


class Writer:
    """Composes one letter in the caller's transaction and puts it into the outbox."""

    def __init__(self, house: House, letterbox: Letterbox) -> None:
        self.house, self.letterbox, self.company = house, letterbox, house.company

    async def put(
        self,
        session: AsyncSession,
        order: WriteLetter,
        case: CaseFacts,
        content: letter_facts.Facts,
        to: str | None = None,
    ) -> None:
        letter = self.house.letter(order.template, case.language, content)
        await self.letterbox.put(session, order, order.purpose, letter, to=to)

    async def case(self, session: AsyncSession, order: WriteLetter) -> CaseFacts:
        return await self.letterbox.case_facts(session, order.case_id)

    async def in_house(self, session: AsyncSession, order: WriteLetter) -> CaseFacts:
        """The case as somebody else than the person may read of it: our language, no name."""
        case = await self.case(session, order)
        language = self.company.controller.language
        return case.model_copy(update={"language": language, "addressee": ""})

    async def ask_on_file(self, session: AsyncSession, order: WriteLetter) -> None:
        """The same letter as to anybody, to the contact on file (rule book §5 row 16)."""
        case = await self.case(session, order)
        page = await self.letterbox.page(session, order, "identity:on_file")
        contact = await self.house.blobs.read(order.case_id, "contact_on_file")
        content = letter_facts.identity_facts(self.company, case, page)
        await self.put(session, order, case, content, to=contact.decode())

    async def remind(self, session: AsyncSession, order: WriteLetter) -> None:
        case = await self.case(session, order)
        page = await self.letterbox.page(session, order, "identity")
        asked = await self.letterbox.row(session, order.case_id, "identity_request")
        asked_on = self.letterbox.local_day(asked.written_at) if asked else None
        content = letter_facts.identity_facts(self.company, case, page, asked_on=asked_on)
        await self.put(session, order, case, content)

    async def second_factor(self, session: AsyncSession, order: WriteLetter) -> None:
        """One thing more that only the person holds: a number that we gave them (IA2)."""
        case = await self.case(session, order)
        content = letter_facts.second_factor_facts(
            self.company, case, None, references=("customer_number", "invoice_number")
        )
        await self.put(session, order, case, content)

    async def document(self, session: AsyncSession, order: WriteLetter) -> None:
        """The last resort (IA3), with the doubt that a human wrote down (GDPR 12(6))."""
        case = await self.case(session, order)
        page = await self.letterbox.page(session, order, "document")
        content = letter_facts.document_facts(self.company, case, page, reason=order.reason)
        await self.put(session, order, case, content)

    async def mandate(self, session: AsyncSession, order: WriteLetter) -> None:
        """To an agent: the mandate, its object and duration, both identities (rules `standing`)."""
        case = await self.case(session, order)
        page = await self.letterbox.page(session, order, "document")
        lacking: list[letter_facts.MandateLack] = [
            "mandate",
            "object",
            "duration",
            "agent_identity",
            "principal_identity",
        ]
        content = letter_facts.mandate_facts(self.company, case, page, lacking)
        await self.put(session, order, case, content)

    async def parent(self, session: AsyncSession, order: WriteLetter) -> None:
        """To who writes for a child: what shows parental authority (C. civ. 371-1)."""
        case = await self.case(session, order)
        page = await self.letterbox.page(session, order, "document")
        content = letter_facts.minor_facts(self.company, case, page, writer="parent")
        await self.put(session, order, case, content)

    async def heirship(self, session: AsyncSession, order: WriteLetter) -> None:
        """To who writes about a dead person: death, heirship, purpose (loi 78-17 art. 85)."""
        case = await self.case(session, order)
        page = await self.letterbox.page(session, order, "document")
        content = letter_facts.heirship_facts(self.company, case, page)
        await self.put(session, order, case, content)

    async def contact_change(self, session: AsyncSession, order: WriteLetter) -> None:
        """To the contact that is on file now, before it changes (rule book §1.4)."""
        case = await self.case(session, order)
        person = await self.house.person(session, order.case_id)
        page = await self.letterbox.page(session, order, "confirm_change")
        change, old = await self._changed_contact(order, case)
        content = letter_facts.contact_change_facts(self.company, case, change, page)
        await self.put(session, order, case, content, to=old or person.address)

    async def _changed_contact(
        self, order: WriteLetter, case: CaseFacts
    ) -> tuple[ContactChange, str]:
        """What is to change, and the old e-mail address where it is one."""
        for entry in self.company.systems:
            try:
                content = await self.house.blobs.read(order.case_id, f"rectification:{entry.id}")
            except NoSuchBlob:
                continue
            for line in content.splitlines():
                planned = Rectification.model_validate_json(line)
                collection = self.house.declared(entry.id).collection(planned.collection)
                for name, value in planned.changes.items():
                    field = collection.by_path[(name,)]
                    if not (field.meta.bank or field.meta.contact or field.fides.identity):
                        continue
                    kinds = {"email": "email", "phone_number": "phone"}
                    kind = kinds.get(field.fides.identity or "", "postal")
                    change = ContactChange(
                        kind="bank" if field.meta.bank else kind,
                        new=str(value.after),
                        asked_on=self.letterbox.local_day(order.at),
                        answer_by=case.safe_due,
                    )
                    return change, str(value.before or "") if change.kind == "email" else ""
        raise LookupError("no contact or bank detail is to change")

    async def given_up(self, session: AsyncSession, order: WriteLetter) -> None:
        """The person took the request, or some of it, back (rule book §5 row 37)."""
        case = await self.case(session, order)
        found = await session.scalars(select(DemandRow).where(DemandRow.case_id == order.case_id))
        states = {Right(row.right): row.state for row in found}
        content = letter_facts.withdrawn_facts(
            self.company,
            case,
            [right for right, state in states.items() if state == "withdrawn"],
            withdrawn_on=self.letterbox.local_day(order.at),
            already_done=[right for right, state in states.items() if state == "answered"],
        )
        await self.put(session, order, case, content)

    async def lift(self, session: AsyncSession, order: WriteLetter) -> None:
        """GDPR 18(3): said before the restriction ends."""
        case = await self.case(session, order)
        held = await session.scalars(
            select(RestrictionRow).where(
                RestrictionRow.case_id == order.case_id, RestrictionRow.lifted_at.is_(None)
            )
        )
        rows = held.all()
        grounds = sorted({Ground(row.ground) for row in rows if row.ground})
        content = letter_facts.restriction_lift_facts(
            self.company,
            case,
            grounds=grounds or [Ground.ACCURACY_CONTESTED],
            since=self.letterbox.local_day(min((r.since for r in rows), default=order.at)),
            lift_on=self.letterbox.local_day(order.at + timedelta(days=1)),
            why=order.reason,
            afterwards="resumed",
        )
        await self.put(session, order, case, content)

    async def remind_recipient(self, session: AsyncSession, order: WriteLetter) -> None:
        """`about` is the purpose of the first notice."""
        notice = await session.get_one(NoticeRow, (order.case_id, order.about))
        recipient = next(r for r in self.company.recipients if r.id == notice.recipient)
        first = await self.letterbox.row(session, order.case_id, order.about)
        case = await self.in_house(session, order)
        told = first.sent_at if first and first.sent_at else order.at
        wanted = RecipientOrder(
            act=notice.act,
            recipient=recipient.name,
            decided_on=self.letterbox.local_day(told),
            answer_by=self.letterbox.local_day(order.at + timedelta(days=7)),
            page=await self.letterbox.page(session, order, order.about),
        )
        content = letter_facts.recipient_facts(
            self.company, case, wanted, told_on=self.letterbox.local_day(told)
        )
        await self.put(session, order, case, content, to=recipient.email)

    async def alert(self, session: AsyncSession, order: WriteLetter) -> None:
        """To the DPO, their deputy or management, naming the reference only."""
        controller, alerts = self.company.controller, self.company.alerts
        case = await self.in_house(session, order)
        content = letter_facts.common_facts(self.company, case)
        to = controller.dpo_email
        if order.template == "alert_management":
            to = alerts.management_email or to
        elif order.template == "alert_deputy":
            to = alerts.deputy_email
            kinds = await session.scalars(
                select(TaskRow.kind).where(
                    TaskRow.case_id == order.case_id, TaskRow.state.in_(("open", "claimed"))
                )
            )
            content = letter_facts.deputy_facts(self.company, case, sorted(set(kinds)))
        await self.put(session, order, case, content, to=to)


WRITERS: dict[str, Callable[[Writer, AsyncSession, WriteLetter], Awaitable[None]]] = {
    "identity_request": Writer.ask_on_file,
    "mandate_request": Writer.mandate,
    "minor_request": Writer.parent,
    "heirship_request": Writer.heirship,
    "identity_reminder": Writer.remind,
    "identity_second_factor": Writer.second_factor,
    "identity_document": Writer.document,
    "contact_change_notice": Writer.contact_change,
    "withdrawal_confirmed": Writer.given_up,
    "restriction_lift_notice": Writer.lift,
    "recipient_reminder": Writer.remind_recipient,
    "alert_dpo": Writer.alert,
    "alert_deputy": Writer.alert,
    "alert_management": Writer.alert,
}

"""Composing a reply: what was found, what becomes of it, and the copy on the person's page."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from activities.archiving import Archivist
from activities.house import House, noted
from activities.knowledge import Knowledge
from activities.letterbox import Letterbox
from activities.orders import Answer
from calends.letters import facts as letter_facts
from calends.letters.inputs import (
    CaseFacts,
    ChannelStop,
    NotDone,
    PageAccess,
    Reason,
    RecipientNotice,
)
from calends.letters.render import Rendered
from calends.rules.vocabulary import Right


class Composer:
    def __init__(self, house: House, letterbox: Letterbox) -> None:
        self.house, self.letterbox, self.company = house, letterbox, house.company
        self.knows = Knowledge(house, letterbox.local_day)

    def purpose(self, order: Answer) -> str:
        """The purpose under which the outbox knows this reply: once per form and right."""
        if order.form == "final":
            return f"{'refusal' if order.refused else 'reply'}:{order.right}"
        return order.form

    async def compose(self, session: AsyncSession, order: Answer, purpose: str) -> None:
        case = await self.letterbox.case_facts(session, order.case_id)
        letter = await self._letter(session, order, case, purpose)
        await self.letterbox.put(session, order, purpose, letter)
        await noted(
            session,
            order,
            "reply_composed",
            once=f"reply_composed:{purpose}",
            purpose=purpose,
            items=sorted(letter.items),
            template=letter.template_digest,
        )

    async def _letter(
        self, session: AsyncSession, order: Answer, case: CaseFacts, purpose: str
    ) -> Rendered:
        if order.refused and order.form == "final":
            assert order.right is not None
            reason = Reason(kind="stated", text=order.refused)
            content = letter_facts.refusal_facts(
                self.company, case, [NotDone(right=order.right, reasons=(reason,))]
            )
            return self.house.letter("refusal", case.language, content)
        if order.form == "not_identified":
            page = await self.letterbox.page(session, order, "identity", renew=True)
            content = letter_facts.not_identified_facts(self.company, case, page)
            return self.house.letter("not_identified", case.language, content)
        if order.form == "extension":
            reasons = [Reason(kind="stated", text=order.refused)]
            content = letter_facts.extension_facts(self.company, case, reasons)
            return self.house.letter("extension_notice", case.language, content)
        if order.form in ("partial", "forced"):
            return await self._forced(session, order, case, purpose)
        if order.right is Right.ACCESS:
            return await self._access(session, order, case, purpose)
        if order.right is Right.ERASURE:
            return await self._erasure(session, order, case)
        return await self._prospecting(session, order, case)

    async def _access(
        self, session: AsyncSession, order: Answer, case: CaseFacts, purpose: str
    ) -> Rendered:
        outcomes = await self.knows.outcomes(session, order)
        page = await self._copy(session, order, case, purpose, released=None)
        found = await self.knows.purposes_found(session, order.case_id)
        content = letter_facts.access_facts(
            self.company, case, outcomes, page, purposes_found=found
        )
        return self.house.letter("access_reply", case.language, content)

    async def _erasure(self, session: AsyncSession, order: Answer, case: CaseFacts) -> Rendered:
        content = letter_facts.erasure_facts(
            self.company,
            case,
            await self.knows.outcomes(session, order),
            await self.knows.erasure_lines(session, order, case.language),
            await self.knows.notices(session, order),
            acted_on=self.letterbox.local_day(order.at),
        )
        return self.house.letter("erasure_reply", case.language, content)

    async def _prospecting(self, session: AsyncSession, order: Answer, case: CaseFacts) -> Rendered:
        since = self.letterbox.local_day(order.at)
        late = [
            RecipientNotice(name=self.company.system(search.system).name, state="pending")
            for search in order.pending
        ]
        content = letter_facts.prospecting_facts(
            self.company,
            case,
            [ChannelStop(channel="email", since=since)],
            [*late, *await self.knows.notices(session, order)],
        )
        return self.house.letter("prospecting_reply", case.language, content)

    async def _forced(
        self, session: AsyncSession, order: Answer, case: CaseFacts, purpose: str
    ) -> Rendered:
        """The clock's own answers: only what needs no further human eye is given."""
        outcomes = await self.knows.outcomes(session, order)
        free = {entry.id for entry in self.company.systems if entry.auto_release}
        asked = await self.knows.open_rights(session, order.case_id)
        page = None
        if Right.ACCESS in asked:
            page = await self._copy(session, order, case, purpose, released=free)
        reasons = tuple(self.knows.reasons(order, outcomes))
        lines = (
            await self.knows.erasure_lines(session, order, case.language)
            if order.carried_out
            else []
        )
        found = await self.knows.purposes_found(session, order.case_id)
        withheld = (
            await self.knows.unreviewed(session, order.case_id, case.language) if page else []
        )
        if order.form == "partial":
            content = letter_facts.partial_facts(
                self.company,
                case,
                outcomes,
                page,
                reasons,
                lines=lines,
                withheld=withheld,
                purposes_found=found,
            )
            return self.house.letter("partial_reply", case.language, content)
        content = letter_facts.final_forced_facts(
            self.company,
            case,
            outcomes,
            page,
            [NotDone(right=right, reasons=reasons) for right in asked],
            lines=lines,
            withheld=withheld,
            purposes_found=found,
        )
        return self.house.letter("final_forced_reply", case.language, content)

    async def _copy(
        self,
        session: AsyncSession,
        order: Answer,
        case: CaseFacts,
        purpose: str,
        *,
        released: set[str] | None,
    ) -> PageAccess | None:
        """The archive on the person's page (GDPR 15(3)); None when there is nothing to give."""
        found = await self.knows.found(session, order.case_id)
        systems = [row for row in found if released is None or row.system in released]
        if not systems:
            return None
        outcomes = await self.knows.outcomes(session, order)
        archive = Archivist(self.house, order.case_id).archive(
            case, systems, outcomes, order.at, without_others=released is not None
        )
        key = await self.house.keyring.get(order.case_id)
        await self.house.blobs.write(session, key, f"export:{purpose}", archive)
        return await self.letterbox.page(session, order, purpose)

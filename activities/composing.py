"""Composing a reply: which letter, with what facts, and never one that lacks what it owes."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession
from temporalio.exceptions import ApplicationError

from activities.archiving import Archivist
from activities.certifying import certify
from activities.house import House, noted
from activities.knowledge import Knowledge
from activities.letterbox import Letterbox
from activities.orders import Answer
from activities.replies import REPLIES
from calends.exports.portable import Portability
from calends.letters import facts as letter_facts
from calends.letters.check import lacking
from calends.letters.inputs import CaseFacts, NotDone, PageAccess, Reason, Withheld
from calends.letters.own_words import blob_of, with_own_words
from calends.letters.render import Rendered
from calends.rules.vocabulary import Right
from calends.vault.blobs import NoSuchBlob


async def own_words(house: House, case_id: str, purpose: str) -> str:
    """What the DPO has written into the reply of that purpose; mostly nothing."""
    try:
        return (await house.blobs.read(case_id, blob_of(purpose))).decode()
    except NoSuchBlob:
        return ""


class Composer:
    def __init__(self, house: House, letterbox: Letterbox) -> None:
        self.house, self.letterbox, self.company = house, letterbox, house.company
        self.knows = Knowledge(house, letterbox.local_day)
        self.withheld: list[Withheld] = []
        """What is masked in the copy that was made last."""

    def purpose(self, order: Answer) -> str:
        """The purpose under which the outbox knows this reply: once per form, right and month."""
        name = order.form
        if order.form == "final":
            name = f"{'refusal' if order.refused else 'reply'}:{order.right}"
        return f"{name}:{order.turn}" if order.turn else name

    async def compose(self, session: AsyncSession, order: Answer, purpose: str) -> None:
        """Raises ApplicationError `LetterLacks` for a reply without an item that the law demands:
        it cannot be sent, whoever approved it."""
        case = await self.letterbox.case_facts(session, order.case_id, order.turn)
        letter = await self.whole(session, order, case, purpose)
        right = order.right if order.form == "final" else None
        if missing := lacking(letter, right, refused=bool(order.refused)):
            raise ApplicationError(", ".join(missing), type="LetterLacks")
        await self.letterbox.put(session, order, purpose, letter)
        searches = await self.knows.searches(session, order.case_id)
        await certify(self.house, session, order, purpose, case.reference, searches)
        await noted(
            session,
            order,
            "reply_composed",
            once=f"reply_composed:{purpose}",
            purpose=purpose,
            items=sorted(letter.items),
            template=letter.template_digest,
        )

    async def whole(
        self, session: AsyncSession, order: Answer, case: CaseFacts, purpose: str
    ) -> Rendered:
        """The letter with what the DPO has written into it, where they have."""
        letter = await self._letter(session, order, case, purpose)
        return with_own_words(letter, await own_words(self.house, order.case_id, purpose))

    async def _letter(
        self, session: AsyncSession, order: Answer, case: CaseFacts, purpose: str
    ) -> Rendered:
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
        assert order.right is not None
        if order.refused and order.right is not Right.OBJECTION:
            reason = Reason(kind="stated", text=order.refused)
            if order.details.get("writes_as") == "heir":  # loi 78-17 art. 85
                content = letter_facts.deceased_refusal_facts(
                    self.company, case, [reason], death_noted=False
                )
                return self.house.letter("deceased_refusal", case.language, content)
            content = letter_facts.refusal_facts(
                self.company, case, [NotDone(right=order.right, reasons=(reason,))]
            )
            return self.house.letter("refusal", case.language, content)
        return await REPLIES[order.right](self, session, order, case, purpose)

    async def _forced(
        self, session: AsyncSession, order: Answer, case: CaseFacts, purpose: str
    ) -> Rendered:
        """The clock's own answers: only what needs no further human eye is given."""
        outcomes = await self.knows.outcomes(session, order)
        asked = order.unanswered
        page = None
        if Right.ACCESS in asked:
            page = await self.copy(session, order, case, purpose, unreviewed=True)
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

    async def portable_file(
        self,
        session: AsyncSession,
        order: Answer,
        case: CaseFacts,
        purpose: str,
        portability: Portability,
    ) -> PageAccess:
        """The file of GDPR 20 on the person's page: JSON and CSV, each with its schema."""
        found = await self.knows.found(session, order.case_id)
        archivist = Archivist(self.house, order.case_id)
        package = archivist.portable(case, found, portability, order.at)
        key = await self.house.keyring.get(order.case_id)
        await self.house.blobs.write(session, key, f"export:{purpose}", package)
        self.withheld = archivist.withheld
        return await self.letterbox.page(session, order, purpose)

    async def copy(
        self,
        session: AsyncSession,
        order: Answer,
        case: CaseFacts,
        purpose: str,
        *,
        unreviewed: bool = False,
    ) -> PageAccess | None:
        """The archive on the person's page (GDPR 15(3)); None when there is nothing to give.

        `unreviewed`: only what may be released without a human eye.
        """
        found = await self.knows.found(session, order.case_id)
        systems = [row for row in found if not unreviewed or row.facts.get("released")]
        if not systems:
            return None
        outcomes = await self.knows.outcomes(session, order)
        archivist = Archivist(self.house, order.case_id)
        archive = archivist.archive(case, systems, outcomes, order.at, without_others=unreviewed)
        key = await self.house.keyring.get(order.case_id)
        await self.house.blobs.write(session, key, f"export:{purpose}", archive)
        self.withheld = archivist.withheld
        return await self.letterbox.page(session, order, purpose)

"""What a person sends from their page, brought to their case.

Kept in the inbox first, so that nothing is lost; then the case is told. Should telling fail, the
starter finds the message in the inbox and tells it.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from email.utils import parseaddr

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from activities.house import House
from calends.mail.by_page import CHANNEL, FromPage, page_message
from calends.mail.inbox import Inbox
from calends.register.ledger import locked_case
from calends.register.models import CaseRow, DemandRow, InboxRow, OutboxRow
from calends.rules.vocabulary import Language, MessageKind, Right
from calends.vault.documents import documents_of, keep_document, read_document
from console.cases import Cases, Proof
from console.standing import kind_of

LONGEST_TEXT = 10_000
LARGEST_FILE = 10_000_000
"""Characters and bytes that a person may send at once."""

_SUBJECTS = {
    "add": {Language.FR: "complément", Language.EN: "more information"},
    "withdraw": {Language.FR: "retrait de la demande", Language.EN: "request withdrawn"},
}
_WITHDRAWS = {
    Language.FR: "Depuis sa page, la personne retire sa demande. À confirmer par courriel.",
    Language.EN: "On their page, the person withdraws their request. To be confirmed by mail.",
}


class Correspondence:
    def __init__(self, house: House, cases: Cases) -> None:
        self._house, self._cases = house, cases
        self._inbox = Inbox(house.register, house.keyring, house.blobs)

    async def add(self, case_id: str, sent: FromPage) -> None:
        """Information or a document for a case that is open."""
        await self._bring(case_id, "add", sent)

    async def add_document(self, case_id: str, content: bytes) -> Proof:
        """An identity document: sealed under a key of its own, then the case is told. The same
        one sent again is the one that is here."""
        house = self._house
        async with house.register.session() as session:
            await locked_case(session, case_id)
            for known in await documents_of(session, case_id):
                if await read_document(house.blobs, case_id, known) == content:
                    break
            else:
                known = await keep_document(session, house.keyring, house.blobs, case_id, content)
            await session.commit()
        return await self._cases.document_added(case_id, known)

    async def withdraw(self, case_id: str) -> None:
        """The person wants no answer any more (rule book §5 row 37). What the case does not take
        from the page, because more proof is needed or nobody answers, a human reads."""
        asked = await self._open_demands(case_id)
        taken = bool(asked) and await self._cases.given_up(case_id, asked) is Proof.TAKEN
        if taken and not await self._open_demands(case_id):
            return
        language = self._house.company.controller.language
        await self._bring(case_id, "withdraw", FromPage("", _WITHDRAWS[language]))

    async def _open_demands(self, case_id: str) -> list[Right]:
        open_ones = select(DemandRow.right).where(
            DemandRow.case_id == case_id, DemandRow.state == "open"
        )
        async with self._house.register.reader() as reader:
            return [Right(right) for right in await reader.scalars(open_ones)]

    async def _bring(self, case_id: str, what: str, sent: FromPage) -> None:
        now = datetime.now(UTC)
        async with self._house.register.session() as session:
            raw = await self._written(session, case_id, what, sent, now)
            kept = await self._inbox.keep_in(session, raw, channel=CHANNEL, received_at=now)
            await session.commit()
        if await self._cases.message_arrived(case_id, kept.inbox_id):
            await self._mark_told(kept.inbox_id, case_id)

    async def _mark_told(self, inbox_id: str, case_id: str) -> None:
        """Telling it once more would do no harm; the starter need not read it."""
        async with self._house.register.session() as session:
            await session.execute(
                update(InboxRow)
                .where(InboxRow.id == inbox_id, InboxRow.state == "received")
                .values(
                    state="dispatched",
                    kind=MessageKind.REPLY,
                    threaded=CHANNEL,
                    related_case=case_id,
                )
            )
            await session.commit()

    async def _written(
        self, session: AsyncSession, case_id: str, what: str, sent: FromPage, now: datetime
    ) -> bytes:
        """The same things sent twice within the hour are one message: a double click is one."""
        case = await session.get_one(CaseRow, case_id)
        person = await self._house.person(session, case_id)
        controller = self._house.company.controller
        ours = parseaddr(controller.email)[1]
        key = await self._house.keyring.get(case_id)
        content = hashlib.sha256(f"{what}|{sent.text}|".encode() + sent.file).hexdigest()
        hour = now.replace(minute=0, second=0, microsecond=0)
        mark = key.mark(f"page:{content}:{hour.isoformat()}").hex()[:32]
        subject = f"[{case.reference}] {_SUBJECTS[what][controller.language]}"
        return page_message(
            FromPage(subject, sent.text, sent.file, sent.kind),
            sender=person.address or ours,
            to=ours,
            answers=await self._letter_answered(session, case_id),
            mark=mark,
            date=hour,
        )

    async def _letter_answered(self, session: AsyncSession, case_id: str) -> str:
        """Message-ID of our newest letter to the person: by it the inbox finds the case."""
        rows = await session.execute(
            select(OutboxRow.purpose, OutboxRow.message_id)
            .where(OutboxRow.case_id == case_id)
            .order_by(OutboxRow.written_at.desc())
        )
        return next((found for purpose, found in rows if kind_of(purpose)), "")

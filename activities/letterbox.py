"""The outbox: letters composed, sealed and remembered, each under one purpose of its case."""

from __future__ import annotations

import asyncio
import hashlib
from base64 import b32encode
from datetime import date, datetime, timedelta
from email.utils import parseaddr
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from activities.house import House, Person
from activities.orders import CaseStep
from calends.letters.compose import compose_mail
from calends.letters.facts import acknowledgment_facts, identity_facts, minor_facts
from calends.letters.inputs import CaseFacts, PageAccess
from calends.letters.pdf import MOST_ADDRESS_LINES, pdf_of
from calends.letters.render import Rendered
from calends.mail.plus_address import thread_token
from calends.mail.threads import acknowledged, remember_thread
from calends.register.case_rows import MonthRow
from calends.register.models import CaseRow, DemandRow, OutboxRow, TokenRow
from calends.rules.rights import in_order, rule_for
from calends.rules.vocabulary import Language, Right
from calends.vault.keys import CaseKey

PAGE_DAYS = 30
"""A reply waits this long on the person's page (rule book §4, "Export/answer package")."""

CODE_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 8
ONE_ACKNOWLEDGMENT = timedelta(hours=24)
"""RFC 3834: at most one automatic answer per address in this time."""

MOST_IN_A_THREAD = 3
"""So many automatic answers, however long two machines go on writing to each other."""


class Letterbox:
    def __init__(self, house: House) -> None:
        self.house = house

    async def ask_identity(
        self, session: AsyncSession, step: CaseStep, *, child: bool = False
    ) -> str:
        """The letter that says that the message arrived and asks for the typed code (IA1); to a
        child in words for a child (GDPR 12(1))."""
        facts = await self.case_facts(session, step.case_id)
        page = await self.page(session, step, "identity")
        content = identity_facts(self.house.company, facts, page)
        if child:
            content = minor_facts(self.house.company, facts, page, writer="child")
        name = "minor_request" if child else "identity_request"
        letter = self.house.letter(name, facts.language, content)
        await self.put(session, step, "identity_request", letter)
        return "identity_request"

    async def acknowledge(self, session: AsyncSession, step: CaseStep) -> str:
        """The acknowledgment, unless the same address had one in the last 24 hours."""
        case = await session.get_one(CaseRow, step.case_id)
        if case.writer_index is not None:  # two cases of one address must not both be the first
            one_by_one = int.from_bytes(case.writer_index[:8], signed=True)
            await session.execute(select(func.pg_advisory_xact_lock(one_by_one)))
        recent = await session.scalar(
            select(func.count())
            .select_from(OutboxRow)
            .join(CaseRow, CaseRow.id == OutboxRow.case_id)
            .where(
                OutboxRow.purpose == "acknowledgment",
                CaseRow.writer_index.is_not(None),  # on paper: many writers, none with an address
                CaseRow.writer_index == case.writer_index,
                OutboxRow.written_at > step.at - ONE_ACKNOWLEDGMENT,
            )
        )
        if recent or await acknowledged(session, step.case_id) >= MOST_IN_A_THREAD:
            return ""
        facts = await self.case_facts(session, step.case_id)
        needed = any(rule_for(right).waits_for_identity for right in facts.rights)
        content = acknowledgment_facts(self.house.company, facts, identity_needed=needed)
        letter = self.house.letter("acknowledgment", facts.language, content)
        await self.put(session, step, "acknowledgment", letter, automatic_answer=True)
        return "acknowledgment"

    async def case_facts(
        self, session: AsyncSession, case_id: str, month: int | None = None
    ) -> CaseFacts:
        """The case as its letters see it: days in the controller's zone. `month`: with the dates
        and the rights of that month only; None: the one that presses, and all rights."""
        case = await session.get_one(CaseRow, case_id)
        demands = select(DemandRow.right).where(DemandRow.case_id == case_id)
        dates: CaseRow | MonthRow = case
        if month:
            dates = await session.get_one(MonthRow, (case_id, month))
            demands = demands.where(DemandRow.month == month)
        assert case.reference is not None
        return CaseFacts(
            reference=case.reference,
            language=Language(case.language),
            received=date.fromisoformat(dates.clock["received_local"]),
            safe_due=dates.safe_due,
            legal_due=dates.legal_due,
            extended_safe_due=date.fromisoformat(dates.clock["extended_safe_due"]),
            rights=in_order(Right(right) for right in await session.scalars(demands)),
        )

    async def page(
        self, session: AsyncSession, step: CaseStep, purpose: str, *, renew: bool = False
    ) -> PageAccess:
        """The person's page for one purpose: link and code, the same ones if asked again.

        `renew`: its days count from now on, because a new letter promises them.
        """
        key = await self.house.keyring.get(step.case_id)
        token, code = page_token(key, purpose), page_code(key, purpose)
        made = insert(TokenRow).values(
            digest=token_digest(token),
            case_id=step.case_id,
            purpose=purpose,
            code_digest=code_digest(key, code),
            state="open",
            tries=0,
            uses=0,
            made_at=step.at,
        )
        kept = made.excluded.made_at if renew else TokenRow.made_at
        made_at: datetime | None = await session.scalar(
            made.on_conflict_do_update(index_elements=["digest"], set_={"made_at": kept}).returning(
                TokenRow.made_at
            )
        )
        assert made_at is not None
        return PageAccess(
            url=f"{self.house.settings.public_url.rstrip('/')}/p/{token}",
            code=code,
            expires=self.local_day(made_at + timedelta(days=PAGE_DAYS)),
        )

    async def put(
        self,
        session: AsyncSession,
        step: CaseStep,
        purpose: str,
        letter: Rendered,
        *,
        to: str | None = None,
        automatic_answer: bool = False,
    ) -> None:
        """Writes the letter in the caller's transaction; the caller sees to it that it is once.

        Without `to` it goes to the writer; a writer without a usable address cannot be written
        to by mail, and the row says so.
        """
        person = await self.house.person(session, step.case_id)
        key = await self.house.keyring.get(step.case_id)
        case = await session.get_one(CaseRow, step.case_id)
        on_paper = case.by_post and to is None
        if on_paper:
            await self._print(session, step, purpose, letter, person)
        recipient = to or person.address or ""
        message_id = self._message_id(key, purpose)
        mail = self._compose(person, recipient, letter, message_id, step.at, automatic_answer, key)
        await self.house.blobs.write(session, key, f"letter:{purpose}", mail)
        if self.house.company.mail.plus_addressing:
            await remember_thread(session, step.case_id, thread_token(key))
        await session.execute(
            insert(OutboxRow).values(
                id=f"{step.case_id}:{purpose}",
                case_id=step.case_id,
                purpose=purpose,
                message_id=message_id,
                sealed_recipient=key.seal(recipient.encode(), "recipient"),
                digest=hashlib.sha256(mail).hexdigest(),
                null_sender=automatic_answer,
                on_paper=on_paper,
                state="written" if recipient or on_paper else "refused",
                reason=None if recipient or on_paper else "NoAddress",
                attempts=0,
                written_at=step.at,
            )
        )

    async def _print(
        self,
        session: AsyncSession,
        step: CaseStep,
        purpose: str,
        letter: Rendered,
        person: Person,
    ) -> None:
        """The letter as PDF/A for the window of an envelope, beside its mail."""
        name = [person.name] if person.name else []
        pdf = await asyncio.to_thread(
            pdf_of, letter, at=step.at, address=[*name, *person.postal][:MOST_ADDRESS_LINES]
        )
        key = await self.house.keyring.get(step.case_id)
        await self.house.blobs.write(session, key, f"paper:{purpose}", pdf.content)

    async def row(self, session: AsyncSession, case_id: str, purpose: str) -> OutboxRow | None:
        found: OutboxRow | None = await session.scalar(
            select(OutboxRow).where(OutboxRow.case_id == case_id, OutboxRow.purpose == purpose)
        )
        return found

    def local_day(self, moment: datetime) -> date:
        return moment.astimezone(ZoneInfo(self.house.company.controller.tz)).date()

    def _message_id(self, key: CaseKey, purpose: str) -> str:
        domain = parseaddr(self.house.company.controller.email)[1].rpartition("@")[2]
        return f"<calends.{key.mark(f'message:{purpose}').hex()[:32]}@{domain}>"

    def _compose(
        self,
        person: Person,
        recipient: str,
        letter: Rendered,
        message_id: str,
        at: datetime,
        automatic_answer: bool,
        key: CaseKey,
    ) -> bytes:
        controller = self.house.company.controller
        answers = recipient == person.address and person.message_id
        return compose_mail(
            letter,
            sender=(controller.name, controller.email),
            to=recipient or controller.dpo_email,
            message_id=message_id,
            in_reply_to=person.message_id if answers else None,
            references=person.message_id if answers else None,
            reply_to=self.house.own_address(key)
            if self.house.company.mail.plus_addressing
            else None,
            auto_submitted="auto-replied" if automatic_answer else "auto-generated",
            date=at,
        )


def page_token(key: CaseKey, purpose: str) -> str:
    """160 bits nobody can guess, drawn from the case's key so that a retry draws the same."""
    return b32encode(key.mark(f"token:{purpose}")[:20]).decode().lower()


def page_code(key: CaseKey, purpose: str) -> str:
    """40 bits to be typed, as `K7QM-3RTX`."""
    number = int.from_bytes(key.mark(f"code:{purpose}")[:5])
    letters = "".join(CODE_ALPHABET[number >> 5 * place & 31] for place in range(CODE_LENGTH))
    return f"{letters[:4]}-{letters[4:]}"


def token_digest(token: str) -> bytes:
    return hashlib.sha256(token.lower().encode()).digest()


def is_code(code: str) -> bool:
    """Whether this may be a code, right or wrong."""
    return len(_plain(code)) == CODE_LENGTH


def _plain(code: str) -> str:
    return "".join(c for c in code.upper() if c in CODE_ALPHABET)


def code_digest(key: CaseKey, code: str) -> bytes:
    """Digest of a code as typed: case, spaces and hyphens do not matter."""
    return key.mark(f"typed:{_plain(code)}")

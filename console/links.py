"""A link of the person's page and the code typed there: judged, counted, locked, told.

Nothing here says to the outside which of the refusals it was; the log says it, without the link.
"""

from __future__ import annotations

import logging
import secrets
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hmac import compare_digest

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from activities.house import House
from activities.letterbox import PAGE_DAYS, Letterbox, code_digest, is_code, token_digest
from calends.evidence.chain import parse_instant
from calends.register.ledger import append_event, last_event
from calends.register.models import BlobRow, CaseRow, TokenRow
from calends.vault.keys import CaseKey, KeyDestroyed
from console.purposes import PROVES
from console.standing import Standing, standing_of

log = logging.getLogger("calends.page")

MOST_TRIES = 5
"""Wrong codes in a row after which a link is of no use any more (of 2^40 codes)."""

_NOBODY = ""
_NO_DIGEST = bytes(32)


class Refusal(StrEnum):
    UNKNOWN = "unknown link"
    WRONG_CODE = "wrong code"
    NO_CODE = "no code"
    """Nothing that could be one: a scanner pressed the button. It closes no link."""
    LOCKED = "locked"
    EXPIRED = "expired"
    REVOKED = "revoked"
    OVER = "case closed"
    SHREDDED = "content shredded"
    NO_COPY = "no copy"


@dataclass(frozen=True)
class Copy:
    """A copy that was opened: where it lies sealed, and its size in bytes."""

    case_id: str
    blob: str
    size: int
    reference: str


@dataclass(frozen=True)
class Opened:
    """A link whose code was right. `link` is its digest."""

    case_id: str
    purpose: str
    link: bytes
    over: bool
    """The case has ended: there is nothing to prove any more."""

    @property
    def update_id(self) -> str:
        """The same however often the contact is proved."""
        return f"prove-{self.link.hex()}"


class Links:
    def __init__(self, house: House) -> None:
        self.house = house
        self.letterbox = Letterbox(house)
        self.refused: Counter[Refusal] = Counter()
        """Since the start of the process."""
        self._nobody = CaseKey(_NOBODY, secrets.token_bytes(32))

    async def open(self, token: str, code: str) -> Opened | Refusal:
        """Judges the code typed on a link's page and counts a wrong one.

        Does the same work whether or not the link exists.
        """
        digest = token_digest(token)
        async with self.house.register.session() as session:
            found = await session.get(TokenRow, digest)
        case_id = _NOBODY if found is None else found.case_id
        key, shredded = await self._key(case_id)
        typed = code_digest(key, code)
        async with self.house.register.session() as session:
            # Activities lock the case before its token, as the ledger does (FOR NO KEY UPDATE);
            # so do we, or two would wait for each other.
            case = await session.get(CaseRow, case_id, with_for_update={"key_share": True})
            row = await session.get(TokenRow, digest, with_for_update=True)
            right = compare_digest(typed, _NO_DIGEST if row is None else row.code_digest)
            shaped = is_code(code)
            if case is None or row is None:
                opened: Opened | Refusal = Refusal.UNKNOWN
            elif shredded:
                opened = Refusal.SHREDDED
            else:
                opened = await self._judge(session, case, row, right, shaped)
            await session.commit()
        if isinstance(opened, Refusal):
            self.note(opened)
        return opened

    async def visited(self, link: bytes) -> Opened | Refusal:
        """The link of a visit that goes on, unless it was revoked or locked meanwhile."""
        async with self.house.register.session() as session:
            row = await session.get(TokenRow, link)
            case = None if row is None else await session.get(CaseRow, row.case_id)
        if row is None or case is None:
            return Refusal.UNKNOWN
        if (await self._key(case.id))[1]:
            return Refusal.SHREDDED
        if row.tries >= MOST_TRIES:
            return Refusal.LOCKED
        fault = self._fault(row)
        return fault or Opened(case.id, row.purpose, link, case.closed_at is not None)

    async def copy(self, opened: Opened) -> Copy | Refusal:
        """The copy behind a link that was opened; it is in the ledger as fetched."""
        async with self.house.register.session() as session:
            case = await session.get_one(
                CaseRow, opened.case_id, with_for_update={"key_share": True}
            )
            row = await session.get_one(TokenRow, opened.link, with_for_update=True)
            copy = await self._open_copy(session, case, row)
            await session.commit()
        if isinstance(copy, Refusal):
            self.note(copy)
        return copy

    async def standing(self, case_id: str) -> Standing:
        async with self.house.register.session() as session:
            return await standing_of(session, await session.get_one(CaseRow, case_id))

    def note(self, refusal: Refusal) -> None:
        """Counts a refusal and tells the log, which knows neither link nor address."""
        self.refused[refusal] += 1
        log.warning(
            "page refused: %s (%d since start, %d in all)",
            refusal,
            self.refused[refusal],
            self.refused.total(),
        )

    async def _key(self, case_id: str) -> tuple[CaseKey, bool]:
        if case_id == _NOBODY:
            return self._nobody, False
        try:
            return await self.house.keyring.get(case_id), False
        except KeyDestroyed:
            return self._nobody, True

    async def _judge(
        self, session: AsyncSession, case: CaseRow, row: TokenRow, right: bool, shaped: bool
    ) -> Opened | Refusal:
        if row.tries >= MOST_TRIES:
            return Refusal.LOCKED
        if not right and not shaped:
            return Refusal.NO_CODE
        if not right:
            row.tries += 1
            if row.tries == MOST_TRIES:
                await self._tell(session, case, "page_locked", row, case.head_seq, count=row.tries)
            return Refusal.WRONG_CODE
        fault = self._fault(row)
        if fault is not None:
            await self._tell(session, case, "page_refused", row, fault, why=fault.value)
            return fault
        row.tries = 0
        over = case.closed_at is not None
        # A link used already is let through: a double click is one proof, and the case knows it.
        if over and row.purpose in PROVES and row.state != "used":
            return Refusal.OVER
        return Opened(case.id, row.purpose, row.digest, over)

    def _fault(self, row: TokenRow) -> Refusal | None:
        if row.state == "revoked":
            return Refusal.REVOKED
        return Refusal.EXPIRED if self._expired(row) else None

    def _expired(self, row: TokenRow) -> bool:
        """After the last day that the letter names, in the controller's zone. `made_at` is
        business time: where a month was skipped it lies ahead, and nothing has expired."""
        day = self.letterbox.local_day
        return day(datetime.now(UTC)) > day(row.made_at + timedelta(days=PAGE_DAYS))

    async def _open_copy(
        self, session: AsyncSession, case: CaseRow, row: TokenRow
    ) -> Copy | Refusal:
        blob = await session.scalar(
            select(BlobRow).where(
                BlobRow.case_id == case.id, BlobRow.name == f"export:{row.purpose}"
            )
        )
        if blob is None:
            return Refusal.NO_COPY
        row.uses += 1
        at = await self._tell(
            session, case, "copy_fetched", row, row.uses, count=row.uses, bytes=blob.size
        )
        row.state, row.used_at = "used", row.used_at or at
        return Copy(case.id, blob.name, blob.size, case.reference or "")

    async def _tell(
        self,
        session: AsyncSession,
        case: CaseRow,
        kind: str,
        row: TokenRow,
        which: int | str,
        **facts: int | str,
    ) -> datetime:
        """Writes what the person did into the ledger, in the transaction of the act itself, once
        for each `which`.

        The ledger counts in the case's time, which only its workflow knows; this process has
        the wall clock. Where time was skipped the case is ahead of it, so an event is never
        dated before the one it follows.
        """
        last = await last_event(session, case)
        now = datetime.now(UTC)
        at = now if last is None else max(now, parse_instant(last.at))
        await append_event(
            session,
            case.id,
            once=f"{kind}:{row.purpose}:{which}",
            kind=kind,
            at=at,
            activity="",
            actor="person",
            facts={"purpose": row.purpose, **facts},
        )
        return at

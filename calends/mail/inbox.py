"""The durable inbox: a message is sealed and committed before anybody says 250."""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from calends.mail.digest import delivery_material, is_one_of_a_kind
from calends.register.database import Register
from calends.register.models import InboxRow
from calends.vault.blobs import BlobStore
from calends.vault.keys import Keyring

RAW = "raw"

SAME_WORDS_AGAIN = timedelta(days=7)
"""Of a message without id and date: what comes so long after is not a second delivery."""


@dataclass(frozen=True)
class Kept:
    """A message in the inbox. `case_id`: the case it will open unless it belongs to another."""

    inbox_id: str
    case_id: str
    new: bool


class Inbox:
    def __init__(self, register: Register, keyring: Keyring, blobs: BlobStore) -> None:
        self._register, self._keyring, self._blobs = register, keyring, blobs

    async def keep(
        self, raw: bytes, *, channel: str, received_at: datetime, copy: str = ""
    ) -> Kept:
        """Commits the message, sealed; the same message again gives the row it already has.

        `received_at` (aware) is the instant from which the month counts (GDPR 12(3)). `copy`
        names one of several rows that one message is meant to have: a person each.
        """
        async with self._register.session() as session:
            kept = await self.keep_in(
                session, raw, channel=channel, received_at=received_at, copy=copy
            )
            await session.commit()
        return kept

    async def keep_in(
        self,
        session: AsyncSession,
        raw: bytes,
        *,
        channel: str,
        received_at: datetime,
        cut: bool = False,
        copy: str = "",
    ) -> Kept:
        """The same in the caller's transaction: kept once that is committed.

        `cut`: these bytes are only the beginning of a message above the limit.
        """
        material = delivery_material(raw) + copy.encode()
        inbox_id, case_id = str(uuid.uuid4()), f"case-{secrets.token_hex(16)}"
        row = {
            "id": inbox_id,
            "case_id": case_id,
            "received_at": received_at,
            "channel": channel,
            "state": "received",
            "cut": cut,
        }
        known = await self._known_or_put(session, material, row)
        apart = received_at - known.received_at if known is not None else timedelta()
        if abs(apart) > SAME_WORDS_AGAIN and not (copy or is_one_of_a_kind(raw)):
            material += f"|{received_at:%G-W%V}".encode()
            known = await self._known_or_put(session, material, row)
        if known is not None:
            return Kept(known.id, known.case_id, new=False)
        key = await self._keyring.make(session, case_id)
        await self._blobs.write(session, key, RAW, raw)
        return Kept(inbox_id, case_id, new=True)

    async def _known_or_put(
        self, session: AsyncSession, material: bytes, row: dict[str, Any]
    ) -> InboxRow | None:
        """The row that this message already has; None when it was put now."""
        delivery = self._keyring.index("delivery", material)
        inserted = await session.scalar(
            insert(InboxRow)
            .values(**row, delivery=delivery)
            .on_conflict_do_nothing(index_elements=["delivery"])
            .returning(InboxRow.id)
        )
        if inserted is not None:
            return None
        return (await session.scalars(select(InboxRow).where(InboxRow.delivery == delivery))).one()

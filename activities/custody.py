"""The custody of closed cases: what of their files ends, documents that stayed, checkpoints."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from temporalio import activity

from activities.house import House
from activities.orders import KeepFiles
from activities.retention import keeping_of, local_today
from calends.evidence.signing import load_signing_key
from calends.register.checkpoints import make_checkpoint
from calends.register.ledger import append_event
from calends.register.models import CaseRow, KeyRow
from calends.retention.files import end, ends_due
from calends.retention.keeping import why_not
from calends.retention.running import drop_old_plans
from calends.rules.documents import LIFETIME_HOURS
from calends.vault.documents import destroy_document


class Custody:
    def __init__(self, house: House) -> None:
        self.house = house

    @activity.defn
    async def systems_to_keep(self) -> list[str]:
        """The systems whose records we may let go."""
        return [entry.id for entry in self.house.company.systems if not why_not(entry)]

    @activity.defn
    async def end_files(self, order: KeepFiles) -> int:
        """Ends every part of a closed case's file whose time is over; returns how many."""
        keeping, ended = keeping_of(self.house), 0
        async for due in ends_due(keeping, local_today(self.house, order.at)):
            if not due.held_by:
                ended += await end(keeping, due, order.at)
        await drop_old_plans(keeping, order.at)
        return ended

    @activity.defn
    async def end_documents(self) -> int:
        """Identity documents that no decision ended: gone 72 hours after receipt, by the wall
        clock, whatever became of their case (EDPB 01/2022 §79). Returns how many."""
        now = datetime.now(UTC)
        last = now - timedelta(hours=LIFETIME_HOURS)
        async with self.house.register.session() as session:
            keys = await session.scalars(
                select(KeyRow.id).where(
                    KeyRow.id.contains(":document-"),
                    KeyRow.wrapped.is_not(None),
                    KeyRow.made_at < last,
                )
            )
            names = list(keys)
        for name in names:
            case_id, _, document = name.rpartition(":")
            async with self.house.register.session() as session:
                await destroy_document(session, self.house.keyring, case_id, document)
                if await session.get(CaseRow, case_id) is not None:
                    await append_event(
                        session,
                        case_id,
                        once=f"document_destroyed:{document}",
                        kind="document_destroyed",
                        at=now,
                        activity="",
                        facts={"seen_by": "", "matched": None},
                    )
                await session.commit()
        return len(names)

    @activity.defn
    async def checkpoint(self, order: KeepFiles) -> int:
        """Signs how the chains of the ledger stand; returns how many grew since the last time."""
        key = load_signing_key(self.house.settings.signing_key_file)
        async with self.house.register.session() as session:
            row = await make_checkpoint(session, key, order.at)
            await session.commit()
        return row.heads if row else 0

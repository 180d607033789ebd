"""Upkeep: the histories of closed cases are kept before the engine's retention deletes them, and
what no backup can bring back any more is forgotten."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from temporalio import activity

from activities.house import House
from activities.orders import ArchiveHistories
from calends.engine.observing import observer, sealed_history
from calends.evidence.exporting import HISTORY_BLOB, history_lines
from calends.register.erasures import forget_expired
from calends.register.models import CaseRow


class Upkeep:
    def __init__(self, house: House) -> None:
        self.house = house

    @activity.defn
    async def archive_histories(self, order: ArchiveHistories) -> int:
        """Seals the histories of cases closed lately, payloads as they are; returns how many."""
        client, archived = await observer(self.house.settings), 0
        async with self.house.register.session() as session:
            closed = await session.scalars(
                select(CaseRow.id)
                .where(CaseRow.closed_at.is_not(None), CaseRow.history_archived.is_(False))
                .order_by(CaseRow.closed_at)
                .limit(order.limit)
            )
            waiting = list(closed)
        for case_id in waiting:
            history = await sealed_history(client, case_id)
            async with self.house.register.session() as session:
                case = await session.get_one(CaseRow, case_id, with_for_update=True)
                key = await self.house.keyring.get(case_id)
                await self.house.blobs.write(session, key, HISTORY_BLOB, history_lines(history))
                case.history_archived = True
                await session.commit()
            archived += 1
        return archived

    @activity.defn
    async def forget_erasures(self) -> int:
        """Destroys the erasure list's keys of the months that no backup reaches any more; returns
        how many. By the wall clock: it is the one by which backups are made and expire."""
        company = self.house.company
        today = datetime.now(ZoneInfo(company.controller.tz)).date()
        async with self.house.register.session() as session:
            gone = await forget_expired(
                session, self.house.keyring, company.backups_expire_after, today
            )
            await session.commit()
        return len(gone)

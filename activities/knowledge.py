"""What a case knows when it answers: searches, verdicts, reasons, recipients; for its letters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, datetime

import orjson
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from activities.house import House, lines_of
from activities.orders import Answer, Searched
from calends.company import Bilingual, Purpose, SystemEntry
from calends.letters.inputs import (
    ErasureLine,
    Reason,
    RecipientNotice,
    SystemOutcome,
    Withheld,
)
from calends.register.case_rows import NoticeRow
from calends.register.models import LedgerRow, SearchRow
from calends.rules.vocabulary import Language, SearchState, Verdict
from calends.systems.dataset import Collection

UNREVIEWED = Bilingual(
    fr="les notes et textes libres de « {system} »",
    en='the notes and free texts of "{system}"',
)
OTHERS_RIGHTS = Bilingual(
    fr="ils peuvent parler d'autres personnes et doivent être relus (art. 15, paragraphe 4)",
    en="they may speak of other people and must be reviewed first (art. 15(4))",
)


class Knowledge:
    def __init__(self, house: House, local_day: Callable[[datetime], date]) -> None:
        self.house, self.company, self.local_day = house, house.company, local_day
        self._rows: Sequence[SearchRow] | None = None

    async def notices(self, session: AsyncSession, order: Answer) -> list[RecipientNotice]:
        """How the telling of each recipient stands, for this right."""
        rows = await session.scalars(
            select(NoticeRow)
            .where(
                NoticeRow.case_id == order.case_id,
                NoticeRow.right == order.right,
                NoticeRow.month == order.turn,
                NoticeRow.act != "lift",
            )
            .order_by(NoticeRow.recipient)
        )
        names = {recipient.id: recipient.name for recipient in self.company.recipients}
        return [
            RecipientNotice(
                name=names.get(row.recipient, row.recipient),
                state=row.state,
                on=self.local_day(moment) if (moment := row.ended_at or row.told_at) else None,
            )
            for row in rows
        ]

    async def unreviewed(
        self, session: AsyncSession, case_id: str, language: Language
    ) -> list[Withheld]:
        """What the clock does not give by itself: fields that may speak of others (15(4))."""
        return [
            Withheld(
                what=UNREVIEWED[language].format(system=self.company.system(row.system).name),
                reason=OTHERS_RIGHTS[language],
            )
            for row in await self.searches(session, case_id)
            if row.speaks_of_others
        ]

    def reasons(self, order: Answer, outcomes: Sequence[SystemOutcome]) -> list[Reason]:
        """The facts the case knows: systems silent, records found, tasks open, since when."""
        day = self.local_day
        reasons = [
            Reason(
                kind="system_silent",
                name=self.company.system(search.system).name,
                since=day(search.since or order.at),
            )
            for search in order.pending
        ]
        total = sum(outcome.count for outcome in outcomes)
        if total:
            reasons.append(Reason(kind="records_found", count=total))
        for task, opened_at in sorted(order.open_tasks.items()):
            kind = task.partition(":")[0]
            reasons.append(Reason(kind="task_open", name=kind, since=day(opened_at)))
        return reasons

    async def outcomes(self, session: AsyncSession, order: Answer) -> list[SystemOutcome]:
        """Every declared system and how its search ended (design, "Completeness")."""
        searched = {row.system: row for row in await self.searches(session, order.case_id)}
        pending = {search.system: search for search in order.pending}
        return [
            self._outcome(entry.name, searched.get(entry.id), pending.get(entry.id), order)
            for entry in self.company.systems
        ]

    def _outcome(
        self, name: str, row: SearchRow | None, pending: Searched | None, order: Answer
    ) -> SystemOutcome:
        if row is not None and row.state in (SearchState.FOUND, SearchState.NOTHING):
            return SystemOutcome(name=name, state=SearchState(row.state), count=row.count)
        if row is not None and row.state == SearchState.SKIPPED:
            return SystemOutcome(name=name, state=SearchState.SKIPPED, reason=row.reason or "")
        since = (pending.since if pending else None) or (row.since if row else order.at)
        state = SearchState(row.state) if row is not None else SearchState.WAITING
        return SystemOutcome(name=name, state=state, since=self.local_day(since))

    async def purposes_found(self, session: AsyncSession, case_id: str) -> set[str] | None:
        """Purposes of the data sets in which something was found; None when that is unknown."""
        purposes: set[str] = set()
        for row in await self.found(session, case_id):
            entry = self.company.system(row.system)
            if not entry.declared:
                return None  # found by hand: all purposes are told
            declared = self.house.declared(row.system)
            for name in row.collections:
                purposes.add(declared.collection(name).meta.purpose)
        purposes.discard("")
        return purposes or None

    async def erasure_lines(
        self, session: AsyncSession, order: Answer, language: Language
    ) -> list[ErasureLine]:
        """What became of each data set, counted from the sealed plan."""
        approval = await session.scalar(
            select(LedgerRow.facts).where(
                LedgerRow.case_id == order.case_id,
                LedgerRow.once == order.once("plan_approved"),
            )
        )
        undecided = Verdict.ERASED if approval and approval["erase_undecided"] else Verdict.RETAINED
        not_done = {done.system for done in order.carried_out if done.left != 0}
        lines: list[ErasureLine] = []
        for row in await self.found(session, order.case_id):
            entry = self.company.system(row.system)
            if not entry.declared:
                lines.append(
                    ErasureLine(
                        system=entry.name, collection="", verdict=Verdict.HUMAN, count=row.count
                    )
                )
                continue
            instead = Verdict.HUMAN if row.system in not_done else None
            lines += await self._lines_of(order.case_id, row.system, undecided, instead, language)
        return lines

    async def _lines_of(
        self,
        case_id: str,
        system: str,
        undecided: Verdict,
        instead: Verdict | None,
        language: Language,
    ) -> list[ErasureLine]:
        """One system's plan, added up. `instead`: what all became when the plan was not done."""
        declared = self.house.declared(system)
        counts: Counter[tuple[str, Verdict, str, str, str]] = Counter()
        async for line in lines_of(self.house.blobs.stream(case_id, f"plan:{system}")):
            record = orjson.loads(line)
            if not record.get("told", True):
                continue  # an inquiry that telling would prejudice (rule book §5 row 53)
            verdict = Verdict(record["verdict"])
            if verdict is Verdict.HUMAN:
                verdict = undecided
            collection = declared.collection(record["collection"]).title(language)
            until, source, reason = record["until"] or "", record["source"], record["reason"]
            counts[collection, instead or verdict, until, source, reason] += 1
        return [
            ErasureLine(
                system=self.company.system(system).name,
                collection=collection,
                verdict=verdict,
                count=count,
                until=date.fromisoformat(until) if until else None,
                source=source,
                reason=reason,
            )
            for (collection, verdict, until, source, reason), count in sorted(counts.items())
        ]

    def purpose(self, purpose_id: str) -> Purpose | None:
        return next((p for p in self.company.purposes if p.id == purpose_id), None)

    async def sets_found(
        self, session: AsyncSession, case_id: str
    ) -> list[tuple[SystemEntry, Collection, int]]:
        """The data sets in which something was found, with how many records."""
        return [
            (entry, self.house.declared(entry.id).collection(name), count)
            for row in await self.found(session, case_id)
            if (entry := self.company.system(row.system)).declared
            for name, count in sorted(row.collections.items())
        ]

    async def found(self, session: AsyncSession, case_id: str) -> Sequence[SearchRow]:
        rows = await self.searches(session, case_id)
        return [row for row in rows if row.state == SearchState.FOUND]

    async def searches(self, session: AsyncSession, case_id: str) -> Sequence[SearchRow]:
        """How every search of the case ended, by system; read once for a reply."""
        if self._rows is None:
            rows = await session.scalars(
                select(SearchRow).where(SearchRow.case_id == case_id).order_by(SearchRow.system)
            )
            self._rows = rows.all()
        return self._rows

"""Composing a reply: what was found, what becomes of it, and the copy on the person's page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

import orjson
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from activities.archiving import Archivist
from activities.decide import lines_of
from activities.house import House, noted
from activities.letterbox import Letterbox
from activities.orders import Answer, Searched
from calends.company import Bilingual, Recipient
from calends.letters import facts as letter_facts
from calends.letters.inputs import (
    CaseFacts,
    ChannelStop,
    ErasureLine,
    NotDone,
    PageAccess,
    Reason,
    RecipientNotice,
    SystemOutcome,
    Withheld,
)
from calends.letters.render import Rendered, render
from calends.register.models import DemandRow, LedgerRow, SearchRow
from calends.rules.vocabulary import Language, Right, SearchState, Verdict
from calends.systems.dataset import Datasets, load_datasets

UNREVIEWED = Bilingual(
    fr="les notes et textes libres de « {system} »",
    en='the notes and free texts of "{system}"',
)
OTHERS_RIGHTS = Bilingual(
    fr="ils peuvent parler d'autres personnes et doivent être relus (art. 15, paragraphe 4)",
    en="they may speak of other people and must be reviewed first (art. 15(4))",
)


class Composer:
    def __init__(self, house: House, letterbox: Letterbox) -> None:
        self.house, self.letterbox, self.company = house, letterbox, house.company

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
            return render("refusal", case.language, content)
        if order.form == "not_identified":
            page = await self.letterbox.page(session, order, "identity")
            content = letter_facts.not_identified_facts(self.company, case, page)
            return render("not_identified", case.language, content)
        if order.form == "extension":
            reasons = [Reason(kind="stated", text=order.refused)]
            content = letter_facts.extension_facts(self.company, case, reasons)
            return render("extension_notice", case.language, content)
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
        outcomes = await self._outcomes(session, order)
        page = await self._copy(session, order, case, purpose, released=None)
        found = await self._purposes_found(session, order.case_id)
        content = letter_facts.access_facts(
            self.company, case, outcomes, page, purposes_found=found
        )
        return render("access_reply", case.language, content)

    async def _erasure(self, session: AsyncSession, order: Answer, case: CaseFacts) -> Rendered:
        content = letter_facts.erasure_facts(
            self.company,
            case,
            await self._outcomes(session, order),
            await self._erasure_lines(session, order),
            await self._notices(session, order),
            acted_on=self.letterbox.local_day(order.at),
        )
        return render("erasure_reply", case.language, content)

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
            [*late, *await self._notices(session, order)],
        )
        return render("prospecting_reply", case.language, content)

    async def recipients(self, session: AsyncSession, order: Answer) -> list[Recipient]:
        """Who must be told of what was done (GDPR 19): the recipients of the purposes concerned."""
        if order.form != "final" or order.refused:
            return []
        if order.right is Right.PROSPECTING_OBJECTION:
            purposes = {
                collection.meta.purpose
                for entry in self.company.systems
                if entry.kind == "sql"
                for collection in self._declared(entry.id)
                if collection.meta.on_prospecting_objection
            }
        elif order.right is Right.ERASURE and order.carried_out:
            purposes = await self._purposes_found(session, order.case_id) or set()
        else:
            return []
        names = {name for p in self.company.purposes if p.id in purposes for name in p.recipients}
        return [recipient for recipient in self.company.recipients if recipient.id in names]

    async def _notices(self, session: AsyncSession, order: Answer) -> list[RecipientNotice]:
        recipients = await self.recipients(session, order)
        return [RecipientNotice(name=each.name, state="pending") for each in recipients]

    def _declared(self, system: str) -> Datasets:
        return load_datasets([self.company.dataset_file(self.company.system(system))])

    async def _forced(
        self, session: AsyncSession, order: Answer, case: CaseFacts, purpose: str
    ) -> Rendered:
        """The clock's own answers: only what needs no further human eye is given."""
        outcomes = await self._outcomes(session, order)
        free = {entry.id for entry in self.company.systems if entry.auto_release}
        asked = await self._open_rights(session, order.case_id)
        page = None
        if Right.ACCESS in asked:
            page = await self._copy(session, order, case, purpose, released=free)
        reasons = tuple(self._reasons(order, outcomes))
        lines = await self._erasure_lines(session, order) if order.carried_out else []
        found = await self._purposes_found(session, order.case_id)
        withheld = await self._unreviewed(session, order.case_id, case.language) if page else []
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
            return render("partial_reply", case.language, content)
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
        return render("final_forced_reply", case.language, content)

    async def _unreviewed(
        self, session: AsyncSession, case_id: str, language: Language
    ) -> list[Withheld]:
        """What the clock does not give by itself: fields that may speak of others (15(4))."""
        systems = await session.scalars(
            select(SearchRow.system).where(
                SearchRow.case_id == case_id, SearchRow.speaks_of_others.is_(True)
            )
        )
        return [
            Withheld(
                what=UNREVIEWED[language].format(system=self.company.system(system).name),
                reason=OTHERS_RIGHTS[language],
            )
            for system in sorted(systems)
        ]

    def _reasons(self, order: Answer, outcomes: Sequence[SystemOutcome]) -> list[Reason]:
        """The facts the case knows: systems silent, records found, tasks open, since when."""
        day = self.letterbox.local_day
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

    async def _open_rights(self, session: AsyncSession, case_id: str) -> list[Right]:
        rows = await session.scalars(
            select(DemandRow.right).where(DemandRow.case_id == case_id, DemandRow.state == "open")
        )
        return [Right(right) for right in rows]

    async def _outcomes(self, session: AsyncSession, order: Answer) -> list[SystemOutcome]:
        """Every declared system and how its search ended (design, "Completeness")."""
        rows = await session.scalars(select(SearchRow).where(SearchRow.case_id == order.case_id))
        searched = {row.system: row for row in rows}
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
        return SystemOutcome(name=name, state=state, since=self.letterbox.local_day(since))

    async def _purposes_found(self, session: AsyncSession, case_id: str) -> set[str] | None:
        """Purposes of the data sets in which something was found; None when that is unknown."""
        purposes: set[str] = set()
        rows = await session.scalars(
            select(SearchRow).where(
                SearchRow.case_id == case_id, SearchRow.state == SearchState.FOUND
            )
        )
        for row in rows:
            entry = self.company.system(row.system)
            if entry.kind != "sql":
                return None  # found by hand: all purposes are told
            declared = self._declared(row.system)
            for name in row.collections:
                purposes.add(declared.collection(name).meta.purpose)
        purposes.discard("")
        return purposes or None

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
        rows = await session.scalars(
            select(SearchRow).where(
                SearchRow.case_id == order.case_id, SearchRow.state == SearchState.FOUND
            )
        )
        systems = [row for row in rows if released is None or row.system in released]
        if not systems:
            return None
        outcomes = await self._outcomes(session, order)
        archive = Archivist(self.house, order.case_id).archive(
            case, systems, outcomes, order.at, without_others=released is not None
        )
        key = await self.house.keyring.get(order.case_id)
        await self.house.blobs.write(session, key, f"export:{purpose}", archive)
        return await self.letterbox.page(session, order, purpose)

    async def _erasure_lines(self, session: AsyncSession, order: Answer) -> list[ErasureLine]:
        """What became of each data set, counted from the sealed plan."""
        counts: Counter[tuple[str, str, str, str, str, str]] = Counter()
        rows = await session.scalars(
            select(SearchRow).where(
                SearchRow.case_id == order.case_id, SearchRow.state == SearchState.FOUND
            )
        )
        approved = await session.scalar(
            select(LedgerRow.facts).where(
                LedgerRow.case_id == order.case_id, LedgerRow.once == "plan_approved"
            )
        )
        everything = bool(approved and approved["erase_undecided"])
        for row in rows:
            entry = self.company.system(row.system)
            if entry.kind != "sql":
                key = (entry.name, "", Verdict.HUMAN.value, "", "", "")
                counts[key] += row.count
                continue
            async for line in lines_of(
                self.house.blobs.stream(order.case_id, f"plan:{row.system}")
            ):
                record = orjson.loads(line)
                verdict = record["verdict"]
                if verdict == Verdict.HUMAN:
                    verdict = Verdict.ERASED.value if everything else Verdict.RETAINED.value
                counts[
                    (
                        entry.name,
                        record["collection"].partition(".")[2],
                        verdict,
                        record["until"] or "",
                        record["source"],
                        record["reason"],
                    )
                ] += 1
        return [
            ErasureLine(
                system=system,
                collection=collection,
                verdict=Verdict(verdict),
                count=count,
                until=date.fromisoformat(until) if until else None,
                source=source,
                reason=reason,
            )
            for (system, collection, verdict, until, source, reason), count in sorted(
                counts.items()
            )
        ]

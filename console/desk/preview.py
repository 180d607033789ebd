"""A reply as it would go now: composed by the very code that sends, and kept nowhere.

Only the link and the code of the person's page are not yet known: they stand as a sample.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from activities.archiving import Archivist
from activities.composing import Composer
from activities.house import House
from activities.letterbox import PAGE_DAYS, Letterbox
from activities.orders import Answer, Searched
from calends.desk.dossier import Dossier
from calends.exports.portable import Portability
from calends.letters.inputs import CaseFacts, PageAccess
from calends.letters.render import Rendered
from calends.rules.vocabulary import Right, SearchState

SAMPLE_CODE = "XXXX-XXXX"
SAMPLE_TOKEN = "x" * 32

LATE = (SearchState.FAILED, SearchState.WAITING)


def turn_of(dossier: Dossier, right: Right) -> int:
    """Whose clock the next reply to that right answers: the right may have been asked again."""
    turns = [(d.state != "open", d.month) for d in dossier.demands if d.right == right]
    return min(turns)[1] if turns else 0


def reply_purpose(dossier: Dossier, right: Right) -> str:
    """The purpose under which the outbox will know that reply."""
    turn = turn_of(dossier, right)
    return f"reply:{right}:{turn}" if turn else f"reply:{right}"


async def preview(
    house: House,
    dossier: Dossier,
    *,
    right: Right | None,
    form: str = "final",
    refused: str = "",
) -> Rendered:
    """The letter. Raises LetterBroken, and ValueError for what cannot be said yet. Whatever the
    composer writes on its way is never committed."""
    order = _order(dossier, right, form, refused)
    composer = _WithoutCopy(house, Letterbox(house))
    async with house.register.session() as session:
        return await composer.letter(session, order)


async def copy_now(house: House, dossier: Dossier) -> AsyncGenerator[bytes, None]:
    """The archive of the person's page as it would be given now, piece by piece (GDPR 15(3))."""
    order = _order(dossier, Right.ACCESS, "final", "")
    composer = _WithoutCopy(house, Letterbox(house))
    async with house.register.session() as session:
        case = await composer.letterbox.case_facts(session, order.case_id, order.turn)
        found = await composer.knows.found(session, order.case_id)
        outcomes = await composer.knows.outcomes(session, order)
    archivist = Archivist(house, order.case_id)
    return archivist.archive(case, found, outcomes, order.at, without_others=False)


def _order(dossier: Dossier, right: Right | None, form: str, refused: str) -> Answer:
    """The order that the case would give now."""
    return Answer(
        case_id=dossier.case.id,
        at=datetime.now(UTC),
        right=right,
        form=form,
        turn=turn_of(dossier, right) if right else 0,
        unanswered=[Right(demand.right) for demand in dossier.demands if demand.state == "open"],
        refused=refused,
        pending=[
            Searched(
                system=row.system,
                state=SearchState(row.state),
                count=row.count,
                since=row.since,
                reason=row.reason or "",
            )
            for row in dossier.searches
            if row.state in LATE
        ],
        open_tasks={
            f"{task.kind}:{task.system or ''}": task.opened_at for task in dossier.open_tasks
        },
    )


class _WithoutCopy(Composer):
    """Everything but the archive and the link to it."""

    async def letter(self, session: AsyncSession, order: Answer) -> Rendered:
        case = await self.letterbox.case_facts(session, order.case_id, order.turn)
        return await self.whole(session, order, case, self.purpose(order))

    async def portable_file(
        self,
        session: AsyncSession,
        order: Answer,
        case: CaseFacts,
        purpose: str,
        portability: Portability,
    ) -> PageAccess:
        return self._page(order)

    async def copy(
        self,
        session: AsyncSession,
        order: Answer,
        case: CaseFacts,
        purpose: str,
        *,
        unreviewed: bool = False,
    ) -> PageAccess | None:
        found = await self.knows.found(session, order.case_id)
        given = [row for row in found if not unreviewed or row.facts.get("released")]
        # What nobody has read stays masked (`keep_masked`): the letter says so before it is so.
        archivist = Archivist(self.house, order.case_id)
        self.withheld = await archivist.masked(given, case.language, without_others=unreviewed)
        return self._page(order) if given else None

    def _page(self, order: Answer) -> PageAccess:
        return PageAccess(
            url=f"{self.house.settings.public_url.rstrip('/')}/p/{SAMPLE_TOKEN}",
            code=SAMPLE_CODE,
            expires=self.letterbox.local_day(order.at + timedelta(days=PAGE_DAYS)),
        )

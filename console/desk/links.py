"""The links of the person's page that a case has given: used how often, revoked, opened again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from fastapi import APIRouter
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from activities.letterbox import PAGE_DAYS, Letterbox
from calends.register.cases import instant_for
from calends.register.ledger import append_event, locked_case
from calends.register.models import CaseRow, TokenRow
from console.desk.answering import role_of
from console.desk.casework import case_page, open_case
from console.desk.errors import error_page
from console.desk.forms import fields
from console.desk.frame import Frame
from console.desk.naming import letter_title
from console.links import MOST_TRIES
from console.who import CaseReader, Decider, User

OPENS, REVOKES = "open", "revoke"


@dataclass(frozen=True)
class GivenLink:
    """`state`: open, used, revoked, locked (too many wrong codes) or expired."""

    purpose: str
    title: str
    state: str
    uses: int
    tries: int
    last_day: date

    @property
    def opens(self) -> bool:
        return self.state in ("open", "used")

    @property
    def may_open_again(self) -> bool:
        return self.state in ("locked", "revoked")


def routes(frame: Frame) -> APIRouter:
    router = APIRouter(prefix="/desk/case/{reference}/links")
    letterbox, company = Letterbox(frame.house), frame.house.company

    @router.get("")
    async def links(request: Request, user: CaseReader, reference: str) -> Response:
        async with frame.house.register.session() as session:
            work = await open_case(frame, request, session, user, reference)
            if isinstance(work, Response):
                return work
            rows = await session.scalars(
                select(TokenRow)
                .where(TokenRow.case_id == work.case.id)
                .order_by(TokenRow.made_at, TokenRow.purpose)
            )
            words = frame.words(request)
            given = [_given(row, letter_title(company, words, row.purpose)) for row in rows]
        return case_page(frame, request, work, "links", "reply", given=given, most=MOST_TRIES)

    @router.post("")
    async def change(request: Request, user: Decider, reference: str) -> Response:
        """Revokes a link at once, or opens one again under the code that its letter told."""
        typed = await fields(request)
        async with frame.house.register.session() as session:
            work = await open_case(frame, request, session, user, reference)
            if isinstance(work, Response):
                return work
            wanted = select(TokenRow).where(
                TokenRow.case_id == work.case.id, TokenRow.purpose == typed.get("purpose", "")
            )
            # The case before its token, as whoever types a code does: else the two might wait
            # for each other.
            case = await locked_case(session, work.case.id)
            row = await session.scalar(wanted.with_for_update())
            if row is None or typed.get("act") not in (OPENS, REVOKES):
                return error_page(frame, request, 404)
            await _change(session, case, row, user, typed["act"])
            await session.commit()
        return RedirectResponse(f"{work.path}/links", 303)

    def _given(row: TokenRow, title: str) -> GivenLink:
        last_day = letterbox.local_day(row.made_at + timedelta(days=PAGE_DAYS))
        state = row.state
        if row.tries >= MOST_TRIES:
            state = "locked"
        elif state != "revoked" and letterbox.local_day(datetime.now(UTC)) > last_day:
            state = "expired"
        return GivenLink(row.purpose, title, state, row.uses, row.tries, last_day)

    return router


async def _change(
    session: AsyncSession, case: CaseRow, row: TokenRow, user: User, act: str
) -> None:
    if act == REVOKES:
        row.state, kind = "revoked", "link_revoked"
    else:
        row.state, row.tries, kind = "used" if row.uses else "open", 0, "link_opened_again"
    await append_event(
        session,
        case.id,
        once=f"{kind}:{row.purpose}:{case.head_seq}",
        kind=kind,
        at=await instant_for(session, case),
        activity="",
        actor=role_of(user),
        facts={"purpose": row.purpose, "by": user.id},
    )

"""How mail comes in: what was read and when, what waits, what nobody could read, what came back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from calends.register.auditing_mail import mailbox_troubles
from calends.register.mail_rows import BounceRow, MailboxMessageRow, MailboxRow
from calends.register.models import InboxRow
from console.desk.frame import Frame
from console.who import May, User, require_may

Reader = Annotated[User, Depends(require_may(May.SEE_SETUP))]


@dataclass(frozen=True)
class Flow:
    """Counts of messages; nothing in them is of anybody."""

    waiting: int
    failing: int
    """Of those that wait: tried in vain."""
    oldest: datetime | None
    unreadable: int
    """Read by a human instead: by no parser, or only in part."""
    came_back: int
    kinds: list[tuple[str, int]]


def routes(frame: Frame) -> APIRouter:
    router = APIRouter()

    @router.get("/desk/setup/mail")
    async def mail_in(request: Request, user: Reader) -> Response:
        async with frame.house.register.session() as session:
            troubles = await mailbox_troubles(session, datetime.now(UTC))
            mailboxes = await session.scalars(
                select(MailboxRow).order_by(~MailboxRow.watched, MailboxRow.id)
            )
            return frame.page(
                request,
                user,
                "setup_mail",
                here="setup",
                tab="mail",
                troubles=troubles,
                mailboxes=list(mailboxes),
                taken=await _taken(session),
                flow=await _flow(session),
            )

    return router


async def _taken(session: AsyncSession) -> dict[str, int]:
    """Mailbox -> messages that became rows of the inbox, or were there already."""
    counted = await session.execute(
        select(MailboxMessageRow.mailbox, func.count())
        .where(MailboxMessageRow.state != "older")
        .group_by(MailboxMessageRow.mailbox)
    )
    return {row[0]: row[1] for row in counted}


async def _flow(session: AsyncSession) -> Flow:
    waits = InboxRow.state == "received"
    read_by_hand = InboxRow.failure.is_not(None) | (InboxRow.kind == "quarantine") | InboxRow.cut
    waiting, failing, oldest, unreadable = (
        await session.execute(
            select(
                func.count().filter(waits),
                func.count().filter(waits, InboxRow.attempts > 0),
                func.min(InboxRow.received_at).filter(waits),
                func.count().filter(~waits, read_by_hand),
            )
        )
    ).one()
    kinds = await session.execute(
        select(InboxRow.kind, func.count())
        .where(InboxRow.kind.is_not(None))
        .group_by(InboxRow.kind)
        .order_by(func.count().desc())
    )
    came_back = await session.scalar(select(func.count()).select_from(BounceRow))
    return Flow(
        waiting, failing, oldest, unreadable, came_back or 0, [(str(k), n) for k, n in kinds]
    )

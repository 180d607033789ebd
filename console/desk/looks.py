"""Every look at personal data is in the ledger before anything is shown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from calends.register.cases import instant_for
from calends.register.ledger import append_event
from calends.register.models import CaseRow
from console.who import Role, User

A_LOOK = timedelta(minutes=15)
"""The same person looking at the same thing again within this time is one look: a page that is
reloaded or comes back after a form does not fill the evidence."""


async def looked_at(session: AsyncSession, case: CaseRow, user: User, what: str) -> None:
    """Notes that `user` looks at `what` (message, person, findings, plan, reply …), and commits:
    what follows may be shown. The user's id stands in the ledger, never their name."""
    now = datetime.now(UTC)
    window = int(now.timestamp() // A_LOOK.total_seconds())
    await append_event(
        session,
        case.id,
        once=f"looked_at:{what}:{user.id}:{window}",
        kind="looked_at",
        at=await instant_for(session, case),
        activity="",
        actor=_role(user),
        facts={"what": what, "by": user.id},
    )
    await session.commit()


def _role(user: User) -> str:
    """The role under which the look is told: the first in the order of the vocabulary."""
    return next((str(role) for role in Role if role in user.roles), "nobody")

"""What of the queue is a colleague's, and what they may be told of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.ext.asyncio import AsyncSession

from calends.accounts.absence import stands_in_for
from calends.accounts.owning import owned_systems
from calends.accounts.roles import May, Role, User
from calends.register.models import TaskRow

WAITING = ("open", "claimed")
_BY_HAND = TaskRow.role == "system_owner"


@dataclass(frozen=True)
class Seer:
    ids: frozenset[str]
    """Their own id and those of absent colleagues for whom they stand in."""
    sees_cases: bool
    decides: bool
    systems: frozenset[str]
    owned: frozenset[str]
    """Systems that have an owner: searches of all others fall to who decides."""

    @property
    def mine(self) -> ColumnElement[bool]:
        """The tasks that are theirs: nobody else's, and of a kind that is for them."""
        free = or_(TaskRow.claimed_by.is_(None), TaskRow.claimed_by.in_(self.ids))
        theirs: ColumnElement[bool] = and_(_BY_HAND, TaskRow.system.in_(self.systems))
        if self.decides:
            unowned = and_(_BY_HAND, TaskRow.system.not_in(self.owned))
            theirs = or_(theirs, ~_BY_HAND, unowned)
        return and_(TaskRow.state.in_(WAITING), free, theirs)


async def seer_of(session: AsyncSession, user: User, today: date) -> Seer:
    absent = await stands_in_for(session, user.id, today)
    return Seer(
        ids=frozenset({user.id, *absent}),
        sees_cases=user.may(May.SEE_CASES),
        decides=user.may(May.ACT),
        systems=user.systems if user.has(Role.SYSTEM_OWNER) else frozenset(),
        owned=await owned_systems(session),
    )


def has_queue(user: User) -> bool:
    """Whether anything ever waits for them."""
    return user.may(May.SEE_CASES) or user.may(May.SEARCH_BY_HAND)

"""Who looks at the desk: one type, one dependency, and what a role may do.

`current_user` is the only door. Nobody is let in by default: whoever has no session is told so.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated

from fastapi import Depends
from starlette.requests import Request


class Role(StrEnum):
    DPO = "dpo"
    DEPUTY = "deputy"
    """Does what the DPO does."""
    SYSTEM_OWNER = "system_owner"
    """Sees the search tasks of their systems, and nothing else of a case."""
    APPROVER = "approver"
    """The second pair of eyes."""
    AUDITOR = "auditor"
    """Reads and exports; changes nothing."""
    ADMIN = "admin"
    """Sets up; sees no case."""
    ENGINEER = "engineer"
    """Reads what the engine carries, through the decode-only codec server."""


@dataclass(frozen=True)
class User:
    """Somebody signed in. `id` is random and may stand in the ledger; the name never does."""

    id: str
    name: str
    roles: frozenset[Role] = field(default_factory=frozenset)
    systems: frozenset[str] = field(default_factory=frozenset)
    """The systems whose searches a system owner does."""

    def has(self, *roles: Role) -> bool:
        return not self.roles.isdisjoint(roles)


DECIDES = (Role.DPO, Role.DEPUTY)
"""Work on cases."""
SEES_CASES = (*DECIDES, Role.APPROVER, Role.AUDITOR)
"""See whole cases."""


class NotSignedIn(Exception):
    """There is no session: the door is shown."""


class NotAllowed(Exception):
    """There is a session, and its roles do not reach here."""


async def current_user(request: Request) -> User:
    """Who asks. Raises NotSignedIn when nobody is signed in."""
    raise NotSignedIn


SignedIn = Annotated[User, Depends(current_user)]


def require(*roles: Role) -> Callable[[User], Awaitable[User]]:
    """A dependency: the user, when they have one of these roles; raises NotAllowed."""

    async def allowed(user: SignedIn) -> User:
        if not user.has(*roles):
            raise NotAllowed
        return user

    return allowed


Decider = Annotated[User, Depends(require(*DECIDES))]
CaseReader = Annotated[User, Depends(require(*SEES_CASES))]

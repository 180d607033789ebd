"""Who looks at the desk: one dependency, and which roles reach a page.

`current_user` is the only door. Nobody is let in by default: whoever has no session is told so.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends
from starlette.requests import Request

from calends.accounts.roles import May as May
from calends.accounts.roles import Role as Role
from calends.accounts.roles import User as User
from calends.accounts.sessions import Live, Stage
from console.entry import Entry

DECIDES = (Role.DPO, Role.DEPUTY)
"""Work on cases."""
SEES_CASES = (*DECIDES, Role.APPROVER, Role.AUDITOR)
"""See whole cases."""


class NotSignedIn(Exception):
    """There is no session: the door is shown."""


class NotAllowed(Exception):
    """There is a session, and its roles do not reach here."""


class NotFresh(Exception):
    """They must prove themselves again before this."""


def entry_of(request: Request) -> Entry:
    entry: Entry = request.app.state.entry
    return entry


async def current_session(request: Request) -> Live:
    """The session of who asks. Raises NotSignedIn when nobody is signed in."""
    live = await entry_of(request).live(request)
    if live is None or live.user is None or live.stage is not Stage.FULL:
        raise NotSignedIn
    return live


Session = Annotated[Live, Depends(current_session)]


async def current_user(request: Request) -> User:
    """Who asks. Raises NotSignedIn when nobody is signed in."""
    live = await current_session(request)
    assert live.user is not None
    return live.user


SignedIn = Annotated[User, Depends(current_user)]


async def fresh_session(request: Request, live: Session) -> Live:
    """A session whose owner proved themselves lately. Raises NotFresh."""
    if not entry_of(request).door.sessions.fresh(live):
        raise NotFresh
    return live


Fresh = Annotated[Live, Depends(fresh_session)]


def require(*roles: Role) -> Callable[[User], Awaitable[User]]:
    """A dependency: the user, when they have one of these roles; raises NotAllowed."""

    async def allowed(user: SignedIn) -> User:
        if not user.has(*roles):
            raise NotAllowed
        return user

    return allowed


def require_may(*acts: May) -> Callable[[User], Awaitable[User]]:
    """A dependency: the user, when they may do one of these; raises NotAllowed."""

    async def allowed(user: SignedIn) -> User:
        if not any(user.may(act) for act in acts):
            raise NotAllowed
        return user

    return allowed


Decider = Annotated[User, Depends(require(*DECIDES))]
CaseReader = Annotated[User, Depends(require(*SEES_CASES))]

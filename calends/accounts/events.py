"""What happens to accounts and at the door, in a table that is only ever added to."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from calends.register.account_rows import AccountEventRow

COMMAND_LINE = "command line"
"""The actor when somebody with a shell on the machine did it."""


def note(
    session: AsyncSession, kind: str, *, user_id: str | None, actor: str, **facts: Any
) -> None:
    """Adds an event in the caller's transaction; nothing personal belongs into `facts`."""
    session.add(
        AccountEventRow(at=datetime.now(UTC), kind=kind, user_id=user_id, actor=actor, facts=facts)
    )

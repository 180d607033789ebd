"""The keys of the vault as numbers and ages: nothing that opens anything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from calends.register.models import KeyRow


@dataclass(frozen=True)
class KeyFile:
    """A key file of this machine. `made_at` (UTC) is None when it is not here."""

    path: Path
    made_at: datetime | None
    closed_to_others: bool


@dataclass(frozen=True)
class CaseKeys:
    living: int
    destroyed: int
    oldest: datetime | None
    newest: datetime | None


def key_file(path: Path) -> KeyFile:
    """When it was last written, and whether its owner alone can read it."""
    try:
        found = path.stat()
    except OSError:
        return KeyFile(path, None, False)
    return KeyFile(path, datetime.fromtimestamp(found.st_mtime, UTC), not found.st_mode & 0o077)


async def case_keys(session: AsyncSession) -> CaseKeys:
    living = KeyRow.wrapped.is_not(None)
    row = (
        await session.execute(
            select(
                func.count().filter(living),
                func.count().filter(~living),
                func.min(KeyRow.made_at).filter(living),
                func.max(KeyRow.made_at).filter(living),
            )
        )
    ).one()
    return CaseKeys(*row)

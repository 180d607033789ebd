"""How often a password or a code may be tried: counted before it is looked at.

Known and unknown names are counted alike. One place is slowed down after five tries, doubling up
to a quarter of an hour; all places together only after fifty a day, and then gently: nobody can
lock a colleague out from elsewhere for longer than half a minute.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from calends.register.account_rows import TryRow
from calends.vault.keys import Keyring

REMEMBERED = timedelta(days=1)


@dataclass(frozen=True)
class Pace:
    """`free` tries, then a wait that doubles from `first` to `longest`."""

    free: int
    first: timedelta
    longest: timedelta

    def wait(self, failures: int) -> timedelta:
        if failures < self.free:
            return timedelta()
        doubled: timedelta = self.first * 2 ** min(failures - self.free, 20)
        return min(self.longest, doubled)


ONE_PLACE = Pace(free=5, first=timedelta(seconds=15), longest=timedelta(minutes=15))
EVERY_PLACE = Pace(free=50, first=timedelta(seconds=30), longest=timedelta(seconds=30))
CODES = Pace(free=10, first=timedelta(seconds=15), longest=timedelta(hours=1))
"""Who guesses codes has the password already, and 10^6 codes are few: hardly any tries a day."""


class Throttle:
    def __init__(
        self, keyring: Keyring, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._keyring, self._clock = keyring, clock

    async def take(self, session: AsyncSession, pace: Pace, *what: str) -> bool:
        """Counts a try in the caller's transaction; False when it comes too soon.

        A try that comes too soon is not counted: waiting always helps.
        """
        key, now = self._key(what), self._clock()
        await session.execute(delete(TryRow).where(TryRow.last_at < now - REMEMBERED))
        await session.execute(
            insert(TryRow).values(key=key, failures=0, last_at=now).on_conflict_do_nothing()
        )
        row = await session.get_one(TryRow, key, with_for_update=True, populate_existing=True)
        now = self._clock()  # after the wait for whoever tries at the same time
        if row.failures and now < row.last_at + pace.wait(row.failures):
            return False
        row.failures, row.last_at = row.failures + 1, now
        await session.flush()
        return True

    async def forgive(self, session: AsyncSession, *what: str) -> None:
        """They got in: the tries before it were theirs."""
        await session.execute(delete(TryRow).where(TryRow.key == self._key(what)))

    def _key(self, what: tuple[str, ...]) -> bytes:
        return self._keyring.index("try", "\0".join(what))

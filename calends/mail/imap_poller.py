"""Reads one mailbox for ever: what is new becomes a row of the inbox, once.

The ledger of (mailbox, UIDVALIDITY, UID) decides what is new; the note and the sealed message
are one transaction, so that dying at any line loses nothing and doubles nothing. A changed
UIDVALIDITY makes everything new, and the digest of what had come before makes it known again.
"""

from __future__ import annotations

import asyncio
import functools
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import ParamSpec, TypeVar

from sqlalchemy.exc import SQLAlchemyError

from calends.mail import imap_ledger
from calends.mail.imap import ImapSession, MailboxAway
from calends.mail.imap_ledger import Place
from calends.mail.imap_taking import Taker
from calends.mail.inbox import Inbox
from calends.mail.mailboxes import MailboxEntry
from calends.register.database import Register
from calends.register.mail_rows import MailboxRow

log = logging.getLogger("calends.imap")

LOOK_BACK = timedelta(days=31)
"""What is older when a mailbox is read for the first time has run out of its month."""

COMPARE_EVERY = timedelta(days=1)
RETRY_SECONDS = (5.0, 15.0, 60.0, 300.0)
LOGIN_SECONDS = 60.0
"""At least so long after a refused login: servers lock accounts."""

P = ParamSpec("P")
R = TypeVar("R")


@dataclass
class Poller:
    entry: MailboxEntry
    register: Register
    inbox: Inbox
    max_bytes: int
    arrived: Callable[[], None] = lambda: None
    _thread: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1))
    _complete: tuple[Place, int] | None = None
    """All messages of the place below this UID stand in the ledger."""
    _taker: Taker = field(init=False)
    _said: str = ""

    def __post_init__(self) -> None:
        self._taker = Taker(
            self.entry.id,
            self.register,
            self.inbox,
            self.max_bytes,
            self.arrived,
            self._in_thread,
        )

    async def run(self) -> None:
        """Until cancelled. Nothing that goes wrong here reaches the other mailboxes."""
        failures = 0
        while True:
            pause = RETRY_SECONDS[min(failures, len(RETRY_SECONDS) - 1)]
            failures += 1
            try:
                async with self.session() as session:
                    while True:
                        await self.take_new(session)
                        failures = 0
                        await self._wait(session)
            except MailboxAway as away:
                await self._failed(away.code)
                if away.code in ("login", "credentials"):
                    pause = max(pause, LOGIN_SECONDS)
            except (SQLAlchemyError, OSError) as error:
                log.warning("mailbox %s: register away (%s)", self.entry.id, type(error).__name__)
            except Exception as error:  # noqa: BLE001 - a defect must not end the reading
                log.error("mailbox %s: %s", self.entry.id, type(error).__name__)
                await self._failed("defect")
            await asyncio.sleep(pause)

    @asynccontextmanager
    async def session(self) -> AsyncIterator[ImapSession]:
        """A connection, used in a thread of its own. Raises MailboxAway."""
        session = await self._in_thread(ImapSession, self.entry)
        try:
            yield session
        except BaseException:
            session.break_off()
            raise
        finally:
            await self._in_thread(session.close)

    def close(self) -> None:
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def take_new(self, session: ImapSession) -> None:
        """Takes what is not in the ledger yet; compares mailbox and ledger once a day."""
        place = Place(self.entry.id, session.uidvalidity)
        row = await self._row()
        comparing = row.compared_at is None or row.compared_at < _now() - COMPARE_EVERY
        start = 1
        if not comparing and self._complete is not None and self._complete[0] == place:
            start = self._complete[1]
        present = await self._in_thread(session.uids, start)
        async with self.register.session() as db:
            known = await imap_ledger.taken(db, place, start)
        new = [uid for uid in present if uid not in known]
        not_taken = await self._taker.take(session, place, new, self._cutoff(row)) if new else []
        if present:
            self._complete = place, min(not_taken, default=present[-1] + 1)
        await self._note_success(place, present if comparing else None)
        if self.entry.move_to:
            await self._move(session, place)

    async def _move(self, session: ImapSession, place: Place) -> None:
        """Moves what was taken. That it cannot be moved is said, and stops nothing."""
        async with self.register.session() as db:
            waiting = await imap_ledger.to_move(db, place)
        there = [uid for uid in await self._in_thread(session.uids, 1) if uid in waiting]
        if not there:
            return
        try:
            await self._in_thread(session.move, there, self.entry.move_to)
        except MailboxAway as away:
            if away.code != "move":
                raise
            await self._failed(away.code)
            return
        async with self.register.session() as db:
            await imap_ledger.left(db, place, there, _now())
            await db.commit()

    async def _wait(self, session: ImapSession) -> None:
        if session.can_idle:
            await self._in_thread(session.wait, self.entry.poll_seconds)
            await asyncio.sleep(0.05)  # what comes together is taken together
        else:
            await asyncio.sleep(self.entry.poll_seconds)

    async def _row(self) -> MailboxRow:
        async with self.register.session() as db:
            return await db.get_one(MailboxRow, self.entry.id)

    def _cutoff(self, row: MailboxRow) -> datetime:
        if self.entry.since is not None:
            return datetime.combine(self.entry.since, time(), UTC)
        return row.began_at - LOOK_BACK

    async def _note_success(self, place: Place, present: Sequence[int] | None) -> None:
        async with self.register.session() as db:
            await imap_ledger.succeeded(db, place, _now())
            if present is not None:
                missing = await imap_ledger.compare(db, place, present, _now())
                if missing:
                    log.error("mailbox %s: %d messages not taken", place.mailbox, len(missing))
            await db.commit()
        if self._said:
            log.info("mailbox %s: read again", self.entry.id)
            self._said = ""

    async def _failed(self, code: str) -> None:
        if code != self._said:
            log.warning("mailbox %s cannot be read (%s); it is tried again", self.entry.id, code)
            self._said = code
        with suppress(SQLAlchemyError, OSError):
            async with self.register.session() as db:
                await imap_ledger.failed(db, self.entry.id, code, _now())
                await db.commit()

    async def _in_thread(self, work: Callable[P, R], *args: P.args, **more: P.kwargs) -> R:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, functools.partial(work, *args, **more))


def _now() -> datetime:
    return datetime.now(UTC)

"""Reads one mailbox for ever: what is new becomes a row of the inbox, once.

The ledger of (mailbox, UIDVALIDITY, UID) decides what is new; the note and the sealed message
are one transaction, so that dying at any line loses nothing and doubles nothing. A changed
UIDVALIDITY makes everything new, and the digest of what had come before makes it known again.
"""

from __future__ import annotations

import asyncio
import functools
import logging
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import ParamSpec, TypeVar

from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError

from calends.mail import imap_ledger
from calends.mail.imap import ImapSession, Lying, MailboxAway
from calends.mail.imap_ledger import Place
from calends.mail.inbox import Inbox
from calends.mail.mailboxes import MailboxEntry
from calends.register.database import Register
from calends.register.mail_rows import MailboxRow

log = logging.getLogger("calends.imap")

LOOK_BACK = timedelta(days=31)
"""What is older when a mailbox is read for the first time has run out of its month."""

COMPARE_EVERY = timedelta(days=1)
CUT_BYTES = 1 << 20
"""Of a message above the limit so much is taken: enough for its words."""

BATCH_BYTES, BATCH_MESSAGES = 4 << 20, 50
GIVEN_UP = 3
"""So often one message may break the connection; then the rest is read without it."""

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
    _broke: Counter[int] = field(default_factory=Counter)
    """How often a UID could not be taken."""
    _said: str = ""

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
        not_taken = await self._take(session, place, new, self._cutoff(row)) if new else []
        if present:
            self._complete = place, min(not_taken, default=present[-1] + 1)
        await self._note_success(place, present if comparing else None)
        if self.entry.move_to:
            await self._move(session, place)

    async def _take(
        self, session: ImapSession, place: Place, new: Sequence[int], cutoff: datetime
    ) -> list[int]:
        """Returns the UIDs that could not be taken; the next round tries them again."""
        lying = await self._in_thread(session.lying, new)
        older = [message.uid for message in lying if message.arrived_at < cutoff]
        if older:
            async with self.register.session() as db:
                for uid in older:
                    await imap_ledger.note(db, place, uid, "older", _now())
                await db.commit()
        wanted = [m for m in lying if m.arrived_at >= cutoff and self._broke[m.uid] < GIVEN_UP]
        done = set(older)
        for batch in self._batches(wanted):
            contents = await self._contents(session, batch)
            for message in batch:
                if await self._take_one(session, place, message, contents.pop(message.uid, None)):
                    done.add(message.uid)
        return [uid for uid in new if uid not in done]

    def _batches(self, wanted: Sequence[Lying]) -> Iterator[list[Lying]]:
        """Small messages together; what is large, or has failed before, alone and last."""
        batch: list[Lying] = []
        alone: list[Lying] = []
        for message in wanted:
            large = message.size > min(BATCH_BYTES, self.max_bytes)
            if large or self._broke[message.uid]:
                alone.append(message)
                continue
            size = sum(other.size for other in batch)
            if len(batch) == BATCH_MESSAGES or size + message.size > BATCH_BYTES:
                yield batch
                batch = []
            batch.append(message)
        if batch:
            yield batch
        yield from ([message] for message in alone)

    async def _contents(self, session: ImapSession, batch: Sequence[Lying]) -> dict[int, bytes]:
        if len(batch) == 1:
            return {}
        uids = [message.uid for message in batch]
        self._broke.update(uids)  # until they have come: the connection may die of them
        try:
            found = await self._in_thread(session.contents, uids)
        except MailboxAway as away:
            if away.code != "protocol":
                raise
            found = {}
        self._broke.subtract(uids)
        return found

    async def _take_one(
        self, session: ImapSession, place: Place, message: Lying, raw: bytes | None
    ) -> bool:
        """One message, one transaction. False when it could not be taken."""
        cut = message.size > self.max_bytes
        self._broke[message.uid] += 1
        try:
            if raw is None:
                most = CUT_BYTES if cut else self.max_bytes
                raw = await self._in_thread(session.content, message.uid, most)
            if raw is not None:
                await self._keep(place, message, raw, cut)
        except MailboxAway as away:
            if away.code != "protocol":
                raise
            log.warning("mailbox %s: UID %d is not given out", self.entry.id, message.uid)
            return False
        except (OperationalError, InterfaceError, OSError):
            self._broke[message.uid] -= 1
            raise
        except Exception as error:  # noqa: BLE001 - one message must not stop the rest
            name = type(error).__name__
            log.error("mailbox %s: UID %d not kept (%s)", self.entry.id, message.uid, name)
            return False
        del self._broke[message.uid]
        return True

    async def _keep(self, place: Place, message: Lying, raw: bytes, cut: bool) -> None:
        now = _now()
        async with self.register.session() as db:
            kept = await self.inbox.keep_in(
                db, raw, channel="imap", received_at=min(message.arrived_at, now), cut=cut
            )
            state = "cut" if cut else "kept" if kept.new else "known"
            await imap_ledger.note(db, place, message.uid, state, now, kept.inbox_id)
            await db.commit()
        if kept.new:
            self.arrived()

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

"""Takes messages out of one mailbox into the inbox: in parts, each in a transaction of its own.

One message that cannot be taken, or that breaks the connection, does not stop the others.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.exc import InterfaceError, OperationalError

from calends.mail import imap_ledger
from calends.mail.imap import ImapSession, Lying, MailboxAway
from calends.mail.imap_ledger import Place
from calends.mail.inbox import Inbox
from calends.register.database import Register

log = logging.getLogger("calends.imap")

PART = 200
"""Messages whose sizes are asked at once: servers may read each one for it."""

CUT_BYTES = 1 << 20
"""Of a message above the limit so much is taken: enough for its words."""

BATCH_BYTES, BATCH_MESSAGES = 4 << 20, 50
GIVEN_UP = 3
"""So often one message may break the connection; then the rest is read without it."""


@dataclass
class Taker:
    mailbox: str
    register: Register
    inbox: Inbox
    max_bytes: int
    arrived: Callable[[], None]
    in_thread: Callable[..., Awaitable[Any]]
    """Runs a call of the session in the session's thread."""
    _broke: Counter[int] = field(default_factory=Counter)
    """How often a UID could not be taken."""

    async def take(
        self, session: ImapSession, place: Place, new: Sequence[int], cutoff: datetime
    ) -> list[int]:
        """Returns the UIDs that could not be taken; the next round tries them again."""
        done: set[int] = set()
        for start in range(0, len(new), PART):
            some = new[start : start + PART]
            done |= await self._take_some(session, place, some, cutoff)
        return [uid for uid in new if uid not in done]

    async def _take_some(
        self, session: ImapSession, place: Place, some: Sequence[int], cutoff: datetime
    ) -> set[int]:
        lying = await self.in_thread(session.lying, some)
        older = [message.uid for message in lying if message.arrived_at < cutoff]
        if older:
            async with self.register.session() as db:
                for uid in older:
                    await imap_ledger.note(db, place, uid, "older", datetime.now(UTC))
                await db.commit()
        wanted = [m for m in lying if m.arrived_at >= cutoff and self._broke[m.uid] < GIVEN_UP]
        done = set(older)
        for batch in self._batches(wanted):
            contents = await self._contents(session, batch)
            for message in batch:
                if await self._take_one(session, place, message, contents.pop(message.uid, None)):
                    done.add(message.uid)
        return done

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
            found: dict[int, bytes] = await self.in_thread(session.contents, uids)
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
                raw = await self.in_thread(session.content, message.uid, most)
            if raw is not None:
                await self._keep(place, message, raw, cut)
        except MailboxAway as away:
            if away.code != "protocol":
                raise
            log.warning("mailbox %s: UID %d is not given out", self.mailbox, message.uid)
            return False
        except (OperationalError, InterfaceError, OSError):
            self._broke[message.uid] -= 1
            raise
        except Exception as error:  # noqa: BLE001 - one message must not stop the rest
            name = type(error).__name__
            log.error("mailbox %s: UID %d not kept (%s)", self.mailbox, message.uid, name)
            return False
        del self._broke[message.uid]
        return True

    async def _keep(self, place: Place, message: Lying, raw: bytes, cut: bool) -> None:
        now = datetime.now(UTC)
        async with self.register.session() as db:
            kept = await self.inbox.keep_in(
                db, raw, channel="imap", received_at=min(message.arrived_at, now), cut=cut
            )
            state = "cut" if cut else "kept" if kept.new else "known"
            await imap_ledger.note(db, place, message.uid, state, now, kept.inbox_id)
            await db.commit()
        if kept.new:
            self.arrived()

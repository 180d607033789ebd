"""Every door by which mail comes in: SMTP, LMTP and the mailboxes that are read.

They only fill the inbox; what becomes of a message is not their affair, and one that does not
open or breaks leaves the others open.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.exc import SQLAlchemyError

from calends.mail import imap_ledger
from calends.mail.imap_poller import Poller
from calends.mail.inbox import Inbox
from calends.mail.mailboxes import MailboxEntry
from calends.problems import Problem
from calends.register.database import Register
from calends.settings import Settings

log = logging.getLogger("calends.doors")

AGAIN_SECONDS = 5.0
GRACE_SECONDS = 5.0


@dataclass(frozen=True)
class Doors:
    settings: Settings
    register: Register
    inbox: Inbox
    mailboxes: Sequence[MailboxEntry]
    arrived: Callable[[], None]
    """Called whenever a new message is in the inbox."""

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Raises Problem for a port that cannot be listened on."""
        async with AsyncExitStack() as stack:
            for port, lmtp in ((self.settings.listen_port, False), (self.settings.lmtp_port, True)):
                if port:
                    server = await self._listen(port, lmtp)
                    stack.push_async_callback(_closed, server)
            reading = asyncio.create_task(self._read_mailboxes())
            stack.push_async_callback(_ended, reading)
            yield

    async def _listen(self, port: int, lmtp: bool) -> asyncio.Server:
        try:
            from calends.mail.listener import listen
        except ImportError:
            raise Problem(
                "the mail listener needs aiosmtpd; mend: install calends[listener]"
            ) from None
        try:
            return await listen(
                self.inbox,
                host=self.settings.listen_host,
                port=port,
                max_bytes=self.settings.listen_max_bytes,
                lmtp=lmtp,
                arrived=self.arrived,
            )
        except OSError as error:
            name = "CALENDS_LMTP_PORT" if lmtp else "CALENDS_LISTEN_PORT"
            raise Problem(
                f"port {port} cannot be listened on ({error.strerror}); mend: set {name}"
            ) from error

    async def _read_mailboxes(self) -> None:
        """Each mailbox in a task of its own, until cancelled."""
        await self._declare()
        pollers = [
            Poller(entry, self.register, self.inbox, self.settings.listen_max_bytes, self.arrived)
            for entry in self.mailboxes
        ]
        try:
            async with asyncio.TaskGroup() as reading:
                for poller in pollers:
                    reading.create_task(poller.run())
        finally:
            for poller in pollers:
                poller.close()

    async def _declare(self) -> None:
        """Tells the register which mailboxes are read from now on, as soon as it is there."""
        while True:
            try:
                async with self.register.session() as session:
                    declared = [entry.id for entry in self.mailboxes]
                    await imap_ledger.watch(session, declared, datetime.now(UTC))
                    await session.commit()
                    return
            except (SQLAlchemyError, OSError) as error:
                log.warning("register away (%s): mailboxes wait", type(error).__name__)
                await asyncio.sleep(AGAIN_SECONDS)


async def _closed(server: asyncio.Server) -> None:
    """Whoever is in the middle of a message has a moment to end it."""
    server.close()
    with suppress(TimeoutError):
        async with asyncio.timeout(GRACE_SECONDS):
            await server.wait_closed()


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task

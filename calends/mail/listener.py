"""SMTP and LMTP on loopback or behind the company's server: 250 only after the commit.

Needs the extra `listener` (aiosmtpd). When the register is away the answer is 451, so that the
sending server keeps the message and comes again: nothing is lost.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy.exc import SQLAlchemyError

from calends.mail.inbox import Inbox

log = logging.getLogger("calends.listener")

# At debug level aiosmtpd writes every line of every message into its log.
logging.getLogger("mail.log").disabled = True


class _Keeper:
    def __init__(self, inbox: Inbox, channel: str, arrived: Callable[[], None]) -> None:
        self._inbox, self._channel, self._arrived = inbox, channel, arrived

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.original_content or b""
        try:
            kept = await self._inbox.keep(
                content, channel=self._channel, received_at=datetime.now(UTC)
            )
        except (SQLAlchemyError, OSError) as error:
            log.warning("register away (%s): answered 451", type(error).__name__)
            return "451 4.3.0 not stored, try again later"
        log.info("message %s kept, new=%s", kept.inbox_id, kept.new)
        self._arrived()
        return "250 2.6.0 kept"


async def listen(
    inbox: Inbox,
    *,
    host: str,
    port: int,
    max_bytes: int,
    lmtp: bool = False,
    arrived: Callable[[], None] = lambda: None,
) -> asyncio.Server:
    """Serves SMTP (or LMTP) until the server is closed. Raises OSError for a port in use."""
    kind: Any = LMTP if lmtp else SMTP
    keeper = _Keeper(inbox, "lmtp" if lmtp else "smtp", arrived)
    loop = asyncio.get_running_loop()

    def protocol() -> Any:
        return kind(
            keeper,
            data_size_limit=max_bytes,
            enable_SMTPUTF8=True,
            hostname="calends",
            ident="Calends",
            loop=loop,
        )

    return await loop.create_server(protocol, host=host, port=port)

"""SMTP and LMTP on loopback or behind the company's server: 250 only after the commit.

Needs the extra `listener` (aiosmtpd). Whatever goes wrong here is answered 451, so that the
sending server keeps the message and comes again: nothing is lost. No answer and no line of the
log quotes a message or an address.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy.exc import SQLAlchemyError

from calends.mail.inbox import Inbox

log = logging.getLogger("calends.listener")

# At debug level aiosmtpd writes every line of every message into its log, and at info addresses.
logging.getLogger("mail.log").disabled = True

MAX_LINE = 1 << 20
"""Bytes of one line. RFC 5321 allows 1,000; the library would refuse for good what is longer,
and programs that write a whole HTML page as one line are many."""

MAX_CONNECTIONS = 20
"""Open at once, each with at most one message in memory; who comes after is told to come again."""

KEEP_SECONDS = 60.0
"""How long the register may take: the sending server waits ten minutes (RFC 5321 4.5.3.2.6)."""

_KEPT = "250 2.6.0 kept"
_LATER = "451 4.3.0 not stored, try again later"
_BUSY = b"421 4.3.2 too many connections, try again later\r\n"

_PATH = re.compile(r"[!-;=?-~\u00a1-\U0010ffff]{1,254}@[!-;=?-~\u00a1-\U0010ffff]{1,254}")
_MOST_RECIPIENTS = 5


class _Smtp(SMTP):
    """The library's server, with longer lines, that stands in `open_now` while it is connected."""

    line_length_limit = MAX_LINE

    def __init__(self, keeper: _Keeper, open_now: set[_Smtp], **options: Any) -> None:
        super().__init__(keeper, **options)
        self._open_now = open_now

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._open_now.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._open_now.discard(self)
        super().connection_lost(error)


class _Lmtp(_Smtp, LMTP):
    """The same, speaking LMTP."""


class _Keeper:
    """aiosmtpd's handler: takes a message when its last line has come."""

    def __init__(self, inbox: Inbox, channel: str, arrived: Callable[[], None]) -> None:
        self._inbox, self._channel, self._arrived = inbox, channel, arrived

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = await self._keep(trace(envelope) + (envelope.original_content or b""))
        # RFC 2033 4.2: LMTP answers once for each recipient.
        return "\r\n".join([answer] * (len(envelope.rcpt_tos) if self._channel == "lmtp" else 1))

    async def handle_exception(self, error: Exception) -> str:
        """What went wrong outside of handle_DATA. The library would quote the exception."""
        log.error("a mail session failed (%s): answered 451", type(error).__name__)
        return _LATER

    async def _keep(self, raw: bytes) -> str:
        try:
            async with asyncio.timeout(KEEP_SECONDS):
                kept = await self._inbox.keep(
                    raw, channel=self._channel, received_at=datetime.now(UTC)
                )
        except (SQLAlchemyError, OSError) as error:
            log.warning("register away (%s): answered 451", type(error).__name__)
            return _LATER
        except Exception as error:  # noqa: BLE001 - a defect of ours must not cost a message
            log.error("a message could not be kept (%s): answered 451", type(error).__name__)
            return _LATER
        log.info("message %s kept, new=%s", kept.inbox_id, kept.new)
        self._arrived()
        return _KEPT


def trace(envelope: Envelope) -> bytes:
    """The envelope as the header lines that final delivery writes (RFC 5321 4.4): who is to hear
    of a failure, which address it was for. Only they show a null path or a plus-address."""
    sender = envelope.mail_from or ""
    lines = []
    if sender in ("", "<>"):
        lines.append("Return-Path: <>")
    elif _PATH.fullmatch(sender):
        lines.append(f"Return-Path: <{sender}>")
    for recipient in envelope.rcpt_tos[:_MOST_RECIPIENTS]:
        if _PATH.fullmatch(recipient):
            lines.append(f"Delivered-To: {recipient}")
    return "".join(f"{line}\r\n" for line in lines).encode("utf-8", "replace")


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
    kind = _Lmtp if lmtp else _Smtp
    keeper = _Keeper(inbox, "lmtp" if lmtp else "smtp", arrived)
    loop = asyncio.get_running_loop()
    open_now: set[_Smtp] = set()

    def protocol() -> asyncio.BaseProtocol:
        if len(open_now) >= MAX_CONNECTIONS:
            return _Busy()
        connection: asyncio.BaseProtocol = kind(
            keeper,
            open_now,
            data_size_limit=max_bytes,
            enable_SMTPUTF8=True,
            hostname="calends",
            ident="Calends",
            loop=loop,
        )
        return connection

    return await loop.create_server(protocol, host=host, port=port)


class _Busy(asyncio.Protocol):
    """Says so and hangs up."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        transport.write(_BUSY)
        transport.close()

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
from aiosmtpd.smtp import SMTP, Envelope
from sqlalchemy.exc import SQLAlchemyError

from calends.mail.inbox import Inbox

log = logging.getLogger("calends.listener")

# At debug level aiosmtpd writes every line of every message into its log, and at info addresses.
logging.getLogger("mail.log").disabled = True

PIECE_BYTES = 1 << 18
"""Of a message so much is read at once."""

MAX_CONNECTIONS = 20
"""Open at once, each with at most one message in memory; who comes after is told to come again."""

KEEP_SECONDS = 60.0
"""How long the register may take: the sending server waits ten minutes (RFC 5321 4.5.3.2.6)."""

_END = b"\r\n.\r\n"
_KEPT = "250 2.6.0 kept"
_TOO_LARGE = "552 5.3.4 message too large"
_LATER = "451 4.3.0 not stored, try again later"
_BUSY = b"421 4.3.2 too many connections, try again later\r\n"

_PATH = re.compile(r"[!-;=?-~\u00a1-\U0010ffff]{1,254}@[!-;=?-~\u00a1-\U0010ffff]{1,254}")
_MOST_RECIPIENTS = 5


class _Smtp(SMTP):
    """The library's server, but a message is read in pieces, not in lines.

    The library keeps a list of lines, and refuses for good what has one of over 1,000 bytes:
    programs that write a whole page as one line are many. Stands in `open_now` while connected.
    """

    line_length_limit = PIECE_BYTES
    per_recipient = False

    def __init__(self, keeper: _Keeper, open_now: set[_Smtp], **options: Any) -> None:
        super().__init__(keeper, **options)
        self._keeper, self._open_now = keeper, open_now
        self._max_bytes: int = options["data_size_limit"]

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._open_now.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._open_now.discard(self)
        super().connection_lost(error)

    async def smtp_DATA(self, arg: str) -> None:
        envelope, session = self.envelope, self.session
        assert envelope is not None
        assert session is not None
        if arg or not envelope.rcpt_tos or not session.host_name:
            await super().smtp_DATA(arg)  # says what is wrong
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        content = await self._content()
        answer = _TOO_LARGE if content is None else await self._keeper.take(envelope, content)
        copies = len(envelope.rcpt_tos) if self.per_recipient else 1
        self._set_post_data_state()  # type: ignore[no-untyped-call]
        await self.push("\r\n".join([answer] * copies))

    async def _content(self) -> bytearray | None:
        """The message up to the line with one dot; None when it is larger than it may be.

        Only CR LF ends a line (RFC 5321 2.3.8): a bare LF before a dot does not end the message.
        """
        content, too_large = bytearray(), False
        # The line end before a first line that is that dot was the command's own.
        self._reader._buffer[:0] = b"\r\n"  # type: ignore[attr-defined]
        while True:
            self._reset_timeout()  # it counts from the last piece, not from the command
            try:
                piece, ended = await self._reader.readuntil(_END), True
            except asyncio.LimitOverrunError as overrun:
                piece, ended = await self._reader.read(overrun.consumed), False
            too_large = too_large or len(content) + len(piece) > self._max_bytes
            if too_large:
                content.clear()
            else:
                content += piece
            if ended:
                break
        if too_large:
            return None
        del content[-3:]
        if b"\r\n." in content:  # RFC 5321 4.5.2: a dot was put before each line's own
            content = content.replace(b"\r\n.", b"\r\n")
        del content[:2]
        return content


class _Lmtp(_Smtp, LMTP):
    """The same, speaking LMTP: one answer for each recipient (RFC 2033 4.2)."""

    per_recipient = True


class _Keeper:
    """Takes a message when its last line has come. aiosmtpd's handler, too."""

    def __init__(self, inbox: Inbox, channel: str, arrived: Callable[[], None]) -> None:
        self._inbox, self._channel, self._arrived = inbox, channel, arrived

    async def take(self, envelope: Envelope, content: bytearray) -> str:
        """The answer: 250 when it is committed, otherwise 451. Empties `content`: a large message
        is not held twice."""
        try:
            raw = b"".join((trace(envelope), content))
            content.clear()
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

    async def handle_exception(self, error: Exception) -> str:
        """What goes wrong anywhere else. The library would quote the exception."""
        log.error("a mail session failed (%s): answered 451", type(error).__name__)
        return _LATER


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

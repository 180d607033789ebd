"""One letter to the company's own mail server: taken, refused, not taken, or in doubt.

What servers answer quotes addresses: it goes nowhere, only its class does.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import aiosmtplib

from calends.mail.addresses import is_address
from calends.settings import Settings

TIMEOUT_SECONDS = 30.0

Failed = aiosmtplib.SMTPException | OSError


class Why(StrEnum):
    """Why no letter, or not this one yet, could be handed over."""

    UNREACHABLE = "unreachable"
    """No connection, or it broke, or the server says that it is busy."""
    POSTPONED = "postponed"
    """The recipient's server, or ours, wants to be asked again later (greylisting)."""
    LOGIN = "login"
    """Our user or password is refused, or the server offers no login as it is set up."""
    TLS = "tls"
    SENDER = "sender"
    """The server takes no mail from us, or not under this address."""


SETUP = (Why.LOGIN, Why.TLS, Why.SENDER)
"""They last until somebody mends a setting: trying again at once is of no use."""


class NotTaken(Exception):
    """Nothing left, and the letter may go again."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


class Refused(Exception):
    """Not this letter to this recipient, ever. `reason`: `SMTP 550`, `BadAddress`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class InDoubt(Exception):
    """The letter was handed over and the server's answer never came."""


@dataclass(frozen=True)
class Envelope:
    """`sender` is empty for what must never be answered (RFC 3834 3.3)."""

    sender: str
    recipient: str
    message_id: str = ""


async def hand_over(
    settings: Settings,
    own: str,
    envelope: Envelope,
    mail: bytes,
    *,
    timeout_seconds: float = TIMEOUT_SECONDS,
) -> None:
    """Returns when the server took the letter. `own`: the address whose domain we say in EHLO.

    Raises NotTaken, Refused or InDoubt.
    """
    if not is_address(envelope.recipient):
        raise Refused("BadAddress")  # the library would take a part of it for the whole
    taken = False
    try:
        async with outgoing(settings, own, timeout_seconds) as server:
            await _address(server, envelope)
            await _content(server, mail)
            taken = True
    except (aiosmtplib.SMTPException, OSError) as error:
        if not taken:  # what goes wrong with QUIT does not matter any more
            raise NotTaken(why(error)) from None


@asynccontextmanager
async def outgoing(
    settings: Settings, own: str, timeout_seconds: float = TIMEOUT_SECONDS
) -> AsyncIterator[aiosmtplib.SMTP]:
    """The server, connected and logged in as the settings say. Raises what the library raises."""
    async with aiosmtplib.SMTP(
        hostname=settings.smtp_host,
        local_hostname=sender_domain(own),
        port=settings.smtp_port,
        username=settings.smtp_user or None,
        password=settings.smtp_password.get_secret_value() or None,
        oauth_token_generator=_token(settings.smtp_token_file),
        use_tls=settings.smtp_tls == "tls",
        start_tls=settings.smtp_tls == "starttls",
        tls_context=ssl.create_default_context() if settings.smtp_tls != "none" else None,
        timeout=timeout_seconds,
    ) as server:
        yield server


def _token(file: str) -> Callable[[], Awaitable[str]] | None:
    """Reads the token anew for each connection: it lives for an hour, and others renew the file."""
    if not file:
        return None

    async def token() -> str:
        try:
            return (await asyncio.to_thread(Path(file).read_text, encoding="ascii")).strip()
        except (OSError, ValueError):
            raise aiosmtplib.SMTPAuthenticationError(535, "no token") from None

    return token


def sender_domain(address: str) -> str:
    """What we say in EHLO; asking the machine's resolver for its name may take seconds."""
    return address.rpartition("@")[2] or "localhost"


def why(error: Failed) -> Why:
    """The class of a failure that is no fault of the letter."""
    if isinstance(error, aiosmtplib.SMTPAuthenticationError):
        return Why.LOGIN if error.code >= 500 else Why.UNREACHABLE
    if isinstance(error, ssl.SSLError) or isinstance(error.__cause__, ssl.SSLError):
        return Why.TLS
    if isinstance(error, aiosmtplib.SMTPSenderRefused) and error.code < 500:
        return Why.POSTPONED
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return Why.SENDER if error.code >= 500 else Why.UNREACHABLE
    if type(error) is aiosmtplib.SMTPException:  # no STARTTLS or no AUTH where it is wanted
        return Why.TLS if str(error).startswith("SMTP STARTTLS") else Why.LOGIN
    return Why.UNREACHABLE


async def _address(server: aiosmtplib.SMTP, envelope: Envelope) -> None:
    """Where the server offers reports (RFC 3461) we ask for those of failure and delay, with the
    header alone: a letter that came back whole would lie in mailboxes once more."""
    if server.is_ehlo_or_helo_needed:
        await _greet(server)
    reports = server.supports_extension("dsn")
    known = envelope.message_id.strip("<>")
    about = [f"ENVID={known}"] if known.isascii() and known and not set(known) & set("+= ") else []
    await server.mail(envelope.sender, options=["RET=HDRS", *about] if reports else [])
    wanted = "FAILURE,DELAY" if envelope.sender else "NEVER"
    try:
        await server.rcpt(envelope.recipient, options=[f"NOTIFY={wanted}"] if reports else [])
    except aiosmtplib.SMTPRecipientRefused as error:
        if error.code >= 500:
            raise Refused(f"SMTP {error.code}") from None
        raise NotTaken(Why.POSTPONED if error.code != 421 else Why.UNREACHABLE) from None


async def _greet(server: aiosmtplib.SMTP) -> None:
    try:
        await server.ehlo()
    except aiosmtplib.SMTPHeloError:
        await server.helo()


async def _content(server: aiosmtplib.SMTP, mail: bytes) -> None:
    try:
        await server.data(mail)
    except aiosmtplib.SMTPResponseException as error:
        if error.code >= 500:
            raise Refused(f"SMTP {error.code}") from None
        raise
    except (aiosmtplib.SMTPException, OSError):
        raise InDoubt from None

"""One connection to one IMAP mailbox, for a thread of its own.

What servers answer quotes addresses: it goes nowhere. Every failure is a `MailboxAway` with a
code. Message bytes are never parsed here, and nothing is flagged, deleted or marked as seen.
"""

from __future__ import annotations

import contextlib
import imaplib
import re
import shlex
import socket
import ssl
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from imap_tools import BaseMailBox, MailBox, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError, MailboxLoginError
from imap_tools.utils import encode_folder

from calends.company import with_secrets
from calends.mail.mailboxes import MailboxEntry
from calends.problems import Problem

TIMEOUT_SECONDS = 30.0
COMMAND_SECONDS = 30.0

_UID = re.compile(rb"\bUID (\d+)")
_DATE = re.compile(rb'INTERNALDATE "([^"]{26})"')
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class MailboxAway(Exception):
    """The mailbox could not be used. `code`: unreachable, tls, login, credentials, folder,
    move, protocol or no_uidvalidity."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Lying:
    """What the server says of a message without its content."""

    uid: int
    arrived_at: datetime  # UTC
    size: int  # bytes, as the server counts them


class ImapSession:
    """Opened at once. Raises MailboxAway, as every method does."""

    def __init__(self, entry: MailboxEntry, *, timeout: float = TIMEOUT_SECONDS) -> None:
        """`timeout`: seconds that the server may take for one answer."""
        self.entry = entry
        with _told():
            self._box = _connect(entry, timeout)
        try:
            with _told():
                _log_in(self._box, entry)
            with _told():
                # What a server can do it says to whom it knows (RFC 9051 6.1.1).
                said = b" ".join(filter(None, _ok(self._box.client.capability())[1]))
                self._capabilities = frozenset(said.decode("ascii", "replace").upper().split())
            with _told("folder"):
                self._box.folder.set(entry.folder, readonly=not entry.move_to)
            validity = self._box.client.response("UIDVALIDITY")[1][-1]
            if not validity:
                raise MailboxAway("no_uidvalidity")
            self.uidvalidity = int(validity)
        except BaseException:
            self.close()
            raise

    def uids(self, start: int = 1) -> list[int]:
        """The UIDs from `start` on that are there now, ascending."""
        with _told():
            found = self._box.uids(f"UID {start}:*", charset=None)
        # `n:*` names the last message even when it lies before n (RFC 9051, "sequence-set").
        return sorted(uid for uid in map(int, found) if uid >= start)

    def lying(self, uids: Sequence[int]) -> list[Lying]:
        """When and how large these messages came; those that have gone meanwhile are left out."""
        found = []
        for some in _some(uids, 500):
            for line in self._fetch(some, "(UID INTERNALDATE RFC822.SIZE)"):
                text = line[0] if isinstance(line, tuple) else line
                uid, date, size = _UID.search(text), _DATE.search(text), _SIZE.search(text)
                if uid and date and size:
                    found.append(Lying(int(uid[1]), _instant(date[1]), int(size[1])))
        return found

    def content(self, uid: int, at_most: int) -> bytes | None:
        """The message, or its first `at_most` bytes; None when it has gone meanwhile."""
        for item in self._fetch([uid], f"(UID BODY.PEEK[]<0.{at_most}>)"):
            if isinstance(item, tuple):
                return bytes(item[1])
            if b"BODY[]" in item:
                return b""  # an empty message comes as a string, not as a literal
        return None

    def contents(self, uids: Sequence[int]) -> dict[int, bytes]:
        """Several whole messages in one go. What is not in the result is to be asked alone."""
        found: dict[int, bytes] = {}
        for item in self._fetch(uids, "(UID BODY.PEEK[])"):
            uid = _UID.search(item[0]) if isinstance(item, tuple) else None
            if uid:
                found[int(uid[1])] = bytes(item[1])
        return found

    def move(self, uids: Sequence[int], folder: str) -> None:
        """Moves messages to a folder (levels between /), made if it is not there.

        Without MOVE they are copied and only they expunged (UIDPLUS); a server that has neither
        is left alone: a plain EXPUNGE would delete what others have marked.
        """
        with _told("move"):
            target = self._folder(folder)
            for some in _some(uids, 200):
                chosen = ",".join(map(str, some))
                if "MOVE" in self._capabilities:
                    name = encode_folder(target).decode("ascii")
                    _ok(self._box.client.uid("MOVE", chosen, name))
                elif "UIDPLUS" in self._capabilities:
                    self._box.copy(chosen, target)
                    _ok(self._box.client.uid("STORE", chosen, "+FLAGS.SILENT", r"(\Deleted)"))
                    _ok(self._box.client.uid("EXPUNGE", chosen))
                else:
                    raise MailboxAway("move")

    def wait(self, seconds: float) -> bool:
        """Waits with IDLE; True when the server said something before the time was over.

        Only a hint: what it says is not looked at, and a poll comes anyway.
        """
        with _told():
            return bool(self._box.idle.wait(timeout=seconds))

    @property
    def can_idle(self) -> bool:
        return "IDLE" in self._capabilities

    def close(self) -> None:
        with contextlib.suppress(ImapToolsError, imaplib.IMAP4.error, OSError):
            self._box.logout()
        with contextlib.suppress(OSError):  # after a failed logout it is still open
            self._box.client.shutdown()

    def break_off(self) -> None:
        """Ends whatever another thread is waiting for on this connection."""
        with contextlib.suppress(OSError):
            self._box.client.sock.shutdown(socket.SHUT_RDWR)

    def _fetch(self, uids: Sequence[int], what: str) -> list[bytes | tuple[bytes, bytes]]:
        with _told():
            _, data = _ok(self._box.client.uid("FETCH", ",".join(map(str, uids)), what))
        return [item for item in data if item]

    def _folder(self, path: str) -> str:
        """The server's name of a folder, which exists afterwards."""
        inbox = next(iter(self._box.folder.list(search_args="INBOX")), None)
        delimiter = inbox.delim if inbox and inbox.delim else "/"
        levels = [level for level in path.split("/") if level]
        names = [delimiter.join(levels), delimiter.join(["INBOX", *levels])]
        for name in names:
            if self._box.folder.exists(name):
                return name
        for name in names:  # some servers keep everything under INBOX
            with contextlib.suppress(ImapToolsError):
                self._box.folder.create(name)
                return name
        raise MailboxAway("move")


def _connect(entry: MailboxEntry, timeout: float) -> BaseMailBox:
    if entry.security == "none":
        return MailBoxUnencrypted(entry.host, entry.where, timeout=timeout)
    try:
        trust = ssl.create_default_context(cafile=entry.ca_file or None)
    except OSError:
        raise MailboxAway("tls") from None
    if entry.security == "starttls":
        box = MailBoxUnencrypted(entry.host, entry.where, timeout=timeout)
        try:
            _ok(box.client.starttls(trust))
        except BaseException:
            with contextlib.suppress(OSError):
                box.client.shutdown()
            raise
        return box
    return MailBox(entry.host, entry.where, timeout=timeout, ssl_context=trust)


def _log_in(box: BaseMailBox, entry: MailboxEntry) -> None:
    try:
        if not entry.password:
            box.xoauth2(with_secrets(entry.user), _token(entry), initial_folder=None)
            return
        user, password = with_secrets(entry.user), with_secrets(entry.password)
        if "AUTH=PLAIN" in box.client.capabilities:  # the only way for a password with accents
            box.login_utf8(user, password, initial_folder=None)
        else:
            box.login(user, password, initial_folder=None)
    except Problem:
        raise MailboxAway("credentials") from None
    except (MailboxLoginError, UnicodeError):
        raise MailboxAway("login") from None
    except imaplib.IMAP4.abort:
        raise  # the connection broke
    except imaplib.IMAP4.error:
        raise MailboxAway("login") from None


def _token(entry: MailboxEntry) -> str:
    """An access token, fetched anew for each connection: they live for an hour."""
    try:
        if entry.token_file:
            return Path(with_secrets(entry.token_file)).read_text(encoding="ascii").strip()
        ran = subprocess.run(  # noqa: S603 - the company file's own command, without a shell
            shlex.split(with_secrets(entry.token_command)),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=COMMAND_SECONDS,
            check=True,
        )
        return ran.stdout.decode("ascii").strip()
    except (OSError, ValueError, subprocess.SubprocessError):
        raise MailboxAway("credentials") from None


@contextlib.contextmanager
def _told(refusal: str = "protocol") -> Iterator[None]:
    """Turns what goes wrong on a connection into a code; `refusal`: what a NO means here."""
    try:
        yield
    except MailboxAway:
        raise
    except ssl.SSLError:
        raise MailboxAway("tls") from None
    except (OSError, imaplib.IMAP4.abort):
        raise MailboxAway("unreachable") from None
    except (ImapToolsError, imaplib.IMAP4.error):
        raise MailboxAway(refusal) from None
    except (ValueError, IndexError, KeyError):
        raise MailboxAway("protocol") from None  # what the library makes of an odd answer


def _ok(answer: tuple[str, list[Any]]) -> tuple[str, list[Any]]:
    if answer[0] != "OK":
        raise imaplib.IMAP4.error(answer[0])
    return answer


def _instant(text: bytes) -> datetime:
    """`17-Jul-1996 02:44:25 -0700`, whatever the machine's locale. What cannot be read is taken
    for now, so that the message is not passed over as old."""
    try:
        day, month, rest = text.decode("ascii").strip().split("-", 2)
        number = _MONTHS.index(month.title()) + 1
        return datetime.strptime(f"{day}-{number}-{rest}", "%d-%m-%Y %H:%M:%S %z").astimezone(UTC)
    except (ValueError, OverflowError):
        return datetime.now(UTC)


def _some(uids: Sequence[int], most: int) -> Iterator[Sequence[int]]:
    for start in range(0, len(uids), most):
        yield uids[start : start + most]

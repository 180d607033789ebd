"""A system that is a mailbox: the mails a person sent or was sent, found over IMAP.

Folders are opened read-only (EXAMINE) and mails peeked at: no flag changes. The server's search
takes any part of an address; what it finds is the person's only when a header field holds the
whole address.
"""

from __future__ import annotations

import asyncio
import imaplib
import re
import ssl
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError, MailboxFolderSelectError, MailboxLoginError

from calends.kinds import MailboxSettings
from calends.mail.message import MAX_RAW, Unparseable, parse
from calends.systems.connector import Connector, Opening
from calends.systems.dataset import Collection
from calends.systems.protocol import CheckLine, Failure, SystemFailed
from calends.systems.walk import Criterion, Row

FIELDS = (
    "message_id",
    "folder",
    "date",
    "from",
    "to",
    "subject",
    "text",
    "attachments",
    "size",
)
"""What a dataset may declare of a mail. `to` holds the addresses of To, Cc and Delivered-To."""

SEARCHED = {"from": ("FROM",), "to": ("TO", "CC", "BCC")}
LONGEST_ADDRESS = 320
TIMEOUT_SECONDS = 60

T = TypeVar("T")


class MailboxSystem(Connector):
    def __init__(self, opening: Opening) -> None:
        super().__init__(opening)
        self._settings = MailboxSettings.model_validate(dict(opening.settings))

    async def find(
        self, collection: Collection, criteria: Sequence[Criterion]
    ) -> AsyncGenerator[Row, None]:
        asked = [wanted for criterion in criteria if (wanted := _wanted(criterion)) is not None]
        if not asked:  # nothing that could be an address
            return
        box = await self._beside(self._opened)
        try:
            for folder in await self._beside(lambda: self._folders(box)):
                for uid in await self._beside(lambda f=folder: _uids(box, f, asked)):  # type: ignore[misc]
                    values = await self._beside(lambda u=uid, f=folder: _mail(box, f, u, asked))  # type: ignore[misc]
                    if values is not None:
                        yield self.row(collection, values)
        finally:
            await asyncio.to_thread(_leave, box)

    async def check_place(self) -> list[CheckLine]:
        box = await self._beside(self._opened)
        try:
            folders = await self._beside(lambda: self._folders(box))
        finally:
            await asyncio.to_thread(_leave, box)
        lines = [CheckLine("ok", f"reachable, {len(folders)} folders")]
        if self._settings.tls == "none":
            lines.append(CheckLine("warning", "is asked without TLS", "set `tls: tls`"))
        for collection in self.datasets:
            for name in collection.columns:
                if name not in FIELDS:
                    mend = f"declare some of {', '.join(FIELDS)}"
                    text = f"{collection.name}.{name}: no field of a mail"
                    lines.append(CheckLine("error", text, mend))
        return lines

    def _opened(self) -> BaseMailBox:
        s = self._settings
        if s.tls == "none":
            box: BaseMailBox = MailBoxUnencrypted(s.host, s.port, timeout=TIMEOUT_SECONDS)
        elif s.tls == "starttls":
            context = ssl.create_default_context()
            box = MailBoxStartTls(s.host, s.port, timeout=TIMEOUT_SECONDS, ssl_context=context)
        else:
            context = ssl.create_default_context()
            box = MailBox(s.host, s.port, timeout=TIMEOUT_SECONDS, ssl_context=context)
        try:
            box.login(s.user, s.password, initial_folder=None)
        except BaseException:
            _leave(box)
            raise
        return box

    def _folders(self, box: BaseMailBox) -> list[str]:
        there = [f.name for f in box.folder.list() if "\\noselect" not in map(str.lower, f.flags)]
        for name in self._settings.folders:
            if name not in there:
                raise SystemFailed(Failure.MAPPING, f"{self.name}: no folder `{name}`")
        return self._settings.folders or there

    async def _beside(self, work: Callable[[], T]) -> T:
        """In a thread, with its failures named. A reader who leaves waits for the server's answer
        to what was asked already: the connection is used by one at a time."""
        running = asyncio.ensure_future(asyncio.to_thread(work))
        try:
            return await asyncio.shield(running)
        except asyncio.CancelledError:
            await asyncio.wait([running])
            raise
        except MailboxLoginError:
            raise SystemFailed(Failure.DENIED, self.name) from None
        except MailboxFolderSelectError:
            raise SystemFailed(Failure.MAPPING, f"{self.name}: a folder") from None
        except TimeoutError:
            raise SystemFailed(Failure.TIMEOUT, self.name) from None
        except (imaplib.IMAP4.abort, OSError, EOFError):
            raise SystemFailed(Failure.UNREACHABLE, self.name) from None
        except (imaplib.IMAP4.error, ImapToolsError, ValueError):
            raise SystemFailed(Failure.ERROR, self.name) from None


@dataclass(frozen=True)
class Wanted:
    """An address, and the header fields it may stand in."""

    address: str
    keys: tuple[str, ...]

    def stands_in(self, header: str) -> bool:
        """As an address, whole; not as a part of one, and not as somebody's name."""
        names = "|".join(["from", "sender"] if self.keys == ("FROM",) else _RECIPIENTS)
        fields = re.findall(rf"(?im)^(?:{names}):(.*(?:\r?\n[ \t].*)*)", header)
        return any(self.address in _addresses(field) for field in fields)


def _addresses(field: str) -> Iterator[str]:
    """The addresses of a header field, however damaged: what is quoted or a comment names people,
    and where there are angle brackets the address is inside them."""
    bare = re.sub(r'"(?:\\.|[^"\\])*"|\([^()]*\)', " ", field)
    for part in re.split("[,;:]", bare):
        inside = re.findall("<([^<>]*)>", part)
        yield (inside[-1] if inside else part).strip().lower()


_RECIPIENTS = ["to", "cc", "bcc", "delivered-to", "x-original-to", "envelope-to"]


def _wanted(criterion: Criterion) -> Wanted | None:
    """None for what can be nobody's address here; a control character would end the command."""
    value = criterion.value
    keys = SEARCHED.get(criterion.path[0])
    if keys is None or criterion.match != "email" or not isinstance(value, str):
        return None
    plain = value.isprintable() and value.isascii() and not set(value) & set('"\\ <>,;:()[]{}%*')
    if not plain or not 3 <= len(value) <= LONGEST_ADDRESS or value.count("@") != 1:
        return None
    return Wanted(value.lower(), keys)


def _uids(box: BaseMailBox, folder: str, asked: Sequence[Wanted]) -> Iterator[str]:
    box.folder.set(folder, readonly=True)
    found: dict[str, None] = {}
    for wanted in asked:
        for key in wanted.keys:
            found.update(dict.fromkeys(box.uids(f'{key} "{wanted.address}"', charset=None)))
    return iter(found)


def _mail(
    box: BaseMailBox, folder: str, uid: str, asked: Sequence[Wanted]
) -> dict[str, Any] | None:
    """The mail of the open folder when it is the person's; its content is fetched only then, and
    to a bound."""
    head, said = _fetched(box, uid, "(RFC822.SIZE BODY.PEEK[HEADER])")
    size = int(found[1]) if (found := re.search(rb"RFC822\.SIZE (\d+)", said)) else 0
    if not any(wanted.stands_in(head.decode("utf-8", "replace")) for wanted in asked):
        return None
    raw, _ = _fetched(box, uid, f"(BODY.PEEK[]<0.{MAX_RAW}>)")
    values: dict[str, Any] = {"folder": folder, "size": size}
    try:
        mail = parse(raw)
    except Unparseable:
        return {**values, "subject": "", "text": ""}
    return {
        **values,
        "message_id": mail.message_id or f"uid:{uid}",
        "date": mail.date.isoformat() if mail.date else None,
        "from": mail.sender.address,
        "to": list(mail.to),
        "subject": mail.subject,
        "text": mail.text,
        "attachments": [f"{a.content_type}, {a.size} bytes" for a in mail.attachments],
    }


def _fetched(box: BaseMailBox, uid: str, what: str) -> tuple[bytes, bytes]:
    """The literal that the server sends, and what stands around it; both empty for a mail that
    was deleted meanwhile."""
    _, data = box.client.uid("FETCH", uid, what)
    for part in data:
        if isinstance(part, tuple):
            around = b" ".join([part[0], *(p for p in data if isinstance(p, bytes))])
            return part[1], around
    return b"", b""


def _leave(box: BaseMailBox) -> None:
    try:
        box.logout()
    except (imaplib.IMAP4.error, ImapToolsError, OSError, EOFError):
        box.client.shutdown()

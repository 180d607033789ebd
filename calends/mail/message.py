"""One mail, parsed from hostile bytes into what intake needs. Attachments are never opened."""

from __future__ import annotations

import email.utils
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from calends.mail.charsets import clean, decode, decode_words
from calends.mail.html import MAX_HTML, text_of_html
from calends.mail.mime import Head, Part, leaves, lines_to_lf, read_head, transfer_decoded
from calends.mail.senders import Sender, normalised, read_sender

MAX_RAW = 50 * 1024 * 1024  # bytes
MAX_TEXT = 1_000_000  # characters of text kept; the raw mail stays in the inbox
MAX_SUBJECT = 998  # characters
MAX_LISTED = 100  # addresses, references
_MAX_REPORT = 64 * 1024  # bytes looked at of a returned message
_MAX_ENCODED = 4 * 1024 * 1024  # bytes looked at of one text part

_KEPT = (
    "auto-submitted", "precedence", "list-id", "list-unsubscribe", "list-post", "return-path",
    "x-auto-response-suppress", "x-autoreply", "x-autorespond", "x-failed-recipients",
    "content-type", "authentication-results", "reply-to", "dkim-signature",
)  # fmt: skip
_MAX_KEPT = 4096  # characters of one such field
# Whom it was for: what its writer says, and the ladder of what servers say on the way.
_RECIPIENTS = (
    "to", "cc", "delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-rcpt-to",
    "x-gm-original-to", "resent-to",
)  # fmt: skip
_MESSAGE_ID = re.compile(r"<[^<>\s@]{1,250}@[^<>\s@]{1,250}>")
_LISTED_ADDRESS = re.compile(r"(?<![\w.%+'-])[\w.%+'-]{1,64}@[A-Za-z0-9.-]{1,190}[A-Za-z0-9]")
_RETURNED = {"message/delivery-status", "text/rfc822-headers", "message/rfc822"}


class Unparseable(Exception):
    """These bytes are no mail. `reason` is a code and says nothing of the content."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Attachment:
    content_type: str
    size: int  # bytes, after transfer decoding, near enough


@dataclass(frozen=True)
class Mail:
    sender: Sender
    to: tuple[str, ...]
    subject: str
    text: str
    message_id: str | None
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    date: datetime | None  # as the sender wrote it, UTC; never the time of receipt
    headers: tuple[tuple[str, str], ...]  # those intake looks at, lower-case names, in order
    attachments: tuple[Attachment, ...]
    returned: str  # what a delivery report carries: status and the returned message's header
    defects: tuple[str, ...]

    def header(self, name: str) -> str | None:
        """The topmost field of that (lower-case) name, as written."""
        return next((value for field, value in self.headers if field == name), None)

    def all(self, name: str) -> list[str]:
        """Every field of that (lower-case) name, topmost first."""
        return [value for field, value in self.headers if field == name]


def parse(raw: bytes) -> Mail:
    """The mail in these bytes.

    Raises Unparseable for bytes that are no mail: `empty`, `too_large`, `no_header`.
    """
    if not raw.strip():
        raise Unparseable("empty")
    if len(raw) > MAX_RAW:
        raise Unparseable("too_large")
    head, body = read_head(lines_to_lf(raw))
    if not head.fields:
        raise Unparseable("no_header")
    defects = list(head.defects)
    if _bare_cr_in_header(raw):
        defects.append("bare_cr_in_header")
    content = Gathered()
    for part in leaves(head, body, defects):
        content.take(part)
    text = content.text()
    if len(text) > MAX_TEXT or content.cut:
        defects.append("text_cut")
    return Mail(
        sender=read_sender(head.all("from"), tuple(defects)),
        to=_addresses(head, _RECIPIENTS),
        subject=" ".join(clean(decode_words(head.first("subject") or "")).split())[:MAX_SUBJECT],
        text=text[:MAX_TEXT],
        message_id=next(iter(_ids(head, "message-id")), None),
        in_reply_to=_ids(head, "in-reply-to"),
        references=_ids(head, "references"),
        date=_date(head.first("date")),
        headers=tuple((n, v[:_MAX_KEPT]) for n, v in head.fields if n in _KEPT),
        attachments=tuple(content.attachments),
        returned=content.returned,
        defects=tuple(dict.fromkeys(defects)),
    )


def _bare_cr_in_header(raw: bytes) -> bool:
    """Some programs end a line at a lone CR and see fields where others see none."""
    end = re.search(rb"\r?\n\r?\n", raw)
    return re.search(rb"\r(?!\n)", raw[: end.start() if end else len(raw)]) is not None


class Gathered:
    """Texts and attachments, gathered while the parts go by."""

    def __init__(self) -> None:
        self.plain: list[str] = []
        self.html: list[str] = []
        self.attachments: list[Attachment] = []
        self.returned = ""
        self.cut = False

    def take(self, part: Part) -> None:
        if part.inside == "multipart/report" and part.content_type in _RETURNED:
            self.returned += _returned(part)
        elif part.disposition == "attachment" or part.named:
            self.attach(part)
        elif part.content_type in ("text/plain", "text"):
            self.plain.append(self._decoded(part))
        elif part.content_type == "text/html":
            html = self._decoded(part)
            self.cut = self.cut or len(html) > MAX_HTML
            self.html.append(text_of_html(html))
        else:
            self.attach(part)

    def text(self) -> str:
        """The plain text; the HTML too where the plain part is but a stub beside it."""
        plain = "\n\n".join(t.strip("\n") for t in self.plain if t.strip())
        html = "\n\n".join(t.strip("\n") for t in self.html if t.strip())
        if not plain.strip():
            return html
        if len(html) > 200 and len(html) > 3 * len(plain):
            return f"{plain}\n\n{html}"
        return plain

    def attach(self, part: Part) -> None:
        self.attachments.append(Attachment(part.content_type[:100], part.size))

    def _decoded(self, part: Part) -> str:
        self.cut = self.cut or len(part.content) > _MAX_ENCODED
        content = transfer_decoded(part.content[:_MAX_ENCODED], part.encoding)
        text = decode(content, part.parameters.get("charset"))
        return text.replace("\r\n", "\n").replace("\r", "\n")


def _returned(part: Part) -> str:
    content = transfer_decoded(part.content[:_MAX_REPORT], part.encoding)
    if part.content_type == "message/rfc822":
        content = lines_to_lf(content).partition(b"\n\n")[0]
    return decode_words(decode(content, "utf-8")) + "\n"


def _ids(head: Head, name: str) -> tuple[str, ...]:
    found: list[str] = []
    for value in head.all(name)[:5]:
        found += _MESSAGE_ID.findall(value)
    return tuple(dict.fromkeys(found[-MAX_LISTED:]))


def _addresses(head: Head, names: tuple[str, ...]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for name in names:
        for value in head.all(name)[:10]:
            for address in _LISTED_ADDRESS.findall(value)[:MAX_LISTED]:
                found[normalised(address)] = None
    return tuple(found)[:MAX_LISTED]


def _date(value: str | None) -> datetime | None:
    try:
        date = email.utils.parsedate_to_datetime((value or "")[:100])
        date = date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    # the standard library reads the year 0000 as 2000
    written = re.search(r"\b\d{4}\b", value or "")
    plausible = 1990 <= date.year <= 2100 and (written is None or written[0] >= "1990")
    return date if plausible else None

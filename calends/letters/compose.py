"""A rendered letter as the bytes of one mail (RFC 5322): the same inputs give the same bytes.

Text and HTML say the same (multipart/alternative); the HTML fetches nothing from anywhere.
The outbox may compose a letter again after a crash; equal bytes under one Message-ID are one mail.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any, Literal

from calends.letters.html import html_of
from calends.letters.names import safe_file_name
from calends.letters.render import Rendered
from calends.problems import Problem

AutoSubmitted = Literal["auto-replied", "auto-generated"]
_MESSAGE_ID = re.compile(r"<[\x21-\x3b\x3d\x3f-\x7e]{1,240}>")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]{0,62}/[a-z0-9][a-z0-9.+-]{0,62}")
_MOST_REFERENCES = 10


class _MailPolicy(policy.EmailPolicy):
    """The standard policy, but ids of a thread are never cut or encoded.

    Python turns a long id in In-Reply-To or References into encoded words, which no mail program
    reads: the thread would break (ids of 80 to 100 characters are common).
    """

    def fold_binary(self, name: str, value: Any) -> bytes:
        if name.lower() in ("in-reply-to", "references"):
            ids = "\r\n ".join(str(value).split())
            return f"{name}: {ids}\r\n".encode("ascii")
        return super().fold_binary(name, value)


_POLICY = _MailPolicy(linesep="\r\n")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that travels with the letter. Never personal data of a reply: these go to the page."""

    name: str
    media_type: str
    content: bytes


def compose_mail(
    rendered: Rendered,
    *,
    sender: tuple[str, str],
    to: str,
    message_id: str,
    in_reply_to: str | None = None,
    references: str | None = None,
    reply_to: str | None = None,
    auto_submitted: AutoSubmitted | None,
    date: datetime,
    attachments: Sequence[Attachment] = (),
) -> bytes:
    """The mail with CRLF line ends, ASCII only. `sender` is (display name, address).

    `in_reply_to` and `references` come from the writer's own mail: what is no message id in them
    is left out, so that a hostile mail cannot prevent its answer. Raises Problem for any other
    header that is not well-formed, without its value, and for a date without time zone.
    """
    mail = EmailMessage(policy=_POLICY)
    mail["From"] = _address("sender", sender[1], sender[0])
    mail["To"] = _address("recipient", to)
    if reply_to is not None:
        mail["Reply-To"] = _address("reply address", reply_to)
    mail["Subject"] = _clean("subject", rendered.subject)
    mail["Date"] = _date(date)
    mail["Message-ID"] = _own_message_id(message_id)
    if answered := _message_ids(in_reply_to)[:1]:
        mail["In-Reply-To"] = answered[0]
    if thread := _thread(_message_ids(references), answered):
        mail["References"] = " ".join(thread)
    if auto_submitted is not None:
        # RFC 3834: no auto-responder answers this; the second header says it to Exchange.
        mail["Auto-Submitted"] = auto_submitted
        mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content(rendered.text, charset="utf-8", cte="quoted-printable")
    if rendered.blocks:
        html = html_of(rendered)
        mail.add_alternative(html, subtype="html", charset="utf-8", cte="quoted-printable")
    for attachment in attachments:
        _attach(mail, attachment)
    mail["Content-Language"] = str(rendered.language)
    _fix_boundaries(mail, message_id)
    return mail.as_bytes()


def plain_text(mail: EmailMessage) -> str:
    """The text of a mail that `compose_mail` made."""
    body = mail.get_body(("plain",))
    assert body is not None, "every letter has a text"
    return str(body.get_content())


def _fix_boundaries(mail: EmailMessage, message_id: str) -> None:
    """Drawn from the message's id, where the library would draw them at random."""
    digest = hashlib.sha256(message_id.encode()).hexdigest()[:40]
    for number, part in enumerate(part for part in mail.walk() if part.is_multipart()):
        part.set_boundary(f"=_{number}_{digest}")


def _clean(what: str, text: str) -> str:
    if _CONTROL.search(text):
        raise Problem(f"the {what} of a mail holds a line break or a control character")
    return text


def _address(what: str, address: str, name: str = "") -> Address:
    local, _, domain = _clean(what, address).rpartition("@")
    try:
        if not local or not local.isascii():
            raise ValueError("local part")
        ascii_domain = domain.encode("idna").decode("ascii")
        return Address(_clean(what, name), addr_spec=f"{local}@{ascii_domain}")
    except Exception as error:
        # The parser of addresses raises IndexError and more on hostile input, not ValueError only.
        raise Problem(f"the {what} of a mail is not one e-mail address") from error


def _date(date: datetime) -> str:
    if date.tzinfo is None:
        raise Problem("the date of a mail needs a time zone")
    return format_datetime(date)


def _own_message_id(message_id: str) -> str:
    if not _MESSAGE_ID.fullmatch(message_id) or message_id.count("@") != 1:
        raise Problem("the Message-ID of a mail must read <unique@domain>")
    return message_id


def _message_ids(header: str | None) -> list[str]:
    return _MESSAGE_ID.findall(header[:20_000]) if header else []


def _thread(references: list[str], answered: list[str]) -> list[str]:
    """The first and the last ids of a long thread (RFC 5322 3.6.4), each once."""
    ids = list(dict.fromkeys([*(one for one in references if one not in answered), *answered]))
    if len(ids) > _MOST_REFERENCES:
        return [ids[0], *ids[-(_MOST_REFERENCES - 1) :]]
    return ids


def _attach(mail: EmailMessage, attachment: Attachment) -> None:
    if not _MEDIA_TYPE.fullmatch(attachment.media_type):
        raise Problem("an attachment needs a media type such as application/pdf")
    maintype, subtype = attachment.media_type.split("/")
    if maintype in ("multipart", "message"):
        raise Problem("an attachment cannot be a multipart or a message")
    mail.add_attachment(
        attachment.content,
        maintype=maintype,
        subtype=subtype,
        filename=safe_file_name(attachment.name),
        cte="base64",
    )

"""What a person sends from their own page, as a message that answers ours.

So it takes the way of every further message: sealed in the inbox, joined to its case, read by a
human. Nothing in it was typed into a header: text and file are parts of their own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from calends.mail.scan import FileKind

CHANNEL = "page"


@dataclass(frozen=True)
class FromPage:
    subject: str
    text: str = field(repr=False)
    file: bytes = field(default=b"", repr=False)
    kind: FileKind | None = None


def page_message(
    sent: FromPage, *, sender: str, to: str, answers: str, mark: str, date: datetime
) -> bytes:
    """`answers`: the Message-ID of our letter. `mark`: what makes this message this one (hex);
    the same mark gives the same bytes."""
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(addr_spec=sender)
    message["To"] = Address(addr_spec=to)
    message["Subject"] = sent.subject
    message["Date"] = date
    message["Message-ID"] = f"<page.{mark}@{to.rpartition('@')[2]}>"
    if answers:
        message["In-Reply-To"] = message["References"] = answers
    message.set_content(sent.text)
    if sent.file and sent.kind is not None:
        main, _, sub = sent.kind.mime.partition("/")
        message.add_attachment(
            sent.file, maintype=main, subtype=sub, filename=f"document.{sent.kind.suffix}"
        )
        message.set_boundary(f"=_{mark}")
    return message.as_bytes()

"""A letter that went, as the desk shows it: without the key that only the person has.

Link and code prove that somebody reads the person's mail. Whoever decides on a case must not be
able to confirm in their place (separation of who asks and who gives).
"""

from __future__ import annotations

import email
import email.policy
import re
from dataclasses import dataclass
from email.message import EmailMessage

from activities.letterbox import CODE_ALPHABET
from calends.register.models import OutboxRow
from calends.vault.blobs import NoSuchBlob
from calends.vault.keys import KeyDestroyed
from console.desk.casework import Casework
from console.desk.frame import Frame

_CODE = re.compile(rf"\b[{CODE_ALPHABET}]{{4}}-[{CODE_ALPHABET}]{{4}}\b")
_LINK = re.compile(r"(?<=/p/)[a-z2-7]{32}\b")
HIDDEN_CODE, HIDDEN_LINK = "••••-••••", "…"
_SHOWN = ("From", "To", "Date", "Subject", "Message-ID", "In-Reply-To", "Auto-Submitted")


@dataclass(frozen=True)
class Sent:
    """A letter of the outbox, opened; link and code are hidden in all of it."""

    row: OutboxRow
    subject: str
    to: str
    text: str
    html: str
    raw: bytes


async def sent_letter(frame: Frame, work: Casework, row: OutboxRow) -> Sent | None:
    """The mail as it was written; None when its key or content is gone."""
    try:
        raw = await frame.house.blobs.read(work.case.id, f"letter:{row.purpose}")
    except (KeyDestroyed, NoSuchBlob):
        return None
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(mail, EmailMessage)
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    keyless = _without_key(_content(text)), _without_key(_content(html))
    return Sent(
        row, str(mail["Subject"]), str(mail["To"]), *keyless, _written_again(mail, *keyless)
    )


async def paper_letter(frame: Frame, work: Casework, row: OutboxRow) -> bytes:
    """The letter for the envelope, with the address in its window; empty for one by mail. Who
    posts it holds the key in their hands: nothing is hidden in it."""
    if not row.on_paper:
        return b""
    try:
        return await frame.house.blobs.read(work.case.id, f"paper:{row.purpose}")
    except (KeyDestroyed, NoSuchBlob):
        return b""


def _content(part: object) -> str:
    return str(part.get_content()) if isinstance(part, EmailMessage) else ""


def _without_key(text: str) -> str:
    return _LINK.sub(HIDDEN_LINK, _CODE.sub(HIDDEN_CODE, text))


def _written_again(mail: EmailMessage, text: str, html: str) -> bytes:
    """The mail with its head and these bodies: what was encoded cannot be hidden in its bytes."""
    again = EmailMessage(policy=email.policy.SMTP)
    for name in _SHOWN:
        if name in mail:
            again[name] = str(mail[name])
    again.set_content(text)
    if html:
        again.add_alternative(html, subtype="html")
    return again.as_bytes()

"""A file that came with a mail, as its sender sent it.

Only ever of a mail that the guard could read: this walks the same parts within the same bounds.
"""

from __future__ import annotations

from calends.mail.message import Gathered
from calends.mail.mime import Part, leaves, lines_to_lf, read_head, transfer_decoded


class NoSuchFile(Exception):
    """The mail has no file of that number."""


def attached(raw: bytes, number: int) -> bytes:
    """The file of that number (from 1, as `Mail.attachments` lists them). Raises NoSuchFile."""
    head, body = read_head(lines_to_lf(raw))
    content = _Files()
    for part in leaves(head, body, []):
        content.take(part)
        if len(content.parts) >= number:
            break
    if not 1 <= number <= len(content.parts):
        raise NoSuchFile
    found = content.parts[number - 1]
    return transfer_decoded(found.content, found.encoding)


class _Files(Gathered):
    """What is no text of the mail, kept whole."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[Part] = []

    def attach(self, part: Part) -> None:
        super().attach(part)
        self.parts.append(part)

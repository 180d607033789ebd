"""What a file is, by its first bytes: never by its name or by what a browser says of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class FileKind:
    suffix: str
    mime: str


_KINDS: Final = (
    (b"%PDF-", FileKind("pdf", "application/pdf")),
    (b"\xff\xd8\xff", FileKind("jpg", "image/jpeg")),
    (b"\x89PNG\r\n\x1a\n", FileKind("png", "image/png")),
    (b"II*\0", FileKind("tiff", "image/tiff")),
    (b"MM\0*", FileKind("tiff", "image/tiff")),
)


def kind_of(content: bytes) -> FileKind | None:
    """PDF, JPEG, PNG or TIFF; None for everything else, such as what a browser would run."""
    return next((kind for magic, kind in _KINDS if content.startswith(magic)), None)

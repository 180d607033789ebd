"""What a link of the person's page is for, by the purpose under which its letter was written."""

from __future__ import annotations

PROVES = frozenset({"identity", "identity:on_file", "confirm_change"})
"""The code typed there proves that somebody controls a contact: the one written from, one that is
on file, or the old one, which agrees to its change."""

_ASKS = "document"
_NOTICE = "notice:"


def holds_copy(purpose: str) -> bool:
    """Whether the link gives the file `export:<purpose>`."""
    return purpose not in PROVES and purpose != _ASKS


def is_persons(purpose: str) -> bool:
    """Whether whoever has the code may see where the case stands, add to it and withdraw it. A
    recipient who is told what to do, or the holder of an old contact, may not."""
    return not purpose.startswith(_NOTICE) and purpose != "confirm_change"

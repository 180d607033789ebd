"""Every word of the desk, French and English side by side. Plain text, no markup.

`{name}` is filled in by the page; a text that counts has `_one` and `_many`.
"""

from __future__ import annotations

from console.desk.texts import frame

Catalogue = dict[str, tuple[str, str]]
"""Key -> French, English."""

PARTS: tuple[Catalogue, ...] = (frame.TEXTS,)

TEXTS: Catalogue = {}
for _part in PARTS:
    _twice = TEXTS.keys() & _part.keys()
    assert not _twice, f"texts given twice: {_twice}"
    TEXTS |= _part

FAMILIES: dict[str, tuple[str, ...]] = {}
"""Beginning of a key -> what may follow it: keys that pages put together from codes."""

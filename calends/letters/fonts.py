"""The fonts of this machine, found at run time; without any of them the letter still goes.

The typesetter brings Libertinus Serif: Latin, Greek, Cyrillic. Names in other scripts need Debian's
fonts-noto-core (Arabic, Hebrew, Devanagari, …) and fonts-noto-cjk (Chinese, Japanese, Korean).
"""

from __future__ import annotations

from functools import cache

import typst

BODY = "Libertinus Serif"
_WANTED = {
    "Arabic": ("Noto Naskh Arabic", "Noto Sans Arabic"),
    "Hebrew": ("Noto Serif Hebrew", "Noto Sans Hebrew"),
    "Chinese, Japanese and Korean": ("Noto Serif CJK SC", "Noto Sans CJK SC", "Noto Sans CJK JP"),
}
_ALSO = ("Noto Serif", "Noto Sans", "Noto Serif Devanagari", "Noto Sans Symbols2", "DejaVu Sans")


@cache
def fonts() -> typst.Fonts:
    """All fonts of this process, read once: some 50 milliseconds."""
    return typst.Fonts(include_system_fonts=True, include_embedded_fonts=True)


@cache
def families() -> tuple[str, ...]:
    """The fonts that a letter is set in, the first that has a letter wins."""
    there = frozenset(fonts().families())
    wanted = [family for group in _WANTED.values() for family in group]
    return (BODY, *(family for family in (*wanted, *_ALSO) if family in there))


def missing_scripts() -> list[str]:
    """The scripts in which no name can be printed on this machine."""
    there = frozenset(families())
    return [script for script, group in _WANTED.items() if not there & frozenset(group)]

"""The tongues that requests are read in, each with its grammar, loaded when first needed."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from calends.mail.grammar import Grammar, load

FOLDER = Path(__file__).with_name("tongues")
ALWAYS = ("fr", "en")
"""Read whatever the language: half of the world unsubscribes in English."""
OTHERS = ("de", "es", "it", "nl")
READ = frozenset((*ALWAYS, *OTHERS))


@cache
def tongue(code: str) -> Grammar:
    return load(FOLDER / code)


def tongues_for(language: str) -> tuple[str, ...]:
    """The tongues to read a text of that language in; a text too short to tell is read in all."""
    if language in ALWAYS:
        return ALWAYS
    return (*ALWAYS, language) if language in OTHERS else (*ALWAYS, *OTHERS)

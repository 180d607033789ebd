"""The DPO's own words in one reply: they stand after the salutation, and nothing goes for them.

What the law demands is written by the templates (rule book §4); a human adds to it, and takes
nothing away.
"""

from __future__ import annotations

from dataclasses import replace

from calends.letters.render import Rendered
from calends.letters.structure import Block, Run
from calends.letters.templating import inert

LONGEST = 5_000
"""Characters."""


def blob_of(purpose: str) -> str:
    """Where they are sealed in the case, for the reply of that purpose."""
    return f"own_words:{purpose}"


def tidy(typed: str) -> str:
    """As they will stand in the letter: paragraphs parted by one empty line, nothing hidden."""
    lines = [" ".join(inert(line).split()) for line in typed.splitlines()]
    paragraphs = "\n".join(lines).strip("\n").split("\n\n")
    return "\n\n".join(each.strip("\n") for each in paragraphs if each.strip("\n"))


def with_own_words(letter: Rendered, words: str) -> Rendered:
    """The same letter with these words (tidy ones) after its first paragraph."""
    if not words:
        return letter
    own = tuple(
        Block("paragraph", (tuple((Run(line, value=True),) for line in each.split("\n")),))
        for each in words.split("\n\n")
    )
    salutation, _, rest = letter.text.partition("\n\n")
    return replace(
        letter,
        text=f"{salutation}\n\n{words}\n\n{rest}",
        blocks=(*letter.blocks[:1], *own, *letter.blocks[1:]),
    )

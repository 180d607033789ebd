"""One letter in both languages, for a person who writes in another one (rule book §5.32).

French first, plain English after it, as `calends.rules.wording.languages_of_reply` has it.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace

from calends.letters.render import Rendered
from calends.letters.structure import Block, Run

BELOW = "An English version follows below."
HEADING = "ENGLISH VERSION"
_BELOW = Block("paragraph", (((Run(BELOW, value=False),),),))
_HEADING = Block("heading", (((Run(HEADING, value=False),),),))


def in_both(first: Rendered, second: Rendered) -> Rendered:
    """The same letter twice under the subject of the first; one signature, that of the second.

    It says an item only when both versions say it. Raises ValueError for two different letters.
    """
    if (first.letter, first.frame) != (second.letter, second.frame):
        raise ValueError("both versions must be of one letter of one case")
    digests = f"{first.template_digest}\0{second.template_digest}"
    return replace(
        first,
        text=f"{BELOW}\n\n{_unsigned_text(first)}\n\n{HEADING}\n\n{second.text}",
        blocks=(_BELOW, *_unsigned(first), _HEADING, *second.blocks),
        items=first.items & second.items,
        template_digest=hashlib.sha256(digests.encode()).hexdigest(),
        own_broken="; ".join(why for why in (first.own_broken, second.own_broken) if why),
    )


def _unsigned_text(rendered: Rendered) -> str:
    before, rule, _ = rendered.text.rpartition("\n---\n")
    return (before if rule else rendered.text).strip()


def _unsigned(rendered: Rendered) -> tuple[Block, ...]:
    rules = [place for place, block in enumerate(rendered.blocks) if block.kind == "rule"]
    return rendered.blocks[: rules[-1]] if rules else rendered.blocks

"""The published letters of ../shared/request-templates, filled as a person would.

Markup: `{name}` is filled in, `[block>…]` is optional, `[a>…][b>…]` are alternatives,
`<italic>` goes away.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from pathlib import Path

_BLOCK = re.compile(r"\[(\w+)>([^\[\]]*)\]")
_OPTIONAL_NOTE = re.compile(r"\[[^\[\]>]*\]")
_VALUES = {
    "id_data": "Nom : Camille Exemple\nE-mail : camille@person.example",
    "runs_list": "la boutique en ligne, le site vitrine",
    "erasure_data": "2019",
    "objection_reason": "",
    "rectification_data": "Prénom : Camille au lieu de Kamille",
    "request_date": "3 mars 2026",
    "request_recipient_address": "Société Exemple, 1 rue Droite, 75001 Paris",
}


def blocks(template: str) -> list[str]:
    """The names of the optional blocks, in order, each once."""
    return list(dict.fromkeys(name for name, _ in _BLOCK.findall(template)))


def filled(template: str, chosen: frozenset[str], article: str = "15") -> str:
    """The letter with the chosen blocks."""
    text = _BLOCK.sub(lambda m: m[2] if m[1] in chosen else "", template)
    text = _OPTIONAL_NOTE.sub("", text).replace("<italic>", "").replace("</italic>", "")
    values = {**_VALUES, "request_article": article}
    return re.sub(r"\{([^{}]*)\}", lambda m: values.get(m[1], m[1].partition(": ")[2]), text)


def every_combination(template: str) -> Iterator[tuple[frozenset[str], str]]:
    """Every choice of optional blocks; of `erase_all` and `erase_some` exactly one."""
    names = blocks(template)
    for size in range(len(names) + 1):
        for choice in itertools.combinations(names, size):
            chosen = frozenset(choice)
            if "erase_all" in names and len(chosen & {"erase_all", "erase_some"}) != 1:
                continue
            yield chosen, filled(template, chosen)


def letters(shared: Path, language: str, name: str) -> list[tuple[frozenset[str], str]]:
    path = shared / "request-templates" / language / f"{name}.txt"
    return list(every_combination(path.read_text(encoding="utf-8")))

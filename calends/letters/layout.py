"""One letter as plain data for both layouts, `layouts/mail.html` and `layouts/letter.typ`.

The DPO writes the text once; both layouts show these blocks and hold no sentence of their own.
Typography is added here: French spaces that do not break, links, and values set apart by
direction. No text of a value is changed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from calends.letters.render import Frame, Rendered
from calends.letters.structure import Block, Line, Run
from calends.rules.vocabulary import Language

_URL = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)]")
_APOSTROPHE = (re.compile(r"(?<=\w)'(?=\w)"), "’")
_FRENCH = [
    _APOSTROPHE,
    (re.compile(r" ([:;?!»%])"), "\u00a0\\1"),
    (re.compile(r"« "), "«\u00a0"),
    (re.compile(r"\b([Aa]rticles?|paragraphes?|n°|art\.) (?=[\dL]|$)"), "\\1\u00a0"),
]
_ENGLISH = [_APOSTROPHE, (re.compile(r"\b(Articles?|No|art\.) (?=[\dL]|$)"), "\\1\u00a0")]
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN", "RLE", "RLO", "RLI"})


def letter_data(rendered: Rendered) -> dict[str, Any]:
    """`language`, `subject`, `reference`, `company`, `blocks` and, after the rule, `small`.

    A block is `{kind, entries: [[line, …], …]}`, a line a list of runs `{text, link, code, rtl}`.
    """
    frame = rendered.frame
    blocks: list[Block] = []
    small: list[Block] = []
    for block in rendered.blocks:
        if block.kind == "rule" and not small:
            small.append(block)
        else:
            (small or blocks).append(block)
    return {
        "language": str(rendered.language),
        "subject": subject_alone(rendered),
        "reference": frame.reference,
        "company": {
            "name": frame.company,
            "address": list(frame.address),
            "email": frame.email,
            "website": frame.website,
        },
        "blocks": [_block(block, rendered) for block in blocks],
        "small": [_block(block, rendered) for block in small[1:]],
    }


def subject_alone(rendered: Rendered) -> str:
    """The subject as a title, without the reference that threads mails."""
    alone = rendered.subject.removeprefix(f"[{rendered.frame.reference}]").strip()
    return spaced(alone, rendered.language)


def _block(block: Block, rendered: Rendered) -> dict[str, Any]:
    return {
        "kind": block.kind,
        "entries": [[_line(line, rendered) for line in entry] for entry in block.entries],
    }


def _line(line: Line, rendered: Rendered) -> list[dict[str, Any]]:
    return [piece for run in line for piece in _pieces(run, rendered)]


def _pieces(run: Run, rendered: Rendered) -> Iterator[dict[str, Any]]:
    if run.value:
        yield _value(run.text, rendered.frame)
        return
    position = 0
    for url in _URL.finditer(run.text):
        if before := run.text[position : url.start()]:
            yield _piece(spaced(before, rendered.language))
        yield _piece(url[0], link=url[0])
        position = url.end()
    if rest := run.text[position:]:
        yield _piece(spaced(rest, rendered.language))


def _value(text: str, frame: Frame) -> dict[str, Any]:
    """A value is a link only when it is the page or the company's site: what a person wrote, or a
    system holds, never becomes one."""
    ours = text and text in (frame.page_url, frame.website) and _URL.fullmatch(text)
    rtl = any(unicodedata.bidirectional(c) in _RIGHT_TO_LEFT for c in text)
    code = bool(text) and text == frame.page_code
    return _piece(text, link=text if ours else "", code=code, rtl=rtl)


def _piece(text: str, *, link: str = "", code: bool = False, rtl: bool = False) -> dict[str, Any]:
    return {"text": text, "link": link, "code": code, "rtl": rtl}


def spaced(text: str, language: Language) -> str:
    """The template's words as a printer sets them: no line ends before a colon or after « n° »."""
    for pattern, replacement in _FRENCH if language is Language.FR else _ENGLISH:
        text = pattern.sub(replacement, text)
    return text

"""The structure of a letter, read from the plain text that a DPO writes.

    A LINE IN CAPITALS between empty lines is a heading; `- ` and `1. ` begin an entry of a list,
    two blanks go on with it; `---` sets what follows apart, in small; all else are paragraphs.

Only the template makes structure: a value stands between marks (see `templating`), so a name in
capitals is no heading, and a reason that begins with `- ` is no entry.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from calends.letters.templating import VALUE_END, VALUE_START


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of a line: the template's own words, or a value."""

    text: str
    value: bool


Line = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """One block. `entries`: the lines of each entry of a list; of any other kind there is one."""

    kind: Literal["heading", "paragraph", "list", "numbers", "rule"]
    entries: tuple[tuple[Line, ...], ...]


_RUN = re.compile(f"{VALUE_START}([^{VALUE_START}{VALUE_END}]*){VALUE_END}|([^{VALUE_START}]+)")
_ENTRY = re.compile(r"(- |\d{1,3}\. )")
_LETTERS = re.compile(r"[^\W\d_]")


def parsed(text: str) -> tuple[Block, ...]:
    """The blocks of a rendered text with its marks."""
    blocks: list[Block] = []
    for chunk in text.strip("\n").split("\n\n"):
        blocks += _blocks([_runs(line) for line in chunk.split("\n")])
    return tuple(blocks)


def _runs(line: str) -> Line:
    return tuple(
        Run(found[1], value=True) if found[2] is None else Run(found[2], value=False)
        for found in _RUN.finditer(line)
        if found[1] or found[2]
    )


def _blocks(lines: list[Line]) -> Iterator[Block]:
    if len(lines) == 1 and _is_heading(lines[0]):
        yield Block("heading", ((lines[0],),))
        return
    paragraph: list[Line] = []
    entries: list[list[Line]] = []
    kind: Literal["list", "numbers"] = "list"
    for line in lines:
        start = _entry(line)
        if start is None and entries and _goes_on(line):
            entries[-1].append(_without(line, 2))
            continue
        found = None if start is None else "list" if start == "- " else "numbers"
        if entries and found != kind:
            yield _list(kind, entries)
            entries = []
        if start is None:
            paragraph.append(line)
            continue
        yield from _paragraph(paragraph)
        paragraph = []
        kind = "list" if start == "- " else "numbers"
        entries.append([_without(line, len(start))])
    if entries:
        yield _list(kind, entries)
    yield from _paragraph(paragraph)


def _list(kind: Literal["list", "numbers"], entries: list[list[Line]]) -> Block:
    return Block(kind, tuple(tuple(entry) for entry in entries))


def _paragraph(lines: list[Line]) -> Iterator[Block]:
    """A paragraph, cut where a line of the template is a rule."""
    before: list[Line] = []
    for line in [*lines, None]:
        if line is None or line == (Run("---", value=False),):
            if before:
                yield Block("paragraph", (tuple(before),))
            before = []
            if line is not None:
                yield Block("rule", ())
        else:
            before.append(line)


def _is_heading(line: Line) -> bool:
    if not line or any(run.value for run in line):
        return False
    words = "".join(run.text for run in line)
    return len(_LETTERS.findall(words)) > 2 and words == words.upper()


def _entry(line: Line) -> str | None:
    """The template's own `- ` or `1. ` at the start of the line."""
    if not line or line[0].value:
        return None
    found = _ENTRY.match(line[0].text)
    return found[1] if found else None


def _goes_on(line: Line) -> bool:
    return bool(line) and not line[0].value and line[0].text.startswith("  ")


def _without(line: Line, characters: int) -> Line:
    first = Run(line[0].text[characters:].lstrip(" "), value=False)
    return (first, *line[1:]) if first.text else line[1:]

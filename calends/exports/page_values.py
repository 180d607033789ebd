"""Values on the page: text as text, with the signs made visible that could mislead a reader."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape

from calends.exports.words import word
from calends.rules.vocabulary import Language

MOST_CHARACTERS = 20_000
"""Of one value; the whole stands in the data file."""
MOST_MEMBERS = 500
MOST_DEPTH = 12

# Controls, direction overrides and isolates, tags, what is no character: shown as their number.
# The marks U+200E and U+200F, U+200C and U+200D are part of honest Arabic, Hebrew, Indic text.
_SIGNS = re.compile(
    "[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff"
    "\U000e0000-\U000e007f]"
)


def record_row(
    row: Mapping[str, object], columns: Sequence[str], whole: str, language: Language
) -> str:
    """One record as a row. `whole`: the file that holds what is cut here."""
    return f"<tr>{''.join(_cell(row.get(name), whole, language) for name in columns)}</tr>\n"


def record_table(
    row: Mapping[str, object], columns: Sequence[str], caption: str, whole: str, language: Language
) -> str:
    """One record of many fields as a table of its own; empty fields are left out."""
    lines = "".join(
        f'<tr><th scope="row"><bdi>{seen(name)}</bdi></th>{_cell(row[name], whole, language)}</tr>'
        for name in columns
        if row.get(name) is not None
    )
    return f'<table class="record"><caption>{caption}</caption><tbody>{lines}</tbody></table>\n'


def _cell(value: object, whole: str, language: Language) -> str:
    return f'<td dir="auto">{_value(value, whole, language, MOST_DEPTH)}</td>'


def _value(value: object, whole: str, language: Language, depth: int) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return escape(word("yes" if value else "no", language))
    if isinstance(value, Mapping | list) and depth == 0:
        return _cut_at(whole, language)
    if isinstance(value, Mapping):
        members = [(str(name), inner) for name, inner in value.items()]
        return _list(members, whole, language, depth)
    if isinstance(value, list):
        return _list([("", inner) for inner in value], whole, language, depth)
    return inert_text(str(value), whole, language)


def _list(members: Sequence[tuple[str, object]], whole: str, language: Language, depth: int) -> str:
    lines = []
    for name, inner in members[:MOST_MEMBERS]:
        label = f"<bdi>{seen(name)}</bdi>: " if name else ""
        lines.append(f"<li>{label}{_value(inner, whole, language, depth - 1)}</li>")
    if len(members) > MOST_MEMBERS:
        lines.append(f"<li>{_cut_at(whole, language)}</li>")
    return f'<ul class="value">{"".join(lines)}</ul>'


def inert_text(text: str, whole: str, language: Language) -> str:
    """The text as it is, isolated from what is around it; nothing in it is markup."""
    shown = f"<bdi>{seen(text[:MOST_CHARACTERS])}</bdi>"
    return shown if len(text) <= MOST_CHARACTERS else shown + " " + _cut_at(whole, language)


def _cut_at(whole: str, language: Language) -> str:
    return f"<strong>[{escape(word('cut', language))} {escape(whole)}]</strong>"


def seen(text: str) -> str:
    """The text as HTML, its hidden signs shown by their numbers."""
    return _SIGNS.sub(_named, escape(text))


def _named(sign: re.Match[str]) -> str:
    return f'<span class="sign">U+{ord(sign[0]):04X}</span>'

"""A letter on paper: PDF/A-2a for the archive, PDF/UA-1 for screen readers; the same bytes again.

The typesetter reads one layout of ours and one JSON text, and nothing else of this machine.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any, Literal

import orjson
import segno
import typst

from calends.letters.fonts import families, fonts
from calends.letters.html import LAYOUTS
from calends.letters.layout import letter_data
from calends.letters.render import Rendered
from calends.letters.templating import inert
from calends.letters.words import day_in_words
from calends.problems import Problem

Standard = Literal["a-2a", "ua-1"]
STANDARDS: tuple[Standard, ...] = ("a-2a", "ua-1")
_REPLACEMENT = "\ufffd"
# Not characters that a font could have: private use, unassigned, surrogates, controls.
_NO_CHARACTER = frozenset({"Co", "Cn", "Cs", "Cc"})
MOST_ADDRESS_LINES = 7
"""What the window of the envelope shows."""


@dataclass(frozen=True, slots=True)
class Pdf:
    """A letter ready to be printed."""

    content: bytes
    pages: int
    standard: bool
    """False: PDF/A and PDF/UA were given up, because this machine has no font for a character."""
    replaced: bool
    """True: characters that no font can have were replaced by U+FFFD."""


def pdf_of(rendered: Rendered, *, at: datetime, address: Sequence[str] = ()) -> Pdf:
    """The letter as a PDF dated `at`. `address`: the lines for the window of the envelope.

    A character that cannot be printed never stops a letter: the result says what was given up.
    Raises Problem for a date without time zone, for too long an address, and, without its cause,
    which would quote the letter, for whatever else the typesetter refuses.
    """
    if at.tzinfo is None:
        raise Problem("the date of a letter needs a time zone")
    if len(address) > MOST_ADDRESS_LINES:
        raise Problem(f"an envelope shows {MOST_ADDRESS_LINES} lines of an address, not more")
    data = _data(rendered, at, address)
    clean = _printable(data)
    attempts: list[tuple[dict[str, Any], Sequence[Standard] | None]] = [
        (data, STANDARDS),
        (clean, STANDARDS),
        (clean, None),
    ]
    if clean == data:
        del attempts[1]
    for number, (content, standards) in enumerate(attempts, 1):
        try:
            made, pages = _typeset(content, standards, at)
        except typst.TypstError:
            if number == len(attempts):
                raise Problem("the letter could not be set as a PDF") from None
            continue
        return Pdf(made, pages, standard=standards is not None, replaced=content != data)
    raise AssertionError("the last attempt returns or raises")


def _typeset(
    data: dict[str, Any], standards: Sequence[Standard] | None, at: datetime
) -> tuple[bytes, int]:
    compiler = typst.Compiler(
        LAYOUTS / "letter.typ",
        root=LAYOUTS,
        font_paths=fonts(),
        sys_inputs={"letter": orjson.dumps(data).decode()},
    )
    made = compiler.compile(
        format="pdf",
        pdf_standards=list(standards) if standards else None,
        timestamp=int(at.timestamp()),
    )
    assert isinstance(made, bytes)
    pages = orjson.loads(compiler.query("<pages>", field="value", one=True))
    return made, int(pages)


def _data(rendered: Rendered, at: datetime, address: Sequence[str]) -> dict[str, Any]:
    parts = ("year", "month", "day", "hour", "minute", "second")
    url = rendered.frame.page_url
    return letter_data(rendered) | {
        "fonts": list(families()),
        "address": [inert(line) for line in address if line.strip()],
        "day": day_in_words(at.date(), rendered.language),
        "date": {part: getattr(at, part) for part in parts},
        "page_url": url,
        "qr": _qr(url) if url else "",
    }


def _qr(url: str) -> str:
    """As SVG: the same address gives the same picture."""
    picture = BytesIO()
    segno.make(url, error="m").save(picture, kind="svg", border=0, xmldecl=False, dark="#1d2025")
    return picture.getvalue().decode()


def _printable(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _printable(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_printable(one) for one in value]
    if not isinstance(value, str):
        return value
    return "".join(
        c if c == "\n" or unicodedata.category(c) not in _NO_CHARACTER else _REPLACEMENT
        for c in value
    )

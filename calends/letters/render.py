"""Letters from templates: a folder a letter, a folder a language, `subject.txt` and `body.txt`.

A folder of the company's own may replace any of these files, and any block that they include. An
own text that does not hold, or says less than the built-in one, is not sent: the built-in one is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from calends.letters.structure import Block, parsed
from calends.letters.templating import Templating, Unrenderable, inert, without_marks
from calends.rules.vocabulary import Language

TEMPLATES = Path(__file__).parent / "templates"


class LetterBroken(Exception):
    """A template that cannot be rendered; the reason names a line, never a value."""

    def __init__(self, letter: str, language: Language, reason: str) -> None:
        super().__init__(f"letter {letter}/{language}: {reason}")
        self.letter, self.language, self.reason = letter, language, reason

    def __reduce__(self) -> tuple[type[LetterBroken], tuple[str, Language, str]]:
        return (LetterBroken, (self.letter, self.language, self.reason))


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around the text: whose letter it is, on which case, and what may be a link."""

    company: str = ""
    address: tuple[str, ...] = ()
    email: str = ""
    website: str = ""
    reference: str = ""
    page_url: str = ""
    page_code: str = ""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A letter ready to be sent."""

    letter: str
    language: Language
    subject: str
    text: str
    items: frozenset[str]
    """The checklist items that the text really says (rule book §1, "Reply checklist")."""
    template_digest: str
    """SHA-256 (hex) of the sources it was made from: the template's version, for evidence."""
    blocks: tuple[Block, ...] = ()
    """The same text in its structure, from which HTML and PDF are made."""
    frame: Frame = field(default_factory=Frame)
    own_broken: str = ""
    """Why the company's own text was not used, when it has one that does not hold; no value."""


def render(
    letter: str,
    language: Language,
    facts: Mapping[str, Any],
    *,
    own: Path | None = None,
    templates: Path = TEMPLATES,
) -> Rendered:
    """The letter in that language. `own`: the folder of the company's own texts.

    Raises LetterBroken for a built-in template that does not hold; an own one is replaced by the
    built-in one, and `own_broken` says why.
    """
    built_in = _rendered(letter, language, facts, (templates,))
    if own is None:
        return built_in
    try:
        mine = _rendered(letter, language, facts, (own, templates))
    except LetterBroken as error:
        return replace(built_in, own_broken=error.reason)
    if said_less := sorted(built_in.items - mine.items):
        return replace(built_in, own_broken=f"does not say {', '.join(said_less)}")
    # An answer is threaded back to its case by the reference (rule book §4).
    reference = f"[{mine.frame.reference}]"
    if reference in built_in.subject and reference not in mine.subject:
        return replace(built_in, own_broken="no [reference] in the subject")
    return mine


def _rendered(
    letter: str, language: Language, facts: Mapping[str, Any], folders: Sequence[Path]
) -> Rendered:
    templating = Templating(folders)
    try:
        subject = templating.text(f"{letter}/{language}/subject.txt", facts)
        body = _tidy(templating.text(f"{letter}/{language}/body.txt", facts))
    except Unrenderable as error:
        raise LetterBroken(letter, language, str(error)) from error
    subject = " ".join(inert(without_marks(subject)).split())
    if not subject:
        raise LetterBroken(letter, language, "the subject is empty")
    return Rendered(
        letter=letter,
        language=language,
        subject=subject,
        text=_tidy(without_marks(body)),
        items=frozenset(templating.items),
        template_digest=templating.digest(),
        blocks=parsed(body),
        frame=_frame(facts),
    )


def _frame(facts: Mapping[str, Any]) -> Frame:
    """From the facts that every letter has; a missing one only leaves its place empty."""
    company, case = facts.get("company") or {}, facts.get("case") or {}
    page = facts.get("page") or {}
    return Frame(
        company=inert(str(company.get("name", ""))),
        address=tuple(inert(str(line)) for line in company.get("address", ())),
        email=inert(str(company.get("email", ""))),
        website=inert(str(company.get("website", ""))),
        reference=inert(str(case.get("reference", ""))),
        page_url=inert(str(page.get("url", ""))),
        page_code=inert(str(page.get("code", ""))),
    )


def _tidy(text: str) -> str:
    """No trailing blanks, never two empty lines together, one line break at the end."""
    lines = "\n".join(line.rstrip() for line in text.strip().splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines) + "\n"

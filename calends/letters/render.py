"""Letters from templates: a folder a letter, a folder a language, `subject.txt` and `body.txt`.

A DPO may edit the templates, so they are held short (see `grammar`) and run on fuel. Facts are
inert: a value is printed as it is, on one line, whatever it contains.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from minijinja import Environment, TemplateError

from calends.letters.grammar import NotAllowed, compiled_source
from calends.rules.vocabulary import Language

TEMPLATES = Path(__file__).parent / "templates"
FUEL = 200_000
"""Steps of the template engine: some 20 milliseconds. A partial reply with 500 systems, data sets
and reasons each needs 41,000."""
BUDGET = 4_000_000
"""Characters that one rendering may write at most, its templates' own marks included."""
LONGEST_LETTER = 400_000
"""Characters of a rendered letter."""
_TEMPLATE_NAME = re.compile(r"(?:[a-z][a-z_]*|_blocks)/(?:fr|en)/[a-z][a-z0-9_]*\.txt")
# Controls (line breaks, NUL), bidirectional overrides, line and paragraph separators.
_NOT_ON_A_LINE = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]+")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


class LetterBroken(Exception):
    """A template that cannot be rendered; the reason names a line, never a value."""

    def __init__(self, letter: str, language: Language, reason: str) -> None:
        super().__init__(f"letter {letter}/{language}: {reason}")
        self.letter, self.language, self.reason = letter, language, reason

    def __reduce__(self) -> tuple[type[LetterBroken], tuple[str, Language, str]]:
        return (LetterBroken, (self.letter, self.language, self.reason))


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


class _Unprintable(TypeError):
    pass


class _TooLong(ValueError):
    pass


def inert(text: str) -> str:
    """The text on one line: controls and direction overrides become a space."""
    return _LONE_SURROGATE.sub("\ufffd", _NOT_ON_A_LINE.sub(" ", text))


class _Desk:
    """One rendering: the sources it read, the items it marked, what it may still write."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.sources: dict[str, str] = {}
        self.items: set[str] = set()
        self.budget = BUDGET
        self.environment = Environment(
            loader=self._load,
            fuel=FUEL,
            undefined_behavior="strict",
            auto_escape_callback=lambda name: False,
            finalizer=self._print,
            keep_trailing_newline=True,
            trim_blocks=True,
            lstrip_blocks=True,
            pycompat=False,
            debug=False,  # a debug message would print the facts
        )
        for name in ("range", "dict", "namespace", "debug"):
            self.environment.remove_global(name)
        self.environment.add_global("item", self._mark)
        self.environment.add_global("spend", self._spend)

    def _load(self, name: str) -> str | None:
        if not _TEMPLATE_NAME.fullmatch(name):
            return None
        path = self.folder / name
        if not path.is_file():
            return None
        try:
            source = path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise NotAllowed(f"{name}: not UTF-8") from error
        self.sources[name] = source
        try:
            return compiled_source(source)
        except NotAllowed as error:
            raise NotAllowed(f"{name}: {error}") from error

    def _mark(self, item: str) -> bool:
        self.items.add(item)
        return True

    def _spend(self, characters: int) -> str:
        self.budget -= characters
        if self.budget < 0:
            raise _TooLong(f"writes more than {BUDGET} characters")
        return ""

    def _print(self, value: Any) -> str | int:
        if isinstance(value, str):
            self._spend(len(value))
            return inert(value)
        if isinstance(value, int) and not isinstance(value, bool):
            return value
        raise _Unprintable(f"a {type(value).__name__} is not something to print")

    def digest(self) -> str:
        digest = hashlib.sha256()
        for name, source in sorted(self.sources.items()):
            digest.update(f"{name}\0{len(source)}\0{source}".encode())
        return digest.hexdigest()


def render(
    letter: str, language: Language, facts: Mapping[str, Any], *, templates: Path = TEMPLATES
) -> Rendered:
    """The letter in that language. Raises LetterBroken for a template that does not hold."""
    desk = _Desk(templates)
    parts = {
        part: _render_part(desk, letter, language, f"{letter}/{language}/{part}.txt", facts)
        for part in ("subject", "body")
    }
    subject = " ".join(inert(parts["subject"]).split())
    if not subject:
        raise LetterBroken(letter, language, "the subject is empty")
    return Rendered(
        letter=letter,
        language=language,
        subject=subject,
        text=_tidy(parts["body"]),
        items=frozenset(desk.items),
        template_digest=desk.digest(),
    )


def _render_part(
    desk: _Desk, letter: str, language: Language, name: str, facts: Mapping[str, Any]
) -> str:
    try:
        text = desk.environment.render_template(name, **facts)
    except TemplateError as error:
        raise LetterBroken(letter, language, _reason(error)) from error
    except (NotAllowed, _Unprintable, _TooLong) as error:
        raise LetterBroken(letter, language, str(error)) from error
    if len(text) > LONGEST_LETTER:
        raise LetterBroken(letter, language, f"{name}: longer than {LONGEST_LETTER} characters")
    return text


def _reason(error: TemplateError) -> str:
    """The innermost cause: the last line of minijinja's own chain, which holds no values."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1].removeprefix("caused by: ")[:200] if lines else error.kind


def _tidy(text: str) -> str:
    """No trailing blanks, never two empty lines together, one line break at the end."""
    lines = "\n".join(line.rstrip() for line in text.strip().splitlines())
    return re.sub(r"\n{3,}", "\n\n", lines) + "\n"

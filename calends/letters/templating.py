"""The template engine, held short: what a template may read, write and spend.

A DPO may edit the templates, so they are checked before they run (see `grammar`) and run on fuel.
Facts are inert: a value is printed as it is, on one line, whatever it contains, between two marks
that no template and no value can hold. So the structure of a letter comes from its template alone.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from minijinja import Environment, TemplateError

from calends.letters.grammar import LARGEST_TEMPLATE, NotAllowed, compiled_source

FUEL = 200_000
"""Steps of the template engine: some 20 milliseconds. A partial reply with 500 systems, data sets
and reasons each needs 41,000."""
BUDGET = 4_000_000
"""Characters that one rendering may write at most, its templates' own marks included."""
LONGEST_LETTER = 400_000
"""Characters of a rendered letter."""
VALUE_START, VALUE_END = "\x02", "\x03"
_TEMPLATE_NAME = re.compile(r"(?:[a-z][a-z_]*|_blocks)/(?:fr|en)/[a-z][a-z0-9_]*\.txt")
# Controls (line breaks, NUL), bidirectional overrides, line and paragraph separators.
_NOT_ON_A_LINE = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]+")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


class Unrenderable(Exception):
    """A template that cannot be rendered; the text names a file and a line, never a value."""


class _Unprintable(TypeError):
    pass


class _TooLong(ValueError):
    pass


def inert(text: str) -> str:
    """The text on one line: controls and direction overrides become a space."""
    return _LONE_SURROGATE.sub("\ufffd", _NOT_ON_A_LINE.sub(" ", text))


class Templating:
    """One rendering: the sources it read, the items it marked, what it may still write.

    `folders`: where a template is looked for, the first that has it wins.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        self.folders = folders
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
        for folder in self.folders:
            source = _source(folder, name)
            if source is not None:
                break
        else:
            return None
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

    def _print(self, value: Any) -> str:
        if isinstance(value, str):
            self._spend(len(value))
            return f"{VALUE_START}{inert(value)}{VALUE_END}" if value else ""
        if isinstance(value, int) and not isinstance(value, bool):
            return f"{VALUE_START}{value}{VALUE_END}"
        raise _Unprintable(f"a {type(value).__name__} is not something to print")

    def digest(self) -> str:
        digest = hashlib.sha256()
        for name, source in sorted(self.sources.items()):
            digest.update(f"{name}\0{len(source)}\0{source}".encode())
        return digest.hexdigest()

    def text(self, name: str, facts: Mapping[str, Any]) -> str:
        """The rendered file, each value between its marks. Raises Unrenderable."""
        try:
            text = self.environment.render_template(name, **facts)
        except TemplateError as error:
            raise Unrenderable(_reason(error)) from error
        except (NotAllowed, _Unprintable, _TooLong) as error:
            raise Unrenderable(str(error)) from error
        if len(text) > LONGEST_LETTER:
            raise Unrenderable(f"{name}: longer than {LONGEST_LETTER} characters")
        return text


def _source(folder: Path, name: str) -> str | None:
    """The file's text; None when there is none. A link out of the folder is not followed."""
    path = folder / name
    try:
        if not path.is_file():
            return None
        if not path.resolve().is_relative_to(folder.resolve()):
            raise NotAllowed(f"{name}: leads out of its folder")
        with path.open("rb") as file:
            return file.read(4 * LARGEST_TEMPLATE + 1).decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise NotAllowed(f"{name}: not UTF-8") from error
    except OSError as error:
        raise NotAllowed(f"{name}: not readable") from error


def without_marks(text: str) -> str:
    """What people read of a rendered text."""
    return text.replace(VALUE_START, "").replace(VALUE_END, "")


def _reason(error: TemplateError) -> str:
    """The innermost cause: the last line of minijinja's own chain, which holds no values."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1].removeprefix("caused by: ")[:200] if lines else error.kind

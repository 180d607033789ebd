"""A CSV list of contacts, read row by row. Hostile until proved otherwise.

Memory stays at one row, however long the file; a row that is kept can be written byte for byte.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TextIO

from calends.problems import Problem
from calends.register.asking import Contact
from calends.systems.protocol import Channel

LONGEST_LINE = 1 << 20
"""Characters of a line, and of a field with line breaks in it."""
DELIMITERS = ",;\t|"

_MANY = {"email": re.compile(r"[\s;,]+"), "phone": re.compile(r"[;,/]+")}
_TELLING = {"email": re.compile("@"), "phone": re.compile(r"(?:\d\D*){4}")}
"""What a cell has at least, so that it can be meant as an address or a number."""


@dataclass(frozen=True)
class Row:
    """One row: where it begins, its text as it stands in the file, and whom it can reach."""

    line: int
    raw: str
    contacts: Sequence[Contact]

    def __repr__(self) -> str:
        return f"Row({self.line}, sealed)"


Columns = Mapping[Channel, Sequence[str]]
"""Channel -> the columns that hold it. Several columns of `post` make one address."""


class ContactList:
    """An open list. Raises Problem, naming the line and no value, for what cannot be read."""

    def __init__(self, file: Path, lines: TextIO, columns: Columns, delimiter: str = "") -> None:
        self.file, self._columns = file, columns
        self._taken: list[str] = []
        self._lines = self._each(lines)
        first = next(self._lines, "")
        delimiter = delimiter or max(DELIMITERS, key=first.count)
        self._rows = csv.reader(chain([first], self._lines), delimiter=delimiter, strict=True)
        names = self._parsed() if first else None
        if names is None:
            raise Problem(f"{file}: empty; its first line must name its columns")
        self._places = self._found([name.strip() for name in names])
        self.header = self._raw()

    def __iter__(self) -> Iterator[Row]:
        line = self.header.count("\n") or 1
        while (cells := self._parsed()) is not None:
            raw = self._raw()
            if any(cell.strip() for cell in cells):
                yield Row(line + 1, raw, list(self._contacts(cells)))
            line += raw.count("\n") or 1

    def _each(self, lines: TextIO) -> Iterator[str]:
        """Lines as they stand, kept until their row is whole."""
        try:
            while line := lines.readline(LONGEST_LINE):
                if len(line) >= LONGEST_LINE:
                    raise Problem(f"{self.file}: a line of more than {LONGEST_LINE} characters")
                self._taken.append(line)
                yield line
        except UnicodeDecodeError as error:
            mend = "mend: --encoding cp1252, or save it as UTF-8"
            raise Problem(f"{self.file}: not {error.encoding} text; {mend}") from None
        except OSError as error:
            raise Problem(f"{self.file}: {error.strerror}") from error

    def _raw(self) -> str:
        """What was read since the last row: this row, as it stands."""
        raw = "".join(self._taken)
        self._taken.clear()
        return raw

    def _parsed(self) -> list[str] | None:
        try:
            return next(self._rows, None)
        except csv.Error as error:
            raise Problem(f"{self.file}: not a CSV row ({error})") from None

    def _found(self, names: Sequence[str]) -> dict[Channel, list[int]]:
        places: dict[Channel, list[int]] = {}
        for channel, wanted in self._columns.items():
            for name in wanted:
                if names.count(name) != 1:
                    there = ", ".join(f"`{each[:40]}`" for each in names[:20] if each.isprintable())
                    what = "no column" if name not in names else "two columns"
                    raise Problem(f"{self.file}: {what} `{name}`; there are {there or 'none'}")
                places.setdefault(channel, []).append(names.index(name))
        return places

    def _contacts(self, cells: Sequence[str]) -> Iterator[Contact]:
        for channel, places in self._places.items():
            values = [cells[place] for place in places if place < len(cells)]
            if channel == "post":
                if whole := " ".join(filter(None, map(str.strip, values))):
                    yield Contact(channel, whole)
                continue
            kind = "phone" if channel == "sms" else channel
            for value in values:
                for part in _MANY[kind].split(value):
                    if _TELLING[kind].search(part):
                        yield Contact(channel, part)


@contextmanager
def opened_list(
    file: Path, columns: Columns, *, encoding: str = "utf-8", delimiter: str = ""
) -> Iterator[ContactList]:
    """Raises Problem when the file, its encoding or a column is not there."""
    try:
        codecs.lookup(encoding)
        with file.open(encoding="utf-8-sig" if encoding == "utf-8" else encoding, newline="") as f:
            yield ContactList(file, f, columns, delimiter)
    except LookupError:
        raise Problem(f"no encoding `{encoding[:40]}`") from None
    except OSError as error:
        raise Problem(f"{file}: {error.strerror}") from error

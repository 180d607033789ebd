"""Criteria of the walk as SQL: which rows of a table meet one of them.

The text of a statement depends on the fields asked for, never on the values: they are bound, as
one array where the database has arrays.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ARRAY, ColumnElement, Dialect, and_, any_, bindparam, cast, func, literal
from sqlalchemy import types as sql
from sqlalchemy.dialects import mysql

from calends.systems.dataset import Collection
from calends.systems.fideslang import FieldPath
from calends.systems.matching import LETTERS, PHONE_FILL, Match, folded
from calends.systems.protocol import Failure, SystemFailed
from calends.systems.tables import Schema
from calends.systems.values import bound_type, comparable, is_text, operand
from calends.systems.walk import Criterion

Group = tuple[FieldPath, Match]


def grouped(criteria: Sequence[Criterion]) -> dict[Group, list[Any]]:
    """The values asked for, by field and way of comparing."""
    groups: dict[Group, list[Any]] = {}
    for criterion in criteria:
        groups.setdefault((criterion.path, criterion.match), []).append(criterion.value)
    return groups


def place_of(
    schema: Schema, collection: Collection, path: FieldPath, dialect: Dialect
) -> ColumnElement[Any]:
    """The column, or the place inside its document. Raises SystemFailed when there is none."""
    column = schema.column(collection, path[0])
    if len(path) == 1:
        return operand(column)
    if not isinstance(column.type, sql.JSON):
        name = f"{collection.name}.{path[0]}"
        raise SystemFailed(Failure.MAPPING, f"{name} holds no document")
    if dialect.name == "postgresql":
        names = literal(list(path[1:]), ARRAY(sql.Text))
        return column.op("#>>", return_type=sql.Text())(names)
    inner: ColumnElement[Any] = column[path[1:]].as_string()
    return inner


def possible(place: ColumnElement[Any], values: Sequence[Any]) -> list[Any]:
    """Those of the values that can stand there at all."""
    return [v for value in values if (v := comparable(value, place.type)) is not None]


def holds_one_of(
    place: ColumnElement[Any], match: Match, dialect: Dialect, name: str
) -> ColumnElement[bool]:
    """Whether the place holds one of the values bound under `name`, as `match` compares."""
    textual = is_text(place.type)
    asked = normalised(place, match, dialect) if textual else place
    kind = bound_type(place.type)
    if dialect.name == "postgresql":
        return asked == any_(bindparam(name, type_=ARRAY(kind)))
    values = bindparam(name, expanding=True, type_=kind)
    if dialect.name in ("mysql", "mariadb") and textual and match != "fold":
        # Its collations take `é` for `e`, two people for one: found by index, then compared again.
        exactly = _as_unicode(asked).collate("utf8mb4_bin").in_(values)
        return and_(place.in_(values), exactly) if match != "phone" else exactly
    return asked.in_(values)


def normalised(place: ColumnElement[Any], match: Match, dialect: Dialect) -> ColumnElement[Any]:
    """The text as `match` compares it: what an index must be made on to serve the search."""
    if match in ("email", "ignore_case"):
        return func.lower(place)
    if match == "phone":
        return _without(place, PHONE_FILL, dialect)
    return _folded(place, dialect) if match == "fold" else place


def _without(place: ColumnElement[Any], letters: str, dialect: Dialect) -> ColumnElement[Any]:
    if dialect.name == "postgresql":
        return func.translate(place, letters, "")
    for letter in letters:
        place = func.replace(place, letter, "")
    return place


def _folded(place: ColumnElement[Any], dialect: Dialect) -> ColumnElement[Any]:
    if dialect.name in ("mysql", "mariadb"):
        return _as_unicode(place).collate("utf8mb4_unicode_ci")
    place = func.lower(place)
    for letter, plain in LETTERS.items():
        for written in {letter, letter.upper()} if len(letter.upper()) == 1 else {letter}:
            place = func.replace(place, written, plain)
    if dialect.name == "postgresql":
        return func.translate(place, "".join(_ACCENTS) + _MARKS, "".join(_ACCENTS.values()))
    for accented, plain in _ACCENTS.items():
        place = func.replace(place, accented, plain)
    return place


def _as_unicode(place: ColumnElement[Any]) -> ColumnElement[Any]:
    return cast(place, mysql.CHAR(charset="utf8mb4"))


# Latin-1 and Latin Extended-A, small and capital: `lower` knows them only in some locales.
_ACCENTS = {
    letter: plain
    for letter in map(chr, range(0xC0, 0x180))
    if len(plain := folded(letter)) == 1 and plain.isascii() and letter.lower() not in LETTERS
}
_MARKS = "".join(char for char in map(chr, range(0x300, 0x370)) if unicodedata.combining(char))

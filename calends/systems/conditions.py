"""Criteria of the walk as SQL: which rows of a table meet one of them.

The text of a statement depends on the fields asked for, never on the values: they are bound, as
one array where the database has arrays.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    Dialect,
    FromClause,
    and_,
    any_,
    bindparam,
    case,
    cast,
    func,
    literal,
    select,
)
from sqlalchemy import types as sql
from sqlalchemy.dialects import mysql
from sqlalchemy.dialects.postgresql import JSONB, JSONPATH

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


@dataclass(frozen=True)
class Place:
    """Where a criterion looks: a column, a place inside its document, or each of several."""

    value: ColumnElement[Any]
    column: ColumnElement[Any]
    members: FromClause | None = None
    """The members of an array, when one of them has to meet the condition."""

    def possible(self, values: Sequence[Any]) -> list[Any]:
        """Those of the values that can stand there at all."""
        return [v for value in values if (v := comparable(value, self.value.type)) is not None]

    def holds(self, match: Match, dialect: Dialect, name: str) -> ColumnElement[bool]:
        """Whether it holds one of the values bound under `name`."""
        condition = holds_one_of(self.value, match, dialect, name)
        if self.members is None:
            return condition
        some = select(literal(1)).select_from(self.members).where(condition)
        return some.correlate_except(self.members).exists()


def place_of(schema: Schema, collection: Collection, path: FieldPath, dialect: Dialect) -> Place:
    """Raises SystemFailed when the table has no such place."""
    column = schema.column(collection, path[0])
    if len(path) > 1:
        return _inside(collection, column, path, dialect)
    if isinstance(column.type, sql.ARRAY) and dialect.name == "postgresql":
        member = func.unnest(column, type_=column.type.item_type).column_valued("member")
        return Place(operand(member), column, member.table)
    return Place(operand(column), column)


def _inside(
    collection: Collection, column: Column[Any], path: FieldPath, dialect: Dialect
) -> Place:
    unsearchable = SystemFailed(
        Failure.MAPPING, f"{collection.name}.{'.'.join(path)} cannot be searched in this database"
    )
    arrays = any(collection.is_list(path[:depth]) for depth in range(1, len(path) + 1))
    if dialect.name == "postgresql" and isinstance(column.type, sql.JSON):
        if not arrays:
            return Place(_text_at(column, path[1:]), column)
        steps = ".".join(json.dumps(name) for name in path[1:])
        way = literal(f"lax $.{steps}[*]", JSONPATH)
        member = func.jsonb_path_query(cast(column, JSONB), way, type_=JSONB).column_valued(
            "member"
        )
        return Place(_text_at(member, ()), column, member.table)
    if arrays or dialect.name not in ("mysql", "mariadb", "sqlite") or not is_text(column.type):
        raise unsearchable
    steps = "".join(f".{json.dumps(name)}" for name in path[1:])
    valid = case((func.json_valid(column) == 1, column))  # text that is no document holds nothing
    found = func.json_extract(valid, f"${steps}")
    text = found if dialect.name == "sqlite" else func.json_unquote(found)
    return Place(cast(text, sql.Text) if dialect.name == "sqlite" else _as_unicode(text), column)


def _text_at(document: ColumnElement[Any], path: FieldPath) -> ColumnElement[Any]:
    names = literal(list(path), ARRAY(sql.Text))
    return document.op("#>>", return_type=sql.Text())(names)


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
    if dialect.name == "sqlite":
        return func.calends_folded(place)  # Python's own, see engines.py
    if dialect.name in ("mysql", "mariadb"):
        return _as_unicode(place).collate("utf8mb4_unicode_ci")
    place = func.lower(place)
    for letter, plain in LETTERS.items():
        for written in {letter, letter.upper()} if len(letter.upper()) == 1 else {letter}:
            place = func.replace(place, written, plain)
    if dialect.name == "postgresql":
        return func.translate(place, "".join(_ACCENTS) + _MARKS, "".join(_ACCENTS.values()))
    for accented in _WESTERN:  # one inside the other, and parsers go only so deep
        place = func.replace(place, accented, _ACCENTS[accented])
    return place


def _as_unicode(place: ColumnElement[Any]) -> ColumnElement[Any]:
    return cast(place, mysql.CHAR(charset="utf8mb4"))


# Latin-1 and Latin Extended-A, small and capital: `lower` knows them only in some locales.
_ACCENTS = {
    letter: plain
    for letter in map(chr, range(0xC0, 0x180))
    if len(plain := folded(letter)) == 1 and plain.isascii() and letter.lower() not in LETTERS
}
_WESTERN = [letter for letter in _ACCENTS if letter <= "ÿ"]
_MARKS = "".join(char for char in map(chr, range(0x300, 0x370)) if unicodedata.combining(char))

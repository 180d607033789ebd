"""What an anonymised or restricted row holds instead of a person's data.

A mask comes from the row's place (table, key, field), never from the value it hides: a hash of
an e-mail address can be guessed back. The same row always gets the same masks, so a second run
finds nothing left to do. In a unique column a mask holds the row's number, so no two are equal.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Any

from sqlalchemy import Column
from sqlalchemy import types as sql
from sqlalchemy.types import TypeEngine

from calends.systems.dataset import Collection
from calends.systems.fideslang import Masking
from calends.systems.protocol import ActRefused
from calends.systems.tables import Schema

NULL_REWRITE = "null_rewrite"
CONSTANT = "string_rewrite"
DIGESTS = ("hash", "hmac", "aes_encrypt")
"""Fides makes these from the value. A hash can be guessed back, a cipher deciphered: that is
pseudonymous at best (recital 26), so ours look the same and are made from the place."""
STRATEGIES = (NULL_REWRITE, CONSTANT, "random_string_rewrite", *DIGESTS)
DEFAULT_LENGTH = 30
SURE_LENGTH = 20
"""Signs of a digest in base 36 that no two rows of a table will ever share (103 bits)."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SIGNS = "0123456789abcdefghijklmnopqrstuvwxyz"


def personal_columns(schema: Schema, collection: Collection) -> list[str]:
    """The columns that anonymisation masks. The primary key stays, for it holds the row together;
    so does a mandatory foreign key, which the database does not let us blank."""
    table, bound = schema.table(collection), schema.out_of(collection)
    return [
        name
        for name in collection.columns
        if any(field.personal for field in collection.within(name))
        and name not in schema.key_names(collection)
        and not collection.by_path[(name,)].fides.read_only
        and not (name in table.c and not table.c[name].nullable and name in bound)
    ]


def personal_key(schema: Schema, collection: Collection) -> list[str]:
    """Columns of the primary key that say who it is: such a row cannot be anonymised."""
    return [
        name
        for name in schema.key_names(collection)
        if (field := collection.by_path.get((name,))) is not None
        and (
            field.fides.identity is not None
            or any(
                category.startswith("user") and category != "user.unique_id"
                for category in field.data_categories
            )
        )
    ]


def mask(schema: Schema, collection: Collection, name: str, key: Mapping[str, Any]) -> Any:
    """What the column of that row is set to. Raises ActRefused when nothing fits."""
    column = schema.column(collection, name)
    field = collection.by_path[(name,)]
    strategy = field.masking or Masking(strategy="")
    if column.nullable and strategy.strategy in ("", NULL_REWRITE):
        return None
    place = json.dumps([collection.name, name, key], sort_keys=True, default=str)
    digest = hashlib.sha512(place.encode()).hexdigest()
    number = _number(key) if name in schema.unique[collection.name] else None
    unique = name in schema.unique[collection.name]
    if _takes_any_text(column.type):
        longest = min(int(getattr(column.type, "length", None) or 1000), field.fides.length or 1000)
        suffix = _suffix(strategy, longest)
        if unique:
            text = _unique_text(collection, name, digest, number, longest - len(suffix))
        else:
            text = _text(strategy, digest, longest - len(suffix))
        return text + suffix
    return (
        _unique_value(collection, column, digest, number) if unique else _filler(collection, column)
    )


def _takes_any_text(kind: TypeEngine[Any]) -> bool:
    plain = isinstance(kind, sql.String) and not isinstance(kind, sql.Enum)
    return plain or kind.__visit_name__ == "CITEXT"  # PostgreSQL's, of another family


def _number(key: Mapping[str, Any]) -> int | None:
    """The row's number, when its key is one whole number."""
    values = list(key.values())
    whole = len(values) == 1 and isinstance(values[0], int) and not isinstance(values[0], bool)
    return values[0] if whole else None


def _suffix(strategy: Masking, longest: int) -> str:
    preserved = strategy.configuration.get("format_preservation")
    suffix = str(preserved.get("suffix") or "") if isinstance(preserved, Mapping) else ""
    return suffix if len(suffix) < longest else ""


def _text(strategy: Masking, digest: str, room: int) -> str:
    configuration = strategy.configuration
    if strategy.strategy == CONSTANT:
        return str(configuration.get("rewrite_value") or "masked")[:room]
    wanted = configuration.get("length")
    if not isinstance(wanted, int) or wanted < 1:
        wanted = len(digest) if strategy.strategy in DIGESTS else DEFAULT_LENGTH
    return digest[: min(wanted, room)]


def _unique_text(
    collection: Collection, name: str, digest: str, number: int | None, room: int
) -> str:
    """A text of its own for each row: its number and then a digest, or a digest long enough."""
    fine = base36(int(digest, 16))
    length = min(room, DEFAULT_LENGTH)
    if number is None:
        if length < SURE_LENGTH:
            raise ActRefused(collection.name, f"`{name}` is unique and too short for a mask")
        return fine[:length]
    begin = f"{'n' if number < 0 else ''}{base36(abs(number))}-"
    if len(begin) > room:
        raise ActRefused(collection.name, f"`{name}` is unique and too short for a mask")
    return (begin + fine)[: max(length, len(begin))]


def base36(number: int) -> str:
    """Lower case only: many databases take "a" and "A" for equal."""
    signs = ""
    while number or not signs:
        number, rest = divmod(number, 36)
        signs = _SIGNS[rest] + signs
    return signs


def _unique_value(
    collection: Collection, column: Column[Any], digest: str, number: int | None
) -> Any:
    kind = column.type
    if isinstance(kind, sql.Uuid):
        return uuid.UUID(digest[:32])
    if isinstance(kind, sql.BigInteger):
        return int(digest[:16], 16) % 2**62
    if isinstance(kind, sql.Integer) and number is not None:
        # Below zero there are no real values to meet.
        most = 2**15 if isinstance(kind, sql.SmallInteger) else 2**31
        if 0 <= number < most:
            return -number - 1
    raise ActRefused(collection.name, f"`{column.name}` is unique and none can mask it")


def _filler(collection: Collection, column: Column[Any]) -> Any:
    """For columns that must hold something and cannot hold text."""
    kind = column.type
    plain: list[tuple[type[Any], Any]] = [
        (sql.Boolean, False),
        (sql.Integer, 0),
        (sql.Numeric, Decimal(0)),
        (sql.Float, 0.0),
        (sql.Date, _EPOCH.date()),
        (sql.LargeBinary, b""),
        (sql.JSON, {}),
        (sql.ARRAY, []),
        (sql.Uuid, uuid.UUID(int=0)),
    ]
    for of, filler in plain:
        if isinstance(kind, of):
            return filler
    if isinstance(kind, sql.DateTime | sql.Time):
        return _instant(kind)
    raise ActRefused(collection.name, f"`{column.name}` must hold a value and none can mask it")


def _instant(kind: sql.DateTime | sql.Time) -> datetime | time:
    instant = _EPOCH if kind.timezone else _EPOCH.replace(tzinfo=None)
    return instant if isinstance(kind, sql.DateTime) else instant.timetz()

"""What an anonymised or restricted row holds instead of a person's data.

A mask comes from the row's place (table, key, field), never from the value it hides: a hash of
an e-mail address can be guessed back. The same row always gets the same masks, so a second run
finds nothing left to do.
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

from calends.systems.dataset import Collection
from calends.systems.fideslang import Masking
from calends.systems.protocol import ActRefused
from calends.systems.tables import Schema
from calends.systems.values import is_text

NULL_REWRITE = "null_rewrite"
CONSTANT = "string_rewrite"
STRATEGIES = (NULL_REWRITE, CONSTANT, "random_string_rewrite", "hash")
DEFAULT_LENGTH = 30

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


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
    unique = name in schema.unique[collection.name]
    place = json.dumps([collection.name, name, key], sort_keys=True, default=str)
    digest = hashlib.sha512(place.encode()).hexdigest()
    if is_text(column.type) and not isinstance(column.type, sql.Enum | sql.JSON):
        longest = min(int(getattr(column.type, "length", None) or 1000), field.fides.length or 1000)
        return _text(strategy, digest, longest, unique)
    return _filler(collection, column, digest, unique)


def _text(strategy: Masking, digest: str, longest: int, unique: bool) -> str:
    configuration = strategy.configuration
    preserved = configuration.get("format_preservation")
    suffix = str(preserved.get("suffix") or "") if isinstance(preserved, Mapping) else ""
    suffix = suffix if len(suffix) < longest else ""
    room = longest - len(suffix)
    if strategy.strategy == CONSTANT and not unique:
        return str(configuration.get("rewrite_value") or "masked")[:room] + suffix
    wanted = configuration.get("length")
    if unique or not isinstance(wanted, int) or wanted < 1:  # a short mask would collide
        wanted = len(digest) if strategy.strategy == "hash" else DEFAULT_LENGTH
    return digest[: min(wanted, room)] + suffix


def _filler(collection: Collection, column: Column[Any], digest: str, unique: bool) -> Any:
    """For columns that must hold something and cannot hold text."""
    kind = column.type
    if isinstance(kind, sql.Uuid):
        return uuid.UUID(digest[:32])
    if isinstance(kind, sql.Integer):
        bits = 15 if isinstance(kind, sql.SmallInteger) else 31
        return int(digest[:16], 16) % 2**bits if unique else 0
    plain: list[tuple[type[Any], Any]] = [
        (sql.Boolean, False),
        (sql.Numeric, Decimal(0)),
        (sql.Float, 0.0),
        (sql.Date, _EPOCH.date()),
        (sql.LargeBinary, b""),
        (sql.JSON, {}),
    ]
    if not unique:
        for of, filler in plain:
            if isinstance(kind, of):
                return filler
        if isinstance(kind, sql.DateTime | sql.Time):
            return _instant(kind)
    raise ActRefused(collection.name, f"`{column.name}` must hold a value and none can mask it")


def _instant(kind: sql.DateTime | sql.Time) -> datetime | time:
    instant = _EPOCH if kind.timezone else _EPOCH.replace(tzinfo=None)
    return instant if isinstance(kind, sql.DateTime) else instant.timetz()

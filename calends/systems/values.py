"""Values between a database, JSON and a comparison.

A value that cannot stand in a column (a word in a number column, a number too large, a NUL) can
equal nothing there: it means "no row", never an error and never every row.
"""

from __future__ import annotations

import base64
import binascii
import math
import uuid
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, String, Text, cast
from sqlalchemy import types as sql
from sqlalchemy.dialects import mysql
from sqlalchemy.types import TypeEngine

MAX_DIGITS = 1000
"""Longer numbers are nobody's key, and overflow some databases."""

_NATIVE = (
    sql.Boolean,
    sql.Integer,
    sql.Numeric,
    sql.Float,
    sql.DateTime,
    sql.Date,
    sql.Time,
    sql.Uuid,
    sql.LargeBinary,
    sql.JSON,
    sql.String,
)


def readable(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """The column as it is selected: as itself when its type is known, else as the database writes
    it (money, ranges, types of extensions)."""
    kind = column.type
    if isinstance(kind, sql.ARRAY):
        kind = kind.item_type
    return column if _is_known(kind) else cast(column, Text)


def operand(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """The column as it is compared. An enumeration is compared as text, because a database
    refuses a question about a word that is not one of its own."""
    kind = column.type
    if isinstance(kind, sql.Enum | sql.JSON) or not _is_known(kind):
        return cast(column, Text)
    return column


def is_text(kind: TypeEngine[Any]) -> bool:
    """Whether a column of that type is compared as text."""
    return isinstance(kind, sql.Enum | sql.JSON | String) or not _is_known(kind)


def comparable(value: Any, kind: TypeEngine[Any]) -> Any:
    """The value as it can be compared with a column of that type; None: it can equal nothing."""
    if is_text(kind):
        return _as_text(value)
    if isinstance(kind, sql.Boolean):
        return value if isinstance(value, bool) else None
    if isinstance(value, bool):
        return None
    if isinstance(kind, sql.Integer):
        return _as_integer(value)
    if isinstance(kind, sql.Numeric | sql.Float):
        return _as_number(value, as_float=isinstance(kind, sql.Float))
    if isinstance(kind, sql.DateTime | sql.Date | sql.Time):
        return _as_instant(value, kind)
    if isinstance(kind, sql.Uuid):
        return _as_uuid(value)
    return value if isinstance(value, bytes) else None


def from_json(value: Any, kind: TypeEngine[Any]) -> Any:
    """The value of a key or of a declared `set`, as a column of that type compares it."""
    if isinstance(kind, sql.LargeBinary) and isinstance(value, str):
        try:
            return base64.b64decode(value, validate=True)
        except binascii.Error:
            return None
    if isinstance(value, bool) and isinstance(kind, mysql.TINYINT):
        return int(value)  # its BOOLEAN
    return comparable(value, kind)


def bound_type(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    """The type a bound value is sent as: the widest of its kind, so that any value is a valid
    question about a narrow column and none is rounded to fit it; the index still serves."""
    if is_text(kind):
        return String()
    if isinstance(kind, sql.Integer):
        return BigInteger()
    if isinstance(kind, sql.Float):
        return sql.Double()
    return sql.Numeric() if isinstance(kind, sql.Numeric) else kind


def _is_known(kind: TypeEngine[Any]) -> bool:
    return isinstance(kind, _NATIVE)


def _as_text(value: Any) -> str | None:
    if isinstance(value, bool | bytes | float):
        return None
    text = value.isoformat() if isinstance(value, date | time) else str(value)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:  # a lone surrogate, from a hostile command line
        return None
    return None if "\0" in text else text


def _as_integer(value: Any) -> int | None:
    if isinstance(value, str):
        if len(value) > 20 or not value.isascii() or not value.lstrip("-").isdigit():
            return None
        number = int(value) if value.count("-") <= 1 else None
        if number is None or str(number) != value:  # "007" is another text than 7
            return None
    elif isinstance(value, int):
        number = value
    elif isinstance(value, Decimal | float) and math.isfinite(value) and value == int(value):
        number = int(value)
    else:
        return None
    return number if -(2**63) <= number < 2**63 else None


def _as_number(value: Any, as_float: bool) -> Decimal | float | None:
    if not isinstance(value, int | float | Decimal | str):
        return None
    try:
        number = Decimal(value) if not isinstance(value, float) else Decimal(repr(value))
    except InvalidOperation:
        return None
    if not number.is_finite() or len(number.as_tuple().digits) > MAX_DIGITS:
        return None
    if abs(number.adjusted()) > (300 if as_float else MAX_DIGITS):
        return None
    return float(number) if as_float else number


def _as_instant(value: Any, kind: TypeEngine[Any]) -> datetime | date | time | None:
    wanted: type = date
    if isinstance(kind, sql.DateTime):
        wanted = datetime
    elif isinstance(kind, sql.Time):
        wanted = time
    if isinstance(value, str):
        try:
            value = wanted.fromisoformat(value)  # type: ignore[attr-defined]
        except ValueError:
            return None
    if type(value) is not wanted:
        return None
    assert isinstance(value, date | time)
    zoned = getattr(value, "tzinfo", None) is not None
    return value if zoned == bool(getattr(kind, "timezone", False)) else None


def _as_uuid(value: Any) -> uuid.UUID | None:
    if isinstance(value, uuid.UUID):
        return value
    try:
        return uuid.UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None

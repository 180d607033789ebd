"""From a row as a store holds it to a record of the declared, JSON-safe values."""

from __future__ import annotations

import base64
import math
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from calends.systems.dataset import Collection, DeclaredField
from calends.systems.fideslang import FieldPath
from calends.systems.protocol import Record


def record_of(collection: Collection, key: Mapping[str, Any], row: Mapping[str, Any]) -> Record:
    """The record of a row that has every declared column. A document that is part of the key is
    reduced there as well."""
    values = {name: json_safe(row[name]) for name in collection.columns}
    for name, fields in collection.documents.items():
        values[name] = json_safe(_declared_part(row[name], fields, (name,)))
    named = {name: values[name] if name in values else json_safe(p) for name, p in key.items()}
    return Record(collection.name, named, values)


_PLAIN = frozenset((str, int, bool, type(None)))


def json_safe(value: Any) -> Any:
    """The value as JSON can hold it: dates in ISO 8601, exact numbers as text, bytes in base64."""
    if type(value) in _PLAIN or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, bytes | bytearray | memoryview):
        return base64.b64encode(bytes(value)).decode("ascii")
    if isinstance(value, Mapping):
        return {str(name): json_safe(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [json_safe(inner) for inner in value]
    return str(value)


def _declared_part(value: Any, fields: Sequence[DeclaredField], path: FieldPath) -> Any:
    """A document reduced to its declared parts; whole when it is declared without parts."""
    below = [field for field in fields if field.path[: len(path)] == path and field.path != path]
    if not below:
        return value
    if isinstance(value, list):
        return [_declared_part(member, fields, path) for member in value]
    if not isinstance(value, Mapping):
        return value
    names = dict.fromkeys(field.path[len(path)] for field in below)
    return {n: _declared_part(value[n], fields, (*path, n)) for n in names if n in value}

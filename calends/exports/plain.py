"""Values as JSON holds them: what cannot be said in JSON is said as text, never left out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

_RAW = orjson.OPT_NON_STR_KEYS | orjson.OPT_PASSTHROUGH_SUBCLASS


def json_line(row: Mapping[str, Any]) -> tuple[bytes, Mapping[str, Any]]:
    """One record as JSON on one line, and the record as that line says it."""
    try:
        return orjson.dumps(dict(row), default=_plain, option=_RAW), row
    except (TypeError, ValueError, UnicodeError):
        # An integer beyond 64 bits or a lone surrogate: given as text rather than not at all.
        said = _as_text(row)
        return orjson.dumps(said, default=_plain, option=_RAW), said


def _plain(value: Any) -> Any:
    """Bytes in hexadecimal, containers as lists; the rest, decimals too, as its text."""
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, list | tuple | set | frozenset):
        return list(value)
    return str(value)


def _as_text(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(_as_text(key)): _as_text(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_as_text(one) for one in value]
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, int) and not -(2**63) <= value < 2**64:
        return str(value)
    return value

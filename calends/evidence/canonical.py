"""Canonical JSON: one value has exactly one line of bytes, so that a changed byte is seen.

Keys sorted by code point, no spaces, UTF-8 as it is, no floats, integers that every JSON reader
holds exactly (RFC 7493 §2.2). What would not come back equal is refused when it is written.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NoReturn, TypeAlias

Json: TypeAlias = "bool | int | str | list[Json] | dict[str, Json] | None"

MAX_DEPTH = 100
MAX_VALUES = 200_000
"""Bounds the memory of one hostile line: `[[],[],…]` costs 30 times its length once parsed."""
MAX_INTEGER = 2**53 - 1


class NotCanonical(ValueError):
    """A value or line that has no canonical form. Never quotes the value."""


def canonical(value: Any) -> bytes:
    """The value's only line, without the newline.

    Raises NotCanonical for floats, tuples, keys that are not text, half surrogate pairs,
    U+0000 (PostgreSQL's jsonb cannot hold it), integers over 2^53, deep nesting and more
    than MAX_VALUES commas and brackets.
    """
    _check(value, MAX_DEPTH)
    try:
        text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        line = text.encode()
    except UnicodeEncodeError:
        raise NotCanonical("text with half a surrogate pair") from None
    _few(line)
    return line


def parse_canonical(line: bytes) -> Json:
    """Reads one line back. Raises NotCanonical unless it is exactly what `canonical` writes.

    So duplicate keys, spaces, another key order or another escape are all refused.
    """
    _few(line)
    try:
        value: Json = json.loads(
            line.decode(), parse_float=_no_float, parse_constant=_no_float, parse_int=_integer
        )
    except NotCanonical:
        raise
    except UnicodeDecodeError:
        raise NotCanonical("not UTF-8") from None
    except RecursionError:
        raise NotCanonical("nested too deeply") from None
    except ValueError:
        raise NotCanonical("not JSON") from None
    if canonical(value) != line:
        raise NotCanonical("not in canonical form")
    return value


def _few(line: bytes) -> None:
    if line.count(b",") + line.count(b"[") + line.count(b"{") > MAX_VALUES:
        raise NotCanonical("too many values in one line")


def _check(value: Any, depth: int) -> None:
    if depth < 0:
        raise NotCanonical("nested too deeply")
    if isinstance(value, str):
        if "\x00" in value:
            raise NotCanonical("text with U+0000")
    elif isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise NotCanonical("a key that is not text")
            _check(key, depth)
            _check(inner, depth - 1)
    elif isinstance(value, list):
        for inner in value:
            _check(inner, depth - 1)
    elif isinstance(value, int):
        if abs(value) > MAX_INTEGER:
            raise NotCanonical("an integer over 2^53")
    elif value is not None:
        raise NotCanonical(f"a {type(value).__name__}, which JSON does not give back equal")


def plain(value: Any) -> Any:
    """The same value with mappings and sequences as dicts and lists, ready for `canonical`."""
    if isinstance(value, Mapping):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    return value


def _no_float(_: str) -> NoReturn:
    raise NotCanonical("a number with a fraction")


def _integer(text: str) -> int:
    if len(text) > len(str(MAX_INTEGER)) + 1:
        raise NotCanonical("an integer over 2^53")
    return int(text)

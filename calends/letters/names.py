"""File names that are safe on any system, made from names that somebody else chose."""

from __future__ import annotations

import re
import unicodedata

_LONGEST = 80
_UNSAFE = re.compile(r"[^\w.() -]+")


def safe_file_name(name: str) -> str:
    """The last part of the name: no path, no control or direction character, at most 80 long.

    Letters keep their accents (NFC); what is not a letter, digit or `.()_ -` becomes `_`.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    clean = _UNSAFE.sub("_", last).strip(" ._") or "file"
    if len(clean) <= _LONGEST:
        return clean
    stem, dot, suffix = clean.rpartition(".")
    if not dot or len(suffix) > 10:
        return clean[:_LONGEST]
    return f"{stem[: _LONGEST - len(suffix) - 1]}.{suffix}"


def safe_part(name: str) -> str:
    """One part of a path inside an archive: ASCII letters, digits, `_` and `-`."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9_-]+", "_", plain).strip("_")[:_LONGEST] or "file"

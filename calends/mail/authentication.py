"""What our own mail server says of a sender: Authentication-Results (RFC 8601).

Anyone can write such a field, so only the topmost one that bears our own server's name counts, and
without a configured name none does. Comments and quoted strings are read as the RFC has them, so
that nothing can be smuggled in them. Of two verdicts on one method the worse wins.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

MAX_VALUE = 4096  # characters; a longer field was cut on its way here and is not believed
_MAX_RESULTS = 40

_OUTSIDE = re.compile(r"\"(?:[^\"\\]|\\.)*\"|[^\"()\\;]+|.", re.DOTALL)
_IN_COMMENT = re.compile(r"[^()\\]+|\\.|.", re.DOTALL)  # quotes mean nothing in there
_ID = re.compile(r"\s*(?:\"((?:[^\"\\]|\\.)*)\"|([^\s;=\"]+))(?:\s+\d+)?\s*")
_METHOD = re.compile(r"\s*([a-z][a-z0-9-]*)(?:\s*/\s*\d+)?\s*=\s*([a-z]+)\b", re.IGNORECASE)
_PROPERTY = re.compile(
    r"\b(smtp|header|body|policy)\s*\.\s*([a-z-]+)\s*=\s*(?:\"((?:[^\"\\]|\\.)*)\"|([^\s;\"]+))",
    re.IGNORECASE,
)


class Check(StrEnum):
    PASS = "pass"  # noqa: S105 (no password)
    FAIL = "fail"
    NONE = "none"  # looked at: no signature, no policy, no clear answer
    UNKNOWN = "unknown"  # not looked at by anyone we trust


@dataclass(frozen=True)
class Result:
    method: str  # spf, dkim, dmarc
    check: Check
    domain: str  # whose it is: header.d, smtp.mailfrom, header.from; "" where not said


@dataclass(frozen=True)
class Results:
    """What the trusted field says, in its order; none where there is no such field."""

    trusted: bool = False
    results: tuple[Result, ...] = field(default=())

    def check(self, method: str) -> Check:
        found = {result.check for result in self.results if result.method == method}
        if not found:
            return Check.NONE if self.trusted else Check.UNKNOWN
        return next(c for c in (Check.FAIL, Check.NONE, Check.PASS) if c in found)


def read_results(values: Iterable[str], authserv_id: str) -> Results:
    """The verdicts of the topmost of these fields that our own server wrote."""
    if not authserv_id:
        return Results()
    for value in values:
        parts = _parts(value)
        identity = _ID.fullmatch(parts[0]) if parts else None
        if identity is None or _plain(identity[1], identity[2]).lower() != authserv_id.lower():
            continue
        if len(value) >= MAX_VALUE or parts is None:
            return Results()  # ours, and not whole: nothing is known
        return Results(True, tuple(_results(parts[1:])))
    return Results()


def _parts(value: str) -> list[str] | None:
    """The field at its semicolons, without comments; None where quotes or brackets do not close."""
    parts, depth, position = [""], 0, 0
    while position < len(value):
        match = (_IN_COMMENT if depth else _OUTSIDE).match(value, position)
        assert match is not None  # either takes any character
        position, piece = match.end(), match[0]
        if piece in ("(", ")"):
            depth += 1 if piece == "(" else -1
            parts[-1] += " "
        elif depth == 0 and piece == ";":
            parts.append("")
        elif depth == 0 and piece != '"':
            parts[-1] += piece
        if depth < 0 or (depth == 0 and piece == '"'):
            return None
    return parts if depth == 0 else None


def _results(parts: list[str]) -> Iterable[Result]:
    for part in parts[:_MAX_RESULTS]:
        match = _METHOD.match(part)
        if match and (method := match[1].lower()) in _DOMAINS:
            said = {
                f"{kind}.{name}".lower(): _plain(quoted, bare)
                for kind, name, quoted, bare in _PROPERTY.findall(part, match.end())
            }
            yield Result(method, _CHECKS.get(match[2].lower(), Check.NONE), _domain(method, said))


_CHECKS = {"pass": Check.PASS, "fail": Check.FAIL, "hardfail": Check.FAIL}
_DOMAINS = {
    "spf": ("smtp.mailfrom", "smtp.helo"),
    "dkim": ("header.d", "header.i"),
    "dmarc": ("header.from",),
}


def _domain(method: str, said: Mapping[str, str]) -> str:
    value = next((said[name] for name in _DOMAINS[method] if name in said), "")
    return value.rpartition("@")[2].strip().rstrip(".").lower()


def _plain(quoted: str | None, bare: str | None) -> str:
    return re.sub(r"\\(.)", r"\1", quoted) if quoted else (bare or "")

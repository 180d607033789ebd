"""DKIM signatures (RFC 6376), verified here, for mail servers that do not do it themselves."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from calends.mail.authentication import Check
from calends.mail.domains import aligned

Resolve = Callable[[bytes], bytes | None]
"""The TXT record of a name, or None. Raises OSError where no name server answers."""

MAX_SIGNATURES = 5
_MIN_KEY = 1024  # bits (RFC 8301 3.2)
_QUIET = logging.Logger("calends.dkim", logging.CRITICAL + 1)  # dkimpy logs senders' domains


@dataclass(frozen=True)
class Signed:
    check: Check
    domain: str = ""  # that vouches for the message


def verify(raw: bytes, from_domain: str, resolve: Resolve) -> Signed:
    """Whether a signature of the From's own organisation holds.

    A signature with a body length (`l=`) does not count: anyone may add to what it covers. A name
    server that does not answer makes the verdict unknown, never a pass.
    """
    import dkim

    message = raw if b"\r\n" in raw else raw.replace(b"\n", b"\r\n")
    checks = []
    for index, tags in enumerate(_signatures(dkim, message)):
        domain = tags.get(b"d", b"").decode("ascii", "replace").lower()
        if not aligned(domain, from_domain) or b"l" in tags:
            continue
        check = _check(dkim, message, index, resolve)
        if check is Check.PASS:
            return Signed(Check.PASS, domain)
        checks.append(check)
    return Signed(next((c for c in (Check.UNKNOWN, Check.FAIL) if c in checks), Check.NONE))


def _signatures(dkim: Any, message: bytes) -> Iterable[dict[bytes, bytes]]:
    try:
        headers, _ = dkim.rfc822_parse(message)
    except dkim.DKIMException:
        return
    values = [value for name, value in headers if name.lower() == b"dkim-signature"]
    for value in values[:MAX_SIGNATURES]:
        try:
            yield dkim.parse_tag_value(value)
        except (dkim.DKIMException, dkim.util.InvalidTagValueList):
            yield {}


def _check(dkim: Any, message: bytes, index: int, resolve: Resolve) -> Check:
    silent = False

    def txt(name: bytes, timeout: int = 5) -> bytes | None:
        nonlocal silent
        try:
            return resolve(name.rstrip(b"."))
        except OSError:
            silent = True
            return None

    try:
        verifier = dkim.DKIM(message, minkey=_MIN_KEY, logger=_QUIET)
        holds = verifier.verify(idx=index, dnsfunc=txt)
    except (dkim.DKIMException, dkim.util.InvalidTagValueList, ValueError):
        holds = False
    if holds:
        return Check.PASS
    return Check.UNKNOWN if silent else Check.FAIL


def from_dns(name: bytes) -> bytes | None:
    """The TXT record from the DNS. Raises OSError where no name server answers."""
    import dns.exception
    import dns.resolver

    try:
        answer = dns.resolver.resolve(name.decode("ascii"), "TXT", lifetime=5)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer, UnicodeError):
        return None
    except dns.exception.DNSException as error:
        raise OSError("no name server answers") from error
    return b"".join(next(iter(answer)).strings)

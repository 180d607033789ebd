"""Who a mail says it is from, or that it says it in a way nobody should rely on.

`From: jeanne@orange.fr <eve@evil.example>`: the standard library reads jeanne, mail programs and
DMARC read eve. So one strict grammar is read here, and everything outside it makes the sender
ambiguous: the request counts and its clock runs, but the sender proves nothing.
"""

from __future__ import annotations

import email.utils
import re
from dataclasses import dataclass

from calends.mail.charsets import decode_words

MAX_NAME = 120  # characters
MAX_ADDRESS = 254  # RFC 5321 4.5.3.1.3

_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = rf"[A-Za-z0-9!#$%&'*+/=?^_`{{|}}~.-]{{1,64}}@(?:{_LABEL}\.){{1,20}}{_LABEL}"
_BARE = re.compile(rf"({_ADDRESS})(?:[ \t]+\(([^()@<>\\]{{0,200}})\))?")
_WORDS = r"[^\"<>()@,;:\\]{0,400}"
_NAMED = re.compile(
    rf"(?:\"((?:[^\"\\]|\\.){{0,998}})\""
    rf"|({_WORDS}(?:\([^\"<>()@\\]{{0,200}}\){_WORDS})?))[ \t]*<({_ADDRESS})>"
)
_ANY_ADDRESS = re.compile(r"[^\s<>\"(),;:@]{1,64}@[^\s<>\"(),;:@]{1,190}")
# Nothing in it that two parsers may see differently: words, then one address in brackets, or alone.
_PLAIN = re.compile(rf"[A-Za-z0-9 !#$%&'*+/=?^_`{{|}}~.-]{{0,200}}<{_ADDRESS}>|{_ADDRESS}")
_CONTROL = re.compile("[\x00-\x08\x0a-\x1f\x7f\x85\u2028\u2029\ufffd]")
_BIDI = re.compile("[\u200b-\u200f\u202a-\u202e\u2066-\u2069]")
NO_PERSON = "no_person"
"""The defect of a From by which a program says that nobody is to be answered."""

# `MAILER-DAEMON <>`, `MAILER-DAEMON@localhost`, `<>`: no address that could be written to.
_PROGRAM = re.compile(
    r"[^<>@]{0,100}<?[ \t\"]*mailer-daemon\b[^@]{0,80}(?:@[^@]{0,190})?|<[ \t]*>", re.IGNORECASE
)
# Defects of the whole header that put a From in doubt.
_HEADER_DOUBTS = {"nul_in_header", "bare_cr_in_header", "broken_header", "headers_cut", "from_cut",
                  "space_before_colon"}  # fmt: skip


@dataclass(frozen=True)
class Sender:
    """The From of a mail. `address` is None where the mail does not name exactly one."""

    address: str | None
    name: str
    ambiguous: bool
    defects: tuple[str, ...]

    @property
    def domain(self) -> str:
        """The part after the @, lower case; "" without an address."""
        return self.address.rpartition("@")[2] if self.address else ""


def normalised(address: str) -> str:
    """An address with its domain in lower case; the part before the @ is the domain's affair."""
    local, _, domain = address.rpartition("@")
    return f"{local}@{domain.lower()}"


def read_sender(from_values: list[str], header_defects: tuple[str, ...] = ()) -> Sender:
    """The sender of a mail with these From values (unfolded, undecoded)."""
    defects = [d for d in header_defects if d in _HEADER_DOUBTS]
    if len(from_values) != 1:
        defects.append("several_from" if from_values else "no_from")
        return Sender(None, "", True, tuple(defects))
    value = from_values[0].strip()
    address, name, wrong = _strict(value)
    defects += wrong
    if address and not wrong and (second := _second_opinion(value)) != address:
        defects.append("parsers_disagree" if second else "unreadable_for_others")
        address = None
    shown = " ".join(_BIDI.sub("", _CONTROL.sub(" ", name)).split())[:MAX_NAME]
    return Sender(address, shown, bool(defects), tuple(defects))


def _strict(value: str) -> tuple[str | None, str, list[str]]:
    """(address or None, display name, defects)."""
    if _CONTROL.search(value):
        return None, "", ["control_character"]
    if match := _BARE.fullmatch(value):
        address, name = match[1], decode_words(match[2] or "")
    elif match := _NAMED.fullmatch(value):
        address = match[3]
        name = decode_words(re.sub(r"\\(.)", r"\1", match[1]) if match[1] is not None else match[2])
    else:
        return None, "", [_why_not(value)]
    if ".." in address or address.startswith(".") or ".@" in address or len(address) > MAX_ADDRESS:
        return None, name, ["odd_address"]
    address = normalised(address)
    defects = []
    if _CONTROL.search(name) or _BIDI.search(name):
        defects.append("control_character")
    if any(normalised(a).lower() != address.lower() for a in _ANY_ADDRESS.findall(name)):
        defects.append("other_address_in_name")
    return address, name.strip(), defects


def _why_not(value: str) -> str:
    addresses = len(_ANY_ADDRESS.findall(value))
    if addresses < 2 and _PROGRAM.fullmatch(value):
        return NO_PERSON
    if not addresses:
        return "no_address"
    if re.search(r"[^<\"]{0,200}:", value):
        return "group"
    if addresses > 1:
        return "several_addresses"
    return "non_ascii_address" if not value.isascii() else "odd_syntax"


def _second_opinion(value: str) -> str | None:
    """What the standard library makes of it; asked only for what the strict grammar accepts, as
    it recurses on parentheses."""
    if _PLAIN.fullmatch(value):
        return normalised(value.rpartition("<")[2].rstrip(">"))
    found = email.utils.getaddresses([value])
    if len(found) != 1 or "@" not in found[0][1]:
        return None
    return normalised(found[0][1])

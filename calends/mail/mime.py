"""The outer shape of a mail: header fields, and parts inside parts. All of it bounded.

The standard library's parser is not used: a header of 4 kB makes it recurse to death, 280 kB of
encoded words keep it busy for ten seconds, 100,000 parts for twelve, 1,500 levels end it. Here
every header is cut before anything looks inside it, and every step is linear in its input.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass

from calends.mail.charsets import decode_header_bytes

MAX_FIELD = 16 * 1024  # bytes of one header field
MAX_HEAD = 256 * 1024  # bytes of all header fields
MAX_FIELDS = 500
MAX_PARTS = 200
MAX_DEPTH = 20

_FIELD = re.compile(rb"([!-9;-~]{1,200})([ \t]*):")
_TOKEN = re.compile(r"[!#$%&'*+.^_`{|}~/\w-]{1,120}")
_PARAMETER = re.compile(
    r";\s*([\w*-]{1,40})\s*=\s*(?:\"((?:[^\"\\]|\\.){0,998})\"|([^;\s\"]{0,998}))"
)


@dataclass(frozen=True)
class Head:
    """Header fields in their order, names in lower case, values unfolded and still encoded."""

    fields: tuple[tuple[str, str], ...]
    defects: tuple[str, ...]

    def all(self, name: str) -> list[str]:
        return [value for field, value in self.fields if field == name]

    def first(self, name: str) -> str | None:
        return next((value for field, value in self.fields if field == name), None)


@dataclass(frozen=True)
class Part:
    """One leaf of a mail. `content` is still transfer-encoded; nothing has been opened."""

    content_type: str
    parameters: dict[str, str]
    disposition: str
    encoding: str
    content: bytes
    named: bool
    inside: str  # the type of the multipart that holds it, "" at the top

    @property
    def size(self) -> int:
        """Bytes after transfer decoding, near enough, without decoding."""
        return len(self.content) * 3 // 4 if self.encoding == "base64" else len(self.content)


def lines_to_lf(raw: bytes) -> bytes:
    return raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def raw_fields(message: bytes) -> tuple[list[tuple[bytes, bytes]], bytes, list[str]]:
    """Header fields (name, folded value) and body of a message with LF line ends, and defects.

    A line that is no field ends the header and belongs to the body, as the standard library has
    it; other programs skip such a line and read on, so that it is a defect.
    """
    start = message.find(b"\n") + 1 if message.startswith((b"From ", b">From ")) else 0
    lines: list[tuple[bytes, list[bytes]]] = []
    defects: list[str] = []
    position = start
    body = b""
    while position < len(message):
        end = message.find(b"\n", position)
        end = len(message) if end < 0 else end
        line = message[position:end]
        if not line:
            body = message[end + 1 :]
            break
        if line[:1] in b" \t" and lines:
            lines[-1][1].append(line)
        elif match := _FIELD.match(line):
            if match[2]:
                defects.append("space_before_colon")
            lines.append((match[1].lower(), [line[match.end() :]]))
        else:
            body = message[position:]
            defects.append("broken_header")
            break
        position = end + 1
    return [(name, b"\n".join(folded)) for name, folded in lines], body, defects


def read_head(message: bytes) -> tuple[Head, bytes]:
    """The bounded header and the body of a message with LF line ends."""
    block_end = message.find(b"\n\n")
    block = message[: block_end if block_end >= 0 else len(message)]
    cut = block[:MAX_HEAD]
    raw, body, defects = raw_fields(cut + b"\n\n")
    if len(cut) < len(block) or len(raw) > MAX_FIELDS:
        defects.append("headers_cut")
    if body.strip(b"\n"):  # a broken header: what follows it is text
        body = body.rstrip(b"\n") + message[len(block) :]
    else:
        body = message[len(block) + 2 :]
    if b"\0" in cut:
        defects.append("nul_in_header")
    fields = []
    for name, value in raw[:MAX_FIELDS]:
        if len(value) > MAX_FIELD:
            defects.append(f"{'from' if name == b'from' else 'field'}_cut")
        fields.append((name.decode("ascii"), _unfold(value[:MAX_FIELD])))
    return Head(tuple(fields), tuple(dict.fromkeys(defects))), body


def _unfold(value: bytes) -> str:
    return decode_header_bytes(re.sub(rb"\n[ \t]*", b" ", value)).strip(" \t")


def content_type(value: str | None) -> tuple[str, dict[str, str]]:
    """The type and the parameters of a Content-Type or Content-Disposition value, lower case."""
    text = (value or "")[:4096]
    token = _TOKEN.match(text.strip())
    parameters: dict[str, str] = {}
    for match in list(_PARAMETER.finditer(text))[:20]:
        quoted, bare = match[2], match[3]
        parameters.setdefault(
            match[1].lower(), bare if quoted is None else quoted.replace("\\", "")
        )
    return (token[0].lower() if token else ""), parameters


def leaves(head: Head, body: bytes, defects: list[str]) -> Iterator[Part]:
    """The leaves of a mail, in order; what is beyond the bounds is left out and named."""
    waiting: list[tuple[Head, bytes, int, str]] = [(head, body, 0, "")]
    seen = 0
    while waiting:
        head, body, depth, inside = waiting.pop()
        seen += 1
        if seen > MAX_PARTS:
            defects.append("too_many_parts")
            return
        kind, parameters = content_type(head.first("content-type"))
        boundary = parameters.get("boundary", "")
        if kind.startswith("multipart/") and boundary:
            if depth >= MAX_DEPTH:
                defects.append("too_deep")
                continue
            pieces = _split(body, boundary, MAX_PARTS - seen + 1)
            waiting.extend((*read_head(piece), depth + 1, kind) for piece in reversed(pieces))
            if pieces:
                continue
            defects.append("empty_multipart")
        disposition, names = content_type(head.first("content-disposition"))
        yield Part(
            content_type="text/plain" if kind.startswith("multipart/") else kind or "text/plain",
            parameters=parameters,
            disposition=disposition,
            encoding=content_type(head.first("content-transfer-encoding"))[0],
            content=body,
            named=any(n.startswith(("filename", "name")) for n in (*names, *parameters)),
            inside=inside,
        )


def _split(body: bytes, boundary: str, most: int) -> list[bytes]:
    mark = re.escape(boundary.encode("utf-8", "replace"))
    delimiter = re.compile(rb"^--" + mark + rb"(--)?[ \t]*(?:\n|\Z)", re.MULTILINE)
    pieces: list[bytes] = []
    start: int | None = None
    for match in delimiter.finditer(body):
        if start is not None:
            pieces.append(body[start : max(start, match.start() - 1)])
        start = match.end()
        if match[1]:
            return pieces
        if len(pieces) > most:
            return pieces
    if start is not None:  # the closing delimiter is missing: a mail cut on its way
        pieces.append(body[start:])
    return pieces


def transfer_decoded(content: bytes, encoding: str) -> bytes:
    """The bytes of a part without its transfer encoding; damaged base64 is read as far as it is
    readable."""
    if encoding == "quoted-printable":
        return binascii.a2b_qp(content)
    if encoding == "base64":
        letters = re.sub(rb"[^A-Za-z0-9+/]", b"", content)
        letters = letters[: len(letters) - (len(letters) % 4 == 1)]
        return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))
    return content

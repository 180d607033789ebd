"""What stays the same when one message is delivered twice."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

from calends.mail.mime import MAX_HEAD, lines_to_lf, raw_fields

_KEPT = (b"message-id", b"from", b"date", b"subject")
_BLANK_LINE = re.compile(rb"(?>\r\n|\r|\n)(?>\r\n|\r|\n)")
_PIECE = 1 << 20  # bytes


def delivery_material(raw: bytes) -> bytes:
    """Bytes to hash for "is this the same message": Message-ID, From, Date, Subject and body.

    Relays add and change Received, Delivered-To, Return-Path and X-* fields, fold header lines
    anew and change line ends; none of that counts. A Message-ID used again for another message
    does not make it the same, and a message without one has material too. Every piece is preceded
    by its length, so that no text can move from one field into the next. Never raises; needs
    little memory beside the message, whatever is in it.
    """
    fields, body_begun, head_end = _head(raw)
    pieces = [
        name + b":" + b" ".join(value.split())
        for kept in _KEPT
        for name, value in fields
        if name == kept
    ]
    pieces.append(_body_digest(body_begun, raw, head_end))
    return b"".join(b"%d:%b" % (len(piece), piece) for piece in pieces)


def is_one_of_a_kind(raw: bytes) -> bool:
    """Whether its writer's program gave it an id or a date. Without either, somebody who writes
    the same two words again a year later has written the same message."""
    fields, _, _ = _head(raw)
    return any(name in (b"message-id", b"date") and value.strip() for name, value in fields)


def _head(raw: bytes) -> tuple[list[tuple[bytes, bytes]], bytes, int]:
    """Header fields, what of the body was read with them, and where the rest begins."""
    blank = _BLANK_LINE.search(raw, 0, MAX_HEAD)
    end = blank.end() if blank else min(len(raw), MAX_HEAD)
    fields, body_begun, _ = raw_fields(lines_to_lf(raw[:end]))
    return fields, body_begun, end


def _body_digest(begun: bytes, raw: bytes, start: int) -> bytes:
    """Digest of `begun` and all from `start`, with LF line ends and without the last ones."""
    digest, end = hashlib.sha256(), len(raw)
    while end > start and raw[end - 1] in b"\r\n":
        end -= 1
    digest.update(begun if end > start else begun.rstrip(b"\n"))
    for piece in _whole_line_ends(raw, start, end):
        digest.update(lines_to_lf(piece))
    return digest.digest()


def _whole_line_ends(raw: bytes, start: int, end: int) -> Iterator[bytes]:
    """The bytes piece by piece; no CR LF is cut in two."""
    while start < end:
        stop = min(start + _PIECE, end)
        if raw[stop - 1 : stop + 1] == b"\r\n":
            stop += 1
        yield raw[start:stop]
        start = stop

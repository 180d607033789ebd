"""What stays the same when one message is delivered twice."""

from __future__ import annotations

from calends.mail.mime import lines_to_lf, raw_fields

_KEPT = (b"message-id", b"from", b"date", b"subject")


def delivery_material(raw: bytes) -> bytes:
    """Bytes to hash for "is this the same message": Message-ID, From, Date, Subject and body.

    Relays add and change Received, Delivered-To, Return-Path and X-* fields, fold header lines
    anew and change line ends; none of that counts. A Message-ID used again for another message
    does not make it the same, and a message without one has material too. Every piece is preceded
    by its length, so that no text can move from one field into the next. Never raises.
    """
    fields, body, _ = raw_fields(lines_to_lf(raw))
    pieces = [
        name + b":" + b" ".join(value.split())
        for kept in _KEPT
        for name, value in fields
        if name == kept
    ]
    pieces.append(body.rstrip(b"\n"))
    return b"".join(b"%d:%b" % (len(piece), piece) for piece in pieces)

"""The sixteen tricks of a From header, and the senders that are honest."""

from __future__ import annotations

import pytest

from calends.mail.message import parse
from calends.mail.reading import read_message
from calends.mail.senders import Sender
from calends.rules.vocabulary import MessageKind, Right

EVE = "eve@evil.example"
VICTIM = "jeanne@orange.fr"

TRICKS: dict[str, bytes] = {
    "an address before the address": b"From: jeanne@orange.fr <eve@evil.example>",
    "a quoted address as a name": b'From: "jeanne@orange.fr" <eve@evil.example>',
    "an encoded address as a name": b"From: =?utf-8?q?jeanne=40orange.fr?= <eve@evil.example>",
    "two From fields": b"From: eve@evil.example\nFrom: jeanne@orange.fr",
    "two addresses": b"From: eve@evil.example, jeanne@orange.fr",
    "two angle addresses": b"From: <jeanne@orange.fr> <eve@evil.example>",
    "a group": b"From: Amis: jeanne@orange.fr, eve@evil.example;",
    "an empty group": b"From: undisclosed-recipients:;",
    "a NUL": b"From: jeanne@orange.fr\0 <eve@evil.example>",
    "a lone carriage return": b"From: eve@evil.example\rFrom: jeanne@orange.fr",
    "a comment with an address": b"From: eve@evil.example (jeanne@orange.fr)",
    "a comment inside the address": b"From: jeanne(x)@orange.fr",
    "a quoted local part": b'From: "jeanne@orange.fr "@evil.example',
    "a blank before the colon": b"From : eve@evil.example",
    "a route": b"From: <@orange.fr:eve@evil.example>",
    "an encoded word in the address": b"From: =?utf-8?q?jeanne?=@orange.fr <eve@evil.example>",
    "letters of another script": "From: jeanne@оrange.fr".encode(),
    "a domain literal": b"From: jeanne@[192.0.2.1]",
    "an unfinished address": b"From: Jeanne <jeanne@orange.fr",
    "a name turned around": "From: Jeanne\u202e <eve@evil.example>".encode(),
    "no From at all": b"Reply-To: jeanne@orange.fr",
    "an empty From": b"From:",
    "a From after a broken line": b"Subject: x\nthis is no field\nFrom: jeanne@orange.fr",
    "a name after half an encoded word": b"From: =?utf-8?b?AGplYW5uZQ==?= <eve@evil.example>",
    "a million parentheses": b"From: " + b"(" * 100_000 + b" <eve@evil.example>",
    "a From too long": b"From: " + b"a" * 20_000 + b" <eve@evil.example>",
}

HONEST: dict[str, tuple[bytes, str, str]] = {
    "bare": (b"From: jeanne@orange.fr", VICTIM, ""),
    "angle": (b"From: <jeanne@orange.fr>", VICTIM, ""),
    "named": (b"From: Jeanne Martin <jeanne@orange.fr>", VICTIM, "Jeanne Martin"),
    "quoted": (b'From: "Martin, Jeanne" <jeanne@orange.fr>', VICTIM, "Martin, Jeanne"),
    "its own address as a name": (b'From: "jeanne@orange.fr" <jeanne@orange.fr>', VICTIM, VICTIM),
    "capitals in the domain": (b"From: <jeanne@ORANGE.fr>", VICTIM, ""),
    "a comment": (b"From: jeanne@orange.fr (Jeanne Martin)", VICTIM, "Jeanne Martin"),
    "a comment in the name": (
        b"From: Jeanne (Orange) <jeanne@orange.fr>", VICTIM, "Jeanne (Orange)"),
    "folded": (b"From: Jeanne Martin\n\t<jeanne@orange.fr>", VICTIM, "Jeanne Martin"),
    "encoded": (
        b"From: =?iso-8859-1?Q?B=E9n=E9dicte?= =?utf-8?b?IExlZsOodnJl?= <b@orange.fr>",
        "b@orange.fr", "Bénédicte Lefèvre"),
    "raw UTF-8": ("From: Bénédicte <b@orange.fr>".encode(), "b@orange.fr", "Bénédicte"),
    "raw Latin-1": ("From: Bénédicte <b@orange.fr>".encode("latin-1"), "b@orange.fr", "Bénédicte"),
    "a character split over two encoded words": (
        b"From: =?utf-8?q?L=C3?= =?utf-8?q?=A9a?= <lea@orange.fr>", "lea@orange.fr", "Léa"),
}  # fmt: skip


def _sender(header: bytes) -> Sender:
    return parse(header + b"\nSubject: bonjour\n\nbonjour\n").sender


@pytest.mark.parametrize("header", TRICKS.values(), ids=TRICKS.keys())
def test_a_tricky_from_is_ambiguous_and_never_the_victim(header: bytes) -> None:
    sender = _sender(header)
    assert sender.ambiguous
    assert sender.defects
    assert sender.address != VICTIM


@pytest.mark.parametrize("header", TRICKS.values(), ids=TRICKS.keys())
def test_a_request_with_a_tricky_from_is_still_a_request(header: bytes) -> None:
    reading = read_message(header + b"\nSubject: Effacez mes donnees\n\nEffacez mes donnees.\n")
    assert reading.sender_ambiguous
    assert reading.kind is MessageKind.REQUEST
    assert EVE not in reading.identity.addresses


@pytest.mark.parametrize(("header", "address", "name"), HONEST.values(), ids=HONEST.keys())
def test_an_honest_from_is_read(header: bytes, address: str, name: str) -> None:
    assert _sender(header) == Sender(address, name, False, ())


def test_reply_to_says_nothing_of_the_sender() -> None:
    raw = b"From: eve@evil.example\nReply-To: jeanne@orange.fr\n\nSupprimez mes donnees.\n"
    reading = read_message(raw)
    assert reading.identity.addresses == [EVE]
    assert [d.right for d in reading.demands] == [Right.ERASURE]


def test_a_long_accented_name_survives_its_encoding() -> None:
    words = b" ".join(b"=?utf-8?q?B=C3=A9n=C3=A9dicte?=" for _ in range(5))
    assert _sender(b"From: " + words + b" <b@orange.fr>").name == "Bénédicte" * 5

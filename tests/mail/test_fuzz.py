"""Bytes and structures that nobody thought of. `make fuzz` tries many more of them.

$FUZZ_EXAMPLES: how many each test tries.
"""

from __future__ import annotations

import os
import time

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calends.mail.digest import delivery_material
from calends.mail.look import Look, look
from calends.mail.message import MAX_TEXT
from calends.rules.vocabulary import MessageKind
from tests.mail.test_bounces import EXIM, POSTFIX_MIXED, QMAIL, dsn
from tests.office import SAMPLE

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "120"))
BOUND = 12.0
"""Processor seconds of one message; the usual is milliseconds."""

HEAD = b"From: a@b.example\nSubject: x\n"
FIELDS = st.sampled_from(
    [b"From", b"Subject", b"Content-Type", b"To", b"Message-ID", b"References", b"Date",
     b"Auto-Submitted", b"Content-Transfer-Encoding", b"Return-Path", b"From ", b"X",
     b"In-Reply-To", b"Delivered-To", b"Authentication-Results", b"Reply-To", b"Sender",
     b"List-Unsubscribe", b"Precedence", b"X-Failed-Recipients", b"DKIM-Signature"]
)  # fmt: skip
VALUES = st.one_of(
    st.sampled_from(
        [b"multipart/mixed; boundary=b", b"multipart/report; boundary=b", b"text/html",
         b"multipart/alternative; boundary=\"b\"", b"message/delivery-status",
         b"text/plain; charset=utf-7", b"base64", b"quoted-printable", b"a@b.example",
         b"=?utf-8?b?AA==?=", b"message/rfc822", b'"', b"<>", b"<a@b>", b"auto-replied",
         b"<calends.0123456789abcdef0123456789abcdef@b.example>", b"a@b (c) <d@e>, f:;",
         b"mx.example; dmarc=pass; spf=fail", b"MAILER-DAEMON@b.example", b"2026-00042-K7"]
    ),
    st.binary(max_size=60),
)  # fmt: skip
LINES = st.one_of(
    st.builds(lambda name, value: name + b": " + value, FIELDS, VALUES),
    st.sampled_from(
        [b"", b"--b", b"--b--", b" folded", b"> quoted", b"-- ", b"<p>x", b"=E9=", b"STOP",
         b"Action: failed", b"Status: 5.1.1", b"Le 3 mars 2026, Jeanne a \xc3\xa9crit :",
         "Je souhaite une copie de mes données.".encode(), b"06 12 34 56 78", b"K7QM-3RTX"]
    ),
    st.binary(max_size=60),
)  # fmt: skip
REAL = [file.read_bytes() for file in sorted((SAMPLE / "mailbox").glob("*.eml"))]
REAL += [QMAIL, EXIM, POSTFIX_MIXED, dsn("failed", "5.1.1"), dsn("delayed", "4.4.1")]

_SETTINGS = settings(
    max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


def seen(raw: bytes) -> Look:
    """A look that holds: bounded, the same again, and fit to be stored and sent on."""
    began = time.process_time()
    found = look(raw)
    assert time.process_time() - began < BOUND
    assert Look.model_validate_json(found.model_dump_json()) == found
    assert isinstance(found.reading.kind, MessageKind)
    if found.mail is not None:
        assert len(found.mail.text) <= MAX_TEXT
        assert "\0" not in found.mail.text + found.mail.subject + found.mail.sender.name
        address = found.mail.sender.address
        assert address is None or (address.count("@") == 1 and address.isprintable())
    if found.failure is not None:
        assert found.reading.kind is MessageKind.BOUNCE
    delivery_material(raw)
    return found


@_SETTINGS
@given(st.binary(max_size=3000))
def test_any_bytes_have_a_look(raw: bytes) -> None:
    seen(raw)


@_SETTINGS
@given(st.lists(LINES, max_size=30), st.sampled_from([b"\n", b"\r\n", b"\r"]))
def test_any_structure_has_a_look(lines: list[bytes], ends: bytes) -> None:
    seen(HEAD + ends.join(lines))


@_SETTINGS
@given(
    st.sampled_from(REAL),
    st.lists(
        st.tuples(st.integers(0, 4000), st.integers(0, 80), st.binary(max_size=30)), max_size=4
    ),
)
def test_real_mail_cut_and_spliced_has_a_look(
    raw: bytes, changes: list[tuple[int, int, bytes]]
) -> None:
    for place, cut, put in changes:
        raw = raw[:place] + put + raw[place + cut :]
    seen(raw)


@_SETTINGS
@given(st.sampled_from(REAL), st.sampled_from(REAL), st.integers(0, 4000), st.integers(0, 4000))
def test_the_head_of_one_mail_with_the_tail_of_another_has_a_look(
    one: bytes, other: bytes, end: int, start: int
) -> None:
    seen(one[:end] + other[start:])


@_SETTINGS
@given(st.text(max_size=600))
def test_any_text_has_a_reading_whose_quotes_are_its_own_words(text: str) -> None:
    raw = HEAD + b"Content-Type: text/plain; charset=utf-8\n\n" + text.encode("utf-8", "replace")
    for demand in seen(raw).reading.demands:
        assert demand.quote

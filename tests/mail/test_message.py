"""The parser: charsets, parts, bounds."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from calends.mail import message, mime
from calends.mail.message import Attachment, Unparseable, parse

HEAD = b"From: a@b.example\nSubject: x\n"


def _text(content: bytes, kind: bytes, encoding: bytes = b"8bit") -> str:
    fields = b"Content-Type: " + kind + b"\nContent-Transfer-Encoding: " + encoding
    return parse(HEAD + fields + b"\n\n" + content).text.strip()


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        (b"text/plain; charset=utf-8", "données".encode()),
        (b"text/plain; charset=iso-8859-1", "données".encode("latin-1")),
        (b"text/plain; charset=utf-16", "données".encode("utf-16")),
        (b"text/plain", "données".encode()),
        (b"text/plain; charset=us-ascii", "données".encode()),
        (b"text/plain; charset=utf-8", "données".encode("cp1252")),
        (b"text/plain; charset=nonsense", "données".encode("cp1252")),
        (b"text/plain; charset=zip", "données".encode()),
        (b"text/plain; charset=unicode_escape", "données".encode()),
        (b'text/plain; CHARSET="UTF-8"', "données".encode()),
    ],
)
def test_the_charset_is_found(kind: bytes, content: bytes) -> None:
    assert _text(content, kind) == "données"


@pytest.mark.parametrize("content", [b"\x81\x8d\x8f", b"\xff\xfe\x00\xd8", b"a\0b"])
@pytest.mark.parametrize("charset", [b"utf-8", b"utf-16", b"cp1252", b"utf-7"])
def test_text_never_holds_what_a_database_refuses(content: bytes, charset: bytes) -> None:
    text = _text(content, b"text/plain; charset=" + charset)
    assert "\0" not in text
    text.encode("utf-8")


def test_transfer_encodings_are_undone() -> None:
    assert _text(b"donn=C3=A9es=\n ici", b"text/plain; charset=utf-8", b"quoted-printable") == (
        "données ici"
    )
    assert _text(b"ZG9ubsOpZXM=", b"text/plain; charset=utf-8", b"base64") == "données"


def test_damaged_base64_is_read_as_far_as_possible() -> None:
    assert _text(b"!ZG9u\nbsOp ZXM", b"text/plain; charset=utf-8", b"base64") == "données"


def test_a_subject_is_unfolded_and_decoded() -> None:
    raw = b"From: a@b.example\nSubject: =?utf-8?q?Mes_donn=C3=A9es?=\n =?utf-8?q?_svp?=\n\nx"
    assert parse(raw).subject == "Mes données svp"


def test_attachments_are_counted_and_not_read() -> None:
    raw = (
        HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\ntexte\n"
        b"--b\nContent-Type: text/plain; name=a.txt\n\nsecret\n"
        b"--b\nContent-Type: application/pdf\nContent-Transfer-Encoding: base64\n\nQUJDREVG\n"
        b"--b\nContent-Type: text/html\nContent-Disposition: attachment\n\n<p>secret\n--b--\n"
    )
    mail = parse(raw)
    assert mail.text == "texte"
    assert mail.attachments == (
        Attachment("text/plain", 6),
        Attachment("application/pdf", 6),
        Attachment("text/html", 9),
    )


def test_a_mail_cut_on_its_way_keeps_its_text() -> None:
    raw = HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nSupprimez mes donn"
    assert parse(raw).text == "Supprimez mes donn"


@pytest.mark.parametrize("ends", [b"\n", b"\r\n", b"\r"])
def test_line_ends_change_nothing(ends: bytes) -> None:
    mail = parse((HEAD + b"\nun\ndeux\n").replace(b"\n", ends))
    assert (mail.subject, mail.text) == ("x", "un\ndeux")


def test_a_mailbox_line_before_the_header_is_passed_over() -> None:
    assert parse(b"From a@b.example Mon Mar 3\n" + HEAD + b"\nx").subject == "x"


def test_identifiers_are_read() -> None:
    raw = (
        b"Message-ID: <1@a.example>\nIn-Reply-To: <2@a.example>\n"
        b"References: <3@a.example>\n <4@a.example>, <5@a.example>\n" + HEAD + b"\nx"
    )
    mail = parse(raw)
    assert mail.message_id == "<1@a.example>"
    assert mail.in_reply_to == ("<2@a.example>",)
    assert mail.references == ("<3@a.example>", "<4@a.example>", "<5@a.example>")


@pytest.mark.parametrize(
    ("written", "date"),
    [
        (b"Tue, 3 Mar 2026 10:12:00 +0100", datetime(2026, 3, 3, 9, 12, tzinfo=UTC)),
        (b"Tue, 3 Mar 2026 10:12:00 -0000", datetime(2026, 3, 3, 10, 12, tzinfo=UTC)),
        (b"Mon, 3 Mar 0000 10:12:00 +0000", None),
        (b"yesterday", None),
        (b"Tue, 33 Mar 2026 99:12:00 +9999", None),
        (b"[[[[", None),
    ],
)
def test_a_date_is_an_instant_or_nothing(written: bytes, date: datetime | None) -> None:
    assert parse(b"Date: " + written + b"\n" + HEAD + b"\nx").date == date


@pytest.mark.parametrize(
    ("raw", "reason"),
    [(b"", "empty"), (b" \n", "empty"), (b"bonjour\n", "no_header"), (b"\0", "no_header")],
)
def test_what_is_no_mail_is_refused_with_a_code(raw: bytes, reason: str) -> None:
    with pytest.raises(Unparseable) as refused:
        parse(raw)
    assert refused.value.reason == reason
    assert str(refused.value) == reason


def test_a_mail_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(message, "MAX_RAW", 1000)
    with pytest.raises(Unparseable, match="too_large"):
        parse(HEAD + b"\n" + b"x" * 1000)


def test_headers_beyond_the_bounds_are_left_out_and_named() -> None:
    many = parse(HEAD + b"X-A: b\n" * (mime.MAX_FIELDS + 1) + b"\nx")
    large = parse(HEAD + (b"X-A: " + b"b" * 10_000 + b"\n") * 30 + b"\nx")
    for mail in (many, large):
        assert "headers_cut" in mail.defects
        assert mail.sender.ambiguous  # a second From may lie beyond
        assert mail.text == "x"


def test_parts_beyond_the_bounds_are_left_out_and_named() -> None:
    body = b"--b\nContent-Type: image/png\n\nx\n" * (mime.MAX_PARTS + 50)
    mail = parse(HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n" + body)
    assert "too_many_parts" in mail.defects
    assert len(mail.attachments) <= mime.MAX_PARTS


def test_levels_beyond_the_bound_are_left_out_and_named() -> None:
    levels = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (i, i) for i in range(1500)
    )
    assert "too_deep" in parse(HEAD + levels + b"\nx").defects

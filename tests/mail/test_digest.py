"""What makes two deliveries one message."""

from __future__ import annotations

import tracemalloc

from hypothesis import example, given
from hypothesis import strategies as st

from calends.mail.digest import delivery_material

_WORD = st.text("abcdefgh ", min_size=1, max_size=20).map(str.strip).filter(bool)
_BODY = st.lists(st.text("abc >.", max_size=30).map(str.rstrip), max_size=6).map("\n".join)
_TRACE = st.lists(
    st.sampled_from(
        ["Received: from a by b; Tue, 3 Mar 2026", "Delivered-To: c@company.example",
         "Return-Path: <a@b.example>", "X-Spam-Score: 1", "X-Spam-Status: No,\n\tscore=1",
         "ARC-Seal: i=1", "DKIM-Signature: v=1"]
    ),
    max_size=5,
)  # fmt: skip


def _mail(subject: str, body: str, trace: list[str] | None = None, identifier: str = "1") -> bytes:
    fields = [*(trace or []), "From: a@b.example", "Date: Tue, 3 Mar 2026 10:12:00 +0100",
              f"Subject: {subject}"]  # fmt: skip
    if identifier:
        fields.append(f"Message-ID: <{identifier}@b.example>")
    return ("\n".join(fields) + "\n\n" + body).encode()


@given(_WORD, _BODY, _TRACE, _TRACE)
def test_what_relays_add_changes_nothing(
    subject: str, body: str, one: list[str], two: list[str]
) -> None:
    assert delivery_material(_mail(subject, body, one)) == delivery_material(
        _mail(subject, body, two)
    )


@given(_WORD, _BODY)
def test_line_ends_and_a_last_empty_line_change_nothing(subject: str, body: str) -> None:
    raw = _mail(subject, body)
    assert delivery_material(raw) == delivery_material(raw.replace(b"\n", b"\r\n") + b"\r\n")


def test_a_header_folded_anew_is_the_same() -> None:
    one = _mail("un deux trois", "x")
    assert delivery_material(one) == delivery_material(one.replace(b"un deux", b"un\n\tdeux"))


@given(_WORD, _BODY, _WORD, _BODY)
@example("a", "b", "a", "c")
@example("a", "b", "c", "b")
def test_a_message_id_used_again_does_not_make_two_messages_one(
    subject: str, body: str, other_subject: str, other_body: str
) -> None:
    same = (subject.split(), body.rstrip("\n")) == (other_subject.split(), other_body.rstrip("\n"))
    one, two = _mail(subject, body), _mail(other_subject, other_body)
    assert (delivery_material(one) == delivery_material(two)) == same


@given(_WORD, _BODY)
def test_a_message_without_an_id_has_material_of_its_own(subject: str, body: str) -> None:
    without = delivery_material(_mail(subject, body, identifier=""))
    assert without
    assert without != delivery_material(_mail(subject, body))
    assert without != delivery_material(_mail(subject, body + "x", identifier=""))


def test_text_does_not_move_between_fields() -> None:
    one = b"Subject: a\nFrom: b\n\nc"
    two = b"Subject: a\nFrom: b1:c\n\n"
    assert delivery_material(one) != delivery_material(two)


@given(st.binary(max_size=500))
def test_any_bytes_have_material(raw: bytes) -> None:
    assert isinstance(delivery_material(raw), bytes)


@given(_TRACE, st.sampled_from([b"\n", b"\r\n", b"\r"]), st.sampled_from([b"", b"\n", b"no field"]))
def test_what_relays_put_before_a_message_without_header_changes_nothing(
    trace: list[str], ends: bytes, start: bytes
) -> None:
    raw = (start + b"\nBonjour\n\nSTOP\n").replace(b"\n", ends)
    relayed = b"".join(line.encode() + ends for line in trace) + raw
    assert delivery_material(relayed) == delivery_material(raw)


def test_line_ends_count_nowhere_in_a_large_body() -> None:
    body = b"line of text\n" * 200_000
    raw = b"Subject: a\n\n" + body
    assert delivery_material(raw) == delivery_material(raw.replace(b"\n", b"\r\n"))
    assert delivery_material(raw) != delivery_material(raw[:-2] + b"!\n")


def test_25_mb_of_header_lines_need_little_memory() -> None:
    raw = b"X:\n" * 8_000_000
    tracemalloc.start()
    delivery_material(raw)
    assert tracemalloc.get_traced_memory()[1] < 40_000_000
    tracemalloc.stop()

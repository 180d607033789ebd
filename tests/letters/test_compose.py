"""A letter as the bytes of a mail."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import inscriptis
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from calends.letters.compose import Attachment, compose_mail, plain_text
from calends.letters.render import Rendered, render
from calends.letters.samples import sample_facts
from calends.problems import Problem
from calends.rules.vocabulary import Language

LETTER = render("access_reply", Language.FR, sample_facts(Language.FR)["access_reply"][0])
AT = datetime(2026, 12, 15, 9, 30, tzinfo=timezone(timedelta(hours=1)))
PDF = Attachment("réponse.pdf", "application/pdf", bytes(range(256)) * 20)


def compose(rendered: Rendered = LETTER, **changes: Any) -> bytes:
    known: dict[str, Any] = {
        "sender": ("Atelier Éxemple, DPO", "dpo@atelier.example"),
        "to": "camille@exemple.example",
        "message_id": "<case-1.access_reply@atelier.example>",
        "in_reply_to": "<question@exemple.example>",
        "references": "<first@exemple.example>",
        "auto_submitted": "auto-replied",
        "date": AT,
    }
    return compose_mail(rendered, **(known | changes))


def parsed(raw: bytes) -> EmailMessage:
    mail = message_from_bytes(raw, policy=default)
    assert isinstance(mail, EmailMessage)
    assert not mail.defects
    return mail


def test_a_mail_says_what_the_letter_says() -> None:
    mail = parsed(compose())
    assert mail["Subject"] == LETTER.subject
    assert mail["From"].addresses[0].display_name == "Atelier Éxemple, DPO"
    assert mail["From"].addresses[0].addr_spec == "dpo@atelier.example"
    assert mail["To"].addresses[0].addr_spec == "camille@exemple.example"
    assert mail["Date"].datetime == AT
    assert mail["Message-ID"] == "<case-1.access_reply@atelier.example>"
    assert mail["In-Reply-To"] == "<question@exemple.example>"
    assert mail["References"] == "<first@exemple.example> <question@exemple.example>"
    assert mail["Auto-Submitted"] == "auto-replied"
    assert mail["Content-Language"] == "fr"
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert plain_text(mail).replace("\r\n", "\n") == LETTER.text


def test_the_html_says_what_the_text_says() -> None:
    html = parsed(compose()).get_body(("html",))
    assert html is not None
    words = " ".join(inscriptis.get_text(html.get_content()).replace("’", "'").split())
    for line in LETTER.text.splitlines():
        said = re.sub(r"^(- |\d\. |---)", "", line).strip()
        assert " ".join(said.split()) in words


def test_the_html_fetches_nothing_and_runs_nothing() -> None:
    html = parsed(compose()).get_body(("html",))
    assert html is not None
    content = html.get_content().lower()
    for forbidden in ("src=", "url(", "<script", "<img", "<link", "@import", "<style", "<form"):
        assert forbidden not in content


def test_a_letter_without_structure_is_text_alone() -> None:
    mail = parsed(compose(replace(LETTER, blocks=())))
    assert mail.get_content_type() == "text/plain"


def test_a_mail_is_ascii_with_short_crlf_lines() -> None:
    raw = compose(attachments=[PDF])
    raw.decode("ascii")
    assert raw.count(b"\n") == raw.count(b"\r\n")
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998


@pytest.mark.parametrize("attachments", [(), (PDF,), (PDF, PDF)])
def test_the_same_letter_gives_the_same_bytes(attachments: tuple[Attachment, ...]) -> None:
    assert compose(attachments=attachments) == compose(attachments=attachments)


def test_an_attachment_arrives_whole_under_a_safe_name() -> None:
    hostile = Attachment("../../etc/\r\nBcc: x\u202e.pdf", "application/pdf", PDF.content)
    mail = parsed(compose(attachments=[PDF, hostile]))
    first, second = mail.iter_attachments()
    assert first.get_content() == PDF.content
    assert first.get_filename() == "réponse.pdf"
    assert second.get_filename() == "Bcc_ x_.pdf"
    assert mail["Bcc"] is None
    assert mail.get_content_type() == "multipart/mixed"
    body = mail.get_body()
    assert body is not None
    assert body.get_content_type() == "text/html"


def test_a_human_letter_is_not_marked_as_automatic() -> None:
    mail = parsed(compose(auto_submitted=None))
    assert mail["Auto-Submitted"] is None
    assert mail["X-Auto-Response-Suppress"] is None


@pytest.mark.parametrize(
    "changes",
    [
        {"to": "a@b.example\r\nBcc: c@d.example"},
        {"to": "a@b.example, c@d.example"},
        {"to": "Nom <a@b.example>"},
        {"to": "a@b.example\n"},
        {"to": "group: a@b.example;"},
        {"to": ""},
        {"to": "a@"},
        {"to": "@b.example"},
        {"to": "é@b.example"},
        {"to": "a b@c.example"},
        {"to": "a\0@c.example"},
        {"to": f"a@{'x' * 70}.example"},
        {"sender": ("DPO\r\nBcc: c@d.example", "dpo@atelier.example")},
        {"sender": ("DPO", "dpo@atelier.example\r\nBcc: c@d.example")},
        {"message_id": "<a@b>\r\nBcc: c@d.example"},
        {"message_id": "a@b"},
        {"message_id": "<ab>"},
        {"date": datetime(2026, 12, 15, 9, 30)},  # noqa: DTZ001
        {"attachments": [Attachment("a", "text/html\r\nX: y", b"")]},
        {"attachments": [Attachment("a", "multipart/mixed", b"")]},
    ],
)
def test_a_header_that_is_not_well_formed_is_one_problem(changes: dict[str, Any]) -> None:
    with pytest.raises(Problem) as caught:
        compose(**changes)
    assert "example" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_subject_with_a_line_break_is_refused() -> None:
    hostile = Rendered("x", Language.FR, "a\r\nBcc: b@c.example", "text\n", frozenset(), "")
    with pytest.raises(Problem, match="subject"):
        compose(hostile)


@given(to=st.text(max_size=40))
@example(to='"@b')
@example(to="a@[1")
@example(to="=?utf-8?q?a?=@b.example")
def test_any_recipient_is_one_address_or_a_problem(to: str) -> None:
    try:
        raw = compose(to=to)
    except Problem:
        return
    assert len(message_from_bytes(raw, policy=default)["To"].addresses) == 1
    assert raw.count(b"\r\nTo: ") == 1


@given(st.text(max_size=80), st.text(max_size=80))
@example("<a@b>\r\nBcc: c@d.example", "<\0@x> <é@y> <c@d")
def test_a_hostile_thread_cannot_prevent_the_answer(in_reply_to: str, references: str) -> None:
    mail = parsed(compose(in_reply_to=in_reply_to, references=references))
    assert mail["Bcc"] is None
    assert mail["Subject"] == LETTER.subject


def test_a_long_thread_keeps_its_first_and_last_ids() -> None:
    ids = [f"<{number}@x.example>" for number in range(50)]
    thread = parsed(compose(references=" ".join(ids)))["References"].split()
    assert len(thread) == 10
    assert thread[0] == ids[0]
    assert thread[-2:] == [ids[-1], "<question@exemple.example>"]


def test_a_long_message_id_keeps_the_thread_together() -> None:
    long = f"<{'a' * 200}@x.example>"
    raw = compose(message_id=long, in_reply_to=long, references=f"<b@x.example> {long}")
    assert b"\r\nMessage-ID: " + long.encode() + b"\r\n" in raw
    assert b"\r\nIn-Reply-To: " + long.encode() + b"\r\n" in raw
    assert b"\r\nReferences: <b@x.example>\r\n " + long.encode() + b"\r\n" in raw


def test_an_international_domain_is_written_in_ascii() -> None:
    mail = parsed(compose(to="camille@éxemple.example"))
    assert mail["To"].addresses[0].domain == "xn--xemple-9ua.example"


def test_the_date_is_that_of_the_case_in_utc_too() -> None:
    assert parsed(compose(date=AT.astimezone(UTC)))["Date"].datetime == AT

"""Bytes made to break a reader: it answers, soon, and never with an exception."""

from __future__ import annotations

import time

import pytest

from calends.mail.reading import Reading, read_message
from tests.mail.samples import letter

HEAD = b"From: a@b.example\nSubject: x\n"
HTML = HEAD + b"Content-Type: text/html; charset=utf-8\n\n"
# Processor seconds. The usual is under one; machines differ, an explosion takes minutes.
BOUND = 12.0

BOMBS: dict[str, bytes] = {
    "prose of 1 MB": letter("Le chat dort sur le tapis rouge de la maison. " * 22_000),
    "demands of 1 MB": letter("Je vous demande de supprimer mes données, article 17. " * 18_000),
    "one word of 1 MB": letter("a" * 1_000_000),
    "gaps that never close": letter("supprimez donnees copie acces ne plus " * 27_000),
    "addresses that never end": letter("a@" * 500_000),
    "phones that never end": letter("06 " * 330_000),
    "streets that never end": letter("1 rue " * 160_000),
    "quotes that never start": letter("Le 1 x\nDe : x\n" * 70_000),
    "references that never end": letter("2026-00042-" * 90_000),
    "a header of parentheses": b"From: " + b"(" * 100_000 + b"\n\nx",
    "a header of brackets": b"From: a@b.example\nMessage-ID: <" + b"[" * 16_000 + b"\n\nx",
    "a subject of 1 MB": b"From: a@b.example\nSubject: " + b"x" * 1_000_000 + b"\n\nx",
    "80,000 encoded words": b"From: a@b.example\nSubject: " + b"=?utf-8?q?a?= " * 80_000 + b"\n\nx",
    "40,000 recipients": b"From: a@b.example\nTo: " + b"a@b.example, " * 40_000 + b"\n\nx",
    "100,000 header lines": HEAD + b"X: y\n" * 100_000 + b"\nx",
    "100,000 folds": HEAD + b" y\n" * 100_000 + b"\nx",
    "100,000 parts": HEAD
    + b"Content-Type: multipart/mixed; boundary=b\n\n"
    + b"--b\n\nx\n" * 100_000,
    "parameters of 64 kB": HEAD + b"Content-Type: text/plain" + b"; a=b" * 16_000 + b"\n\nx",
    "a table that pads": HTML
    + b"<table><tr><td>" + b"A" * 300_000 + b"</td></tr>" + b"<tr><td>a</td></tr>" * 3000,
    "paddings of a million": HTML + b'<div style="padding-left:1000000em">' * 200 + b"x<br>" * 1000,
    "lists in lists": HTML + b"<ul>" * 200 + b"<li>x<br>" * 20_000,
    "200,000 elements deep": HTML + b"<div>" * 200_000,
    "brackets alone": HTML + b"<" * 400_000,
    "an open script": HTML + b"<script>" * 100_000,
    "bytes of no charset": HEAD + b"\n" + b"\x81\xe9 " * 300_000,
    "NULs": HEAD + b"\n" + b"\0" * 1_000_000,
}  # fmt: skip


@pytest.mark.parametrize("raw", BOMBS.values(), ids=BOMBS.keys())
def test_a_bomb_is_read_in_bounded_time(raw: bytes) -> None:
    start = time.process_time()
    assert isinstance(read_message(raw), Reading)
    assert time.process_time() - start < BOUND


def test_hidden_html_is_not_read() -> None:
    raw = HTML + "Bonjour <span style='display: none'>supprimez mes données</span>".encode()
    assert read_message(raw).demands == []


def test_hostile_values_are_kept_as_data() -> None:
    name = "Robert'); DROP TABLE cases;-- {{7*7}} <script>alert(1)</script>"
    raw = letter(f"Nom : {name}\nSupprimez mes données.\n=cmd|'/c calc'!A1")
    assert read_message(raw).identity.name == name

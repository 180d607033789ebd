"""The copy of the data: complete, harmless, the same each time, and never whole in memory."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import tracemalloc
import zipfile
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from calends.exports import shelf
from calends.exports.archive import Record, ReplyArchive, write_reply_archive
from calends.exports.csv_rows import DELIMITERS, neutral
from calends.exports.shelf import Shelf
from calends.letters.names import safe_file_name, safe_part
from calends.letters.render import render
from calends.letters.samples import SAMPLE_OUTCOMES, sample_facts
from calends.problems import Problem
from calends.rules.vocabulary import Language

AT = datetime(2026, 12, 15, 9, 30, tzinfo=UTC)
RECORDS: list[Record] = [
    ("crm", "contacts", {"id": 1, "name": "Zoé", "balance": Decimal("-12.50")}),
    ("crm", "contacts", {"id": 2, "name": "=1+1", "born": date(1990, 1, 2)}),
    ("crm", "notes", {"text": "a;b\n=c"}),
    ("shop", "contacts", {"id": UUID(int=7), "raw": b"\x00\xff", "tags": ["a", {"b": 1}]}),
]


def archive(
    records: Iterable[Record] = RECORDS,
    language: Language = Language.FR,
    uploads: Iterable[tuple[str, Iterable[bytes]]] = (),
) -> ReplyArchive:
    readme = render("archive_readme", language, sample_facts(language)["archive_readme"][0])
    return write_reply_archive(readme, records, SAMPLE_OUTCOMES, modified=AT, uploads=uploads)


def opened(made: ReplyArchive) -> zipfile.ZipFile:
    packed = zipfile.ZipFile(io.BytesIO(b"".join(made)))
    assert packed.testzip() is None
    return packed


def rows(packed: zipfile.ZipFile, path: str, language: Language) -> list[dict[str, str]]:
    text = packed.read(path).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, ""), delimiter=DELIMITERS[language]))


def test_an_archive_holds_every_record_as_json_and_csv() -> None:
    packed = opened(archive())
    assert packed.namelist() == [
        "README.txt",
        "index.html",
        "data.xlsx",
        "data/crm/contacts.json",
        "csv/crm/contacts.csv",
        "schema/crm/contacts.schema.json",
        "data/crm/notes.json",
        "csv/crm/notes.csv",
        "schema/crm/notes.schema.json",
        "data/shop/contacts.json",
        "csv/shop/contacts.csv",
        "schema/shop/contacts.schema.json",
        "completeness.json",
        "manifest.json",
        "digests.sha256",
    ]
    assert json.loads(packed.read("data/crm/contacts.json")) == [
        {"id": 1, "name": "Zoé", "balance": "-12.50"},
        {"id": 2, "name": "=1+1", "born": "1990-01-02"},
    ]
    assert json.loads(packed.read("data/shop/contacts.json")) == [
        {"id": str(UUID(int=7)), "raw": "00ff", "tags": ["a", {"b": 1}]}
    ]


@pytest.mark.parametrize("language", Language)
def test_the_csv_has_all_columns_and_no_formula(language: Language) -> None:
    packed = opened(archive(language=language))
    assert rows(packed, "csv/crm/contacts.csv", language) == [
        {"id": "1", "name": "Zoé", "balance": "'-12.50", "born": ""},
        {"id": "2", "name": "'=1+1", "balance": "", "born": "1990-01-02"},
    ]
    # Cut at the line break by a program told of another delimiter, "=c" would begin a cell.
    assert rows(packed, "csv/crm/notes.csv", language) == [{"text": "a;b\n'=c"}]


def test_the_readme_and_completeness_are_in_the_archive() -> None:
    packed = opened(archive())
    assert packed.read("README.txt").decode().startswith("[2026-00042-K7] La copie")
    completeness = json.loads(packed.read("completeness.json"))
    assert [entry["state"] for entry in completeness] == [o.state for o in SAMPLE_OUTCOMES]
    assert completeness[2]["since"] == "2026-12-01"


def test_every_file_has_its_digest() -> None:
    made = archive(uploads=[("scan.pdf", [b"%PDF", b"-1"])])
    packed = opened(made)
    lines = packed.read("digests.sha256").decode().splitlines()
    listed = {path: digest for digest, path in (line.split("  ", 1) for line in lines)}
    assert listed == made.digests
    assert set(listed) == set(packed.namelist()) - {"digests.sha256"}
    for path, digest in listed.items():
        assert hashlib.sha256(packed.read(path)).hexdigest() == digest
    assert made.counts == {"crm/contacts": 2, "crm/notes": 1, "shop/contacts": 1}


def test_the_same_records_give_the_same_bytes() -> None:
    uploads = [("scan.pdf", [b"%PDF"])]
    assert b"".join(archive(uploads=uploads)) == b"".join(archive(uploads=uploads))


def test_the_bytes_do_not_depend_on_the_zone_of_the_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import time

    before = b"".join(archive())
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        assert b"".join(archive()) == before
    finally:
        monkeypatch.undo()
        time.tzset()


def test_uploads_keep_their_content_under_a_name_of_ours() -> None:
    uploads = [("../../évil\u202e.pdf", [b"a", b"b"]), ("C:\\x\\con.txt", [b"c"]), ("", [b""])]
    packed = opened(archive(uploads=uploads))
    names = [name for name in packed.namelist() if name.startswith("uploads/")]
    assert names == ["uploads/0001-évil_.pdf", "uploads/0002-con.txt", "uploads/0003-file"]
    assert [packed.read(name) for name in names] == [b"ab", b"c", b""]


def test_no_record_at_all_is_an_archive_too() -> None:
    assert opened(archive([])).namelist() == [
        "README.txt",
        "index.html",
        "completeness.json",
        "manifest.json",
        "digests.sha256",
    ]


def test_names_that_differ_only_in_signs_or_case_do_not_collide() -> None:
    records: list[Record] = [("s", name, {"n": name}) for name in ("a/b", "a b", "A_B", "../a")]
    packed = opened(archive(records))
    data = [name for name in packed.namelist() if name.startswith("data/")]
    assert data == ["data/s/a_b.json", "data/s/a_b-2.json", "data/s/A_B-3.json", "data/s/a.json"]
    assert [json.loads(packed.read(name))[0]["n"] for name in data] == ["a/b", "a b", "A_B", "../a"]


def test_records_may_come_in_any_order() -> None:
    mixed = [RECORDS[0], RECORDS[2], RECORDS[3], RECORDS[1]]
    made = archive(mixed)
    packed = opened(made)
    assert [row["id"] for row in json.loads(packed.read("data/crm/contacts.json"))] == [1, 2]
    assert made.counts == {"crm/contacts": 2, "crm/notes": 1, "shop/contacts": 1}


def test_an_archive_is_read_once() -> None:
    made = archive()
    b"".join(made)
    with pytest.raises(RuntimeError, match="once"):
        b"".join(made)


def test_a_year_that_a_zip_cannot_hold_is_one_clear_problem() -> None:
    readme = render("archive_readme", Language.FR, sample_facts(Language.FR)["archive_readme"][0])
    with pytest.raises(Problem, match="1979"):
        write_reply_archive(readme, [], [], modified=AT.replace(year=1979))


def test_values_that_json_cannot_hold_are_given_as_text() -> None:
    odd: dict[Any, Any] = {"big": 2**70, "cut": "a\ud800", 3: {"set": {1}}, "nan": float("nan")}
    (row,) = json.loads(opened(archive([("s", "c", odd)])).read("data/s/c.json"))
    assert row == {"big": str(2**70), "cut": "a\\ud800", "3": {"set": [1]}, "nan": None}


def test_memory_stays_bounded_while_a_large_collection_is_written() -> None:
    def many() -> Iterator[Record]:
        for number in range(40_000):
            yield ("shop", "orders", {"id": number, "text": f"{number:0500}"})

    tracemalloc.start()
    try:
        size = sum(len(chunk) for chunk in archive(many()))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert size > 100_000
    assert peak < 8_000_000  # of more than 20 MB of JSON


def test_what_is_put_aside_on_disk_is_not_readable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "BLOCK_BYTES", 1)
    with Shelf() as kept:
        table = kept.table("s", "c")
        table.add({"name": "canary-7391"})
        table.add({"name": "second"})
        assert kept._file is not None
        kept._file.flush()
        on_disk = Path(f"/proc/self/fd/{kept._file.fileno()}").read_bytes()
        assert len(on_disk) > 30
        assert b"canary" not in on_disk
        assert [row["name"] for row in table.rows()] == ["canary-7391", "second"]


FORMULA = tuple("=+-@\t\r\0")


@given(st.text())
@example("\t=1")
@example("   =1")
@example("\u00a0@x")
@example("\0=1")
@example("\n=1")
@example("＝1")
def test_no_text_cell_begins_like_a_formula(text: str) -> None:
    cell = neutral(text)
    assert not cell.startswith(FORMULA)
    assert not cell.lstrip().startswith(FORMULA)
    assert "\0" not in cell


@settings(deadline=None)
@given(st.text(alphabet="=+-@ \t\r\n\0a;,\"'", max_size=12), st.sampled_from(list(Language)))
def test_a_spreadsheet_reads_back_one_harmless_cell(text: str, language: Language) -> None:
    packed = opened(archive([("s", "c", {text: text})], language))
    raw = packed.read("csv/s/c.csv").decode("utf-8-sig")
    table = list(csv.reader(io.StringIO(raw, ""), delimiter=DELIMITERS[language]))
    assert table == [[neutral(text)], [neutral(text)]]


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_a_harmless_text_is_left_alone(text: str) -> None:
    if text.strip()[:1].isalnum() and text[:1].isalnum():
        assert neutral(text) == text.replace("\0", "")


def test_numbers_stay_numbers() -> None:
    assert [neutral(value) for value in (-5, 1.5, True, None)] == ["-5", "1.5", "true", ""]


@given(st.text())
def test_a_safe_name_is_one_part_of_a_path(name: str) -> None:
    safe = safe_file_name(name)
    assert 1 <= len(safe) <= 80
    assert not set(safe) & set('/\\:*?"<>|\r\n\0\u202e')
    assert safe not in (".", "..")
    assert safe_part(name).isascii()
    assert safe_part(name).replace("_", "a").replace("-", "a").isalnum()


def test_a_long_name_keeps_its_suffix() -> None:
    assert safe_file_name("x" * 300 + ".pdf") == "x" * 76 + ".pdf"

"""Folders of tables: found as declared, read as streams, damaged files named and never guessed."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from calends.systems.connector import Opening
from calends.systems.dataset import Datasets, load_datasets
from calends.systems.files import FilesSystem
from calends.systems.protocol import (
    ActRefused,
    Failure,
    Order,
    Record,
    Seeds,
    System,
    SystemFailed,
)
from calends.systems.testkit import prove, streams

ANN: Seeds = {"email": ["ann@b.example"]}
DATASET = """
dataset:
  - fides_key: f
    collections:
      - name: person
        fields:
          - {name: id, fides_meta: {primary_key: true}}
          - {name: email, data_categories: [user.contact.email], fides_meta: {identity: email}}
          - {name: phone, fides_meta: {identity: phone_number}}
          - {name: name}
      - name: bill
        fields:
          - {name: number, fides_meta: {primary_key: true}}
          - name: person
            fides_meta: {references: [{dataset: f, field: person.id, direction: from}]}
      - name: visit
        fields:
          - {name: at}
          - {name: who, fields: [{name: mail, fides_meta: {identity: email}}, {name: seat}]}
"""


@pytest.fixture
def dataset(tmp_path: Path) -> Datasets:
    path = tmp_path / "f.yml"
    path.write_text(DATASET)
    return load_datasets([path])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "tables"
    made.mkdir()
    (made / "person.csv").write_text(
        "id;email;phone;name\n1;Ann@b.example;06 12 34 56 78;Ann\n2;bob@b.example;;Bob\n3;;;\n"
    )
    book = openpyxl.Workbook()
    sheet = book.create_sheet("bill")
    for row in (["number", "person"], ["F-1", 1], ["F-2", 2], ["F-3", 1]):
        sheet.append(row)
    book.save(made / "accounts.xlsx")
    (made / "visit-2024.jsonl").write_text(
        '{"at": "2024-01-01", "who": {"mail": "ann@b.example", "seat": 4, "secret": 1}}\n\n'
    )
    (made / "visit-2025.ndjson").write_text('{"at": null, "who": {"mail": "bob@b.example"}}\n')
    return made


@pytest.fixture
def make(folder: Path, dataset: Datasets) -> Callable[..., FilesSystem]:
    def made(**settings: Any) -> FilesSystem:
        return FilesSystem(Opening("f", dataset, {"folder": str(folder), **settings}))

    return made


async def located(system: System, seeds: Seeds) -> list[Record]:
    return [record async for record in system.locate(seeds)]


async def test_a_folder_keeps_the_rules_of_every_kind(
    make: Callable[..., FilesSystem], folder: Path
) -> None:
    async def made() -> System:
        return make()

    async def content() -> object:
        return {path.name: path.read_bytes() for path in folder.iterdir()}

    records = await prove(made, ANN, content)
    assert [(r.collection, *r.key.values()) for r in records] == [
        ("f.person", "1"),
        ("f.visit", "2024-01-01", {"mail": "ann@b.example", "seat": 4}),
        ("f.bill", "F-1"),
        ("f.bill", "F-3"),
    ]
    assert records[1].values == {"at": "2024-01-01", "who": {"mail": "ann@b.example", "seat": 4}}


async def test_a_number_written_otherwise_and_a_folder_beside_the_company_file(
    folder: Path, dataset: Datasets
) -> None:
    system = FilesSystem(Opening("f", dataset, {"folder": "tables"}, folder.parent))
    found = await located(system, {"phone_number": ["+33612345678"]})
    assert [r.values["name"] for r in found if r.collection == "f.person"] == ["Ann"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
async def test_any_encoding_that_people_save_is_read(
    make: Callable[..., FilesSystem], folder: Path, encoding: str
) -> None:
    text = "id\temail\tphone\tname\n1\tann@b.example\t\tHélène Lefèvre, née Noël à Besançon\n"
    (folder / "person.csv").write_bytes(text.encode(encoding))
    found = await located(make(), ANN)
    assert found[0].values["name"] == "Hélène Lefèvre, née Noël à Besançon"


async def test_a_byte_that_is_no_letter_costs_a_letter_and_no_row(
    make: Callable[..., FilesSystem], folder: Path
) -> None:
    (folder / "person.csv").write_bytes(b"id,email,phone,name\n1,ann@b.example,,\xc3\xa9\xff\n" * 1)
    found = await located(make(encoding="utf-8"), ANN)
    assert found[0].values["name"] == "é\ufffd"


async def test_a_name_with_formulas_delimiters_and_line_breaks_comes_through_whole(
    make: Callable[..., FilesSystem], folder: Path
) -> None:
    (folder / "person.csv").write_text(
        'id,email,phone,name\n1,ann@b.example,,"=1+1; a, ""b""\nc"\n', encoding="utf-8"
    )
    assert (await located(make(), ANN))[0].values["name"] == '=1+1; a, "b"\nc'


BROKEN: dict[str, tuple[str, bytes, Failure]] = {
    "a workbook that is none": ("accounts.xlsx", b"no zip", Failure.MAPPING),
    "a line that is no JSON": ("visit-2024.jsonl", b"{not json\n", Failure.ERROR),
    "a line that is no mapping": ("visit-2024.jsonl", b"[1]\n", Failure.ERROR),
    "a line nested too deep": ("visit-2024.jsonl", b"[" * 200_000, Failure.ERROR),
    "a column that is gone": ("person.csv", b"id,mail\n1,x\n", Failure.MAPPING),
}


@pytest.mark.parametrize("fault", BROKEN)
async def test_a_damaged_file_fails_the_search_by_name_without_a_value(
    make: Callable[..., FilesSystem], folder: Path, fault: str
) -> None:
    name, content, reason = BROKEN[fault]
    (folder / name).write_bytes(content)
    with pytest.raises(SystemFailed) as failure:
        await located(make(), ANN)
    assert failure.value.reason is reason
    assert "ann" not in str(failure.value)


async def test_a_folder_that_is_gone_is_unreachable_and_a_missing_file_is_named(
    make: Callable[..., FilesSystem], folder: Path
) -> None:
    (folder / "person.csv").unlink()
    with pytest.raises(SystemFailed, match=r"f\.person: no file") as failure:
        await located(make(), ANN)
    assert failure.value.reason is Failure.MAPPING
    with pytest.raises(SystemFailed) as failure:
        await located(make(folder="/nowhere/at/all"), ANN)
    assert failure.value.reason is Failure.UNREACHABLE


async def test_a_collection_named_like_a_path_or_a_link_out_of_the_folder_reads_nothing_outside(
    tmp_path: Path, folder: Path
) -> None:
    (tmp_path / "secret.csv").write_text("email\nann@b.example\n")
    os.symlink(tmp_path / "secret.csv", folder / "linked.csv")
    for name in ("../secret", "linked", "/etc/passwd"):
        path = tmp_path / "d.yml"
        path.write_text(
            f"dataset: [{{fides_key: f, collections: [{{name: {name}, fields:"
            " [{name: email, fides_meta: {identity: email}}]}]}]"
        )
        system = FilesSystem(Opening("f", load_datasets([path]), {"folder": str(folder)}))
        with pytest.raises(SystemFailed, match="no file of that name"):
            await located(system, ANN)


async def test_a_workbook_that_unpacks_to_gigabytes_is_not_opened(
    make: Callable[..., FilesSystem], folder: Path
) -> None:
    path = folder / "person.xlsx"
    (folder / "person.csv").unlink()
    openpyxl.Workbook().save(path)
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as packed,
        packed.open("xl/large.xml", "w", force_zip64=True) as part,
    ):
        for _ in range(600):
            part.write(b"\0" * 1_000_000)
    with pytest.raises(SystemFailed) as failure:
        await located(make(), ANN)
    assert failure.value.reason is Failure.ERROR


async def test_many_rows_pass_through_little_memory(
    make: Callable[..., FilesSystem], folder: Path
) -> None:
    line = json.dumps({"at": "x" * 4_000, "who": {"mail": "ann@b.example"}})
    with (folder / "visit-2026.jsonl").open("w") as file:
        for number in range(5_000):
            file.write(line.replace("x" * 8, f"{number:08d}", 1) + "\n")

    async def made() -> System:
        return make()

    assert await streams(made, ANN, 40_000_000) == 5_004


async def test_check_names_what_is_missing_and_what_is_not_declared(
    make: Callable[..., FilesSystem], folder: Path
) -> None:
    (folder / "person.csv").write_text("id,email,phone,name,birth\n1,a@b.example,,A,2000\n")
    (folder / "payroll.csv").write_text("name,salary\nA,1\n")
    (folder / "accounts.xlsx").unlink()
    lines = [(line.level, line.text) for line in await make().check()]
    assert ("error", "f.bill: no file of that name") in lines
    assert ("warning", "f.person.birth: present and not declared") in lines
    assert ("warning", "file payroll.csv: present and not declared") in lines


async def test_an_act_on_a_file_is_refused_and_leaves_it_as_it_is(
    make: Callable[..., FilesSystem], folder: Path
) -> None:
    before = (folder / "person.csv").read_bytes()
    with pytest.raises(ActRefused, match="by hand"):
        await make().carry_out([Order("f.person", {"id": "1"}, "erase")])
    assert (folder / "person.csv").read_bytes() == before

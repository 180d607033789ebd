"""The lists of an archive: digests, sizes, and schemas that are true of what was written."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any

import jsonschema
from hypothesis import given, settings
from hypothesis import strategies as st

from calends.exports.archive import Record, write_reply_archive
from calends.exports.manifest import Format
from calends.exports.schema import DataSetFacts, FieldFacts
from calends.letters.render import render
from calends.letters.samples import SAMPLE_OUTCOMES, sample_facts
from calends.rules.vocabulary import Language
from tests.exports.test_archive import AT, RECORDS

README = render("archive_readme", Language.EN, sample_facts(Language.EN)["archive_readme"][0])


def packed(records: list[Record] = RECORDS, **more: Any) -> zipfile.ZipFile:
    made = write_reply_archive(README, records, SAMPLE_OUTCOMES, modified=AT, **more)
    return zipfile.ZipFile(io.BytesIO(b"".join(made)))


def test_the_manifest_names_every_file_with_its_size_digest_and_records() -> None:
    archive = packed(uploads=[("scan.pdf", [b"%PDF"])])
    files = json.loads(archive.read("manifest.json"))["files"]
    listed = {file["path"]: file for file in files}
    assert set(listed) == set(archive.namelist()) - {"manifest.json", "digests.sha256"}
    for path, file in listed.items():
        content = archive.read(path)
        assert file["bytes"] == len(content)
        assert file["sha256"] == hashlib.sha256(content).hexdigest()
    contacts = listed["csv/crm/contacts.csv"]
    assert (contacts["system"], contacts["collection"], contacts["records"]) == (
        "crm",
        "contacts",
        2,
    )
    assert listed["uploads/0001-scan.pdf"]["media_type"] == "application/octet-stream"


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from("abcd"), VALUES, max_size=4), max_size=6))
def test_every_schema_is_valid_and_true_of_its_file(rows: list[Mapping[str, Any]]) -> None:
    archive = packed([("s", "c", row) for row in rows])
    if rows:
        schema = json.loads(archive.read("schema/s/c.schema.json"))
        jsonschema.Draft202012Validator.check_schema(schema)
        jsonschema.validate(json.loads(archive.read("data/s/c.json")), schema)


def test_a_schema_says_what_the_declaration_says() -> None:
    fields = {"name": FieldFacts(("user.name",), provided=True), "id": FieldFacts()}
    facts = {("crm", "contacts"): DataSetFacts("CRM", "Contacts", "Customers", fields)}
    schema = json.loads(packed(facts=facts).read("schema/crm/contacts.schema.json"))
    assert (schema["title"], schema["description"]) == ("CRM: Contacts", "Customers")
    properties = schema["items"]["properties"]
    assert properties["name"] == {
        "type": ["string"],
        "x-data-categories": ["user.name"],
        "x-provided-by-the-person": True,
    }
    assert properties["id"] == {"type": ["integer"]}
    assert properties["balance"] == {"type": ["string"]}  # a decimal, kept exact


def test_only_the_formats_asked_for_are_written() -> None:
    names = packed(formats=frozenset({Format.CSV})).namelist()
    assert not {"index.html", "data.xlsx"} & set(names)
    assert "csv/crm/contacts.csv" in names

"""The file of GDPR 20: what the person provided, on consent or contract, and nothing else."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from calends.company import Bilingual, Company, Controller, Purpose, SystemEntry
from calends.exports.archive import Record
from calends.exports.portable import Portability, write_portable_package
from calends.letters.render import render
from calends.letters.samples import SAMPLE_OUTCOMES, sample_facts
from calends.rules.vocabulary import Language
from calends.systems.dataset import Datasets, load_datasets
from tests.exports.test_archive import AT

DATASET = """
dataset:
  - fides_key: s
    collections:
      - name: account
        meta: {purpose: contract, provided: by_person, title: {fr: Compte, en: Account}}
        fields:
          - {name: email, data_categories: [user.contact.email]}
          - {name: visits, meta: {provided: observed}}
          - {name: score, meta: {provided: inferred}}
          - {name: note, meta: {third_party: true}}
          - name: profile
            fields: [{name: height}, {name: rating, meta: {provided: inferred}}]
      - name: invoice
        meta: {purpose: tax, provided: by_person, title: {fr: Factures, en: Invoices}}
        fields: [{name: number}]
      - name: appraisal
        meta: {purpose: contract, provided: inferred}
        fields: [{name: grade}]
      - name: unsaid
        meta: {purpose: contract}
        fields: [{name: thing}]
"""
ACCOUNT = {
    "email": "a@b.example",
    "visits": 3,
    "score": 9,
    "note": "Paul",
    "profile": {"height": 1},
}
RECORDS: list[Record] = [
    ("crm", "s.account", ACCOUNT),
    ("crm", "s.invoice", {"number": "F1"}),
    ("crm", "s.account", ACCOUNT | {"email": "=1+1"}),
    ("crm", "s.appraisal", {"grade": "C"}),
    ("crm", "s.unsaid", {"thing": "x"}),
]
FOUND = {(system, collection): 1 for system, collection, _ in RECORDS}


@pytest.fixture
def declared(tmp_path: Path) -> Datasets:
    (tmp_path / "s.yml").write_text(DATASET)
    return load_datasets([tmp_path / "s.yml"])


Make = Callable[..., Portability]


@pytest.fixture
def make(declared: Datasets) -> Make:
    text = Bilingual(fr="texte", en="text")

    def purpose(name: str, basis: str) -> Purpose:
        given = {"id": name, "title": text, "basis": basis, "categories": text}
        return Purpose.model_validate(given | {"retention": "UNSET"})

    entry = SystemEntry(id="crm", name="CRM", kind="sql", url="x://", dataset="s.yml")
    company = Company(
        controller=Controller(
            name="X", address=["1 rue"], email="c@x.example", dpo_email="d@x.example"
        ),
        purposes=[purpose("contract", "contract"), purpose("tax", "legal_obligation")],
        systems=[entry],
    )

    def made(reviewed: bool = False, language: Language = Language.EN) -> Portability:
        portability = Portability(language)
        portability.add(company, entry, declared, reviewed=reviewed)
        return portability

    return made


def test_only_what_was_provided_on_consent_or_contract_is_in_the_file(make: Make) -> None:
    given = list(make().portable(RECORDS))
    assert given == [
        ("crm", "s.account", {"email": "a@b.example", "visits": 3}),
        ("crm", "s.account", {"email": "=1+1", "visits": 3}),
    ]


def test_what_speaks_of_others_is_in_the_file_once_it_is_reviewed(make: Make) -> None:
    (account, *_) = make(reviewed=True).portable(RECORDS)
    assert set(account[2]) == {"email", "visits", "note"}


def test_what_stays_out_is_told_with_its_reason(make: Make) -> None:
    told = {(one.what, one.why, one.basis) for one in make().excluded(FOUND)}
    assert told == {
        ("CRM, Account (fields score, profile)", "not_provided", "UNSET"),
        ("CRM, Account (fields note)", "rights_of_others", "UNSET"),
        ("CRM, Invoices", "other_basis", "legal_obligation"),
        ("CRM, appraisal", "not_provided", "UNSET"),
        ("CRM, unsaid", "stated", "UNSET"),
    }
    (unsaid,) = [one for one in make(language=Language.FR).excluded(FOUND) if one.why == "stated"]
    assert "à confirmer" in unsaid.text


def test_what_was_not_found_is_not_told(make: Make) -> None:
    assert make().excluded([]) == []
    assert make().sets({}) == []
    (one,) = make().sets({("crm", "s.account"): 2, ("crm", "s.invoice"): 1})
    assert (one.system, one.title, one.count, one.basis) == ("CRM", "Account", 2, "contract")


@pytest.mark.parametrize("language", Language)
def test_the_package_holds_json_csv_and_schemas_and_nothing_else_of_the_person(
    make: Make, language: Language
) -> None:
    readme = render("portability_readme", language, sample_facts(language)["portability_readme"][0])
    made = write_portable_package(
        readme, RECORDS, make(language=language), SAMPLE_OUTCOMES, modified=AT
    )
    archive = zipfile.ZipFile(io.BytesIO(b"".join(made)))
    assert archive.namelist() == [
        "README.txt",
        "data/crm/s_account.json",
        "csv/crm/s_account.csv",
        "schema/crm/s_account.schema.json",
        "completeness.json",
        "excluded.json",
        "manifest.json",
        "digests.sha256",
    ]
    schema = json.loads(archive.read("schema/crm/s_account.schema.json"))
    assert set(schema["items"]["properties"]) == {"email", "visits"}
    assert schema["items"]["properties"]["email"]["x-provided-by-the-person"] is True
    assert len(json.loads(archive.read("excluded.json"))) == 5
    for name in archive.namelist():
        assert b"Paul" not in archive.read(name)

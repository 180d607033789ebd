"""The company file: a wrong one gives one clear line, and nothing of a secret is in it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from calends.company import Company, load_company, with_secrets
from calends.problems import Problem

TEXT = {"fr": "texte", "en": "text"}
COMPANY: dict[str, Any] = {
    "controller": {
        "name": "Exemple SARL",
        "address": ["1 place du Test", "44000 Nantes"],
        "email": "contact@exemple.test",
        "dpo_email": "dpo@exemple.test",
    },
    "purposes": [
        {
            "id": "news",
            "title": TEXT,
            "basis": "consent",
            "categories": TEXT,
            "retention": "news",
            "recipients": ["mailing"],
        }
    ],
    "retention": [
        {
            "id": "news",
            "title": TEXT,
            "active": "P3Y",
            "start": {"fr": "la dernière réponse", "en": "the last response"},
        }
    ],
    "recipients": [{"id": "mailing", "name": "Routage", "role": TEXT}],
    "systems": [{"id": "paper", "name": "Paper", "kind": "manual", "holder": "reception"}],
}

Change = Callable[[dict[str, Any]], object]


def changed(change: Change) -> dict[str, Any]:
    company = copy.deepcopy(COMPANY)
    change(company)
    return company


def problem_of(path: Path) -> str:
    with pytest.raises(Problem) as caught:
        load_company(path)
    line = str(caught.value)
    assert line.startswith(f"company file {path}: ")
    assert "\n" not in line
    return line.removeprefix(f"company file {path}: ")


def written(tmp_path: Path, content: object) -> Path:
    path = tmp_path / "company.yml"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    return path


def test_a_small_company_file_loads_and_knows_its_folder(tmp_path: Path) -> None:
    company = load_company(written(tmp_path, COMPANY))
    assert company.base == tmp_path.resolve()
    assert company.system("paper").holder == "reception"


WRONG: dict[str, tuple[Change, str]] = {
    "an unknown key": (lambda c: c.update(colour="blue"), "colour: unknown key"),
    "an unknown key inside a system": (
        lambda c: c["systems"][0].update(pasword="x"),
        "systems.0.pasword: unknown key",
    ),
    "a missing section": (lambda c: c.pop("systems"), "systems: Field required"),
    "a system declared twice": (
        lambda c: c["systems"].append(c["systems"][0]),
        "systems: `paper` is declared twice",
    ),
    "a purpose with a retention row that is not there": (
        lambda c: c["purposes"][0].update(retention="nowhere"),
        "purposes.0.retention: purpose news: no retention row `nowhere`",
    ),
    "a purpose with a recipient that is not there": (
        lambda c: c["purposes"][0].update(recipients=["nobody"]),
        "purposes.0.recipients.0: purpose news: no recipient `nobody`",
    ),
    "a database without its dataset": (
        lambda c: c["systems"].append({"id": "crm", "name": "CRM", "kind": "sql", "url": "x"}),
        "systems.1: system crm: a sql system needs `url` and `dataset`",
    ),
    "a period that is none": (
        lambda c: c["retention"][0].update(active="3 ans"),
        "retention.0.active: should be a duration such as P3Y",
    ),
    "a period of nothing": (
        lambda c: c["retention"][0].update(active="P"),
        "retention.0.active: should be a duration such as P3Y",
    ),
    "an id that could not be a queue's name": (
        lambda c: c["systems"][0].update(id="Paper Archive"),
        "systems.0.id: should be small letters",
    ),
    "a list where a mapping belongs": (
        lambda c: c.update(controller=["Exemple SARL"]),
        "controller: Input should be",
    ),
    "a number where a list belongs": (lambda c: c.update(purposes=3), "purposes: Input should be"),
}


@pytest.mark.parametrize("fault", WRONG)
def test_a_wrong_company_file_is_one_line_that_names_the_place(fault: str, tmp_path: Path) -> None:
    change, said = WRONG[fault]
    assert problem_of(written(tmp_path, changed(change))).startswith(said)


NOT_YAML: dict[str, tuple[bytes, str]] = {
    "broken indentation": (b"controller:\n  name: a\n bad: b\n", "not readable as YAML (line 3: "),
    "a control character": (b"controller: \x00\n", "not readable as YAML ("),
    "bytes that are no UTF-8": (b"controller: \xe9t\xe9\n", "not UTF-8 text"),
    "a scalar": (b"hello\n", "must be a YAML mapping"),
    "a Python object": (b"!!python/object/apply:os.getcwd []\n", "not readable as YAML (line 1: "),
    "brackets ten thousand deep": (b"[" * 10_000, "not readable as YAML (nested too deep)"),
    "nothing at all": (b"", "must be a YAML mapping"),
}


@pytest.mark.parametrize("fault", NOT_YAML)
def test_a_file_that_is_no_yaml_mapping_is_one_line(fault: str, tmp_path: Path) -> None:
    content, said = NOT_YAML[fault]
    path = tmp_path / "company.yml"
    path.write_bytes(content)
    assert problem_of(path).startswith(said)


def test_a_directory_is_one_line(tmp_path: Path) -> None:
    assert problem_of(tmp_path) == "Is a directory"


def test_a_file_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    assert problem_of(tmp_path / "none.yml").startswith("No such file or directory; mend: ")


def test_an_undeclared_system_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(Problem, match=r"^no system `crm` in the company file$"):
        load_company(written(tmp_path, COMPANY)).system("crm")


def test_a_secret_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAMPLE_PASSWORD", "s3cret")
    assert with_secrets("postgresql://u:${SAMPLE_PASSWORD}@db/x") == "postgresql://u:s3cret@db/x"


def test_a_missing_secret_is_named_and_nothing_else_is_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SAMPLE_USER", "someone")
    monkeypatch.delenv("SAMPLE_PASSWORD", raising=False)
    with pytest.raises(Problem, match=r"^environment variable SAMPLE_PASSWORD is not set$"):
        with_secrets("postgresql://${SAMPLE_USER}:${SAMPLE_PASSWORD}@db/x")


def test_what_is_unset_is_an_open_point() -> None:
    def leave_open(company: dict[str, Any]) -> None:
        company["purposes"][0].update(basis="UNSET", retention="UNSET")
        company["retention"][0].update(active="UNSET")

    assert Company.model_validate(changed(leave_open)).open_points() == [
        "purpose news: retention",
        "purpose news: legal basis",
        "retention news: duration",
        "backups: rotation date",
    ]

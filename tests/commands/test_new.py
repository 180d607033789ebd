"""`calends new`: a company's first files are valid at once, laid down whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from calends.beginning.files import Beginning, beginning_files, lay_down
from calends.company import load_company
from calends.problems import Problem
from calends.rules.statutes import STATUTES
from calends.systems.dataset import load_datasets
from tests.commands.conftest import Calends

NAMED = ("--name", "Exemple SARL", "--email", "contact@exemple.test")
FILES = {"company.yml", "company.schema.json", "README.md", "datasets/example.yml"}


def names(folder: Path) -> set[str]:
    return {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()}


@pytest.mark.parametrize("language", ["fr", "en"])
async def test_a_new_company_is_valid_at_once_and_says_what_to_decide(
    calends: Calends, tmp_path: Path, language: str
) -> None:
    folder = tmp_path / "mine"
    ran = await calends("new", str(folder), *NAMED, "--language", language)
    assert (ran.code, ran.err) == (0, "")
    assert names(folder) == FILES
    checked = await calends("company", "check", str(folder / "company.yml"))
    assert checked.code == 0
    for point in (
        "controller.address.0",
        "backups_expire_after",
        "purposes.prospecting.basis",
        "retention.customers.active",
        "recipients.hosting.name",
    ):
        assert f"{point} is UNSET" in checked.out


async def test_the_next_three_commands_are_printed(calends: Calends, tmp_path: Path) -> None:
    ran = await calends("new", str(tmp_path / "mine"), *NAMED)
    commands = [line.split()[:3] for line in ran.out.splitlines() if line.startswith("  calends")]
    assert commands == [
        ["calends", "company", "check"],
        ["calends", "systems", "draft"],
        ["calends", "up", "--company"],
    ]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_example_is_a_data_set_of_that_company(tmp_path: Path, language: str) -> None:
    begin = Beginning("X", "x@y.test", "x@y.test", (), language, "FR", "Europe/Paris")
    lay_down(beginning_files(begin, tmp_path), tmp_path)
    company = load_company(tmp_path / "company.yml")
    ids = {purpose.id for purpose in company.purposes}
    for collection in load_datasets([tmp_path / "datasets/example.yml"]):
        assert collection.meta.purpose in ids


def test_a_statutory_row_has_the_duration_and_the_source_of_its_text(tmp_path: Path) -> None:
    begin = Beginning("X", "x@y.test", "x@y.test", (), "fr", "FR", "Europe/Paris")
    lay_down(beginning_files(begin, tmp_path), tmp_path)
    rows = {row.id: row for row in load_company(tmp_path / "company.yml").retention}
    assert {row.id for row in rows.values() if row.statutory} == {
        "accounting",
        "staff_register",
        "payslips",
    }
    for key in rows.keys() & STATUTES.keys():
        assert (rows[key].active, rows[key].source) == (
            STATUTES[key].duration,
            STATUTES[key].source,
        )


def test_the_commented_system_is_one_when_it_is_uncommented(tmp_path: Path) -> None:
    begin = Beginning("X", "x@y.test", "x@y.test", (), "en", "FR", "Europe/Paris")
    text = beginning_files(begin, tmp_path)["company.yml"]
    head, systems = text.split("\nsystems:\n")
    (tmp_path / "company.yml").write_text(
        f"{head}\nsystems:\n{systems.replace('  # ', '  ')}", "utf-8"
    )
    assert [entry.kind for entry in load_company(tmp_path / "company.yml").systems] == [
        "sql",
        "manual",
    ]


HOSTILE = ['Dupont: "Fils" # & Cie', "l'Été \\ n", "- x", "{{ 7*7 }}", "&a *b !!x", "${HOME}", "no"]


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_name_stands_in_the_file_as_it_was_given(
    calends: Calends, tmp_path: Path, name: str
) -> None:
    folder = tmp_path / "mine"
    ran = await calends("new", str(folder), "--name", name, "--email", "a@b.test")
    assert (ran.code, ran.err) == (0, "")
    assert load_company(folder / "company.yml").controller.name == name


@settings(deadline=None)
@given(st.text(min_size=1, max_size=80))
def test_any_name_stands_in_the_file_or_is_one_clear_error(name: str) -> None:
    try:
        begin = Beginning(name, "a@b.test", "a@b.test", (name,), "fr", "FR", "Europe/Paris")
        files = beginning_files(begin, Path("mine"))
    except Problem as problem:
        said = str(problem)
        files = {}
    if not files:
        assert said.startswith("--name ")
        assert "\n" not in said
        return
    controller = yaml.safe_load(files["company.yml"])["controller"]
    assert (controller["name"], controller["address"]) == (name, [name])


REFUSED = {
    "a line break in the name": (("--name", "a\nb", "--email", "a@b.test"), "--name holds a line"),
    "a blank name": (("--name", " ", "--email", "a@b.test"), "--name is blank"),
    "no name": (("--email", "a@b.test"), "--name is needed"),
    "no address": (("--name", "X"), "--email is needed"),
    "an address that is none": (("--name", "X", "--email", "a"), "--email should be an e-mail"),
    "a zone that is none": ((*NAMED, "--tz", "Europe/Nantes"), "--tz unknown time zone"),
    "a region that is none": ((*NAMED, "--region", "DE"), "--region unknown region"),
}


@pytest.mark.parametrize("fault", REFUSED)
async def test_what_is_refused_is_one_line_and_writes_nothing(
    calends: Calends, tmp_path: Path, fault: str
) -> None:
    options, said = REFUSED[fault]
    ran = await calends("new", str(tmp_path / "mine"), *options)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"calends: {said}")
    assert not (tmp_path / "mine").exists()


@pytest.mark.parametrize("name", sorted(FILES))
async def test_a_file_that_is_there_is_not_replaced_and_nothing_is_written(
    calends: Calends, tmp_path: Path, name: str
) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("mine", "utf-8")
    ran = await calends("new", str(tmp_path), *NAMED)
    assert (ran.code, ran.out) == (2, "")
    assert f"{tmp_path / name} is there already; nothing was written" in ran.err
    assert (tmp_path / name).read_text("utf-8") == "mine"
    assert names(tmp_path) - {"var"} == {name}


async def test_a_folder_that_cannot_be_made_is_one_line(calends: Calends, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    ran = await calends("new", str(tmp_path / "file" / "mine"), *NAMED)
    assert ran.code == 2
    assert "Not a directory; nothing was written" in ran.err


async def test_the_schema_beside_the_file_is_the_one_that_the_command_prints(
    calends: Calends, tmp_path: Path
) -> None:
    await calends("new", str(tmp_path / "mine"), *NAMED)
    printed = await calends("company", "schema")
    written = (tmp_path / "mine/company.schema.json").read_text("utf-8")
    assert json.loads(printed.out) == json.loads(written)

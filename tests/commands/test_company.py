"""`calends company`: faults by line with their mend, the schema of editors, the table of keys."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from calends.company_keys import key_table
from tests.commands.conftest import Calends
from tests.office import SAMPLE
from tests.test_faults import FILE
from tests.your_company import PAGE, renewed


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "company.yml"
    path.write_text(FILE, encoding="utf-8")
    return path


async def test_a_whole_file_is_one_line(calends: Calends, file: Path) -> None:
    ran = await calends("company", "check", str(file))
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(f"ok      {file}: Exemple SARL: 1 purposes, 1 systems\n")


async def test_what_the_file_does_not_say_of_backups_is_open_too(
    calends: Calends, file: Path
) -> None:
    ran = await calends("company", "check", str(file))
    assert f"note    {file}: backups_expire_after is UNSET — " in ran.out


async def test_every_fault_is_a_line_that_an_editor_can_jump_to(
    calends: Calends, file: Path
) -> None:
    file.write_text(FILE.replace("P3Y", "soon").replace("kind: m", "kind: x"), encoding="utf-8")
    ran = await calends("company", "check", str(file))
    assert (ran.code, ran.err) == (1, "")
    first, second = ran.out.splitlines()
    assert first.startswith(f"error   {file}:15: retention.0.active: should be a duration")
    assert second.startswith(f"error   {file}:20: systems.0.kind: ")


async def test_faults_come_as_json_too(calends: Calends, file: Path) -> None:
    file.write_text(FILE.replace("basis:", "basys:"), encoding="utf-8")
    ran = await calends("company", "check", "--json", str(file))
    assert [json.loads(line) for line in ran.out.splitlines()] == [
        {
            "line": 9,
            "level": "error",
            "text": "purposes.0.basys: unknown key",
            "mend": "`basis` is meant?",
        }
    ]


async def test_a_data_set_that_is_not_there_is_an_error_of_its_system(
    calends: Calends, file: Path
) -> None:
    system = "  - {id: shop, name: Shop, kind: sql, url: '${SHOP_URL}', dataset: shop.yml}\n"
    file.write_text(FILE + system, encoding="utf-8")
    ran = await calends("company", "check", str(file))
    assert ran.code == 1
    assert "system shop: " in ran.out
    assert "calends systems draft" in ran.out


async def test_a_file_that_is_not_there_is_one_line_with_its_mend(
    calends: Calends, tmp_path: Path
) -> None:
    ran = await calends("company", "check", str(tmp_path / "none.yml"))
    assert (ran.code, ran.out) == (2, "")
    assert "No such file or directory; mend: `calends new DIR` makes one" in ran.err


async def test_the_schema_takes_the_sample_and_refuses_a_fault(
    calends: Calends, file: Path, tmp_path: Path
) -> None:
    schema = tmp_path / "schema.json"
    schema.write_text((await calends("company", "schema")).out, encoding="utf-8")

    def valid(path: Path) -> bool:
        tool = Path(sys.executable).with_name("check-jsonschema")
        return subprocess.run([tool, "--schemafile", schema, path], check=False).returncode == 0

    assert valid(SAMPLE / "company.yml")
    assert valid(file)
    file.write_text(FILE.replace("basis:", "basys:"), encoding="utf-8")
    assert not valid(file)


def test_the_table_of_keys_in_the_documentation_is_the_models() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == renewed(page), "mend: .venv/bin/python -m tests.your_company"


def test_every_key_is_explained() -> None:
    rows = [line.split(" | ") for line in key_table().splitlines()[2:]]
    assert [row[0] for row in rows if not row[2].strip(" |;")] == []

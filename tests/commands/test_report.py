"""`calends report`: a table, a PDF, a CSV of the register's year."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from calends.register.database import Register
from tests.commands.conftest import Calends
from tests.figures.conftest import Year, on


async def test_a_table_and_json_on_stdout(calends: Calends, register: Register) -> None:
    await Year(register).demand(on(3, 2))
    table = (await calends("report", "--year", "2026")).out.splitlines()
    assert table[-1].split()[:4] == ["Total", "1", "1", "1"]
    facts = json.loads((await calends("report", "--year", "2026", "--json")).out)
    assert facts["total"]["received"] == facts["by_right"]["ACCESS"]["in_time"] == 1
    assert len(facts["by_month"]) == 12


@pytest.mark.parametrize("whom", ["management", "inspection"])
@pytest.mark.parametrize("suffix", ["pdf", "csv"])
async def test_the_report_is_written_where_it_is_wanted(
    calends: Calends, register: Register, tmp_path: Path, whom: str, suffix: str
) -> None:
    reference = await Year(register).demand(on(3, 2))
    file = tmp_path / f"report.{suffix}"
    ran = await calends("report", "--year", "2026", "--for", whom, "-o", str(file))
    assert ran.code == 0, ran.err
    assert "1 demands of 2026" in ran.out
    made = file.read_bytes()
    assert made.startswith(b"%PDF-" if suffix == "pdf" else b"\xef\xbb\xbf")
    if suffix == "csv":
        assert (reference.encode() in made) is (whom == "inspection")


@pytest.mark.parametrize(
    "arguments", [["-o", "x.docx"], ["--year", "12"], ["--for", "me"], ["-o", "/nowhere/x.pdf"]]
)
async def test_a_wrong_wish_is_one_line(
    calends: Calends, register: Register, arguments: list[str]
) -> None:
    ran = await calends("report", *arguments)
    assert ran.code == 2
    assert len(ran.err.splitlines()) == 1

"""docs/edge-cases.md is complete, and what it names exists."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TABLE = (ROOT / "docs" / "edge-cases.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in TABLE.splitlines()
    if re.match(r"\| \d+ \|", line)
]
MODULES = {path.stem: path for path in (ROOT / "calends" / "rules").glob("*.py")}


def names_in(path: Path) -> set[str]:
    """What a module defines at its top."""
    names = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign):
            names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return names


def test_the_table_has_every_row_of_the_rule_book_once_in_order() -> None:
    assert [int(row[0]) for row in ROWS] == list(range(1, 74))


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_the_test_that_a_row_names_exists(row: list[str]) -> None:
    match = re.fullmatch(r"`(test_\w+)` in `(tests/[\w/]+\.py)`", row[4])
    assert match is not None
    name, file = match.groups()
    assert name in names_in(ROOT / file)


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_the_test_of_a_whole_case_that_a_row_names_exists(row: list[str]) -> None:
    if row[5] != "–":
        match = re.fullmatch(r"`(test_\w+)` in `(tests/workflows/\w+\.py)`", row[5])
        assert match is not None
        name, file = match.groups()
        assert name in names_in(ROOT / file)


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_the_function_of_the_rules_that_a_row_names_exists(row: list[str]) -> None:
    for module, name in re.findall(r"`(\w+)\.(\w+)", row[2]):
        if module in MODULES:
            assert name in names_in(MODULES[module])


def test_every_test_that_the_table_of_rights_names_exists() -> None:
    table = (ROOT / "docs" / "rights.md").read_text(encoding="utf-8")
    files = (ROOT / "tests" / "workflows").glob("test_*.py")
    there = set[str]().union(*map(names_in, files))
    named = set(re.findall(r"`(test_\w+)`", table))
    assert named
    assert {name for name in named if not name.endswith("_py")} - there == set()


def test_every_edge_case_test_stands_in_the_table() -> None:
    for path in (ROOT / "tests" / "rules").glob("test_edge_cases_of_*.py"):
        for name in names_in(path):
            if name.startswith("test_row_"):
                row = ROWS[int(name[9:11]) - 1]
                assert f"`{name}`" in row[4]

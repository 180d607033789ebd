"""What the docs name as proof is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
DOCS = sorted((ROOT / "docs").glob("*.md"))
_TEST = re.compile(r"`(tests/[\w/.-]+\.py)::(test_\w+)`")
_FILE = re.compile(r"`(tests/[\w/.-]+\.py)`")


@pytest.mark.parametrize("doc", DOCS, ids=lambda doc: doc.stem)
def test_every_test_that_a_document_names_exists(doc: Path) -> None:
    text = doc.read_text("utf-8")
    for file, name in _TEST.findall(text):
        assert f"def {name}(" in (ROOT / file).read_text("utf-8"), f"{file}::{name}"
    for file in _FILE.findall(text):
        assert (ROOT / file).exists(), file


def test_every_web_case_has_a_test_of_its_own() -> None:
    rows = re.findall(
        r"^\| (.+?) \|.+\| (.+?) \|$", (ROOT / "docs/security.md").read_text("utf-8"), re.M
    )
    cases = [(case, tests) for case, tests in rows if case not in ("attack", "---")]
    assert len(cases) > 30
    assert [case for case, tests in cases if not _TEST.search(tests)] == []

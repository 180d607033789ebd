"""Faults of the company file: each with its line and its mend, and never a value of the file."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calends.company import Company, load_company
from calends.faults import unset_lines, validated
from calends.problems import Problem

FILE = """\
controller:
  name: Exemple SARL
  address: [1 place du Test]
  email: contact@exemple.test
  dpo_email: dpo@exemple.test
purposes:
  - id: news
    title: {fr: Lettre, en: Newsletter}
    basis: consent
    categories: {fr: identité, en: identity}
    retention: news
retention:
  - id: news
    title: {fr: Lettre, en: Newsletter}
    active: P3Y
    start: {fr: réponse, en: response}
systems:
  - id: paper
    name: Papier
    kind: manual
"""

WRONG = {
    "a key misspelt": ("kind: manual", "knd: manual", 20, "`kind` is meant?"),
    "a key of another place": ("    kind:", "    tz: x\n    kind:", 20, "known here: id, name, "),
    "a key missing": ("    basis: consent\n", "", 7, "write `basis:` there"),
    "a number for a text": ("Exemple SARL", "12", 2, 'put it in quotes: "…"'),
    "a no that YAML takes for false": ("fr: Lettre, en: N", "fr: no, en: N", 8, "in quotes"),
    "a duration in words": ("P3Y", "3 ans", 15, "such as P3Y, P18M or P30D"),
    "an id with a space": ("id: paper", "id: le papier", 18, "a letter first"),
    "a row that is not there": ("retention: news", "retention: nws", 11, "one of: UNSET, news"),
    "an address that is none": ("contact@exemple.test", "contact", 4, "contact@example.org"),
    "a zone that is none": (
        "  email: c",
        "  tz: Europe/Nantes\n  email: c",
        4,
        "an IANA name is meant",
    ),
    "a region that is none": ("  email: c", "  region: DE\n  email: c", 4, "one of FR, FR-57"),
    "a text for a list": ("[1 place du Test]", "1 place du Test", 3, "each line begins with `- `"),
    "a key that stands twice": ("    kind:", "    name: B\n    kind:", 20, "first in line 19"),
    "a text with a colon": ("Exemple SARL", "Exemple: SARL", 0, "in quotes"),
    "a tabulator": ("  name: Exemple", "\tname: Exemple", 0, "indent with spaces"),
    "a day that is none": ("Exemple SARL", "2026-02-31", 0, "not readable as YAML"),
}


@pytest.mark.parametrize("fault", WRONG)
def test_a_fault_has_its_line_and_its_mend(fault: str) -> None:
    old, new, line, said = WRONG[fault]
    assert old in FILE
    company, faults = validated(FILE.replace(old, new, 1), Company)
    assert company is None
    assert faults[0].line == line
    assert said in str(faults[0])


def test_all_faults_are_told_in_the_order_of_the_file() -> None:
    text = (
        FILE.replace("P3Y", "soon")
        .replace("name: Exemple SARL", "nam: x")
        .replace("id: p", "idd: p")
    )
    _, faults = validated(text, Company)
    assert [(fault.line, fault.where) for fault in faults] == [
        (2, "controller.nam"),
        (15, "retention.0.active"),
        (18, "systems.0.idd"),
    ]


def test_loading_tells_the_first_fault_and_how_many_more(tmp_path: Path) -> None:
    path = tmp_path / "company.yml"
    path.write_text(FILE.replace("P3Y", "soon").replace("kind: manual", "kind: paper"), "utf-8")
    with pytest.raises(Problem, match=r"\(line 15\); 1 more: calends company check ") as caught:
        load_company(path)
    assert "soon" not in str(caught.value)


def test_what_is_unset_is_told_with_its_line_by_the_rows_name() -> None:
    text = FILE.replace("P3Y", "UNSET").replace("consent", "UNSET")
    assert list(unset_lines(text)) == [
        (9, "purposes.news.basis"),
        (15, "retention.news.active"),
    ]


@settings(deadline=None)
@given(st.text(max_size=60), st.integers(0, len(FILE)))
def test_any_text_is_a_company_or_has_a_fault(piece: str, at: int) -> None:
    company, faults = validated(FILE[:at] + piece + FILE[at:], Company)
    assert (company is None) == bool(faults)

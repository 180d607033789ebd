"""The catalogue: complete, in both languages, and nothing in it that no page shows."""

from __future__ import annotations

import re

import pytest

from activities.posting import ANSWERS
from calends.rules.vocabulary import Language
from console.pages import HERE, STATIC, TEMPLATES
from console.standing import KINDS, NextStep
from console.texts import NAMES, TEXTS

PLAIN = re.compile(r'plain\(\s*"(\w+)"')


def used() -> set[str]:
    named = {
        name
        for template in TEMPLATES.glob("*.html")
        for name in re.findall(r"\bt\.(\w+)", template.read_text(encoding="utf-8"))
    }
    plain = {name for file in HERE.glob("*.py") for name in PLAIN.findall(file.read_text("utf-8"))}
    families = {
        *(f"said_{what}" for what in ("proved", "added", "withdrawn")),
        *(f"step_{step}{part}" for step in NextStep for part in ("", "_title")),
        *(f"letter_{kind}" for kind in KINDS),
        *(f"right_{state}" for state in ("open", *ANSWERS.values())),
        *("add_fault", "add_fault_file", "withdraw_fault"),
    }
    return (
        named
        | families
        | {f"{name}_{part}" for name in plain for part in ("title", "lead", "more")}
    )


def test_every_text_that_a_page_names_is_in_the_catalogue_and_no_other() -> None:
    assert used() == set(TEXTS)


@pytest.mark.parametrize("name", TEXTS)
def test_every_text_is_in_every_language(name: str) -> None:
    assert set(TEXTS[name]) == set(Language)
    assert all(text.strip() == text and text for text in TEXTS[name].values())


def test_every_language_has_its_name() -> None:
    assert set(NAMES) == set(Language)


@pytest.mark.parametrize("name", TEXTS)
def test_french_has_its_typography(name: str) -> None:
    """A space before the double marks, and it does not break."""
    assert not re.search(r"[^\s\u00a0\u202f][?!;:]|[ ][?!;:]", TEXTS[name][Language.FR])


def test_no_template_switches_escaping_off_or_carries_a_script_or_a_style() -> None:
    for template in TEMPLATES.glob("*.html"):
        text = template.read_text(encoding="utf-8")
        assert not re.search(r"\|\s*safe|autoescape|<script|<style|\sstyle=|\son\w+=", text)


def test_the_stylesheet_fetches_nothing() -> None:
    text = (STATIC / "page.css").read_text(encoding="utf-8")
    assert "url(" not in text
    assert "@import" not in text

"""The desk's catalogue: complete, in both languages, and nothing in it that no page says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from calends.desk.timeline import SENTENCES
from calends.rules.vocabulary import Language
from console.desk.errors import KINDS
from console.desk.frame import TEMPLATES
from console.desk.language import Words
from console.desk.places import MENU
from console.desk.texts import FAMILIES, TEXTS

SOURCES = sorted({*TEMPLATES.parent.rglob("*.html"), *TEMPLATES.parent.glob("*.py")})
PLAIN = re.compile(r"""\bt\.(?!count\b|get\b)(\w+)|\b(?:t|_t|words)[(\[]"(\w+)"[\])},]""")
COUNTED = re.compile(r"""(?:\.count|_counted)\(\s*"(\w+)\"""")
QUOTED = re.compile(r"""["'](\w+)["']""")


def used() -> Iterator[str]:
    """Every key that a template or a module names, and every member of a family."""
    for file in SOURCES:
        text = file.read_text(encoding="utf-8")
        for one, other in PLAIN.findall(text):
            yield one or other
        for name in COUNTED.findall(text):
            yield from (f"{name}_one", f"{name}_many")
    yield from (f"error_{kind}_{part}" for kind in KINDS.values() for part in ("title", "more"))
    yield from (entry.key for entry in MENU)
    for prefix, members in FAMILIES.items():
        yield from (f"{prefix}{member}" for member in members)


def test_every_text_that_a_page_names_is_in_the_catalogue() -> None:
    assert sorted(set(used()) - set(TEXTS)) == []


def test_no_text_of_the_catalogue_is_named_by_no_page() -> None:
    """A key that a module holds in quotes counts as named."""
    quoted = {key for file in SOURCES for key in QUOTED.findall(file.read_text("utf-8"))}
    counted = {f"{key}_{number}" for key in quoted for number in ("one", "many")}
    assert sorted(set(TEXTS) - set(used()) - quoted - counted) == []


@pytest.mark.parametrize("key", TEXTS)
def test_a_text_says_something_in_both_languages_with_the_same_places_to_fill(key: str) -> None:
    french, english = TEXTS[key]
    assert french.strip() == french != ""
    assert english.strip() == english != ""
    assert fields(french) == fields(english)


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("key", TEXTS)
def test_french_has_its_typography(key: str) -> None:
    """A space before the double marks, and it does not break."""
    assert not re.search(r"[^\s\u00a0\u202f][?!;:](?!\S)|[ ][?!;:]", TEXTS[key][0])


def test_french_counts_zero_as_singular_and_english_does_not() -> None:
    french, english = Words(Language.FR), Words(Language.EN)
    assert french.count("days_left", 0) == "dans 0 jour"
    assert english.count("days_left", 0) == "in 0 days"


def test_no_template_switches_escaping_off_or_carries_a_script_or_a_style() -> None:
    for template in TEMPLATES.glob("*.html"):
        text = template.read_text(encoding="utf-8")
        text = re.sub(r'<script type="module" src="/desk/static/[^"]+"></script>', "", text)
        found = re.search(r"\|\s*safe|autoescape|<script|<style|\sstyle=|\son\w+=", text)
        assert found is None, f"{template.name}: {found.group() if found else ''}"


NOTED = re.compile(r"""\bnoted\(\s*\w+,\s*order,\s*"(\w+)\"|\bkind="(\w+)",\s*at=""")
OF_THE_HOUSE = re.compile(r"append_house_event\(.*?\n {4,8}\)", re.DOTALL)
"""What happens to no case stands in no case's timeline."""
PROCESSES = ("activities", "calends", "console")


def test_every_event_that_a_process_notes_is_told_in_words() -> None:
    root = Path(__file__).parents[2]
    sources = [file for part in PROCESSES for file in (root / part).rglob("*.py")]
    texts = [OF_THE_HOUSE.sub("", file.read_text("utf-8")) for file in sources]
    found = {one or other for text in texts for one, other in NOTED.findall(text)}
    assert len(found) > 30  # the pattern still finds them
    assert sorted(found - set(FAMILIES["event_"])) == []
    assert sorted(set(FAMILIES["event_"]) - set(SENTENCES)) == []

"""The structure of a letter comes from its template; HTML shows it, and values stay values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calends.letters.html import html_of
from calends.letters.layout import letter_data, spaced
from calends.letters.render import render
from calends.letters.samples import sample_facts
from calends.letters.structure import Block, parsed
from calends.letters.templating import VALUE_END, VALUE_START
from calends.rules.vocabulary import Language

ALL = [
    (letter, language, number)
    for language in Language
    for letter, variants in sample_facts(language).items()
    for number in range(len(variants))
]
HOSTILE = [
    "{{ 7*7 }}{% include 'x' %}{# #}",
    '#read("/etc/passwd")',
    "{0.__class__} %s %(x)d ${HOME}",
    "<script>alert(1)</script><img src=https://evil.example/x>",
    '"><a href="https://evil.example">Nantes</a>',
    "https://evil.example/pay",
    "javascript:alert(1)",
    "VOS RECOURS",
    "- une entrée",
    "1. Ouvrez",
    "---",
    "abc\u202egpj.exe\u2066\0\x02\x03\x1b[31m",
    "محمد \u200f علي",
    "*gras* _it_ `code` $x$ \\u{41} = titre <etiquette> @ref",
    "a\n\nB C D\n\n- e\r\n@item erased",
    "\ud800 \uffff \U000f0000",
    "x" * 900,
]


def test_headings_lists_paragraphs_and_small_print_are_told_apart() -> None:
    text = (
        "Bonjour,\n\nVOS DROITS\n\nTexte :\n- a\n  suite\n- b\nAprès\n\n1. un\n2. deux\n\n---\nFin"
    )
    kinds = [(block.kind, len(block.entries)) for block in parsed(text)]
    assert kinds == [
        ("paragraph", 1),
        ("heading", 1),
        ("paragraph", 1),
        ("list", 2),
        ("paragraph", 1),
        ("numbers", 2),
        ("rule", 0),
        ("paragraph", 1),
    ]


@pytest.mark.parametrize("value", ["VOS RECOURS", "- a", "1. a", "---", "  a"])
def test_a_value_makes_no_structure(value: str) -> None:
    marked = f"{VALUE_START}{value}{VALUE_END}"
    assert [block.kind for block in parsed(f"x\n\n{marked}\n\ny")] == ["paragraph"] * 3
    assert [block.kind for block in parsed(f"- x\n{marked}")] == ["list", "paragraph"]


@given(st.text(alphabet="aB- 1.\n\x02\x03é", max_size=60))
def test_any_text_has_a_structure_that_keeps_its_words(text: str) -> None:
    balanced = re.sub("[\x02\x03]", "", text) if not re.fullmatch(_MARKED, text) else text
    kept = "".join(run.text for block in parsed(balanced) for run in _runs(block))
    plain = re.sub("[\x02\x03]", "", balanced)
    assert set(re.findall("[aBé]", plain)) == set(re.findall("[aBé]", kept))


_MARKED = "(?:[^\x02\x03]|\x02[^\x02\x03\n]*\x03)*"


def _runs(block: Block) -> Iterator[Any]:
    return (run for entry in block.entries for line in entry for run in line)


@pytest.mark.parametrize(("letter", "language", "number"), ALL)
def test_the_blocks_say_what_the_text_says(letter: str, language: Language, number: int) -> None:
    rendered = render(letter, language, sample_facts(language)[letter][number])
    said = "".join(run.text for block in rendered.blocks for run in _runs(block))
    text = re.sub(r"^(- |\d\. |---$)", "", rendered.text, flags=re.MULTILINE)
    assert re.sub(r"\s", "", said) == re.sub(r"\s", "", text)
    assert rendered.blocks[0].kind in ("paragraph", "list")


@pytest.mark.parametrize(("letter", "language", "number"), ALL)
def test_every_letter_ends_in_small_print_about_the_controller(
    letter: str, language: Language, number: int
) -> None:
    data = letter_data(render(letter, language, sample_facts(language)[letter][number]))
    assert data["small"]
    first = data["small"][0]["entries"][0][0][0]["text"]
    assert first == data["company"]["name"] == "Atelier Exemple"


class Seen(HTMLParser):
    """The tags, links and words of a document."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.links: list[str] = []
        self.words = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        self.words += data


def replaced(value: Any, new: str) -> Any:
    """The facts with each text swapped, but for what decides, and for our own page and site."""
    if isinstance(value, dict):
        kept = CODES | {"page", "company", "reference"}
        return {k: v if k in kept else replaced(v, new) for k, v in value.items()}
    if isinstance(value, list):
        return [replaced(one, new) for one in value]
    return new if isinstance(value, str) and value else value


CODES = {
    "state",
    "why",
    "kind",
    "ground",
    "outcome",
    "act",
    "basis_code",
    "writer",
    "result",
    "afterwards",
    "references",
    "lacking",
}
"""Facts by which templates choose; never a value of a person."""


@pytest.mark.parametrize(("letter", "language", "number"), ALL)
def test_no_value_in_any_slot_adds_a_tag_or_a_link(
    letter: str, language: Language, number: int
) -> None:
    facts = sample_facts(language)[letter][number]
    harmless = render(letter, language, replaced(facts, "x"))
    before = Seen(html_of(harmless))
    for value in HOSTILE:
        hostile = render(letter, language, replaced(facts, value))
        after = Seen(html_of(hostile))
        assert [tag for tag in after.tags if tag != "bdi"] == before.tags
        assert after.attributes == before.attributes
        assert after.links == before.links
        assert [b.kind for b in hostile.blocks] == [b.kind for b in harmless.blocks]
        assert hostile.items == harmless.items


def test_only_our_own_page_and_site_are_links() -> None:
    facts = sample_facts(Language.FR)["identity_request"][0]
    links = Seen(html_of(render("identity_request", Language.FR, facts))).links
    assert links == ["https://droits.atelier.example/p/sample", "https://atelier.example"]
    facts = sample_facts(Language.FR)["refusal"][0]
    links = Seen(html_of(render("refusal", Language.FR, facts))).links
    assert links == ["https://www.cnil.fr", "https://atelier.example"]


def test_a_script_as_page_or_site_is_no_link() -> None:
    facts = sample_facts(Language.FR)["identity_request"][0]
    facts["page"] = facts["page"] | {"url": "javascript:alert(1)"}
    facts["company"] = facts["company"] | {"website": "data:text/html,x"}
    html = html_of(render("identity_request", Language.FR, facts))
    assert Seen(html).links == []


def test_a_name_written_from_right_to_left_keeps_to_itself() -> None:
    facts = sample_facts(Language.FR)["refusal"][0]
    facts["case"] = facts["case"] | {"addressee": "محمد علي"}
    assert "<bdi>محمد علي</bdi>," in html_of(render("refusal", Language.FR, facts))


def test_french_punctuation_stays_with_its_word() -> None:
    assert spaced("l'art. 15 : « oui » ; n° 3 ?", Language.FR) == (
        "l’art.\u00a015\u00a0: «\u00a0oui\u00a0»\u00a0; n°\u00a03\u00a0?"
    )
    assert spaced("the person's Article 15: “yes”", Language.EN) == (
        "the person’s Article\u00a015: “yes”"
    )

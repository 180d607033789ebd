"""A letter in both languages for whoever writes in a third one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from calends.letters.both import in_both
from calends.letters.check import REPLIES, lacking
from calends.letters.compose import plain_text
from calends.letters.html import html_of
from calends.letters.layout import letter_data
from calends.letters.pdf import pdf_of
from calends.letters.render import render
from calends.letters.samples import sample_facts
from calends.rules.vocabulary import Language
from tests.letters.test_compose import compose, parsed
from tests.letters.test_pdf import AT

FR, EN = Language.FR, Language.EN


@pytest.mark.parametrize("letter", sorted(REPLIES))
def test_both_versions_are_there_and_nothing_owed_is_lost(letter: str) -> None:
    french, english = (render(letter, lang, sample_facts(lang)[letter][0]) for lang in (FR, EN))
    both = in_both(french, english)
    assert both.subject == french.subject
    assert lacking(both, REPLIES[letter]) == ()
    assert both.text.startswith("An English version follows below.\n\nBonjour")
    assert both.text.endswith(english.text)
    assert both.text.count("\n---\n") == 1
    assert len(letter_data(both)["blocks"]) == (
        len(letter_data(french)["blocks"]) + len(letter_data(english)["blocks"]) + 2
    )
    assert pdf_of(both, at=AT).standard
    assert plain_text(parsed(compose(both))).replace("\r\n", "\n") == both.text
    assert "ENGLISH VERSION" in html_of(both)


def test_what_one_version_does_not_say_is_not_said() -> None:
    french, english = (
        render("refusal", lang, sample_facts(lang)["refusal"][0]) for lang in (FR, EN)
    )
    assert "authority" not in in_both(french, replace(english, items=frozenset())).items


def test_two_different_letters_are_not_joined() -> None:
    french = render("refusal", FR, sample_facts(FR)["refusal"][0])
    other = render("extension_notice", EN, sample_facts(EN)["extension_notice"][0])
    with pytest.raises(ValueError, match="one letter"):
        in_both(french, other)

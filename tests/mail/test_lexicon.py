"""Words to symbols: spelling does not count."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calends.mail.lexicon import UNKNOWN, Lexicon

LEXICON = Lexicon(
    {"ERASE": ["supprim*", "effacement"], "DATA": ["données"], "OFF": ["off"],
     "OF": ["of"]},
    elides=True,
)  # fmt: skip


def _is(word: str, name: str) -> bool:
    return LEXICON.symbols([word]) in set(LEXICON.of_class(name))


@pytest.mark.parametrize(
    "word",
    ["supprimer", "SUPPRIMEZ", "suprimer", "supprrimer", "suppirmer", "supprmer"],
)
def test_a_stem_is_known_in_every_spelling(word: str) -> None:
    assert _is(word, "ERASE")


@pytest.mark.parametrize("word", ["données", "DONNEES", "donnees", "donées"])
def test_accents_capitals_and_doubled_letters_do_not_count(word: str) -> None:
    assert _is(word, "DATA")


@pytest.mark.parametrize("word", ["leffacement", "deffacement", "lEffacement"])
def test_a_glued_article_is_seen_through(word: str) -> None:
    assert _is(word, "ERASE")


def test_a_short_word_is_taken_by_the_letter() -> None:
    assert _is("off", "OFF")
    assert not _is("off", "OF")


@pytest.mark.parametrize("word", ["chat", "a" * 40, "Suppression", "ldonnées"])
def test_another_word_is_unknown(word: str) -> None:
    assert LEXICON.symbols([word]) == UNKNOWN


@given(st.lists(st.from_regex(r"[^\W_]+", fullmatch=True), max_size=20))
def test_every_word_is_one_character(words: list[str]) -> None:
    assert len(LEXICON.symbols(words)) == len(words)

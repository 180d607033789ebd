"""The notation of the grammars, and the grammars themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from calends.mail.grammar import MANNERS, Grammar, GrammarError, load
from calends.mail.sentences import words_of
from calends.mail.tongue import ALWAYS, FOLDER, OTHERS, tongue
from calends.rules.vocabulary import Right

HEAD = "[words]\nA ah\nB bh\nAND and\n[macros]\nab A B\n[common]\nA\n"


def _grammar(tmp_path: Path, lines: str) -> Grammar:
    (tmp_path / "xx.txt").write_text(HEAD + lines, encoding="utf-8")
    return load(tmp_path / "xx")


def _matches(tmp_path: Path, phrase: str, text: str) -> bool:
    grammar = _grammar(tmp_path, f"[ACCESS]\n90 {phrase}\n")
    line = grammar.lexicon.symbols(words_of(text))
    return grammar.phrases[0].says.search(line) is not None


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("A B", "ah bh", True),
        ("A B", "ah x bh", False),
        ("A ..1 B", "ah x bh", True),
        ("A ..1 B", "ah x y bh", False),
        ("A .. B", "ah 1 2 3 4 5 6 bh", True),
        ("A ~2 B", "ah, bh", False),
        ("A ~2 B", "ah and bh", False),
        ("A ..2-AND B", "ah and bh", False),
        ("A _ B", "ah x bh", True),
        ("A B? cee", "ah cee", True),
        ("(A | B) cee", "bh cee", True),
        ("A !B", "ah bh", False),
        ("A !B", "ah cee", True),
        ("^ A", "x ah", False),
        ("A $", "ah x", False),
        ("@ab cee", "ah bh cee", True),
        ("A : B", "ah : bh", True),
        ("cee*", "ceeds", True),
    ],
)
def test_a_phrase_means_what_the_notation_says(
    tmp_path: Path, phrase: str, text: str, found: bool
) -> None:
    assert _matches(tmp_path, phrase, text) is found


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ("[ACCESS]\n90 C\n", "no class C"),
        ("[ACCESS]\n90 @none\n", "no macro @none"),
        ("[ACCESS]\n90 (A\n", "a ) is missing"),
        ("[ACCESS]\n90 A)\n", "a ) too many"),
        ("[ACCESS]\n90 A % B\n", "not understood"),
        ("[ACCESS]\n90 _ ..2\n", "may begin at any word"),
    ],
)
def test_a_mistake_in_a_grammar_is_named(tmp_path: Path, lines: str, why: str) -> None:
    with pytest.raises(GrammarError, match="xx: .*" + why.replace("(", r"\(").replace(")", r"\)")):
        _grammar(tmp_path, lines)


@pytest.mark.parametrize("code", [*ALWAYS, *OTHERS])
def test_every_phrase_of_every_tongue_can_be_compiled(code: str) -> None:
    grammar = tongue(code)
    for phrase in grammar.phrases:
        assert phrase.name in set(Right)
        assert 0 < phrase.confidence < 1
        for pattern in (phrase.says, phrase.unless, phrase.given):
            assert pattern is None or pattern.search("") is None
    for fact in grammar.facts:
        assert fact.says.search("") is None
    assert grammar.manners.keys() <= MANNERS
    assert {"asks", "informs", "negates", "told"} <= grammar.manners.keys()


def test_every_tongue_reads_every_right_of_a_person() -> None:
    for code in (*ALWAYS, *OTHERS):
        read = {phrase.name for phrase in tongue(code).phrases}
        assert read >= {right for right in Right if right is not Right.AUTHORITY_INQUIRY}


def test_the_grammars_are_all_of_the_files() -> None:
    assert {path.stem for path in FOLDER.iterdir()} == {*ALWAYS, *OTHERS}

"""A message as a human reads it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from calends.desk.message import Piece, blocks

MAIL = """Bonjour,

Je veux une copie
de mes données. Et arrêtez la publicité.

> Le 3 mars vous écriviez :
> Chère cliente

Merci
--
Zoé"""


def said(text: str, *quotes: tuple[str, str]) -> str:
    return "".join(piece.text for block in blocks(text, quotes) for piece in block.pieces)


def test_the_words_that_carry_a_demand_are_marked_across_a_line_break() -> None:
    found = blocks(MAIL, [("ACCESS", "Je veux une copie de mes données.")])
    marks = [piece for block in found for piece in block.pieces if piece.rights]
    assert marks == [Piece("Je veux une copie\nde mes données.", ("ACCESS",))]


def test_words_that_carry_two_demands_say_so() -> None:
    found = blocks("copie et effacement", [("ACCESS", "copie et"), ("ERASURE", "et effacement")])
    assert [(piece.text, piece.rights) for piece in found[0].pieces] == [
        ("copie ", ("ACCESS",)),
        ("et", ("ACCESS", "ERASURE")),
        (" effacement", ("ERASURE",)),
    ]


def test_earlier_mail_and_the_signature_are_told_apart_and_shown_all_the_same() -> None:
    assert [block.layer for block in blocks(MAIL, [])] == ["own", "quoted", "own", "signature"]


@given(st.text(max_size=400), st.lists(st.tuples(st.just("ACCESS"), st.text(max_size=30))))
def test_no_character_is_lost_whatever_the_text_and_the_quotes(
    text: str, quotes: list[tuple[str, str]]
) -> None:
    parts = ["".join(piece.text for piece in block.pieces) for block in blocks(text, quotes)]
    assert "\n".join(parts) == text

"""What the writer wrote now, apart from earlier mail."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from calends.mail.quoting import layers

WROTE = "Le mardi 3 mars 2026 à 10:12, Jeanne Martin <j@person.example> a écrit :"


def test_answers_between_quoted_lines_are_the_writers_own() -> None:
    text = f"{WROTE}\n> Votre nom ?\nJeanne\n> Votre ville ?\nNantes"
    assert layers(text).own == "Jeanne\nNantes"


def test_unmarked_earlier_mail_is_quoted_to_its_end() -> None:
    parts = layers(f"Oui.\n\n{WROTE}\n\nBonjour,\nnon.")
    assert (parts.own, "non." in parts.quoted) == ("Oui.", True)


def test_an_introduction_wrapped_over_two_lines_is_seen() -> None:
    wrapped = WROTE.replace("Martin ", "Martin\n")
    assert layers(f"Oui.\n{wrapped}\n> non").own == "Oui."


def test_the_signature_is_apart() -> None:
    parts = layers("Oui.\n-- \nJeanne\n06 12 34 56 78")
    assert (parts.own, parts.signature) == ("Oui.", "Jeanne\n06 12 34 56 78")


def test_a_sentence_that_begins_like_an_introduction_is_none() -> None:
    text = "Le 3 mars je vous ai envoyé une demande.\nElle est sans réponse."
    assert layers(text).own == text


def test_a_letters_own_head_is_no_earlier_mail() -> None:
    text = "De : Jeanne Martin\n12 rue des Lilas\n\nBonjour,\nsupprimez mes données."
    assert layers(text).own == text


@given(st.text("ab>\n -:De", max_size=200))
def test_no_line_is_lost(text: str) -> None:
    parts = layers(text)
    kept = f"{parts.own}\n{parts.signature}\n{parts.quoted}"
    for line in text.split("\n"):
        assert line.strip() in kept or line.rstrip() == "--"

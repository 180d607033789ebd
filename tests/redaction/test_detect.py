"""What may speak of others is found; what is the person's own, or nobody's, is left alone."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calends.redaction.detect import LONGEST, is_prose, suspects
from calends.redaction.spans import Reason, Span, merged
from calends.redaction.subject import Subject, subject_of

JEANNE = subject_of(
    names=["Jeanne Martin", "de la Tour"],
    emails=["Jeanne@orange.example"],
    phones=["06 12 34 56 78"],
    numbers=["FR14 2004 1010 0505 0001 3M02 606"],
    addresses=["12 rue des Lilas", "12 rue des Lilas 44000 Nantes"],
)


def found(text: str, subject: Subject = JEANNE) -> list[tuple[str, Reason]]:
    return [(text[span.start : span.end], span.reason) for span in suspects(text, subject)]


OTHERS = [
    ("Rappeler M. Paul Durand.", ("M. Paul Durand", Reason.NAME)),
    ("vu avec Mme d'Artagnan hier", ("Mme d'Artagnan", Reason.NAME)),
    ("Sophie de La Rue passera", ("Sophie de La Rue", Reason.NAME)),
    ("dossier de Jean-Pierre Le Goff", ("Jean-Pierre Le Goff", Reason.NAME)),
    ("signé Untel DURAND", ("Untel DURAND", Reason.NAME)),
    ("DURAND Sophie, présente", ("DURAND Sophie", Reason.NAME)),
    ("Please call Mr. Smith back", ("Mr. Smith", Reason.NAME)),
    ("Dr O'Neill wrote the report", ("Dr O'Neill", Reason.SOURCE)),
    ("M. Durand a dit que tout va bien", ("M. Durand", Reason.SOURCE)),
    ("Selon Mme Legrand, c'est faux", ("Mme Legrand", Reason.SOURCE)),
    ("Mme Legrand nous a signalé un bruit", ("Mme Legrand", Reason.SOURCE)),
    ("Mr Brown told us so", ("Mr Brown", Reason.SOURCE)),
    ("according to Mrs Brown", ("Mrs Brown", Reason.SOURCE)),
    ("un témoin était là", ("témoin", Reason.SOURCE)),
    ("c'est un lanceur d'alerte", ("lanceur d'alerte", Reason.SOURCE)),
    ("la voisine a signalé la fuite", ("la voisine", Reason.SOURCE)),
    ("son mari est passé", ("son mari", Reason.RELATION)),
    ("her husband came", ("her husband", Reason.RELATION)),
    ("écrire à paul.durand@poste.example vite", ("paul.durand@poste.example", Reason.EMAIL)),
    ("tel 06 98 76 54 32 le soir", ("06 98 76 54 32", Reason.PHONE)),
    ("call +44 20 7946 0958 now", ("+44 20 7946 0958", Reason.PHONE)),
    (
        "IBAN FR76 3000 6000 0112 3456 7890 189 ok",
        ("FR76 3000 6000 0112 3456 7890 189", Reason.IBAN),
    ),
    ("de DE89370400440532013000.", ("DE89370400440532013000", Reason.IBAN)),
    ("carte 4111-1111-1111-1111 exp", ("4111-1111-1111-1111", Reason.CARD)),
    ("NIR 2 69 05 49 588 157 80", ("2 69 05 49 588 157 80", Reason.SOCIAL_NUMBER)),
    ("livrer 3 bis, rue du Bac 75007 PARIS svp", ("3 bis, rue du Bac 75007 PARIS", Reason.ADDRESS)),
    ("at 221 Baker Street, London NW1 6XE", ("221 Baker Street, London NW1 6XE", Reason.ADDRESS)),
    ("près de 29200 BREST", ("29200 BREST", Reason.ADDRESS)),
]


@pytest.mark.parametrize(("text", "expected"), OTHERS, ids=[text for text, _ in OTHERS])
def test_what_speaks_of_others_is_found_with_its_reason(
    text: str, expected: tuple[str, Reason]
) -> None:
    assert expected in found(text)


OWN = [
    "Mme Martin a dit oui",
    "Jeanne Martin, Jeanne MARTIN, MARTIN Jeanne, Mme Jeanne Martin",
    "Madame de la Tour",
    "écrire à jeanne@orange.example ou JEANNE@ORANGE.EXAMPLE",
    "tel 0612345678, +33 6 12 34 56 78 ou 06.12.34.56.78",
    "compte FR1420041010050500013M02606",
    "habite 12 rue des Lilas, 44000 Nantes",
    "habite 12, rue des Lilas",
]


@pytest.mark.parametrize("text", OWN)
def test_what_is_the_persons_own_is_left_alone_however_it_is_written(text: str) -> None:
    assert found(text) == []


NOBODYS = [
    "Commande 2024-05-06 numero 123456789012 livrée à 14:05, montant 1 250,00 EUR",
    "Facture F-2023-00112 payée par virement le 12/03/2023",
    "je me souviens, me rappeler demain, le pr de physique",
    "Le Service Client de Bordeaux est fermé",
    "carte 4111 1111 1111 1112, IBAN FR76 3000 6000 0112 3456 7890 188",
    "référence AB12 CD34 EF56, version 1.2.3.4, 10:20:30",
    "3 rue",
    "",
]


@pytest.mark.parametrize("text", NOBODYS)
def test_numbers_dates_and_plain_words_are_nobodys(text: str) -> None:
    assert found(text) == []


def test_a_relative_of_the_same_name_is_another_person() -> None:
    assert found("M. Paul Martin, son mari") == [
        ("M. Paul Martin", Reason.NAME),
        ("son mari", Reason.RELATION),
    ]


def test_without_anything_known_of_the_person_every_name_is_suspect() -> None:
    assert found("Mme Martin a dit oui", Subject()) == [("Mme Martin", Reason.SOURCE)]


def test_a_text_too_long_to_look_through_is_suspect_as_a_whole() -> None:
    (span,) = suspects("x" * (LONGEST + 1), JEANNE)
    assert span == Span(0, LONGEST + 1, Reason.DECLARED)


@given(st.text(max_size=300))
def test_spans_lie_inside_the_text_in_order_and_apart(text: str) -> None:
    spans = suspects(text, JEANNE)
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(one.end <= two.start for one, two in pairwise(spans))


SPANS = st.builds(
    lambda start, length, reason: Span(start, start + length, reason),
    st.integers(0, 30),
    st.integers(1, 10),
    st.sampled_from(Reason),
)


@given(st.lists(SPANS, max_size=8))
def test_merged_spans_cover_the_same_signs(spans: list[Span]) -> None:
    def covered(some: list[Span]) -> set[int]:
        return {place for span in some for place in range(span.start, span.end)}

    whole = merged(spans)
    assert covered(whole) == covered(spans)
    assert all(one.end <= two.start for one, two in pairwise(whole))


@pytest.mark.parametrize(
    ("text", "prose"),
    [
        ("ok", False),
        ("FR-12345", False),
        ("Jeanne Martin", False),
        ("a b c d e", False),
        ("il a appelé ce matin", True),
        ("the caller was rather angry", True),
    ],
)
def test_a_name_or_a_code_is_no_prose(text: str, prose: bool) -> None:
    assert is_prose(text) is prose

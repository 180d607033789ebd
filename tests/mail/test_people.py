"""Who a writer says they are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calends.mail.people import MAX_VALUE, MAX_VALUES, Person, read_person
from calends.mail.senders import Sender

CAMILLE = Sender("camille@person.example", "Camille Exemple", False, ())
UNCLEAR = Sender("eve@evil.example", "Jeanne", True, ("odd_syntax",))
NOBODY = Sender(None, "", True, ("no_from",))


def _person(text: str, sender: Sender = CAMILLE) -> Person:
    return read_person(sender, text, ("contact@company.example",))


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("06 12 34 56 78", "+33612345678"),
        ("0612345678", "+33612345678"),
        ("06.12.34.56.78", "+33612345678"),
        ("tel: 0612345678 (soir)", "+33612345678"),
        ("+33 6 12 34 56 78", "+33612345678"),
        ("+33 (0)6 12 34 56 78", "+33612345678"),
        ("0033612345678", "+33612345678"),
        ("+44 20 7946 0018", "+442079460018"),
        ("+32 470 12 34 56", "+32470123456"),
    ],
)
def test_a_phone_number_is_read(written: str, number: str) -> None:
    assert _person(f"Mon numéro : {written}.").phones == (number,)


@pytest.mark.parametrize(
    "text",
    ["commande 1061234567890", "FR76 3000 6000 0112 3456 7890 189", "SIRET 732 829 320 00074",
     "le 01/02/2026", "2026-00042-K7", "facture 0612-34"],
)  # fmt: skip
def test_other_digits_are_no_phone_number(text: str) -> None:
    assert _person(text).phones == ()


def test_the_sender_comes_first_and_our_own_addresses_are_left_out() -> None:
    text = "Mon ancienne adresse : Camille.Ex@OLD.example. J'écrivais à contact@company.example."
    assert _person(text).addresses == ("camille@person.example", "Camille.Ex@old.example")


def test_an_unclear_sender_is_no_address_and_no_name() -> None:
    person = _person("Bonjour", UNCLEAR)
    assert (person.name, person.addresses) == (None, ())


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Numéro client : 48213", "48213"),
        ("n° client 48213", "48213"),
        ("client n°C-48213", "C-48213"),
        ("Customer number: ab48213", "AB48213"),
        ("N° de contrat : 2021/48213", "2021/48213"),
    ],
)
def test_a_customer_number_is_read(text: str, number: str) -> None:
    assert _person(text).customer_numbers == (number,)


@pytest.mark.parametrize("text", ["je suis client depuis longtemps", "client fidèle", "contrat"])
def test_other_words_are_no_customer_number(text: str) -> None:
    assert _person(text).customer_numbers == ()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Je m'appelle Jeanne Martin.", "Jeanne Martin"),
        ("Nom : Martin\nPrénom : Jeanne", "Jeanne Martin"),
        ("Name: Jeanne Martin\n", "Jeanne Martin"),
        ("Merci.\n\nCordialement,\n\nJeanne Martin\n", "Jeanne Martin"),
        ("Merci\nde votre réponse rapide", None),
        ("Bonjour", None),
    ],
)
def test_a_name_is_read_from_the_text(text: str, name: str | None) -> None:
    assert _person(text, NOBODY).name == name


def test_a_postal_address_is_read() -> None:
    text = "J'habite au 12 bis rue des Lilas, 44800 Saint-Herblain"
    assert _person(text).postal_address == "12 bis rue des Lilas, 44800 Saint-Herblain"


@given(st.text(max_size=300))
def test_nothing_read_is_long_or_many(text: str) -> None:
    person = _person((text + " a@b.example 0612345678\n") * 20)
    for values in (person.addresses, person.phones, person.customer_numbers):
        assert len(values) <= MAX_VALUES
        assert all(len(value) <= MAX_VALUE for value in values)

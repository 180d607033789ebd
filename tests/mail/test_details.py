"""The details of a demand: channels of an objection, values of a rectification."""

from __future__ import annotations

import pytest

from calends.mail.channels import Channel, channels_of
from calends.mail.corrections import Corrected, Field, corrections_of
from calends.mail.reading import read_message
from calends.rules.vocabulary import Right
from calends.rules.wording import Wording
from tests.mail.samples import letter


@pytest.mark.parametrize(
    ("words", "channels"),
    [
        ("Arrêtez vos mails.", [Channel.EMAIL]),
        ("Ne m'appelez plus.", [Channel.PHONE]),
        ("plus de sms svp", [Channel.SMS]),
        ("no more leaflets", [Channel.POST]),
        ("Cessez d'établir mon profil publicitaire.", [Channel.PROFILING]),
        ("publicité, par courriel comme par téléphone", [Channel.EMAIL, Channel.PHONE]),
        ("Stop aux SMS, les mails ça va", [Channel.SMS]),
        ("STOP", [Channel.ALL]),
        ("Je refuse toute prospection, quel que soit le canal, mail ou téléphone.", [Channel.ALL]),
        ("I opt out of all marketing by email or phone", [Channel.ALL]),
    ],
)
def test_the_channels_named_are_read_and_none_named_means_all(
    words: str, channels: list[Channel]
) -> None:
    assert channels_of([words]) == channels


@pytest.mark.parametrize(
    ("text", "field", "old", "new"),
    [
        ("Vous écrivez DUPOND, c'est DUPONT avec un T.", Field.OTHER, "DUPOND", "DUPONT"),
        ("Mon nom c'est Dupont pas Dupond.", Field.NAME, "Dupond", "Dupont"),
        ("Please change my email from a@old.example to b@new.example.", Field.EMAIL,
         "a@old.example", "b@new.example"),
        ("Prénom : Camille au lieu de Kamille", Field.NAME, "Kamille", "Camille"),
        ("Nom erroné : LEROY au lieu de LE ROY", Field.NAME, "LEROY", "LE ROY"),
        ("Mon téléphone est désormais le 07 00 00 00 12.", Field.PHONE, None, "07 00 00 00 12"),
        ("My date of birth: you have 12/03/1978, it should be 03/12/1978.", Field.BIRTH_DATE,
         "12/03/1978", "03/12/1978"),
        ("Please update my address to 4 Mill Lane, Bath.", Field.POSTAL_ADDRESS, None,
         "4 Mill Lane, Bath"),
    ],
)  # fmt: skip
def test_a_correction_that_is_spelled_out_is_read(
    text: str, field: Field, old: str | None, new: str
) -> None:
    assert corrections_of(text, [text]) == [Corrected(field, old, new)]


@pytest.mark.parametrize("text", ["Corrigez mon adresse svp.", "Mon nom est mal orthographié."])
def test_a_correction_that_is_not_spelled_out_is_left_to_a_human(text: str) -> None:
    assert corrections_of(text, [text]) == []


def test_details_belong_to_their_demand_alone() -> None:
    text = "Mon nom c'est Dupont pas Dupond, corrigez mon nom. Et arrêtez vos SMS."
    demands = {d.right: d for d in read_message(letter(text)).demands}
    assert demands.keys() == {Right.RECTIFICATION, Right.PROSPECTING_OBJECTION}
    assert demands[Right.PROSPECTING_OBJECTION].channels == [Channel.SMS]
    assert demands[Right.PROSPECTING_OBJECTION].corrections == []
    assert demands[Right.RECTIFICATION].channels == []
    assert len(demands[Right.RECTIFICATION].corrections) == 1


def test_an_access_that_asks_for_the_recipients_too_says_so() -> None:
    text = "Envoyez-moi une copie de mes données et dites-moi à qui vous les avez vendues."
    [access] = read_message(letter(text)).demands
    assert (access.right, access.includes) == (Right.ACCESS, [Right.RECIPIENTS])


def test_a_hostile_correction_takes_no_time() -> None:
    text = ("c'est " + "a " * 280 + "\n") * 80 + "Corrigez mon nom."
    assert corrections_of(text, [text]) == []


@pytest.mark.parametrize(
    ("text", "wording"),
    [
        ("STOP", Wording.STOP),
        ("Supprimez-moi de votre liste.", Wording.REMOVE_FROM_LIST),
        ("Please take me off your mailing list.", Wording.REMOVE_FROM_LIST),
        ("Le ventilateur posé lundi fait un bruit d'avion et personne ne me rappelle depuis. " * 3
         + "Et cessez de m'envoyer vos publicités.", Wording.STOP_INSIDE_OTHER_MAIL),
        ("RGPD", Wording.VAGUE),
        ("I have a question about GDPR.", Wording.VAGUE),
        ("Supprimez mes données.", None),
        ("Je ne veux plus recevoir vos newsletters.", None),
        ("Toujours pas de réponse à ma demande RGPD.", None),
        ("Merci pour le devis.", None),
    ],
)  # fmt: skip
def test_unclear_words_say_what_they_are_to_be_taken_for(
    text: str, wording: Wording | None
) -> None:
    assert read_message(letter(text)).wording is wording

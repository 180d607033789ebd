"""Whose data a message is about, and in what quality its writer writes."""

from __future__ import annotations

import pytest

from calends.mail.persons_meant import Hint, Role
from calends.mail.reading import Doubt, Reading, read_message
from tests.mail.samples import letter


def _read(text: str) -> Reading:
    return read_message(letter(text))


@pytest.mark.parametrize(
    ("text", "role", "names"),
    [
        ("Je suis l'avocat de Mme Lucie Ferrand, ma cliente Lucie Ferrand, et demande l'accès à ses"
         " données (RGPD).", Role.LAWYER, ["Lucie Ferrand"]),
        ("I act as solicitor for my client, Mr Alan Reed. Please send me his personal data.",
         Role.LAWYER, ["Alan Reed"]),
        ("Au nom et pour le compte de Paul Roger, je demande l'effacement de ses données.",
         Role.AGENT, ["Paul Roger"]),
        ("On behalf of Nina Holt, please erase her account and data.", Role.AGENT, ["Nina Holt"]),
        ("Je suis le tuteur de Marc Petit et je demande l'accès à son dossier.",
         Role.GUARDIAN, ["Marc Petit"]),
        ("Ma mère, Jeanne Coste, est décédée. Supprimez ses données.", Role.HEIR, ["Jeanne Coste"]),
        ("My late father John Ash was a customer, please delete his account.",
         Role.HEIR, ["John Ash"]),
        ("Je suis le papa de Léo Masson, 9 ans : supprimez son compte.",
         Role.PARENT, ["Léo Masson"]),
        ("Please delete the photos of my daughter Amy Cole, she is 8.", Role.PARENT, ["Amy Cole"]),
        ("Supprimez les données de mon mari Denis Rolland, il ne sait pas écrire.",
         Role.HOUSEHOLD, ["Denis Rolland"]),
        ("Notre société SARL Dubois demande l'accès aux données la concernant (RGPD).",
         Role.COMPANY, []),
        ("Supprimez mes données, merci.", Role.SELF, []),
    ],
)  # fmt: skip
def test_the_person_meant_is_told_from_the_writer(text: str, role: Role, names: list[str]) -> None:
    person = _read(text).person
    assert (person.role, person.names) == (role, names)


@pytest.mark.parametrize("text", ["Au nom de Paul Roger, supprimez ses données.",
                                  "My late father John Ash: delete his account."])  # fmt: skip
def test_who_writes_for_another_is_looked_at_by_a_human(text: str) -> None:
    assert Doubt.FOR_ANOTHER in _read(text).triage_reasons


def test_several_persons_are_for_a_human_to_part() -> None:
    reading = _read("Ma femme et moi demandons l'accès à nos données : Paul Riou et Anne Riou.")
    assert reading.person.several_persons
    assert Doubt.SEVERAL_PERSONS in reading.triage_reasons


def test_a_companys_request_is_for_a_human() -> None:
    reading = _read("Notre société SARL Dubois demande l'accès aux données la concernant (RGPD).")
    assert Doubt.LEGAL_PERSON in reading.triage_reasons


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("Salarié de votre entreprise, je veux une copie de mon dossier.", Hint.EMPLOYEE),
        ("I left the company in May, send me my personnel file.", Hint.FORMER_EMPLOYEE),
        ("Supprimez mon CV et ma candidature.", Hint.CANDIDATE),
        ("J'ai 14 ans, supprimez mon compte.", Hint.MINOR),
        ("Je veux une copie des images de vidéosurveillance où j'apparais.", Hint.CCTV),
        ("Suite à la fuite de données, supprimez mes données.", Hint.BREACH),
        ("Supprimez mes données et envoyez une attestation de suppression.", Hint.WANTS_PROOF),
    ],
)
def test_what_bears_on_the_case_is_named(text: str, hint: Hint) -> None:
    assert hint in _read(text).person.hints


def test_daily_business_that_speaks_of_relatives_is_about_nobody() -> None:
    reading = _read("Mon mari passera récupérer la commande demain.")
    assert reading.person.role is Role.SELF
    assert not reading.needs_triage

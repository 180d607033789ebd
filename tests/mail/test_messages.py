"""Messages as people write them: what they demand, and what they do not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from calends.mail.reading import Doubt, read_message
from calends.mail.rights import THRESHOLD
from calends.rules.vocabulary import MessageKind, Right
from tests.mail.samples import DOUBTFUL, NO_REQUEST, OTHER_RIGHTS, PLAIN, Sample, letter


@pytest.mark.parametrize("sample", PLAIN, ids=lambda s: (s.text or s.subject)[:40])
def test_a_plain_demand_is_read_without_a_human(sample: Sample) -> None:
    reading = read_message(letter(sample.text, sample.subject))
    assert reading.kind is MessageKind.REQUEST
    assert {demand.right for demand in reading.demands} == sample.rights
    assert all(demand.confidence >= THRESHOLD for demand in reading.demands)
    assert reading.triage_reasons == []


@pytest.mark.parametrize("sample", PLAIN, ids=lambda s: (s.text or s.subject)[:40])
def test_the_quote_is_the_writers_own_words(sample: Sample) -> None:
    for demand in read_message(letter(sample.text, sample.subject)).demands:
        assert demand.quote
        assert demand.quote in sample.text or demand.quote in sample.subject


@pytest.mark.parametrize("sample", OTHER_RIGHTS, ids=lambda s: s.text[:40])
def test_the_other_rights_are_read(sample: Sample) -> None:
    reading = read_message(letter(sample.text, sample.subject))
    assert reading.kind is MessageKind.REQUEST
    assert {demand.right for demand in reading.demands} == sample.rights
    assert not reading.needs_triage


@pytest.mark.parametrize("text", DOUBTFUL, ids=lambda t: t[:40])
def test_a_doubtful_message_counts_as_a_request_and_goes_to_a_human(text: str) -> None:
    reading = read_message(letter(text))
    assert reading.kind is MessageKind.REQUEST
    assert reading.needs_triage


@pytest.mark.parametrize("text", NO_REQUEST, ids=lambda t: str(t)[:40])
def test_daily_business_is_no_request(text: str | tuple[str, str]) -> None:
    subject, body = text if isinstance(text, tuple) else ("", text)
    reading = read_message(letter(body, subject))
    assert reading.kind is MessageKind.OTHER
    assert reading.demands == []
    assert not reading.needs_triage


@pytest.mark.parametrize("shout", [str.upper, str.lower, str.title])
def test_shouting_changes_nothing(shout: Callable[[str], str]) -> None:
    text = shout("Supprimez toutes mes données personnelles !")
    assert [d.right for d in read_message(letter(text)).demands] == [Right.ERASURE]


def test_a_reminder_of_an_objection_to_prospecting_is_carried_out_without_a_human() -> None:
    reading = read_message(letter("Je vous ai demandé trois fois d'arrêter vos mails. RGPD !"))
    assert [d.right for d in reading.demands] == [Right.PROSPECTING_OBJECTION]
    assert not reading.needs_triage


def test_a_request_under_an_earlier_mail_is_read_apart_from_it() -> None:
    quoted = "\n\nLe 3 mars 2026 à 10:12, Service client <contact@company.example> a écrit :\n"
    text = "Supprimez mes données." + quoted + "> Vous pouvez demander une copie de vos données."
    assert [d.right for d in read_message(letter(text)).demands] == [Right.ERASURE]


@pytest.mark.parametrize(
    "introduction",
    [
        "Le 3 mars 2026 à 10:12, Jeanne <j@person.example> a écrit :\n> ",
        "On 3 March 2026, Jeanne <j@person.example> wrote:\n> ",
        "-----Message d'origine-----\n",
        "---------- Forwarded message ---------\n",
        "De : Jeanne <j@person.example>\nEnvoyé : mardi 3 mars 2026\nÀ : Accueil\nObjet : x\n\n",
        "> ",
    ],
)
@pytest.mark.parametrize("own", ["", "Pour info.\n\n", "À traiter svp\n\n"])
def test_a_demand_in_forwarded_mail_is_no_demand_but_a_human_looks(
    introduction: str, own: str
) -> None:
    reading = read_message(letter(f"{own}{introduction}Supprimez toutes mes données."))
    assert reading.demands == []
    assert reading.kind is MessageKind.REQUEST
    assert Doubt.DEMAND_IN_QUOTED in reading.triage_reasons


def test_a_signature_makes_no_demand() -> None:
    text = "Bonjour, où en est ma commande ?\n\n-- \nCamille\nSupprimez mes données merci"
    assert read_message(letter(text)).demands == []


def test_a_demand_far_down_a_complaint_is_found() -> None:
    story = "Le canapé est arrivé avec un pied cassé et personne ne répond au téléphone. " * 80
    reading = read_message(letter(f"{story}\nEffacez toutes mes données. {story}"))
    assert [d.quote for d in reading.demands] == ["Effacez toutes mes données."]


def test_a_text_too_long_to_read_goes_to_a_human() -> None:
    reading = read_message(letter("Le chat dort sur le tapis. " * 4000))
    assert Doubt.NOT_ALL_READ in reading.triage_reasons


def test_a_demand_in_html_alone_is_read() -> None:
    raw = (
        "From: camille@person.example\nContent-Type: text/html; charset=utf-8\n\n"
        "<html><body><p>Bonjour,</p><table><tr><td>Supprimez <b>mes&nbsp;données</b>.</td></tr>"
        "</table></body></html>"
    ).encode()
    assert [d.right for d in read_message(raw).demands] == [Right.ERASURE]


def test_a_request_hidden_in_html_behind_a_stub_of_text_is_read() -> None:
    html = "<p>" + "Bonjour, voici une longue histoire. " * 20 + "</p><p>Supprimez mes données.</p>"
    raw = (
        "From: camille@person.example\nContent-Type: multipart/alternative; boundary=b\n\n"
        "--b\nContent-Type: text/plain\n\nVotre logiciel ne lit pas le HTML.\n"
        f"--b\nContent-Type: text/html; charset=utf-8\n\n{html}\n--b--\n"
    ).encode()
    assert [d.right for d in read_message(raw).demands] == [Right.ERASURE]


def test_a_message_of_attachments_only_goes_to_a_human() -> None:
    raw = (
        b"From: camille@person.example\nSubject: courrier\n"
        b"Content-Type: application/pdf; name=lettre.pdf\n"
        b"Content-Transfer-Encoding: base64\n\nQUJD\n"
    )
    reading = read_message(raw)
    assert reading.triage_reasons == [Doubt.ONLY_ATTACHMENTS]

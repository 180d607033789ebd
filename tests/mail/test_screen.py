"""Kinds of message: machines, newsletters, authorities, replies."""

from __future__ import annotations

import pytest

from calends.mail.reading import Doubt, read_message
from calends.rules.reference import make_reference
from calends.rules.vocabulary import MessageKind, Right
from tests.mail.samples import letter

REFERENCE = make_reference(2026, 42)
ERASE = "Supprimez toutes mes données personnelles."


@pytest.mark.parametrize(
    ("head", "subject"),
    [
        ("Auto-Submitted: auto-replied\n", "Re: Votre demande"),
        ("Auto-Submitted: auto-replied (vacation)\n", "x"),
        ("Auto-Submitted: auto-generated\nX-Auto-Response-Suppress: All\n", "Automatic reply: hi"),
        ("Auto-Submitted: auto-generated\n", "Réponse automatique : Votre demande"),
        ("Return-Path: <>\n", "Absence du bureau"),
        ("Return-Path: <>\n", "bonjour"),
        ("X-Autoreply: yes\n", "Je suis en vacances"),
        ("Precedence: auto_reply\n", "Je suis en vacances"),
        ("", "Absent jusqu'au 15"),
    ],
)
def test_an_automatic_reply_is_never_a_case(head: str, subject: str) -> None:
    text = "Je suis absente jusqu'au 15 août. En cas d'urgence, appelez le standard."
    reading = read_message(letter(text, subject, head))
    assert reading.kind is MessageKind.AUTO_REPLY
    assert reading.demands == []
    assert not reading.needs_triage


def test_an_automatic_reply_that_speaks_of_data_is_still_an_automatic_reply() -> None:
    head = "Auto-Submitted: auto-replied\n"
    assert read_message(letter(ERASE, "", head)).kind is MessageKind.AUTO_REPLY


@pytest.mark.parametrize(
    "head",
    [
        "Auto-Submitted: auto-generated\n",
        "Precedence: bulk\n",
        "X-Auto-Response-Suppress: OOF\n",
        "Auto-Submitted: no\n",
        "List-Unsubscribe: <https://agent.example/off>\n",
    ],
)
def test_an_agent_platforms_request_is_a_request(head: str) -> None:
    reading = read_message(letter(ERASE, "", head))
    assert reading.kind is MessageKind.REQUEST
    assert [d.right for d in reading.demands] == [Right.ERASURE]


@pytest.mark.parametrize(
    "text",
    [
        "Nos offres de printemps ! Pour vous désinscrire, cliquez ici.",
        "Webinaire : le RGPD en 2026. Vous avez un droit d'accès à vos données.",
    ],
)
def test_a_newsletter_is_bulk(text: str) -> None:
    head = "List-Id: <news.shop.example>\nList-Unsubscribe: <mailto:off@shop.example>\n"
    reading = read_message(letter(text, "Printemps", head))
    assert reading.kind is MessageKind.BULK
    assert not reading.needs_triage


DSN = (
    "From: MAILER-DAEMON@mx.example\nReturn-Path: <>\nSubject: Undelivered Mail\n"
    "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
    "--b\nContent-Type: text/plain\n\nI could not deliver it.\n"
    "--b\nContent-Type: message/delivery-status\n\nFinal-Recipient: rfc822; x@person.example\n"
    "Status: 5.1.1\n"
    "--b\nContent-Type: message/rfc822\n\n"
    f"Message-ID: <calends.abc@company.example>\nSubject: [{REFERENCE}] Votre demande\n\ncorps\n"
    "--b--\n"
)


def test_a_delivery_report_is_a_bounce_and_names_the_message_and_the_case() -> None:
    reading = read_message(DSN.encode())
    assert reading.kind is MessageKind.BOUNCE
    assert reading.answers == ["<calends.abc@company.example>"]
    assert reading.reference == REFERENCE
    assert reading.demands == []


@pytest.mark.parametrize(
    "sender",
    [
        "MAILER-DAEMON <>",
        "<>",
        "Mailer Daemon <MAILER-DAEMON@localhost>",
        "MAILER-DAEMON (Mail Delivery System)",
        '"Mail Delivery Subsystem" <MAILER-DAEMON>',
        "MAILER-DAEMON@mx.example",
    ],
)
@pytest.mark.parametrize(
    ("subject", "kind"),
    [("Delayed Mail (still being retried)", MessageKind.BOUNCE),
     ("Mail could not be delivered", MessageKind.BOUNCE),
     ("Postfix SMTP server: errors from mx.example", MessageKind.AUTO_REPLY)],
)  # fmt: skip
def test_a_program_without_an_address_is_nobodys_request(
    sender: str, subject: str, kind: MessageKind
) -> None:
    raw = f"From: {sender}\nSubject: {subject}\n\nhttps://mx.example/data-protection-policy\n"
    assert read_message(raw.encode()).kind is kind


def test_a_person_with_a_programs_name_is_a_person() -> None:
    raw = "From: Mailer-Daemon Durand <m@courriel.example>\nSubject: x\n\n"
    asks = "Je souhaite une copie de toutes mes données personnelles.\n"
    assert read_message((raw + asks).encode()).kind is MessageKind.REQUEST


def test_a_plain_text_bounce_is_a_bounce() -> None:
    raw = letter(
        "550 5.1.1 user unknown", "Mail delivery failed: returning message", "Return-Path: <>\n"
    )
    assert read_message(raw).kind is MessageKind.BOUNCE


def test_a_read_receipt_is_an_automatic_reply() -> None:
    raw = DSN.replace("delivery-status;", "disposition-notification;").encode()
    assert read_message(raw).kind is MessageKind.AUTO_REPLY


def test_a_person_who_mentions_error_550_is_no_bounce() -> None:
    assert read_message(letter("J'ai eu l'erreur 550 5.1.1 hier.")).kind is MessageKind.OTHER


def _from(address: str, text: str, head: str = "") -> bytes:
    return f"From: {address}\n{head}Subject: Plainte\n\n{text}\n".encode()


@pytest.mark.parametrize("address", ["service@cnil.fr", "x@plaintes.cnil.fr", "y@EDPB.europa.eu"])
def test_an_authoritys_mail_is_for_the_dpo(address: str) -> None:
    reading = read_message(_from(address, "Nous avons ete saisis d'une plainte."))
    assert reading.kind is MessageKind.AUTHORITY
    assert [d.right for d in reading.demands] == [Right.AUTHORITY_INQUIRY]
    assert reading.triage_reasons == [Doubt.AUTHORITY]


def test_an_authoritys_letter_sent_on_from_elsewhere_is_an_authoritys() -> None:
    text = "La CNIL a ete saisie d'une plainte. Vos observations sont attendues sous 15 jours."
    assert read_message(_from("scan@person.example", text)).kind is MessageKind.AUTHORITY


@pytest.mark.parametrize(
    "address", ["x@cnil.fr.evil.example", "x@notcnil.fr", "cnil.fr@evil.example"]
)
def test_an_address_that_looks_like_an_authoritys_is_none(address: str) -> None:
    assert read_message(_from(address, "Bonjour")).kind is MessageKind.OTHER


def test_a_person_who_threatens_with_the_authority_is_a_person() -> None:
    reading = read_message(letter("La CNIL sera saisie : je vais déposer une plainte n° 3."))
    assert reading.kind is MessageKind.REQUEST


def test_a_reference_makes_a_reply() -> None:
    reading = read_message(letter("Voici ma réponse.", f"Re: [{REFERENCE}] Votre demande"))
    assert (reading.kind, reading.reference) == (MessageKind.REPLY, REFERENCE)
    assert not reading.needs_triage


def test_a_wrong_reference_is_none() -> None:
    wrong = REFERENCE[:-2] + ("AA" if not REFERENCE.endswith("AA") else "BB")
    reading = read_message(letter("Bonjour, merci.", f"Dossier {wrong}"))
    assert (reading.kind, reading.reference) == (MessageKind.OTHER, None)


def test_two_references_name_no_case_and_go_to_a_human() -> None:
    other = make_reference(2026, 43)
    reading = read_message(letter("Bonjour", f"{REFERENCE} et {other}"))
    assert reading.reference is None
    assert Doubt.SEVERAL_REFERENCES in reading.triage_reasons


def test_the_writers_reference_goes_before_the_quoted_one() -> None:
    other = make_reference(2026, 43)
    reading = read_message(letter(f"Au sujet de {REFERENCE}\n\n> {other}\n"))
    assert reading.reference == REFERENCE


@pytest.mark.parametrize("field", ["In-Reply-To", "References"])
def test_an_answer_to_our_message_is_a_reply(field: str) -> None:
    head = f"{field}: <calends.0abc@company.example>\n"
    reading = read_message(letter("Merci.", "Re: bonjour", head))
    assert reading.kind is MessageKind.REPLY
    assert reading.answers == ["<calends.0abc@company.example>"]


def test_an_answer_to_somebody_elses_message_is_no_reply_to_us() -> None:
    head = "In-Reply-To: <abc.calends@other.example>\n"
    assert read_message(letter("Merci.", "Re: bonjour", head)).kind is MessageKind.OTHER


def test_a_reply_with_a_new_demand_shows_it() -> None:
    reading = read_message(letter(ERASE, f"Re: [{REFERENCE}]"))
    assert reading.kind is MessageKind.REPLY
    assert [d.right for d in reading.demands] == [Right.ERASURE]


@pytest.mark.parametrize(
    "text",
    [
        "K7QM-3RTX",
        "Mon code : k7qm-3rtx merci",
        "Bonjour,\nvoici K7QM–3RTX.",
        "Oui.\n\nLe 3 mars 2026, Calends <c@company.example> a écrit :\n> Votre code : K7QM-3RTX\n",
        "Oui.\n\nLe 3 mars 2026, Calends <c@company.example> a écrit :\n\nVotre code : K7QM-3RTX\n",
        "> K7QM-3RTX",
    ],
)
def test_a_code_is_found_wherever_it_stands(text: str) -> None:
    assert read_message(letter(text, f"Re: [{REFERENCE}]")).codes == ["K7QM-3RTX"]


@pytest.mark.parametrize("text", ["rendez-vous", "peut-etre", "mail-test", "K7QM-3RT", "K7O0-3RTX",
                                  "AK7QM-3RTX", "K7QM-3RTX-2"])  # fmt: skip
def test_other_words_are_no_code(text: str) -> None:
    assert read_message(letter(text)).codes == []


def test_a_reply_of_nothing_but_our_quoted_letter_goes_to_a_human_unless_it_holds_the_code() -> (
    None
):
    quoted = "Le 3 mars 2026, Calends <c@company.example> a écrit :\n> Bonjour {}\n"
    subject = f"Re: [{REFERENCE}]"
    without = read_message(letter(quoted.format("Camille"), subject))
    assert without.triage_reasons == [Doubt.ONLY_QUOTED]
    assert not read_message(letter(quoted.format("K7QM-3RTX"), subject)).needs_triage


@pytest.mark.parametrize("raw", [b"", b"\n\n\n", b"\0\0\0\0", b"%PDF-1.7\n\x00\xff", b"bonjour",
                                 b"From: a@b.example\n\n"])  # fmt: skip
def test_what_is_no_message_is_quarantined_for_a_human(raw: bytes) -> None:
    reading = read_message(raw)
    assert reading.kind is MessageKind.QUARANTINE
    assert reading.needs_triage

"""A letter registered by hand: from when it counts, and what reading makes of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from email import message_from_bytes
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calends.mail.by_hand import (
    FAULTS,
    LARGEST,
    Letter,
    Scan,
    Unfit,
    Way,
    day_of,
    envelope,
    receipt,
    require_letter,
    written_by,
)
from calends.mail.look import look
from calends.mail.reading import Reading
from calends.rules.clock import compute_clock
from calends.rules.vocabulary import Language, MessageKind, Right

TZ, TODAY = "Europe/Paris", date(2026, 11, 24)
SCAN = Scan.of(b"%PDF-1.7 scan")
POSTED = Letter(Way.POST, date(2026, 11, 20), scans=(SCAN,))


def read(letter: Letter) -> Reading:
    return look(envelope(letter, to="contact@impro-solutions.fr", tz=TZ)).reading


def test_a_letter_counts_from_the_day_of_its_stamp_whenever_it_was_read() -> None:
    at = receipt(POSTED, TZ).at
    assert at == datetime(2026, 11, 19, 23, 0, tzinfo=UTC)
    assert compute_clock(at, tz=TZ, region="FR").received_local == date(2026, 11, 20)


def test_of_delivery_and_first_presentation_the_earlier_counts() -> None:
    collected_late = replace(POSTED, presented=date(2026, 11, 6))
    received = receipt(collected_late, TZ)
    assert compute_clock(received.at, tz=TZ, region="FR").received_local == date(2026, 11, 6)
    assert "presented" in received.why.words


def test_a_letter_that_was_never_collected_counts_from_its_presentation() -> None:
    unclaimed = replace(POSTED, delivered=None, presented=date(2026, 11, 6))
    require_letter(unclaimed, TODAY)
    assert receipt(unclaimed, TZ).at == datetime(2026, 11, 5, 23, 0, tzinfo=UTC)


def test_a_call_counts_from_its_day_by_the_rule_of_calls() -> None:
    call = Letter(Way.PHONE, date(2026, 11, 20), says="Je veux mes données.")
    assert receipt(call, TZ).why.source == "GDPR 12(2)"


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("right", [r for r in Right if r is not Right.AUTHORITY_INQUIRY])
def test_the_right_that_was_ticked_is_the_one_that_is_read(
    right: Right, language: Language
) -> None:
    reading = read(replace(POSTED, rights=(right,), language=language))
    assert reading.kind is MessageKind.REQUEST
    assert [demand.right for demand in reading.demands] == [right]
    assert reading.language == language


@pytest.mark.parametrize("language", list(Language))
def test_a_letter_of_which_nothing_was_understood_is_a_request_to_triage(
    language: Language,
) -> None:
    reading = read(replace(POSTED, language=language))
    assert reading.kind is MessageKind.REQUEST
    assert reading.needs_triage


def test_the_words_of_a_letter_are_read_like_those_of_a_mail() -> None:
    reading = read(replace(POSTED, says="Merci d'effacer toutes mes données personnelles."))
    assert [demand.right for demand in reading.demands] == [Right.ERASURE]


def test_whoever_gives_a_mail_address_is_answered_there_and_nobody_else() -> None:
    mail = look(envelope(replace(POSTED, email="j.m@courriel.example", name="Jeanne\r\nBcc: x"),
                         to="Impro <contact@impro-solutions.fr>", tz=TZ)).mail  # fmt: skip
    assert mail is not None
    assert mail.sender.address == "j.m@courriel.example"
    without = look(envelope(POSTED, to="contact@impro-solutions.fr", tz=TZ)).mail
    assert without is not None
    assert without.sender.address is None


def test_the_scans_are_parts_under_names_of_ours() -> None:
    png = Scan.of(b"\x89PNG\r\n\x1a\nx")
    raw = envelope(replace(POSTED, scans=(SCAN, png)), to="a@b.fr", tz=TZ)
    parts = list(message_from_bytes(raw, policy=default).iter_attachments())
    assert [part.get_filename() for part in parts] == ["scan-1.pdf", "scan-2.png"]
    assert [part.get_content_type() for part in parts] == ["application/pdf", "image/png"]


def test_the_same_letter_gives_the_same_bytes_and_another_does_not() -> None:
    def raw(letter: Letter) -> bytes:
        return envelope(letter, to="a@b.fr", tz=TZ)

    assert raw(POSTED) == raw(replace(POSTED))
    for other in (
        replace(POSTED, delivered=date(2026, 11, 19)),
        replace(POSTED, scans=(Scan.of(b"%PDF-1.7 other"),)),
        replace(POSTED, name="A"),
        replace(POSTED, rights=(Right.ACCESS,)),
    ):
        assert raw(other) != raw(POSTED)


WRONG = {
    "days": replace(POSTED, delivered=None),
    "future": replace(POSTED, delivered=date(2026, 11, 25)),
    "order": replace(POSTED, presented=date(2026, 11, 21)),
    "presented": Letter(Way.PHONE, date(2026, 11, 20), date(2026, 11, 19), says="x"),
    "email": replace(POSTED, email="nobody"),
    "nothing": replace(POSTED, scans=()),
    "many": replace(POSTED, scans=(SCAN,) * 21),
    "large": replace(POSTED, scans=(Scan.of(b"%PDF-" + bytes(LARGEST)),)),
    "long": replace(POSTED, says="x" * 20_001),
}


@pytest.mark.parametrize(("code", "letter"), WRONG.items())
def test_a_letter_that_cannot_be_is_told_by_its_fault(code: str, letter: Letter) -> None:
    with pytest.raises(Unfit) as fault:
        require_letter(letter, TODAY)
    assert fault.value.code == code


@pytest.mark.parametrize("content", [b"", b"<svg>", b"PK\x03\x04", b"%!PS", b"GIF89a", b"MZ"])
def test_what_is_no_scan_by_its_bytes_is_refused(content: bytes) -> None:
    with pytest.raises(Unfit) as fault:
        Scan.of(content)
    assert fault.value.code == "kind"


@pytest.mark.parametrize("text", ["20.11.2026", "2026-13-01", "tomorrow", "2026-11-20T10:00"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(Unfit):
        day_of(text)


def test_every_fault_is_one_that_pages_have_a_text_for() -> None:
    assert {*WRONG, "kind", "day"} == set(FAULTS)


@pytest.mark.parametrize(
    ("name", "postal"),
    [
        ("Zoé d'Hérouville", ["1 bis cours de l'Orée", "14200 Hérouville-Saint-Clair"]),
        ("Γεωργία Παπαδοπούλου", ["Οδός Ερμού 5", "105 63 Αθήνα"]),
        ("王小明", ["东城区 1 号"]),
        ("A" * 300, ["B" * 300, "C: d <e@f>"]),
        ("", []),
    ],
)
def test_who_wrote_is_read_back_as_it_was_typed(name: str, postal: list[str]) -> None:
    typed = replace(POSTED, name=name, postal="\r\n".join(postal))
    raw = envelope(typed, to="contact@impro-solutions.fr", tz=TZ)
    assert written_by(raw) == (name, postal)


@given(st.text(max_size=200), st.text(max_size=200), st.text(max_size=200))
def test_nothing_typed_leaves_its_place_in_the_envelope(name: str, postal: str, says: str) -> None:
    typed = replace(POSTED, name=name, postal=postal, says=says, email="a@b.example")
    raw = envelope(typed, to="contact@impro-solutions.fr", tz=TZ)
    fields = [line.split(b":")[0] for line in raw.partition(b"\r\n\r\n")[0].split(b"\r\n")
              if line[:1] not in (b" ", b"\t")]  # fmt: skip
    assert set(fields) <= {b"From", b"To", b"Subject", b"Date", b"Message-ID", b"MIME-Version",
                           b"Content-Type", b"Calends-Name", b"Calends-Postal-Line"}  # fmt: skip
    assert fields.count(b"Calends-Name") <= 1
    assert fields.count(b"Calends-Postal-Line") <= len(postal.splitlines())

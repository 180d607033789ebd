"""Reminders, withdrawals, changes, negations, conditions: what is no new demand, and what is."""

from __future__ import annotations

import pytest

from calends.mail.reading import Doubt, Reading, read_message
from calends.rules.vocabulary import MessageKind, Right
from tests.mail.samples import letter


def _read(text: str) -> Reading:
    return read_message(letter(text))


def _rights(reading: Reading) -> list[Right]:
    return [demand.right for demand in reading.demands]


@pytest.mark.parametrize(
    ("text", "chased"),
    [
        ("Je vous ai demandé la suppression de mes données le 3 mars, sans réponse.",
         [Right.ERASURE]),
        ("I sent you an access request six weeks ago and have heard nothing.", [Right.ACCESS]),
        ("Toujours pas de réponse à ma demande RGPD.", []),
    ],
)  # fmt: skip
def test_a_reminder_says_what_it_reminds_of_and_demands_nothing_new(
    text: str, chased: list[Right]
) -> None:
    reading = _read(text)
    assert reading.chases
    assert reading.chased == chased
    assert _rights(reading) == []
    assert Doubt.CHASING in reading.triage_reasons


def test_a_reminder_that_repeats_the_demand_is_both() -> None:
    reading = _read("Relance RGPD : pas de réponse. Je demande la suppression de mes données.")
    assert reading.chases
    assert _rights(reading) == [Right.ERASURE]


@pytest.mark.parametrize(
    "text",
    ["J'annule ma demande d'accès à mes données.", "Je renonce à ma demande de suppression RGPD.",
     "Please disregard my erasure request.", "I withdraw my access request, thank you."],
)  # fmt: skip
def test_a_request_taken_back_is_no_demand_and_a_human_confirms(text: str) -> None:
    reading = _read(text)
    assert reading.withdraws
    assert reading.kind is MessageKind.REQUEST
    assert all(demand.confidence < 0.75 for demand in reading.demands)
    assert Doubt.CANCELLED in reading.triage_reasons


def test_an_order_taken_back_is_daily_business() -> None:
    reading = _read("J'annule ma commande de mardi.")
    assert reading.kind is MessageKind.OTHER
    assert not reading.withdraws


@pytest.mark.parametrize(
    ("text", "rights", "refused"),
    [
        ("Je ne demande pas la suppression de mes données, juste une copie de mes données.",
         [Right.ACCESS], Right.ERASURE),
        ("I am not asking you to delete my data, just send me a copy of my data.",
         [Right.ACCESS], Right.ERASURE),
        ("Je ne veux pas de copie de mes données mais supprimez mon compte.",
         [Right.ERASURE], Right.ACCESS),
    ],
)  # fmt: skip
def test_what_is_said_not_to_be_wanted_is_no_demand_and_is_noted(
    text: str, rights: list[Right], refused: Right
) -> None:
    reading = _read(text)
    assert _rights(reading) == rights
    assert refused in reading.not_wanted


@pytest.mark.parametrize(
    "text",
    ["Si vous ne me remboursez pas, je demanderai la suppression de mes données.",
     "If you don't refund me by Friday I will request deletion of my data."],
)  # fmt: skip
def test_a_threat_is_no_clear_demand(text: str) -> None:
    reading = _read(text)
    assert reading.needs_triage
    assert all(demand.confidence < 0.75 for demand in reading.demands)


def test_a_condition_that_is_no_threat_leaves_the_demand() -> None:
    reading = _read("Si vous avez encore mes données, supprimez-les.")
    assert _rights(reading) == [Right.ERASURE]
    assert not reading.needs_triage


@pytest.mark.parametrize(
    "text",
    ["En complément de ma demande du 3 mars, supprimez aussi mes coordonnées bancaires.",
     "Further to my access request, please also include my call recordings."],
)  # fmt: skip
def test_a_change_of_scope_is_told_from_a_new_request(text: str) -> None:
    reading = _read(text)
    assert reading.changes
    assert Doubt.CHANGED in reading.triage_reasons

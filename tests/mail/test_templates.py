"""The published request letters, in every combination of their optional blocks."""

from __future__ import annotations

from pathlib import Path

import pytest

from calends.mail.reading import Doubt, Reading, read_message
from calends.rules.vocabulary import MessageKind, Right
from tests.mail.request_templates import letters
from tests.mail.samples import letter

FRENCH_AND_ENGLISH = pytest.mark.parametrize("language", ["fr", "en"])


def _readings(shared: Path, language: str, name: str) -> list[tuple[frozenset[str], Reading]]:
    found = letters(shared, language, name)
    assert found
    return [(chosen, read_message(letter(text))) for chosen, text in found]


def _rights(reading: Reading) -> set[Right]:
    return {demand.right for demand in reading.demands}


@FRENCH_AND_ENGLISH
@pytest.mark.parametrize("name", ["access-default", "access-tracking"])
def test_an_access_letter_is_access_and_its_portability_block_portability(
    shared: Path, language: str, name: str
) -> None:
    for chosen, reading in _readings(shared, language, name):
        portability = {Right.PORTABILITY} if "data_portability" in chosen else set()
        assert _rights(reading) == {Right.ACCESS} | portability
        assert not reading.needs_triage


@FRENCH_AND_ENGLISH
def test_an_erasure_letter_is_erasure_and_what_its_blocks_demand_besides(
    shared: Path, language: str
) -> None:
    for chosen, reading in _readings(shared, language, "erasure-default"):
        expected = {Right.ERASURE}
        if "include_objection" in chosen:
            expected |= {Right.OBJECTION} | ({Right.RESTRICTION} if language == "en" else set())
        if "erase_some" in chosen:  # the consent it withdraws covers more than it erases
            expected |= {Right.CONSENT_WITHDRAWAL}
        assert _rights(reading) == expected
        assert not reading.needs_triage


@FRENCH_AND_ENGLISH
def test_an_objection_letter_is_an_objection_to_prospecting_alone(
    shared: Path, language: str
) -> None:
    for _, reading in _readings(shared, language, "objection-default"):
        assert _rights(reading) == {Right.PROSPECTING_OBJECTION}
        assert not reading.needs_triage


@FRENCH_AND_ENGLISH
def test_a_rectification_letter_is_rectification_and_nothing_else(
    shared: Path, language: str
) -> None:
    for _, reading in _readings(shared, language, "rectification-default"):
        assert _rights(reading) == {Right.RECTIFICATION}
        assert not reading.needs_triage


@FRENCH_AND_ENGLISH
def test_a_reminder_of_an_unanswered_request_is_no_new_demand(shared: Path, language: str) -> None:
    for _, reading in _readings(shared, language, "admonition"):
        assert reading.kind is MessageKind.REQUEST
        assert reading.demands == []
        assert Doubt.CHASING in reading.triage_reasons


@FRENCH_AND_ENGLISH
def test_a_complaint_meant_for_an_authority_is_no_demand(shared: Path, language: str) -> None:
    for _, reading in _readings(shared, language, "complaint"):
        assert reading.kind is MessageKind.REQUEST
        assert reading.demands == []
        assert Doubt.COMPLAINT in reading.triage_reasons


@FRENCH_AND_ENGLISH
def test_every_letter_is_read_in_its_language_and_quoted_word_for_word(
    shared: Path, language: str
) -> None:
    for path in sorted((shared / "request-templates" / language).glob("*.txt")):
        for _, text in letters(shared, language, path.stem):
            reading = read_message(letter(text))
            assert reading.language == language
            assert all(d.quote and d.quote in text for d in reading.demands)


@pytest.mark.parametrize("language", ["cs", "de", "el", "es", "hr", "it", "nl", "pt", "ro", "sv"])
def test_a_letter_in_another_language_goes_to_a_human_and_its_language_is_named(
    shared: Path, language: str
) -> None:
    paths = sorted((shared / "request-templates" / language).glob("*.txt"))
    assert paths
    for path in paths:
        for _, text in letters(shared, language, path.stem):
            reading = read_message(letter(text))
            assert reading.kind is MessageKind.REQUEST
            assert reading.language == language
            assert Doubt.LANGUAGE in reading.triage_reasons


@FRENCH_AND_ENGLISH
def test_the_person_is_read_from_the_fields_of_a_letter(shared: Path, language: str) -> None:
    for _, text in letters(shared, language, "objection-default"):
        identity = read_message(letter(text)).identity
        assert identity.name == "Camille Exemple"
        assert identity.addresses == ["camille@person.example"]

"""Dates, periods, counts and reasons in words, in both languages."""

from __future__ import annotations

from datetime import date
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calends.letters.inputs import Reason
from calends.letters.reasons import reason_in_words, task_in_words
from calends.letters.words import CHANNELS, Channel, day_in_words, period_in_words, records_in_words
from calends.problems import Problem
from calends.rules.vocabulary import Language
from workflows.tasks import TaskKind

FR, EN = Language.FR, Language.EN


@pytest.mark.parametrize(
    ("day", "french", "english"),
    [
        (date(2026, 12, 15), "15 décembre 2026", "15 December 2026"),
        (date(2027, 1, 1), "1er janvier 2027", "1 January 2027"),
        (date(2026, 8, 31), "31 août 2026", "31 August 2026"),
    ],
)
def test_dates_are_written_in_words(day: date, french: str, english: str) -> None:
    assert (day_in_words(day, FR), day_in_words(day, EN)) == (french, english)


@pytest.mark.parametrize(
    ("period", "french", "english"),
    [
        ("P3Y", "3 ans", "3 years"),
        ("P1Y6M", "1 an et 6 mois", "1 year and 6 months"),
        ("P13M", "13 mois", "13 months"),
        ("P1D", "1 jour", "1 day"),
    ],
)
def test_periods_are_written_in_words(period: str, french: str, english: str) -> None:
    assert (period_in_words(period, FR), period_in_words(period, EN)) == (french, english)


@given(st.text(max_size=8))
def test_what_is_no_period_is_one_clear_problem(text: str) -> None:
    try:
        words = period_in_words(text, EN)
    except Problem:
        return
    assert text.startswith("P")
    assert words[0].isdigit()


def test_counts_agree_with_their_noun() -> None:
    assert [records_in_words(n, FR) for n in (0, 1, 2)] == [
        "0 enregistrement",
        "1 enregistrement",
        "2 enregistrements",
    ]
    assert [records_in_words(n, EN) for n in (0, 1, 2)] == ["0 records", "1 record", "2 records"]


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", TaskKind)
def test_a_task_that_keeps_a_person_waiting_is_told_in_words(
    kind: TaskKind, language: Language
) -> None:
    told = reason_in_words(Reason(kind="task_open", name=kind, since=date(2026, 12, 1)), language)
    assert {FR: "depuis le 1er décembre 2026", EN: "since 1 December 2026"}[language] in told
    assert "_" not in told


def test_tasks_of_the_house_alone_are_not_explained_to_the_person() -> None:
    plain = {kind for kind in TaskKind if task_in_words(kind, EN) == "a check by a person"}
    assert plain == {
        TaskKind.AUTHORITY,
        TaskKind.APPROVE_PAUSE,
        TaskKind.HOLD_IMAGES,
        TaskKind.MEND_CASE,
    }


def test_every_channel_has_its_words() -> None:
    assert set(CHANNELS) == set(get_args(Channel))

"""The completeness certificate: every declared system, once, with how its search ended."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calends.exports.certificate import Certificate, SearchEnd, certificate
from calends.rules.vocabulary import Language, SearchState

ASKED = datetime(2026, 12, 1, 23, 30, tzinfo=UTC)
AT = datetime(2026, 12, 15, 9, 30, tzinfo=UTC)
SYSTEMS = [("crm", "Customers"), ("bills", "Invoices"), ("paper", "Archive room"), ("mail", "Mail")]
ENDS = {
    "crm": SearchEnd(state=SearchState.FOUND, count=12),
    "bills": SearchEnd(state=SearchState.FAILED, since=ASKED, reason="unreachable"),
    "paper": SearchEnd(state=SearchState.SKIPPED, reason="burnt down in 2019", skipped_by="dpo"),
}


def made(ends: dict[str, SearchEnd] = ENDS, **more: Any) -> Certificate:
    return certificate("2026-00042-K7", SYSTEMS, ends, **{"asked_at": ASKED, "at": AT} | more)


def test_every_declared_system_is_named_once_in_order_and_the_silent_one_is_awaited() -> None:
    lines = made().systems
    assert [line.system for line in lines] == ["crm", "bills", "paper", "mail"]
    assert lines[3].end == SearchEnd(state=SearchState.WAITING, since=ASKED)


@given(st.dictionaries(st.sampled_from([s for s, _ in SYSTEMS]), st.sampled_from(SearchState)))
def test_it_is_complete_only_when_every_system_answered_or_was_left_out_for_a_reason(
    states: dict[str, SearchState],
) -> None:
    ends = {
        system: SearchEnd(state=state, since=ASKED, reason="why", skipped_by="dpo")
        for system, state in states.items()
    }
    open_states = (SearchState.FAILED, SearchState.WAITING)
    silent = len(states) < len(SYSTEMS)
    assert made(ends).complete == (not silent and not set(states.values()) & set(open_states))


@pytest.mark.parametrize(
    "end",
    [
        SearchEnd(state=SearchState.SKIPPED, reason="why"),
        SearchEnd(state=SearchState.SKIPPED, skipped_by="dpo"),
        SearchEnd(state=SearchState.SKIPPED, reason=" ", skipped_by=" "),
        SearchEnd(state=SearchState.FAILED),
        SearchEnd(state=SearchState.WAITING),
    ],
)
def test_a_gap_that_nobody_explains_is_named(end: SearchEnd) -> None:
    assert made({"paper": end}).unexplained == ["paper"]
    assert not made({"paper": end}).complete


def test_a_result_of_an_undeclared_system_is_refused() -> None:
    with pytest.raises(ValueError, match="not declared: other"):
        made({"other": SearchEnd(state=SearchState.NOTHING)})


def test_its_digest_is_one_whatever_the_zone_of_the_clock_and_changes_with_any_fact() -> None:
    one = made().digest
    assert made(at=AT.astimezone(timezone(timedelta(hours=5)))).digest == one
    assert made(ENDS | {"crm": SearchEnd(state=SearchState.FOUND, count=13)}).digest != one
    assert made(asked_at=ASKED + timedelta(seconds=1)).digest != one
    assert Certificate.model_validate_json(made().model_dump_json()).digest == one


@pytest.mark.parametrize(
    ("language", "told"),
    [
        (
            Language.EN,
            [
                "- Customers: 12 records",
                "- Invoices: no answer since 2 December 2026",
                "- Archive room: not searched (burnt down in 2019)",
                "- Mail: no answer since 2 December 2026",
                "Our search is therefore not complete.",
            ],
        ),
        (
            Language.FR,
            [
                "- Customers : 12 enregistrements",
                "- Invoices : pas de réponse depuis le 2 décembre 2026",
                "- Archive room : non consulté (burnt down in 2019)",
                "- Mail : pas de réponse depuis le 2 décembre 2026",
                "Notre recherche n'est donc pas complète.",
            ],
        ),
    ],
)
def test_its_text_is_the_block_of_the_replies(language: Language, told: list[str]) -> None:
    """In days of the controller's zone: 23:30 UTC is the next day in Paris."""
    text = made().text(language, "Europe/Paris")
    for line in told:
        assert line in text
    assert "unreachable" not in text  # a class of failure says nothing to the person


def test_a_value_in_it_makes_no_line_of_its_own() -> None:
    skipped = SearchEnd(state=SearchState.SKIPPED, reason="a\n- CRM: nothing", skipped_by="dpo")
    text = made({"paper": skipped}).text(Language.EN, "Europe/Paris")
    assert "\n- CRM" not in text

from datetime import date

import pytest

from calends.rules.decision import Outcome
from calends.rules.refusing import (
    Demonstration,
    Reason,
    may_charge,
    may_refuse,
    spaced_enough,
)

LAWFUL = {
    Reason.NOT_IDENTIFIED,
    Reason.RIGHTS_OF_OTHERS,
    Reason.LEGAL_OBLIGATION,
    Reason.LEGAL_CLAIMS,
    Reason.INDIRECT_ACCESS,
    Reason.RIGHT_DOES_NOT_APPLY,
}
ABUSE = {Reason.UNFOUNDED, Reason.EXCESSIVE}
SHOWN = Demonstration("forty requests in a month", "a claim prepared", True, True)


@pytest.mark.parametrize("reason", sorted(set(Reason) - LAWFUL - ABUSE))
def test_what_is_no_reason_refuses_nothing_whoever_decides(reason: Reason) -> None:
    for human in (True, False):
        found = may_refuse(reason, decided_by_human=human, shown=SHOWN)
        assert found.outcome is Outcome.REFUSE
        assert found.why[0].source


@pytest.mark.parametrize("reason", sorted(LAWFUL))
def test_a_lawful_reason_refuses_when_a_human_says_so(reason: Reason) -> None:
    assert may_refuse(reason, decided_by_human=True).accepted
    assert may_refuse(reason, decided_by_human=False).outcome is Outcome.HUMAN


@pytest.mark.parametrize("reason", sorted(ABUSE))
def test_abuse_is_demonstrated_in_both_its_elements_by_the_dpo_with_counsel(
    reason: Reason,
) -> None:
    assert may_refuse(reason, decided_by_human=False, shown=SHOWN).outcome is Outcome.HUMAN
    assert may_refuse(reason, decided_by_human=True, shown=SHOWN).accepted
    nothing = may_refuse(reason, decided_by_human=True)
    assert nothing.ask == ("objective", "subjective", "dpo", "counsel")


@pytest.mark.parametrize(
    ("shown", "asked"),
    [
        (Demonstration(" ", "a claim prepared", True, True), "objective"),
        (Demonstration("forty requests", "", True, True), "subjective"),
        (Demonstration("forty requests", "a claim prepared", False, True), "dpo"),
        (Demonstration("forty requests", "a claim prepared", True, False), "counsel"),
    ],
)
def test_one_missing_element_is_asked_for(shown: Demonstration, asked: str) -> None:
    found = may_refuse(Reason.EXCESSIVE, decided_by_human=True, shown=shown)
    assert (found.outcome, found.ask) == (Outcome.ASK, (asked,))


@pytest.mark.parametrize(
    ("last", "received", "spaced"),
    [
        (date(2025, 6, 10), date(2026, 6, 10), True),
        (date(2025, 6, 10), date(2026, 6, 9), False),
        (None, date(2026, 6, 10), False),
        (date(2025, 6, 10), None, False),
    ],
)
def test_a_year_between_two_demands_is_never_excessive(
    last: date | None, received: date | None, spaced: bool
) -> None:
    assert spaced_enough(last, received) is spaced
    found = may_refuse(
        Reason.EXCESSIVE,
        decided_by_human=True,
        shown=SHOWN,
        last_answered=last,
        received=received,
    )
    assert found.accepted is not spaced


@pytest.mark.parametrize(
    ("excessive", "announced", "outcome"),
    [
        (False, True, Outcome.REFUSE),
        (True, False, Outcome.ASK),
        (True, True, Outcome.ACCEPT),
    ],
)
def test_a_fee_replaces_a_justified_refusal_and_is_announced_first(
    excessive: bool, announced: bool, outcome: Outcome
) -> None:
    found = may_charge(excessive_demonstrated=excessive, amount_announced=announced)
    assert found.outcome is outcome

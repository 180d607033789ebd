from datetime import date

import pytest

from calends.rules.casefile import SECURITY_INTERNALS, FileItem, demand_about_file, keep_until
from calends.rules.decision import Outcome
from calends.rules.vocabulary import Right

CLOSED = date(2026, 6, 10)


@pytest.mark.parametrize(
    ("item", "until", "shorter"),
    [
        (FileItem.EXPORT, "2026-07-10", "2026-07-10"),
        (FileItem.CORRESPONDENCE, "2027-06-10", "2027-06-10"),
        (FileItem.DECISION_RECORD, "2031-06-10", "2029-06-10"),
        (FileItem.PROSPECTING_OBJECTION, "2032-06-10", "2031-06-10"),
    ],
)
def test_each_part_of_the_file_has_its_own_last_day(
    item: FileItem, until: str, shorter: str
) -> None:
    assert keep_until(item, CLOSED).value == until
    assert keep_until(item, CLOSED, shorter=True).value == shorter
    assert keep_until(item, CLOSED).source


@pytest.mark.parametrize(
    ("right", "today", "outcome", "withheld", "purge_on"),
    [
        (Right.ACCESS, CLOSED, Outcome.ACCEPT, SECURITY_INTERNALS, None),
        (Right.RECIPIENTS, CLOSED, Outcome.ACCEPT, SECURITY_INTERNALS, None),
        (Right.ERASURE, CLOSED, Outcome.REFUSE, (), date(2031, 6, 10)),
        (Right.ERASURE, date(2031, 6, 10), Outcome.REFUSE, (), date(2031, 6, 10)),
        (Right.ERASURE, date(2031, 6, 11), Outcome.ACCEPT, (), None),
        (Right.RECTIFICATION, CLOSED, Outcome.HUMAN, (), None),
    ],
)
def test_the_request_file_is_given_without_what_protects_others_and_kept_while_it_is_evidence(
    right: Right,
    today: date,
    outcome: Outcome,
    withheld: tuple[str, ...],
    purge_on: date | None,
) -> None:
    found = demand_about_file(right, today, date(2031, 6, 10))
    assert found.decision.outcome is outcome
    assert (found.withheld, found.purge_on) == (withheld, purge_on)

import pytest

from calends.rules.decision import Outcome
from calends.rules.objection import ObjectionPath, balance, objection_path
from calends.rules.vocabulary import Basis, Right


@pytest.mark.parametrize("basis", [*Basis, ""])
def test_prospecting_stops_whatever_its_basis(basis: str) -> None:
    found = objection_path(basis, prospecting=True)
    assert (found.path, found.restrict_meanwhile) == (ObjectionPath.STOP, False)


@pytest.mark.parametrize(
    ("basis", "path"),
    [
        (Basis.LEGITIMATE_INTEREST, ObjectionPath.BALANCE),
        (Basis.PUBLIC_TASK, ObjectionPath.BALANCE),
        (Basis.CONSENT, ObjectionPath.WITHDRAW_CONSENT),
        (Basis.CONTRACT, ObjectionPath.EXPLAIN),
        (Basis.LEGAL_OBLIGATION, ObjectionPath.EXPLAIN),
        (Basis.VITAL_INTEREST, ObjectionPath.EXPLAIN),
        (Basis.UNSET, ObjectionPath.HUMAN),
        ("something else", ObjectionPath.HUMAN),
    ],
)
def test_an_objection_takes_the_way_that_the_basis_opens(basis: str, path: ObjectionPath) -> None:
    found = objection_path(basis, prospecting=False)
    assert found.path is path
    assert found.why.value == path
    # What is not explained away stands still until it is decided.
    assert found.restrict_meanwhile == (path in (ObjectionPath.BALANCE, ObjectionPath.HUMAN))
    assert (Right.ERASURE in found.offer) == (path is ObjectionPath.EXPLAIN)


@pytest.mark.parametrize(
    ("compelling", "claims", "human", "outcome"),
    [
        ("fraud case under way", "", True, Outcome.REFUSE),
        ("", "court file", True, Outcome.REFUSE),
        ("", "", True, Outcome.ACCEPT),
        (" ", "\n", True, Outcome.ACCEPT),
        ("fraud case under way", "", False, Outcome.HUMAN),
        ("", "", False, Outcome.HUMAN),
    ],
)
def test_an_objection_succeeds_unless_a_human_demonstrates_otherwise(
    compelling: str, claims: str, human: bool, outcome: Outcome
) -> None:
    assert balance(compelling=compelling, claims=claims, decided_by_human=human).outcome is outcome

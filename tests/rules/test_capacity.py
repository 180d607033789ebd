import pytest

from calends.rules.capacity import Capacity, handling_of, not_identifiable
from calends.rules.decision import Outcome
from calends.rules.vocabulary import Right


@pytest.mark.parametrize(
    ("capacity", "substance", "forward", "tell"),
    [
        (Capacity.CONTROLLER, True, "", False),
        (Capacity.JOINT_CONTROLLER, True, "joint_controller", False),
        (Capacity.PROCESSOR, False, "controller", True),
        (Capacity.OTHER_COMPANY, False, "", True),
    ],
)
def test_who_answers_depends_on_whose_data_they_are_and_the_person_is_never_left_alone(
    capacity: Capacity, substance: bool, forward: str, tell: bool
) -> None:
    found = handling_of(capacity)
    assert (found.answers_on_substance, found.own_clock) == (substance, substance)
    assert (found.forward_to, found.tell_person) == (forward, tell)
    assert found.why.source


@pytest.mark.parametrize(
    ("rights", "demonstrated", "given", "outcome"),
    [
        ((Right.ACCESS,), True, False, Outcome.REFUSE),
        ((Right.ACCESS,), False, False, Outcome.ASK),
        ((Right.ACCESS,), True, True, Outcome.ACCEPT),
        ((Right.ACCESS, Right.OBJECTION), True, False, Outcome.ASK),
        ((Right.CONSENT_WITHDRAWAL,), True, False, Outcome.ASK),
        (
            (
                Right.ACCESS,
                Right.RECIPIENTS,
                Right.RECTIFICATION,
                Right.ERASURE,
                Right.RESTRICTION,
                Right.PORTABILITY,
            ),
            True,
            False,
            Outcome.REFUSE,
        ),
    ],
)
def test_only_who_demonstrates_that_it_cannot_identify_sets_articles_15_to_20_aside(
    rights: tuple[Right, ...], demonstrated: bool, given: bool, outcome: Outcome
) -> None:
    found = not_identifiable(rights, demonstrated=demonstrated, more_identifiers_given=given)
    assert found.outcome is outcome

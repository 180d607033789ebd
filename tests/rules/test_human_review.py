import pytest

from calends.rules.decision import Outcome
from calends.rules.human_review import AutomatedDecision, review_is_complete, review_of


@pytest.mark.parametrize(
    ("known", "applies"),
    [
        (None, False),
        (AutomatedDecision(solely_automated=False), False),
        (AutomatedDecision(solely_automated=True, significant_effect=False), False),
        (AutomatedDecision(solely_automated=True), True),
        (AutomatedDecision(solely_automated=False, decisive_score=True), True),
    ],
)
def test_a_decision_by_machine_alone_or_by_its_score_is_examined_anew_by_a_human(
    known: AutomatedDecision | None, applies: bool
) -> None:
    found = review_of(known)
    assert (found.applies, found.freeze_effects) == (applies, applies)
    assert found.decision.outcome is Outcome.HUMAN
    assert ('"none"' in found.decision.why[0].words) != applies


@pytest.mark.parametrize("lacking", ["competence", "authority", "hearing", ""])
def test_a_review_has_a_competent_human_who_may_change_it_and_heard_the_person(
    lacking: str,
) -> None:
    found = review_is_complete(
        competent=lacking != "competence",
        may_change=lacking != "authority",
        heard_person=lacking != "hearing",
    )
    assert found.accepted == (lacking == "")
    assert found.ask == ((lacking,) if lacking else ())

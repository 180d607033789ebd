from datetime import UTC, datetime, timedelta

import pytest

from calends.rules.incidents import Incident, Risk, incident_plan

AWARE = datetime(2026, 6, 12, 22, tzinfo=UTC)  # a Friday night


@pytest.mark.parametrize("incident", Incident)
@pytest.mark.parametrize(
    ("risk", "notify", "tell"),
    [
        (Risk.NOT_ASSESSED, True, False),
        (Risk.UNLIKELY, False, False),
        (Risk.LIKELY, True, False),
        (Risk.HIGH, True, True),
    ],
)
def test_the_authority_is_told_within_72_hours_unless_a_human_finds_no_risk(
    incident: Incident, risk: Risk, notify: bool, tell: bool
) -> None:
    plan = incident_plan(incident, AWARE, risk)
    assert plan.notify_authority_by == (AWARE + timedelta(hours=72) if notify else None)
    assert (plan.tell_people, plan.document) == (tell, True)
    assert plan.recall == (incident is Incident.WRONG_RECIPIENT)
    assert "GDPR 33" in plan.why.source

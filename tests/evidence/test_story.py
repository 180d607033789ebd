"""Files that the company's own key signed, in which ledger and history disagree."""

from __future__ import annotations

import base64
import io
import json
from dataclasses import replace
from typing import Any

import pytest

from calends.evidence.chain import EvidenceBroken
from calends.evidence.format import EvidenceContents
from calends.evidence.verify import verify
from tests.evidence.sample import (
    REAL_STEPS,
    SMALL_STEPS,
    contents,
    evidence,
    ledger,
    real_case,
    real_history,
    small_case,
    small_history,
    with_history,
)


def fault(of: EvidenceContents) -> str:
    with pytest.raises(EvidenceBroken) as broken:
        verify(io.BytesIO(evidence(of)))
    return str(broken.value)


def without(history: list[dict[str, Any]], *ids: int) -> list[dict[str, Any]]:
    return [event for event in history if int(event["eventId"]) not in ids]


def test_an_activity_taken_out_of_the_history_leaves_its_ledger_event_alone() -> None:
    of = with_history(small_case(), without(small_history(), 4, 5))
    assert fault(of) == (
        "ledger: event 3 (case_closed) was written by activity close_case, "
        "of which the history has 0 such runs, not 1"
    )


def test_an_activity_that_failed_wrote_no_ledger_event() -> None:
    history = small_history()
    history[4]["eventType"] = "EVENT_TYPE_ACTIVITY_TASK_FAILED"
    history[4]["activityTaskFailedEventAttributes"] = history[4].pop(
        "activityTaskCompletedEventAttributes"
    )
    assert "event 3 (case_closed) was written by" in fault(with_history(small_case(), history))


def test_an_activity_that_timed_out_may_have_written_its_event() -> None:
    history = small_history()
    history[4]["eventType"] = "EVENT_TYPE_ACTIVITY_TASK_TIMED_OUT"
    history[4]["activityTaskTimedOutEventAttributes"] = history[4].pop(
        "activityTaskCompletedEventAttributes"
    )
    verify(io.BytesIO(evidence(with_history(small_case(), history))))


def test_an_activity_still_running_at_export_may_have_written_its_event() -> None:
    verify(io.BytesIO(evidence(replace(small_case(), history=small_history()[:4]))))


def test_a_ledger_event_that_no_run_wrote_is_named() -> None:
    steps = (*SMALL_STEPS[:1], ("case_opened", "open_case", SMALL_STEPS[0][2]), *SMALL_STEPS[1:])
    assert "open_case, of which the history has 1 such runs, not 2" in fault(
        contents(steps, small_history())
    )


def test_one_run_may_write_events_of_several_kinds() -> None:
    steps = (*SMALL_STEPS[:1], ("clock_set", "open_case", SMALL_STEPS[0][2]), *SMALL_STEPS[1:])
    verify(io.BytesIO(evidence(contents(steps, small_history()))))


def test_a_run_that_left_no_ledger_event_is_named() -> None:
    of = contents(REAL_STEPS[:4] + REAL_STEPS[5:], real_history(), ("search_system",))
    assert fault(of) == "ledger: activity search_system completed 3 times and left 2 events"


def test_an_activity_that_does_not_testify_needs_no_ledger_event() -> None:
    of = contents(REAL_STEPS[:4] + REAL_STEPS[5:], real_history(), ())
    verify(io.BytesIO(evidence(of)))


def test_an_event_dated_after_the_run_that_wrote_it_is_named() -> None:
    steps = list(REAL_STEPS)
    steps[2] = ("reply_sent", "send_reply", "2026-12-01T00:00:00.000000Z")
    assert fault(contents(steps, real_history())) == (
        "ledger: event 3 (reply_sent) is dated after the run of activity send_reply"
    )


@pytest.mark.parametrize("at", ["2026-11-22T23:50:00.000000Z", "2026-12-19T00:00:00.000000Z"])
def test_an_event_dated_outside_the_workflows_life_is_named(at: str) -> None:
    steps = list(REAL_STEPS)
    steps[1] = ("decision_noted", "note_decision", at)
    assert fault(contents(steps, real_history())) == (
        "ledger: event 2 (decision_noted) is dated outside the history of the workflow"
    )


def test_a_ledger_begins_with_case_opened() -> None:
    of = contents(SMALL_STEPS[1:], small_history(), ())
    assert fault(of) == "ledger: does not begin with case_opened"
    assert fault(contents((), small_history(), ())) == "ledger: does not begin with case_opened"


def test_a_completed_workflow_has_its_case_closed() -> None:
    of = contents(SMALL_STEPS[:2], small_history(), ())
    assert fault(of) == "ledger: has no case_closed, and the workflow is completed"


def test_an_empty_history_is_no_story() -> None:
    assert fault(replace(small_case(), history=[])) == "history: is empty"


def test_the_history_of_another_workflow_is_refused() -> None:
    history = small_history()
    history[0]["workflowExecutionStartedEventAttributes"]["workflowId"] = "case-2"
    of = replace(small_case(), history=history)
    assert fault(of) == "history: is of another workflow than the case's"


def test_the_ledger_of_another_case_is_refused() -> None:
    of = replace(small_case(), ledger=ledger(SMALL_STEPS, "case-2"))
    assert fault(of) == "ledger: event 1 is of another case"


@pytest.mark.parametrize("gone", range(1, 75))
def test_every_event_missing_from_a_history_is_named(gone: int) -> None:
    of = replace(real_case(), history=without(real_history(), gone))
    assert fault(of) == f"history: event {gone} is missing or out of order"


@pytest.mark.parametrize(
    ("place", "change", "what"),
    [
        (5, {"eventTime": "2026-03-01T08:00:00Z"}, "event 6 is dated before the workflow started"),
        (
            6,
            {"eventTime": "2026-03-02T09:00:00Z"},
            "event 7 is dated before an event that it follows",
        ),
        (
            4,
            {"eventTime": "2026-03-02T09:00:00Z"},
            "event 5 ends an activity before it was scheduled",
        ),
        (3, {"eventTime": "yesterday"}, "event 4 has no type or no time"),
        (3, {"eventTime": "2026-13-01T08:00:00Z"}, "event 4 has no type or no time"),
        (3, {"eventType": 7}, "event 4 has no type or no time"),
        (
            0,
            {"eventType": "EVENT_TYPE_TIMER_FIRED"},
            "event 1 cannot be where it is: only event 1 starts the workflow",
        ),
        (
            5,
            {"eventType": "EVENT_TYPE_WORKFLOW_EXECUTION_STARTED"},
            "event 6 cannot be where it is: only event 1 starts the workflow",
        ),
        (
            5,
            {"eventType": "EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED"},
            "event 7 comes after the end of the workflow",
        ),
        (
            4,
            {"activityTaskCompletedEventAttributes": {"scheduledEventId": "2"}},
            "event 5 ends an activity that was not running",
        ),
        (
            4,
            {"activityTaskCompletedEventAttributes": [1]},
            "event 5 ends an activity that was not running",
        ),
        (
            3,
            {"activityTaskScheduledEventAttributes": {}},
            "event 4 schedules an activity without a type",
        ),
        (
            3,
            {"activityTaskScheduledEventAttributes": {"activityType": {"name": "x" * 1001}}},
            "event 4 schedules an activity without a type",
        ),
    ],
)
def test_a_history_event_that_cannot_be_is_named(
    place: int, change: dict[str, Any], what: str
) -> None:
    history = small_history()
    history[place].update(change)
    assert fault(replace(small_case(), history=history)) == f"history: {what}"


@pytest.mark.parametrize(
    "data",
    [
        [],
        [{}],
        [{"data": "###"}],
        [{"data": base64.b64encode(b"[" * 50_000).decode()}],
        [{"data": base64.b64encode(b'{"activity_type": 7}').decode()}],
        [{"data": base64.b64encode(b'"' + b"x" * 200_000 + b'"').decode()}],
        "text",
    ],
    ids=lambda data: str(data)[:30],
)
def test_a_local_activity_that_cannot_be_read_is_named(data: Any) -> None:
    history = small_history()
    history[5] = {
        "eventId": "6",
        "eventTime": "2026-03-03T09:00:00Z",
        "eventType": "EVENT_TYPE_MARKER_RECORDED",
        "markerRecordedEventAttributes": {
            "markerName": "core_local_activity",
            "details": {"data": {"payloads": data}},
        },
    }
    what = "history: event 6 is a local activity whose marker cannot be read"
    assert fault(replace(small_case(), history=history)) == what


def test_a_local_activity_that_failed_is_no_completed_run() -> None:
    history = real_history()
    text = json.dumps(history)
    marker = next(
        event
        for event in history
        if event.get("markerRecordedEventAttributes", {}).get("markerName") == "core_local_activity"
    )
    marker["markerRecordedEventAttributes"]["failure"] = {"message": "sealed"}
    assert json.dumps(history) != text
    assert "note_decision, of which the history has 1 such runs, not 2" in fault(
        replace(real_case(), history=history)
    )

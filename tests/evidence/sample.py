"""Evidence to test with: one small case, and one with the history of a real workflow.

`history.jsonl` was fetched from Temporal Server 1.32.0 with temporalio 1.35.0, time skipping on, a
payload codec, signals arriving during workflow tasks, one retried activity, one failed, local
activities, and a retry policy whose back-off is 1.5.
"""

from __future__ import annotations

import copy
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from calends.evidence.chain import LedgerEvent, chain
from calends.evidence.format import Blob, EvidenceContents, Letter
from calends.evidence.package import write_evidence
from calends.evidence.signing import SigningKey

COMPANY = SigningKey(Ed25519PrivateKey.from_private_bytes(b"company key for tests of calends"))
STRANGER = SigningKey(Ed25519PrivateKey.from_private_bytes(b"another key for tests of calends"))
WALL = "2026-11-22T23:57:24.000000Z"

Step = tuple[str, str, str]
"""(kind, activity, business instant) of a ledger event."""

REAL_STEPS: tuple[Step, ...] = (
    ("case_opened", "open_case", "2026-11-22T23:57:23.871346Z"),
    ("decision_noted", "note_decision", "2026-11-22T23:57:23.937331Z"),
    ("reply_sent", "send_reply", "2026-11-27T23:57:23.982828Z"),
    ("decision_noted", "note_decision", "2026-11-27T23:57:24.127355Z"),
    ("system_searched", "search_system", "2026-11-28T23:57:24.169111Z"),
    ("system_searched", "search_system", "2026-11-28T23:57:24.169111Z"),
    ("system_searched", "search_system", "2026-11-28T23:57:24.169111Z"),
    ("case_closed", "close_case", "2026-12-18T23:57:24.258249Z"),
    ("key_shredded", "", "2031-12-18T00:00:00.000000Z"),
)
SMALL_STEPS: tuple[Step, ...] = (
    ("case_opened", "open_case", "2026-03-01T09:00:00.000000Z"),
    ("page_opened", "", "2026-03-02T09:00:00.000000Z"),
    ("case_closed", "close_case", "2026-03-03T09:00:00.000000Z"),
)


def ledger(steps: Sequence[Step], case_id: str = "case-1") -> list[LedgerEvent]:
    events: list[LedgerEvent] = []
    for kind, activity, at in steps:
        events.append(
            chain(
                events[-1] if events else None,
                case_id=case_id,
                kind=kind,
                at=at,
                wall=WALL,
                actor="engine",
                activity=activity,
                facts={"systems": ["crm", "mail"], "found": 2, "note": "é"},
            )
        )
    return events


def real_history() -> list[dict[str, Any]]:
    text = Path(__file__).with_name("history.jsonl").read_text()
    return [json.loads(line) for line in text.splitlines()]


def small_history() -> list[dict[str, Any]]:
    def event(number: int, day: int, kind: str, **attributes: Any) -> dict[str, Any]:
        time = f"2026-03-0{day}T09:00:00Z"
        return {
            "eventId": str(number),
            "eventTime": time,
            "eventType": f"EVENT_TYPE_{kind}",
            **attributes,
        }

    def scheduled(name: str) -> dict[str, Any]:
        return {"activityType": {"name": name}, "retryPolicy": {"backoffCoefficient": 2.0}}

    return [
        event(
            1,
            1,
            "WORKFLOW_EXECUTION_STARTED",
            workflowExecutionStartedEventAttributes={"workflowId": "case-1"},
        ),
        event(
            2,
            1,
            "ACTIVITY_TASK_SCHEDULED",
            activityTaskScheduledEventAttributes=scheduled("open_case"),
        ),
        event(
            3,
            1,
            "ACTIVITY_TASK_COMPLETED",
            activityTaskCompletedEventAttributes={"scheduledEventId": "2"},
        ),
        event(
            4,
            3,
            "ACTIVITY_TASK_SCHEDULED",
            activityTaskScheduledEventAttributes=scheduled("close_case"),
        ),
        event(
            5,
            3,
            "ACTIVITY_TASK_COMPLETED",
            activityTaskCompletedEventAttributes={"scheduledEventId": "4"},
        ),
        event(6, 3, "WORKFLOW_TASK_COMPLETED"),
        event(7, 3, "WORKFLOW_EXECUTION_COMPLETED"),
    ]


def contents(
    steps: Sequence[Step],
    history: Sequence[Mapping[str, Any]],
    testifying: Sequence[str] = ("open_case", "close_case"),
) -> EvidenceContents:
    return EvidenceContents(
        case_id="case-1",
        reference="2026-00042-K7",
        exported_at=datetime(2026, 12, 19, 8, tzinfo=UTC),
        case={
            "clock": {"legal_due": "2026-12-22", "trace": ["GDPR 12(3)"]},
            "demands": [{"right": "ACCESS", "state": "replied"}],
            "completeness": {"crm": "found", "mail": "nothing"},
        },
        ledger=ledger(steps),
        history=history,
        letters=[
            Letter(
                purpose="reply",
                message_id="<reply.case-1@example.test>",
                sha256="ab" * 32,
                at="2026-11-27T23:57:23.982828Z",
                state="sent",
            ),
            Letter(
                purpose="acknowledgment",
                message_id="",
                sha256="cd" * 32,
                at="2026-11-27T23:57:23.982828Z",
                state="posted",
            ),
        ],
        blobs=[
            Blob(blob_id="b1", kind="raw_mail", sha256="01" * 32, size=1234),
            Blob(blob_id="b2", kind="export", sha256="02" * 32, size=0),
        ],
        testifying=testifying,
    )


def real_case() -> EvidenceContents:
    return contents(
        REAL_STEPS,
        real_history(),
        ("open_case", "note_decision", "send_reply", "search_system", "close_case"),
    )


def small_case() -> EvidenceContents:
    return contents(SMALL_STEPS, small_history())


def evidence(of: EvidenceContents, key: SigningKey = COMPANY) -> bytes:
    out = io.BytesIO()
    write_evidence(out, of, key)
    return out.getvalue()


def with_history(of: EvidenceContents, events: list[dict[str, Any]]) -> EvidenceContents:
    """The same case with these events, numbered anew from 1."""
    renumbered = copy.deepcopy(events)
    new_id = {event["eventId"]: str(place) for place, event in enumerate(renumbered, start=1)}
    for event in renumbered:
        event["eventId"] = new_id[event["eventId"]]
        for attributes in event.values():
            if isinstance(attributes, dict) and "scheduledEventId" in attributes:
                attributes["scheduledEventId"] = new_id.get(attributes["scheduledEventId"], "0")
    return replace(of, history=renumbered)

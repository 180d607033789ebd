"""Reads a workflow's history, event by event, for what it says about activities and time.

The events are the protobuf JSON of `temporal.api.history.v1`. Their times do not rise strictly:
what happens while a workflow task runs (signals, ends of activities) is written after it with the
time at which it came, so only the workflow's own tasks are a clock.
"""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto
from typing import TypeGuard

from calends.evidence.canonical import Json
from calends.evidence.chain import EvidenceBroken

SKEW = 60 * 10**9
"""Nanoseconds by which the clocks of the machines that write one history may differ."""

_MAX_MARKER = 100_000  # characters; the SDK writes some 300
_MAX_TYPE = 1_000  # characters; the engine's own limit for ids, and every run's type is held
_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z")
_TYPE = re.compile(r"EVENT_TYPE_[A-Z_]{1,100}")
_ENDS = re.compile(
    r"EVENT_TYPE_WORKFLOW_EXECUTION_(COMPLETED|FAILED|TIMED_OUT|CANCELED|TERMINATED|CONTINUED_AS_NEW)"
)


class Outcome(Enum):
    """How a scheduled activity ended, as far as the history knows."""

    COMPLETED = auto()
    FAILED = auto()
    UNKNOWN = auto()
    """Still running at the end of the history, or timed out: it may have done its work."""


_OUTCOMES = {
    "EVENT_TYPE_ACTIVITY_TASK_COMPLETED": ("activityTaskCompleted", Outcome.COMPLETED),
    "EVENT_TYPE_ACTIVITY_TASK_FAILED": ("activityTaskFailed", Outcome.FAILED),
    "EVENT_TYPE_ACTIVITY_TASK_CANCELED": ("activityTaskCanceled", Outcome.FAILED),
    "EVENT_TYPE_ACTIVITY_TASK_TIMED_OUT": ("activityTaskTimedOut", Outcome.UNKNOWN),
}


@dataclass(slots=True)
class Run:
    """One run of an activity."""

    activity: str
    scheduled: int
    """Nanoseconds since 1970; of a local activity, when its marker was written."""
    outcome: Outcome = Outcome.UNKNOWN
    ended: bool = False


@dataclass(slots=True)
class History:
    case_id: str
    events: int = 0
    start: int = 0
    end: int = 0
    """First and latest time, nanoseconds since 1970."""
    closed: str = ""
    """COMPLETED, FAILED, …; "" while the workflow is open."""
    runs: dict[str, Run] = field(default_factory=dict)
    """By the id of the event that scheduled it."""
    _clock: int = 0

    def add(self, event: Json) -> None:
        """Takes the next event. Raises EvidenceBroken when it cannot stand here."""
        number = self.events + 1
        if not isinstance(event, dict) or event.get("eventId") != str(number):
            raise _broken(f"event {number} is missing or out of order")
        kind, time = event.get("eventType"), _nanoseconds(event.get("eventTime"))
        if time is None or not (isinstance(kind, str) and _TYPE.fullmatch(kind)):
            raise _broken(f"event {number} has no type or no time")
        if self.closed:
            raise _broken(f"event {number} comes after the end of the workflow")
        if (number == 1) != (kind == "EVENT_TYPE_WORKFLOW_EXECUTION_STARTED"):
            raise _broken(f"event {number} cannot be where it is: only event 1 starts the workflow")
        if number == 1:
            self._started(event, time)
        self.events = number
        self._tell_time(number, kind, time)
        self._activity(number, kind, time, event)
        if ends := _ENDS.fullmatch(kind):
            self.closed = ends[1]

    def _started(self, event: dict[str, Json], time: int) -> None:
        workflow_id = _inside(event, "workflowExecutionStartedEventAttributes", "workflowId")
        if workflow_id not in (None, self.case_id):  # servers before 1.24 do not write it
            raise _broken("is of another workflow than the case's")
        self.start = self.end = self._clock = time

    def _tell_time(self, number: int, kind: str, time: int) -> None:
        if time < self.start - SKEW:
            raise _broken(f"event {number} is dated before the workflow started")
        if kind.startswith("EVENT_TYPE_WORKFLOW_TASK_") or _ENDS.fullmatch(kind):
            if time < self._clock - SKEW:
                raise _broken(f"event {number} is dated before an event that it follows")
            self._clock = max(self._clock, time)
        self.end = max(self.end, time)

    def _activity(self, number: int, kind: str, time: int, event: dict[str, Json]) -> None:
        if kind == "EVENT_TYPE_ACTIVITY_TASK_SCHEDULED":
            name = _inside(event, "activityTaskScheduledEventAttributes", "activityType", "name")
            if not _is_type(name):
                raise _broken(f"event {number} schedules an activity without a type")
            self.runs[str(number)] = Run(name, time)
        elif kind in _OUTCOMES:
            self._ended(number, kind, time, event)
        elif kind == "EVENT_TYPE_MARKER_RECORDED":
            marker = event.get("markerRecordedEventAttributes")
            if isinstance(marker, dict) and marker.get("markerName") == "core_local_activity":
                failed = "failure" in marker
                name = _local_activity(number, marker)
                outcome = Outcome.FAILED if failed else Outcome.COMPLETED
                self.runs[str(number)] = Run(name, time, outcome, ended=True)

    def _ended(self, number: int, kind: str, time: int, event: dict[str, Json]) -> None:
        prefix, outcome = _OUTCOMES[kind]
        scheduled = _inside(event, f"{prefix}EventAttributes", "scheduledEventId")
        run = self.runs.get(scheduled) if isinstance(scheduled, str) else None
        if run is None or run.ended:
            raise _broken(f"event {number} ends an activity that was not running")
        if time < run.scheduled - SKEW:
            raise _broken(f"event {number} ends an activity before it was scheduled")
        run.outcome, run.ended = outcome, True


def _local_activity(number: int, marker: dict[str, Json]) -> str:
    """The type in the SDK's own marker, which no codec seals: only the activity's result is."""
    payloads = _inside(marker, "details", "data", "payloads")
    encoded = (
        _inside(payloads[0], "data") if isinstance(payloads, list) and len(payloads) == 1 else None
    )
    if isinstance(encoded, str) and len(encoded) <= _MAX_MARKER:
        try:
            name = _inside(json.loads(base64.b64decode(encoded, validate=True)), "activity_type")
        except (ValueError, RecursionError):
            name = None
        if _is_type(name):
            return name
    raise _broken(f"event {number} is a local activity whose marker cannot be read")


def _is_type(name: Json) -> TypeGuard[str]:
    return isinstance(name, str) and 0 < len(name) <= _MAX_TYPE


def _inside(value: Json, *path: str) -> Json:
    for key in path:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


def _nanoseconds(text: Json) -> int | None:
    found = _TIME.fullmatch(text) if isinstance(text, str) else None
    if not found:
        return None
    try:
        moment = datetime.fromisoformat(f"{found[1]}+00:00")
    except ValueError:
        return None
    return int(moment.timestamp()) * 10**9 + int((found[2] or "0").ljust(9, "0"))


def _broken(what: str) -> EvidenceBroken:
    return EvidenceBroken("history", what)

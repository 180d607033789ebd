"""Whether the ledger and the workflow's history tell the same story.

Two records of one case, written by two programs: our activities write the ledger, the engine
writes the history. What is proved here, with the times of the history as judge:

- an event that an activity wrote has a run of that activity which completed (or may have: timed
  out, or still running at export), a run of its own for each kind of event, and is not dated
  after that run was scheduled;
- such an event is dated between the first and the last event of the history;
- an activity that testifies left at least one event for each run that completed;
- the ledger opens with `case_opened`; a completed workflow has its `case_closed`.

Events that no activity of the case wrote (a person opened her page, a key was shredded years
later) carry no activity, and the chain alone holds them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime

from calends.evidence.chain import EvidenceBroken, LedgerEvent, parse_instant
from calends.evidence.history import SKEW, History, Outcome

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Testimony:
    """What the ledger says, kept small while its events stream by."""

    def __init__(self) -> None:
        self.kinds: Counter[str] = Counter()
        self.first = ""
        self.by_activity: Counter[str] = Counter()
        self._dated: defaultdict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)

    def add(self, event: LedgerEvent) -> None:
        self.first = self.first or event.kind
        self.kinds[event.kind] += 1
        if event.activity:
            self.by_activity[event.activity] += 1
            at = _nanoseconds(event.at)
            self._dated[event.activity, event.kind].append((at, event.seq))

    def same_as(self, history: History, testifying: Iterable[str]) -> None:
        """Raises EvidenceBroken that names the first thing on which the two differ."""
        if self.first != "case_opened":
            raise EvidenceBroken("ledger", "does not begin with case_opened")
        if not history.events:
            raise EvidenceBroken("history", "is empty")
        may_have_written: defaultdict[str, list[int]] = defaultdict(list)
        for run in history.runs.values():
            if run.outcome is not Outcome.FAILED:
                may_have_written[run.activity].append(run.scheduled)
        for scheduled in may_have_written.values():
            scheduled.sort(reverse=True)
        faults = [
            fault
            for (activity, kind), dated in self._dated.items()
            for fault in _unmatched(activity, kind, dated, may_have_written[activity], history)
        ]
        if faults:
            raise EvidenceBroken("ledger", min(faults)[1])
        self._each_run_testifies(history, testifying)
        if history.closed == "COMPLETED" and not self.kinds["case_closed"]:
            raise EvidenceBroken("ledger", "has no case_closed, and the workflow is completed")

    def _each_run_testifies(self, history: History, testifying: Iterable[str]) -> None:
        completed = Counter(
            run.activity for run in history.runs.values() if run.outcome is Outcome.COMPLETED
        )
        for activity in sorted(testifying):
            runs, events = completed[activity], self.by_activity[activity]
            if runs > events:
                raise EvidenceBroken(
                    "ledger",
                    f"activity {activity} completed {runs} times and left {events} events",
                )


def _unmatched(
    activity: str, kind: str, dated: list[tuple[int, int]], runs: list[int], history: History
) -> Iterable[tuple[int, str]]:
    """The events of one activity and kind that have no run of their own: (seq, what is wrong).

    `runs` has the latest first. Latest event to latest run: if that pairing leaves an event
    after its run, all pairings do.
    """
    for place, (at, seq) in enumerate(sorted(dated, reverse=True)):
        if at < history.start - SKEW or at > history.end + SKEW:
            yield seq, f"event {seq} ({kind}) is dated outside the history of the workflow"
        elif place >= len(runs):
            yield (
                seq,
                f"event {seq} ({kind}) was written by activity {activity}, "
                f"of which the history has {len(runs)} such runs, not {len(dated)}",
            )
        elif at > runs[place] + SKEW:
            yield seq, f"event {seq} ({kind}) is dated after the run of activity {activity}"


def _nanoseconds(text: str) -> int:
    since = parse_instant(text) - _EPOCH
    return ((since.days * 86_400 + since.seconds) * 10**6 + since.microseconds) * 1_000

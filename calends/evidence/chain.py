"""The ledger of a case: events that each carry the hash of the one before (GDPR 5(2), 24).

A changed, missing or reordered event breaks the chain. Events hold no direct identifier of the
person: roles, counts, dates and digests only (rule book §4).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import UTC, datetime
from typing import Any

from calends.evidence.canonical import Json, canonical, plain

FIRST = "0" * 64
"""What the first event of a case has as `previous`."""

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
_CASE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,199}")
_WORD = re.compile(r"[a-z][a-z0-9_.-]{0,99}")
_ACTIVITY = re.compile(r"([A-Za-z_][A-Za-z0-9_.-]{0,199})?")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class EvidenceBroken(Exception):
    """The first thing that is wrong with a ledger or an evidence file, in one line."""

    def __init__(self, where: str, what: str) -> None:
        super().__init__(f"{where}: {what}")
        self.where, self.what = where, what


@dataclass(frozen=True, slots=True)
class LedgerEvent:
    """One step of a case. Raises ValueError when a field has not its form."""

    case_id: str
    """The random id of the case, which is also its workflow id."""
    seq: int
    """1 for the first event of the case."""
    kind: str
    """What happened, as a code: `case_opened`, `reply_sent`, …"""
    at: str
    """The business instant (`workflow.now()`), UTC: 2026-01-31T09:30:00.000000Z."""
    wall: str
    """The wall clock when the event was written, in the same form."""
    actor: str
    """A role or process: `engine`, `dpo`, `person`. Never a name."""
    activity: str
    """The Temporal activity type, of the case's own workflow, that wrote the event; else ""."""
    facts: Mapping[str, Json] = field(repr=False)
    previous: str
    """SHA-256 of the event before, hexadecimal; FIRST for the first."""
    hash: str

    def __post_init__(self) -> None:
        forms = {
            "case_id": _CASE_ID,
            "kind": _WORD,
            "actor": _WORD,
            "activity": _ACTIVITY,
            "previous": _SHA256,
            "hash": _SHA256,
        }
        for name, form in forms.items():
            text = getattr(self, name)
            if not (isinstance(text, str) and form.fullmatch(text)):
                raise ValueError(f"{name} has not the form {form.pattern}")
        parse_instant(self.at)
        parse_instant(self.wall)
        if type(self.seq) is not int or self.seq < 1:
            raise ValueError("seq is not a number from 1")
        if not isinstance(self.facts, Mapping):
            raise ValueError("facts is not an object")

    def as_json(self) -> dict[str, Json]:
        """The event as the evidence file holds it."""
        return plain(asdict(self))  # type: ignore[no-any-return]


def from_json(value: Json) -> LedgerEvent:
    """Reads an event of an evidence file. Raises ValueError unless it is exactly one."""
    if not isinstance(value, dict) or value.keys() != {each.name for each in fields(LedgerEvent)}:
        raise ValueError("has not exactly the fields of a ledger event")
    given: dict[str, Any] = value
    return LedgerEvent(**given)


def event_hash(event: LedgerEvent) -> str:
    """SHA-256 of the event's canonical JSON without its `hash`, hexadecimal."""
    body = event.as_json()
    del body["hash"]
    return hashlib.sha256(canonical(body)).hexdigest()


def chain(
    previous: LedgerEvent | None,
    *,
    case_id: str,
    kind: str,
    at: str,
    wall: str,
    actor: str,
    activity: str = "",
    facts: Mapping[str, Json] | None = None,
) -> LedgerEvent:
    """The next event of a case after `previous` (None: the first).

    Raises ValueError when a field has not its form or `previous` is of another case.
    """
    if previous is not None and previous.case_id != case_id:
        raise ValueError("the previous event is of another case")
    seq, head = (previous.seq, previous.hash) if previous else (0, FIRST)
    return chain_after(
        seq,
        head,
        case_id=case_id,
        kind=kind,
        at=at,
        wall=wall,
        actor=actor,
        activity=activity,
        facts=facts,
    )


def chain_after(
    seq: int,
    head: str,
    *,
    case_id: str,
    kind: str,
    at: str,
    wall: str,
    actor: str,
    activity: str = "",
    facts: Mapping[str, Json] | None = None,
) -> LedgerEvent:
    """The next event after the `seq`-th, whose hash is `head` (0 and FIRST: the first event)."""
    event = LedgerEvent(
        case_id=case_id,
        seq=seq + 1,
        kind=kind,
        at=at,
        wall=wall,
        actor=actor,
        activity=activity,
        facts=plain(facts or {}),
        previous=head,
        hash=FIRST,
    )
    return replace(event, hash=event_hash(event))


class ChainCheck:
    """Checks a ledger event by event, holding only the last one."""

    def __init__(self) -> None:
        self.last: LedgerEvent | None = None

    def add(self, event: LedgerEvent) -> None:
        """Raises EvidenceBroken when `event` is not the one that must come now."""
        expected = self.last.seq + 1 if self.last else 1
        previous = self.last.hash if self.last else FIRST
        if event.seq != expected:
            raise EvidenceBroken(
                "ledger",
                f"event {expected} is missing or out of order (event {event.seq} is in its place)",
            )
        if event_hash(event) != event.hash:
            raise EvidenceBroken(
                "ledger", f"event {event.seq} was changed (its hash does not match)"
            )
        if event.previous != previous:
            raise EvidenceBroken(
                "ledger", f"event {event.seq} does not follow the one before (wrong link)"
            )
        if self.last and event.case_id != self.last.case_id:
            raise EvidenceBroken("ledger", f"event {event.seq} is of another case")
        self.last = event


def check_chain(events: Iterable[LedgerEvent]) -> None:
    """Raises EvidenceBroken that names the first event missing, changed or out of order."""
    check = ChainCheck()
    for event in events:
        check.add(event)


def instant(moment: datetime) -> str:
    """An instant as ledgers write it. Raises ValueError for one without a time zone."""
    if moment.tzinfo is None:
        raise ValueError("an instant without time zone")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ").rjust(27, "0")


def parse_instant(text: str) -> datetime:
    """The instant of a ledger's text, UTC. Raises ValueError unless it is in that one form."""
    if not (isinstance(text, str) and _INSTANT.fullmatch(text)):
        raise ValueError("an instant is not of the form 2026-01-31T09:30:00.000000Z")
    return datetime.fromisoformat(text)

"""The review of what speaks of others: what is asked of a human, and what they decided.

An item is one text of one record. Its name comes from its place and its content: a decision never
applies to a text that nobody has read. Decisions are kept as one document with a version: who
decides on an outdated one is told, and the same decision sent twice is one decision.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from calends.redaction.spans import Reason, Span

VERSION = "calends-review/1"
PathPart = str | int
Name = Annotated[str, Field(max_length=300)]


class StaleReview(Exception):
    """Somebody else decided meanwhile: the decisions are to be looked at again."""


class _Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Place(_Frozen):
    """Where a text stands. Personal (a record's key): kept sealed."""

    system: Name
    collection: Name
    record: str = Field(description="the record's key as JSON, keys sorted")
    path: tuple[PathPart, ...] = Field(min_length=1, description="field, and the way inside it")


class SuspectSpan(_Frozen):
    """Characters `start` to `end` (excluded) that may speak of others."""

    start: int = Field(ge=0)
    end: int = Field(ge=1)
    reason: Reason

    @model_validator(mode="after")
    def _not_empty(self) -> SuspectSpan:
        if self.end <= self.start:
            raise ValueError("a span has at least one character")
        return self

    def span(self) -> Span:
        return Span(self.start, self.end, self.reason)


class Item(_Frozen):
    """One text to be looked at."""

    id: str = Field(description="from place and content: see `item_id`")
    place: Place
    length: int = Field(ge=1, description="characters")
    declared: bool = Field(description="its field is declared `third_party`: read it in any case")
    suspects: tuple[SuspectSpan, ...] = ()


class Decision(_Frozen):
    """What a human decided on one part of one item. The whole text is a part, too."""

    item: str
    start: int = Field(ge=0)
    end: int = Field(ge=1)
    verdict: Literal["mask", "give"]
    reason: Reason = Reason.STATED
    by: Name = Field("", description="role or random id of the colleague; never a name")
    at: AwareDatetime | None = None

    @property
    def part(self) -> tuple[str, int, int]:
        return (self.item, self.start, self.end)


class Review(_Frozen):
    """All decisions of one case. `rest`: what becomes of suspects on which none was taken."""

    format: str = VERSION
    version: int = 0
    decisions: tuple[Decision, ...] = ()
    rest: Literal["mask", "give"] = "mask"

    def decided(
        self,
        taken: Iterable[Decision],
        *,
        seen_version: int,
        rest: Literal["mask", "give"] | None = None,
    ) -> Review:
        """The review with these decisions; itself when they change nothing.

        `seen_version`: the one that the human looked at. Raises StaleReview when another decided
        otherwise on the same part meanwhile.
        """
        known = {decision.part: decision for decision in self.decisions}
        changed = dict(known)
        for decision in taken:
            before = known.get(decision.part)
            if before is not None and _says(before) == _says(decision):
                continue
            if before is not None and seen_version != self.version:
                raise StaleReview(f"version {self.version}, looked at {seen_version}")
            changed[decision.part] = decision
        new_rest = rest or self.rest
        if rest is not None and rest != self.rest and seen_version != self.version:
            raise StaleReview(f"version {self.version}, looked at {seen_version}")
        if changed == known and new_rest == self.rest:
            return self
        return Review(
            version=self.version + 1,
            decisions=tuple(sorted(changed.values(), key=lambda decision: decision.part)),
            rest=new_rest,
        )

    def by_item(self) -> Mapping[str, Sequence[Decision]]:
        found: dict[str, list[Decision]] = {}
        for decision in self.decisions:
            found.setdefault(decision.item, []).append(decision)
        return found

    def open_items(self, items: Iterable[Item]) -> list[str]:
        """Items on whose every suspect part, or declared text, nothing has been decided yet."""
        known = self.by_item()
        return [item.id for item in items if not _settled(item, known.get(item.id, ()))]


def item_id(place: Place, text: str) -> str:
    content = [place.system, place.collection, place.record, list(place.path), text]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:32]


def record_name(key: Mapping[str, Any]) -> str:
    return json.dumps(dict(key), sort_keys=True, ensure_ascii=False)


def _says(decision: Decision) -> tuple[str, str]:
    return (decision.verdict, decision.reason)


def _settled(item: Item, decisions: Sequence[Decision]) -> bool:
    covered = [(decision.start, decision.end) for decision in decisions]
    if item.declared and not covered:
        return False
    return all(
        any(start <= suspect.start and suspect.end <= end for start, end in covered)
        for suspect in item.suspects
    )

"""From findings to items for a human, from decisions to a copy without what is others'."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from calends.redaction.detect import suspects
from calends.redaction.masking import BLOCK, mask, to_mask
from calends.redaction.review import Item, Place, Review, SuspectSpan, item_id, record_name
from calends.redaction.spans import Reason, Span
from calends.redaction.subject import Subject
from calends.redaction.texts import Looked, Path, replaced, texts

Key = Mapping[str, Any]


def items(
    system: str,
    collection: str,
    key: Key,
    values: Mapping[str, Any],
    looked: Looked,
    subject: Subject,
    region: str = "FR",
) -> Iterator[Item]:
    """The texts of one record at which a human has to look; they stay in the finding."""
    for path, text, declared in texts(values, looked):
        found = suspects(text, subject, region)
        if found or declared:
            place = Place(system=system, collection=collection, record=record_name(key), path=path)
            yield Item(
                id=item_id(place, text),
                place=place,
                length=len(text),
                declared=declared,
                suspects=tuple(
                    SuspectSpan(start=span.start, end=span.end, reason=span.reason)
                    for span in found
                ),
            )


class Redactor:
    """Masks record after record as the review says, and counts what it masked."""

    def __init__(
        self, review: Review, subject: Subject, *, region: str = "FR", label: str = BLOCK
    ) -> None:
        self._decisions = review.by_item()
        self._rest, self._subject = review.rest, subject
        self._region, self._label = region, label
        self.masked: Counter[tuple[str, str, Reason]] = Counter()
        """(system, collection, reason) -> parts masked."""

    @property
    def idle(self) -> bool:
        """Nothing is masked: a human gave everything."""
        return self._rest == "give" and not self._decisions

    def record(
        self, system: str, collection: str, key: Key, values: Mapping[str, Any], looked: Looked
    ) -> dict[str, Any]:
        """The record's values as they may be given."""
        record, changed = record_name(key), dict[Path, str]()
        for path, text, declared in texts(values, looked):
            spans = self._spans(system, collection, record, path, text, declared)
            if spans:
                changed[path] = mask(text, spans, self._label)
                for span in spans:
                    self.masked[system, collection, span.reason] += 1
        if not changed:
            return dict(values)
        return replaced(values, lambda path, text: changed.get(path, text))

    def _spans(
        self, system: str, collection: str, record: str, path: Path, text: str, declared: bool
    ) -> list[Span]:
        decisions = []
        if self._decisions:
            place = Place(system=system, collection=collection, record=record, path=path)
            decisions = list(self._decisions.get(item_id(place, text), ()))
        if self._rest == "give" and not decisions:
            return []
        found: list[Span] = []
        if self._rest == "mask" and not (declared and not decisions):
            found = suspects(text, self._subject, self._region)
        return to_mask(found, decisions, declared=declared, rest=self._rest, length=len(text))


def item_line(item: Item) -> bytes:
    """One item as a line of JSON: how a case keeps its items, sealed."""
    return json.dumps(item.model_dump(mode="json"), ensure_ascii=False).encode() + b"\n"

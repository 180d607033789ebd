"""What was found, as a human reviews it: data set by data set, what may speak of others first."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from activities.house import House
from calends.desk.dossier import Dossier
from calends.desk.plan import lines_of, short
from calends.redaction.masking import to_mask
from calends.redaction.redactor import items
from calends.redaction.review import Decision, Item, Review
from calends.redaction.spans import Span
from calends.redaction.store import DECISIONS, read_review
from calends.redaction.subject import Subject
from calends.redaction.texts import Looked, looked_at, subject_in
from calends.register.models import CaseRow
from calends.rules.vocabulary import Language, SearchState
from calends.systems.dataset import Collection

PAGE = 20
"""Records on one page: each may have several texts to read."""
LOOKED_FOR_SUBJECT = 20_000
"""Records in which the person's own names and contacts are looked for."""


@dataclass(frozen=True)
class SetInfo:
    """One data set of one system; `others`: it is declared that it may speak of others."""

    system: str
    system_name: str
    collection: str
    title: str
    count: int
    others: bool


@dataclass(frozen=True)
class Part:
    """A run of a text: plain, or one that may speak of others. `masked`: as it would be given."""

    text: str
    span: Span | None = None
    masked: bool = False


@dataclass(frozen=True)
class FieldShown:
    """A field of a record; with `item`, one at which a human has to look."""

    name: str
    text: str
    item: Item | None = None
    parts: tuple[Part, ...] = ()
    decisions: tuple[Decision, ...] = ()

    @property
    def decided(self) -> bool:
        return bool(self.decisions)

    def is_masked(self, start: int, end: int) -> bool:
        """Whether the decision on exactly these characters is to mask them."""
        return any((d.start, d.end, d.verdict) == (start, end, "mask") for d in self.decisions)

    @property
    def more_masked(self) -> list[str]:
        """Words that a human masks besides what was suspected, each once."""
        known = {(s.start, s.end) for s in self.item.suspects} if self.item else set()
        words = [
            self.text[d.start : d.end]
            for d in self.decisions
            if d.verdict == "mask"
            and (d.start, d.end) not in known
            and (d.start, d.end) != (0, len(self.text))
        ]
        return list(dict.fromkeys(words))


@dataclass(frozen=True)
class RecordShown:
    key: str
    fields: list[FieldShown] = field(default_factory=list)


@dataclass(frozen=True)
class Found:
    """One page of the records of a data set, with the items in them."""

    records: list[RecordShown] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    texts: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Id of an item -> its text."""
    more: bool = False


def sets_of(house: House, dossier: Dossier, language: Language) -> list[SetInfo]:
    """The data sets in which something was found: those that may speak of others first, then by
    system."""
    found = []
    for row in dossier.searches:
        entry = house.company.system(row.system)
        if row.state != SearchState.FOUND or not entry.declared:
            continue
        declared = house.declared(row.system)
        for name, count in sorted(row.collections.items()):
            data_set = declared.collection(name)
            others = any(each.third_party for each in data_set.fields)
            title = data_set.title(language)
            found.append(SetInfo(row.system, entry.name, name, title, int(count), others))
    return sorted(found, key=lambda each: not each.others)


async def page_of(
    house: House,
    dossier: Dossier,
    chosen: SetInfo,
    review: Review,
    page: int,
    *,
    left: bool = False,
) -> Found:
    """One page of records; with `left` only those in which something is still to be read.
    Raises KeyDestroyed when the case was shredded."""
    data_set = house.declared(chosen.system).collection(chosen.collection)
    looked = _looked(house, chosen.system, data_set)
    subject = await subject_of_case(house, dossier)
    region = house.company.controller.region[:2]
    by_item = review.by_item()
    records: list[RecordShown] = []
    all_items: list[Item] = []
    texts: dict[str, str] = {}
    skip, more = PAGE * (page - 1), False
    async for record in _records_of(house, dossier, chosen):
        if skip and not left:
            skip -= 1
            continue
        key, values = record["key"], record["values"]
        own = list(items(chosen.system, chosen.collection, key, values, looked, subject, region))
        if left and not review.open_items(own):
            continue
        if skip:
            skip -= 1
        elif len(records) == PAGE:
            more = True
            break
        else:
            texts |= {item.id: text_at(values, item.place.path) for item in own}
            all_items += own
            records.append(_shown(record, own, texts, by_item, review.rest))
    return Found(records, all_items, texts, more)


async def _records_of(
    house: House, dossier: Dossier, chosen: SetInfo
) -> AsyncIterator[dict[str, Any]]:
    async for record in lines_of(house.blobs, dossier.case.id, f"finding:{chosen.system}"):
        if record["collection"] == chosen.collection:
            yield record


async def keep_masked(house: House, session: AsyncSession, case_id: str) -> bool:
    """A copy is given of which nobody has reviewed anything: what may speak of others stays masked
    (GDPR 15(4)). Says whether that had to be written down, in the caller's transaction."""
    key = await house.keyring.get(case_id)
    await session.get_one(CaseRow, case_id, with_for_update={"key_share": True})
    if (await read_review(house.blobs, case_id)).version:
        return False
    content = Review(version=1, rest="mask").model_dump_json().encode()
    await house.blobs.write(session, key, DECISIONS, content)
    return True


def _looked(house: House, system: str, data_set: Collection) -> Looked:
    own = data_set.meta.auto_release
    released = house.company.system(system).auto_release if own is None else own
    return looked_at(data_set, released=released)


async def subject_of_case(house: House, dossier: Dossier) -> Subject:
    """The person as their own records describe them: what names them is theirs to see."""
    known = [
        (house.declared(system).collection(record["collection"]), record["values"])
        async for system, record in _all_found(house, dossier)
    ]
    return subject_in(known, region=house.company.controller.region[:2])


async def _all_found(house: House, dossier: Dossier) -> AsyncIterator[tuple[str, dict[str, Any]]]:
    left = LOOKED_FOR_SUBJECT
    for row in dossier.searches:
        if row.state != SearchState.FOUND or not house.company.system(row.system).declared:
            continue
        async for record in lines_of(house.blobs, dossier.case.id, f"finding:{row.system}"):
            yield row.system, record
            left -= 1
            if not left:
                return


def _shown(
    record: Mapping[str, Any],
    own: Sequence[Item],
    texts: Mapping[str, str],
    by_item: Mapping[str, Sequence[Decision]],
    rest: str,
) -> RecordShown:
    key = ", ".join(str(value) for value in record["key"].values())
    asked = {item.place.path[0]: [] for item in own}  # type: dict[Any, list[Item]]
    for item in own:
        asked[item.place.path[0]].append(item)
    fields = [
        FieldShown(
            ".".join(str(part) for part in item.place.path),
            texts[item.id],
            item,
            tuple(_parts(texts[item.id], item, by_item.get(item.id, ()), rest)),
            tuple(by_item.get(item.id, ())),
        )
        for item in own
    ]
    fields += [
        FieldShown(name, short(value))
        for name, value in record["values"].items()
        if name not in asked and value not in (None, "")
    ]
    return RecordShown(key, fields)


def _parts(text: str, item: Item, decisions: Sequence[Decision], rest: str) -> Iterator[Part]:
    """The text cut where a suspicion or a mask begins or ends."""
    suspects = [suspect.span() for suspect in item.suspects]
    masked = to_mask(suspects, decisions, declared=item.declared, rest=rest, length=len(text))
    cuts = {0, len(text)}
    cuts |= {at for span in (*suspects, *masked) for at in (span.start, span.end)}
    for start, end in pairwise(sorted(cuts)):
        inside = [span for span in suspects if span.start <= start and end <= span.end]
        hidden = any(span.start <= start and end <= span.end for span in masked)
        yield Part(text[start:end], inside[0] if inside else None, hidden)


def text_at(values: Mapping[str, Any], path: Sequence[str | int]) -> str:
    """The text at a place inside a record."""
    value: Any = values
    for part in path:
        value = value[part]
    return value if isinstance(value, str) else str(value)


def occurrences(text: str, words: str) -> list[tuple[int, int]]:
    """Where these words stand in the text, capitals aside; the first hundred."""
    wanted = words.strip().casefold()
    if not wanted:
        return []
    plain = text.casefold()
    if len(plain) != len(text):  # some letters fold into two: compare as written
        plain, wanted = text, words.strip()
    return list(islice(_all(plain, wanted), 100))


def _all(text: str, wanted: str) -> Iterator[tuple[int, int]]:
    start = text.find(wanted)
    while start >= 0:
        yield start, start + len(wanted)
        start = text.find(wanted, start + len(wanted))

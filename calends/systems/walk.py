"""The walk that locates a person: from what is known of them to every record linked to it.

Breadth first, in rounds: what one round finds gives the values the next one looks for, until
nothing new appears. It knows no kind of store; a store answers `find`.
"""

from __future__ import annotations

from collections.abc import (
    AsyncGenerator,
    Awaitable,
    Callable,
    Hashable,
    Iterator,
    Mapping,
    Sequence,
)
from contextlib import aclosing
from dataclasses import dataclass
from itertools import islice
from typing import Any, Protocol

from calends.problems import Problem
from calends.systems.dataset import Collection, DeclaredField
from calends.systems.fideslang import FieldPath
from calends.systems.graph import Route
from calends.systems.matching import Match, forms
from calends.systems.protocol import Seeds

CHUNK = 1000
"""Values asked for in one query; PostgreSQL takes at most 32 767."""


@dataclass(frozen=True)
class Criterion:
    """The field must hold the value. Values equal in Python but of other types (True, 1) differ."""

    path: FieldPath
    value: Any
    match: Match = "exact"
    """How it holds it; the value is already in one of its `forms`."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Criterion) and self._parts() == other._parts()

    def __hash__(self) -> int:
        return hash(self._parts())

    def _parts(self) -> tuple[object, ...]:
        return self.path, type(self.value), self.value, self.match


@dataclass(frozen=True)
class Row:
    key: Hashable
    """What makes it one row, however often it is found."""
    values: Mapping[str, Any]
    """At least the declared fields, as the store holds them."""


class Store(Protocol):
    def find(
        self, collection: Collection, criteria: Sequence[Criterion]
    ) -> AsyncGenerator[Row, None]:
        """The rows that meet any one criterion. Raises ValueError when there is no criterion."""
        ...


FindRound = Callable[
    [Sequence[tuple[Collection, Sequence[Criterion]]]],
    Awaitable[list[tuple[Collection, Row]] | None],
]
"""A store may have `find_round` too, which answers a whole round at once: all rows, each as `find`
would give it; None when they are too many or not to be had so, and then `find` is asked."""


async def walk(
    route: Route, seeds: Seeds, store: Store, within: set[str] | None = None
) -> AsyncGenerator[tuple[Collection, Row], None]:
    """Every row reached from the seeds, each once; `within` keeps it to some collections.

    Holds in memory the keys of the rows and the values that link them, never the rows.
    Raises Problem when no seed has a value: nothing known must never mean everybody.
    """
    seen: dict[str, set[Hashable]] = {}
    steps: dict[str, list[Step]] = {}
    at_once: FindRound | None = getattr(store, "find_round", None)
    pending = _first_round(route, seeds, within)
    asked = {name: set(criteria) for name, criteria in pending.items()}
    while pending:
        current, pending = pending, {}
        async with aclosing(_round(route, store, at_once, current)) as rows:
            async for collection, row in rows:
                name = collection.name
                known = seen.setdefault(name, set())
                if row.key in known:
                    continue
                known.add(row.key)
                if name not in steps:
                    steps[name] = list(_steps(route, name, within))
                for target, criterion in _onward(steps[name], row):
                    if criterion not in asked.setdefault(target, set()):
                        asked[target].add(criterion)
                        pending.setdefault(target, {})[criterion] = None
                yield collection, row


async def _round(
    route: Route, store: Store, at_once: FindRound | None, current: Pending
) -> AsyncGenerator[tuple[Collection, Row], None]:
    """What the collections of one round hold; a store that can is asked once for all of it."""
    wanted = [(route.datasets.collection(name), list(c)) for name, c in current.items()]
    if at_once is not None and all(len(c) <= CHUNK for _, c in wanted):
        found = await at_once(wanted)
        if found is not None:
            for pair in found:
                yield pair
            return
    for collection, criteria in wanted:
        for chunk in _chunks(criteria):
            async with aclosing(store.find(collection, chunk)) as rows:
                async for row in rows:
                    yield collection, row


Pending = dict[str, dict[Criterion, None]]
"""Collection -> what to look for in it, in the order of discovery."""


def _first_round(route: Route, seeds: Seeds, within: set[str] | None) -> Pending:
    if not any(is_value(value) for values in seeds.values() for value in values):
        raise Problem("no identity given: an e-mail address or another identity is needed")
    pending: Pending = {}
    for collection, field in route.entries:
        if within is not None and collection.name not in within:
            continue
        for criterion in known_criteria(seeds, collection, field):
            pending.setdefault(collection.name, {})[criterion] = None
    return pending


def known_criteria(
    seeds: Seeds, collection: Collection, field: DeclaredField
) -> Iterator[Criterion]:
    """What the seeds say of the field: by its identity, and by its own name."""
    for value in seeds.get(collection.name_of(field), ()):
        if is_value(value):
            yield Criterion(field.path, value)
    for value in seeds.get(field.fides.identity or "", ()):
        if is_value(value):
            yield from _in_its_forms(field, value, field.match)


def _in_its_forms(field: DeclaredField, value: str, match: Match) -> Iterator[Criterion]:
    for form in forms(match, value, field.meta.region):
        if is_value(form):
            yield Criterion(field.path, form, match)


@dataclass(frozen=True)
class Step:
    """Values at `path` of a row are looked for in the field of `target`."""

    path: FieldPath
    target: str
    field: DeclaredField


def _steps(route: Route, name: str, within: set[str] | None) -> Iterator[Step]:
    for edge in route.outgoing(name):
        if within is None or edge.target in within:
            field = route.datasets.collection(edge.target).by_path[edge.target_path]
            yield Step(edge.path, edge.target, field)


def _onward(steps: Sequence[Step], row: Row) -> Iterator[tuple[str, Criterion]]:
    for step in steps:
        match = step.field.meta.match
        for value in values_at(row.values, step.path):
            if match is None or not isinstance(value, str):
                yield step.target, Criterion(step.field.path, value)
                continue
            for criterion in _in_its_forms(step.field, value, match):
                yield step.target, criterion


def values_at(document: Any, path: FieldPath) -> Iterator[Any]:
    """The single values at that path; lists on the way stand for each of their members."""
    if isinstance(document, list | tuple):
        for member in document:
            yield from values_at(member, path)
    elif path:
        if isinstance(document, Mapping) and path[0] in document:
            yield from values_at(document[path[0]], path[1:])
    elif is_value(document):
        yield document


def is_value(value: Any) -> bool:
    """False for what says nothing: null, blank text, a document. Blank must link nobody, or all
    who left a field empty would be one person."""
    if isinstance(value, str):
        return bool(value.strip())
    return value is not None and isinstance(value, Hashable)


def _chunks(criteria: Sequence[Criterion]) -> Iterator[list[Criterion]]:
    rest = iter(criteria)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk
